"""What keeps PINs."""

from typing import Protocol


class Pins(Protocol):
    """What makes a PIN a thing that can be checked and not be read."""

    def hash(self, pin: str) -> str:
        """A hash of the PIN, another one each time; it names its own parameters."""
        ...

    def matches(self, hashed: str | None, pin: str) -> bool:
        """Whether the hash is of this PIN. None is nobody's: it takes as long, and is of no PIN."""
        ...
