"""What the time is."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time, in UTC. Nothing asks for it in any other way."""

    def __call__(self) -> datetime:
        """Now."""
        ...
