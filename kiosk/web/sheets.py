"""The sheets that are open on screens, replayed once: what is shown is checked against the record each time it is asked for."""

from collections import OrderedDict
from threading import Lock
from typing import Final

from kiosk.core.faults import Refusal
from kiosk.core.sheet import QuerySheet
from kiosk.desks.counter import Counter

_MOST: Final = 128


def check_free(counter: Counter, number: str) -> None:
    """Go on only if no goods that a sheet proves the release of are on hold (P4); a proof that was taken back proves nothing."""
    sheet = counter.find(number)
    if not sheet.voided:
        counter.check_not_held(sheet)


def hold_on(counter: Counter, sheet: QuerySheet) -> Refusal | None:
    """Why nothing that proves the release of a sheet's goods is shown as a proof now; None if it may be."""
    try:
        check_free(counter, sheet.number)
    except Refusal as no:
        return no
    return None


class Sheets:
    """The newest sheets by number. A forty-row sheet is eighty entries, which no officer should wait for at every scan."""

    def __init__(self) -> None:
        self._held: Final = OrderedDict[str, QuerySheet]()
        self._lock: Final = Lock()

    def find(self, counter: Counter, number: str) -> QuerySheet:
        """A sheet as the record has it now; `Refusal` where there is none."""
        with self._lock:
            held = self._held.get(number)
        if held is None or counter.journal.length(number) != held.entries:
            held = counter.find(number)
        return self.keep(held)

    def keep(self, sheet: QuerySheet) -> QuerySheet:
        """Hold a sheet as it was just left."""
        with self._lock:
            self._held[sheet.number] = sheet
            self._held.move_to_end(sheet.number)
            while len(self._held) > _MOST:
                self._held.popitem(last=False)
        return sheet
