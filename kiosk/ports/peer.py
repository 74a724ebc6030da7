"""The kiosk of another place."""

from collections.abc import Mapping
from typing import Any, Protocol


class Peer(Protocol):
    """The office's kiosk, for a warehouse that works apart from it. `Unavailable("office", code)` where nothing is known of it."""

    def trust(self) -> bytes:
        """Its trust list, as text, unchecked."""
        ...

    def holds(self) -> bytes:
        """Its hold list, as text, unchecked."""
        ...

    def push(self, entry: Mapping[str, Any]) -> None:
        """Give it an entry of the register: it has it then, however often it was sent. `Refusal` where it will never take it."""
        ...
