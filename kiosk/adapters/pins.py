"""PINs by argon2id (RFC 9106): slow and large for who guesses, a tenth of a second for who knows."""

import secrets
from base64 import b64encode
from threading import BoundedSemaphore, Lock
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from kiosk.core.faults import Refusal, Unavailable

ROOM: Final = 4
"""How many may wait for their PIN to be checked: each keeps a thread of the service, and scans need some."""


class ArgonPins:
    """PINs hashed with argon2id. `memory` is in KiB and `passes` how often it is walked through; older hashes keep their own."""

    def __init__(self, memory: int = 64 * 1024, passes: int = 3, lanes: int = 4) -> None:
        self._hasher: Final = PasswordHasher(passes, memory, lanes)
        self._turn: Final = Lock()
        self._room: Final = BoundedSemaphore(ROOM)
        self._nobody: Final = f"$argon2id$v=19$m={memory},t={passes},p={lanes}${_random(16)}${_random(32)}"

    def hash(self, pin: str) -> str:
        """A hash of the PIN, with a salt of its own."""
        with self._turn:
            return self._hasher.hash(pin)

    def matches(self, hashed: str | None, pin: str) -> bool:
        """Whether the hash is of this PIN; one after the other, so that a whole shift logging in takes the memory of one.

        `Refusal` too-many-tries where too many wait already, `Unavailable` corrupt for what is no hash: nothing is known then.
        """
        if not self._room.acquire(blocking=False):
            raise Refusal("too-many-tries", seconds=1)
        try:
            with self._turn:
                self._hasher.verify(hashed or self._nobody, pin)
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError) as error:
            raise Unavailable("journal", "corrupt", f"the hash of a PIN: {error}") from error
        finally:
            self._room.release()
        return hashed is not None


def _random(size: int) -> str:
    return b64encode(secrets.token_bytes(size)).decode().rstrip("=")
