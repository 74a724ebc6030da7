"""A record that tells what was written to it, once it is: screens move, figures grow, what waits is asked again.

So no desk and no view has to think of any of them, and none can forget to.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from kiosk.core.journal import Entry
from kiosk.ports import Journal

Listener = Callable[[Sequence[Entry]], None]
"""Is given the entries of one transaction, in the thread that wrote them: it must be quick."""
_log: Final = logging.getLogger("kiosk")


class Overheard:
    """The record itself in everything but `append`, after which the listeners are told."""

    def __init__(self, journal: Journal) -> None:
        self._journal: Final = journal
        self.listeners: Final[list[Listener]] = []

    def append(
        self,
        entries: Sequence[Entry],
        documents: Mapping[str, bytes] | None = None,
        after: Mapping[str, int] | None = None,
    ) -> int:
        """As the record does it; what failed is told to nobody."""
        position = self._journal.append(entries, documents, after)
        for listener in self.listeners:
            try:
                listener(entries)
            except Exception as error:  # noqa: BLE001 - it is written, and must not look as if it were not
                _log.exception("a listener failed", exc_info=error)
        return position

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the record has
        return getattr(self._journal, name)


def overheard(journal: Journal) -> Journal:
    """The same record, to which one can `listen`."""
    return cast("Journal", Overheard(journal))


def listen(journal: Journal, listener: Listener) -> None:
    """Tell this one what is written from now on; TypeError for a record that nobody overhears."""
    if not isinstance(journal, Overheard):
        raise TypeError(f"expected a record made by overheard(), got {type(journal).__name__}")
    journal.listeners.append(listener)
