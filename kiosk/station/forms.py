"""Reads the forms that came in, a page at a time: each page with its rows in one transaction, and then the next sheet's turn.

Nothing stops it but `stop`: a page that can't be read is a row that says so, a record that can't be written is tried again, and
what was not done when the station ended is done when it starts again.
"""

import logging
import threading
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count, repeat
from queue import SimpleQueue
from typing import Final, TypeVar

from drivers.pages import Reader, scans
from drivers.picture import Page, Problem, Unopened
from kiosk.core.faults import Conflict, Refusal, Unavailable
from kiosk.desks.counter import Counter
from kiosk.desks.intake import Form, Intake, State

LOG = logging.getLogger(__name__)
PAUSES: Final = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds before what could not be done is tried again; the last for ever."""
CRASHES: Final = 3
"""Pages of one form that may end the reading process before the rest is left: others wait."""
AHEAD: Final = 8
"""Forms of that many sheets are read ahead at a time: each has its bytes in memory."""
_ENDING: Final = frozenset({Problem.TOO_SLOW, Problem.TOO_MUCH_MEMORY, Problem.ENGINE_CRASHED})
_CLOCK: Final = "clock-behind"
"""The refusal that time puts right."""

Done = TypeVar("Done")
Key = tuple[str, str]


class _Stopping(Exception):
    """The station stops: what is not done is done at the next start."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A form that is being read, its next pages ahead of us by as many processes as there are."""

    next: int
    pages: int
    rest: Iterator[Page]


