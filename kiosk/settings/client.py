"""What is set of the client's kiosk: the table `[client]` (Q1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.settings.table import read_table

_LIMITS = {"idle_seconds": (10, 3600)}


@dataclass(frozen=True, slots=True)
class Client:
    """What is set of the page at which clients help themselves."""

    self_service: bool = False
    stamp: bool = False
    """A stamped sheet is printed without an officer: the stamp names the station and no badge."""
    idle_seconds: int = 60
    """After so long without a touch everything of the client is cleared away."""


def client_table(table: Mapping[str, Any]) -> Client:
    """The table `[client]`.

    >>> client_table({"self_service": True}).idle_seconds
    60
    """
    return read_table(Client, "client", table, _LIMITS)