class FormReader:
    """The thread of a station that reads forms. `publish` is told the number of a sheet whenever something of it was read."""

    def __init__(self, counter: Counter, intake: Intake, reader: Reader, publish: Callable[[str], object]) -> None:
        self._counter, self._intake, self._reader, self._publish = counter, intake, reader, publish
        self._turns: SimpleQueue[str | None] = SimpleQueue()
        self._held: dict[str, list[str]] = {}
        self._crashes: Tally[Key] = Tally()
        self._data = "", b""
        self._readings: dict[Key, _Reading] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="form-reader", daemon=True)

    def start(self) -> None:
        """Begin, with what an earlier run left; once in the life of a reader."""
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> bool:
        """End after the page that is being read; whether it has ended in time. Twice is harmless."""
        self._stopping.set()
        self._turns.put(None)
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        """Whether it works."""
        return self._thread.is_alive()

    @property
    def waiting(self) -> int:
        """How many forms are being read or have to wait."""
        with self._lock:
            return sum(map(len, self._held.values()))

    def submit(self, form: Form) -> None:
        """Have a form read, or read on. One that is being read, or waits for it, is no news."""
        with self._lock:
            documents = self._held.setdefault(form.sheet, [])
            if form.document in documents:
                return
            documents.append(form.document)
            if len(documents) == 1:
                self._turns.put(form.sheet)

    def _run(self) -> None:
        try:
            self._resume()
            while (sheet := self._turns.get()) is not None:
                self._turn(sheet)
        except _Stopping:
            LOG.info("stopped; forms to be read at the next start: %d", self.waiting)

    def _resume(self) -> None:
        try:
            for form in self._patiently(self._intake.unfinished):
                self.submit(form)
        except _Stopping:
            raise
        except Exception:
            LOG.exception("the forms of an earlier run could not be looked for")

    def _turn(self, sheet: str) -> None:
        """One page of a sheet's first form; then it is the next sheet's turn: nobody waits for a hundred pages of another's."""
        key = sheet, self._held[sheet][0]
        if self._read(key):
            self._turns.put(sheet)
        else:
            self._done(key)
        self._tell(sheet)

    def _done(self, key: Key) -> None:
        self._crashes.pop(key, None)
        self._readings.pop(key, None)
        self._data = "", b""
        with self._lock:
            sheet, document = key
            self._held[sheet].remove(document)
            if self._held[sheet]:
                self._turns.put(sheet)
            else:
                del self._held[sheet]

    def _read(self, key: Key) -> bool:
        """Read a page; whether there is more. Whatever ends a form before its end is recorded with it."""
        try:
            return self._page_read(key)
        except _Stopping:
            raise
        except Refusal as no:
            self._end(key, no)
        except Exception:
            LOG.exception("a form could not be read")
            self._end(key, Refusal("form-failed"))
        return False

    def _page_read(self, key: Key) -> bool:
        form = self._patiently(partial(self._intake.form, *key))
        if form.state in {State.READ, State.GIVEN_UP}:
            return False
        page, pages = self._page(form, self._patiently(partial(self._original, form)))
        form = self._patiently(partial(self._recorded, key, page, pages))
        self._crashes[key] += page.problem in _ENDING
        if form.open and self._crashes[key] >= CRASHES:
            raise Refusal("form-too-costly", pages=CRASHES)
        return form.open

    def _original(self, form: Form) -> bytes:
        """The bytes of a form; the last ones are kept at hand, since most forms have more than one page."""
        if self._data[0] != form.document:
            self._data = form.document, self._intake.original(form)
        return self._data[1]

    def _page(self, form: Form, data: bytes) -> tuple[Page, int]:
        """The next page, and how many there are; where the document can't be opened, it is a page that says so."""
        key = form.sheet, form.document
        try:
            reading = self._reading(form, data)
        except Unopened as no:
            return Page(form.file, form.next, 0, 0, fault=no.fault), form.pages or 1
        page = next(reading.rest, None)
        if page is None:
            raise Refusal("form-pages-missing", expected=reading.pages, got=form.next)
        if page.fault is None:
            self._readings[key] = replace(reading, next=form.next + 1)
        return replace(page, page=form.next), reading.pages

    def _reading(self, form: Form, data: bytes) -> "_Reading":
        """The reading that was begun, else a new one: after a fault, and where another station read on. Raises `Unopened`."""
        held = self._readings.pop((form.sheet, form.document), None)
        if held is not None and held.next == form.next:
            return held
        for oldest in list(self._readings)[: 1 - AHEAD]:
            del self._readings[oldest]
        pages = self._pages(form, data)
        return _Reading(form.next, pages, self._reader.read(data, file=form.file, first=form.next))

    def _pages(self, form: Form, data: bytes) -> int:
        """The pages of a document, asked twice where the reading process ended: it may have been another's fault."""
        try:
            return self._reader.pages(data, file=form.file)
        except Unopened as no:
            if no.fault.problem is not Problem.ENGINE_CRASHED:
                raise
            if self._stopping.is_set():
                raise _Stopping from no
            return self._reader.pages(data, file=form.file)

    def _recorded(self, key: Key, page: Page, pages: int) -> Form:
        """The form after a page and its rows were recorded, all or none; as it is, where that was done or the form given up."""
        number, document = key
        sheet = self._counter.find(number)  # before the form: what another station reads of it after this is a conflict
        form = self._intake.form(number, document)
        if form.has(page.page) or form.state is State.GIVEN_UP:
            return form
        serial = count()
        found = tuple(scans(page, clock=self._counter.clock, number=lambda: f"{document[:32]}/{page.page}/{next(serial)}"))
        self._counter.scan(sheet, found, form.by, also=form.facts(page, found, pages))
        return self._intake.form(number, document)

    def _end(self, key: Key, no: Refusal) -> None:
        """Record that a form was not read to its end; where not even that can be done, its sheet can't be stamped either."""
        try:
            self._patiently(lambda: self._intake.ended(self._intake.form(*key), no))
        except _Stopping:
            raise
        except Exception:
            LOG.exception("that a form was not read to its end could not be recorded")

    def _patiently(self, do: Callable[[], Done]) -> Done:
        """What it gives, tried until it can be done: the record may be out of reach, or somebody else be at the sheet."""
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            if self._stopping.is_set():
                break
            try:
                return do()
            except Unavailable as no:
                LOG.warning("not recorded, tried again: %s %s", no.part, no.code)
            except Conflict:
                LOG.info("somebody else was at the sheet, tried again")
            except Refusal as no:
                if no.code != _CLOCK:
                    raise
            self._stopping.wait(pause)
        raise _Stopping

    def _tell(self, sheet: str) -> None:
        try:
            self._publish(sheet)
        except Exception:
            LOG.exception("nobody could be told that a form was read")
