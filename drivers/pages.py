"""Barcodes straight from PDFs and pictures (D4): the shell over `drivers.picture`.

    with Reader() as reader:
        for page in reader.read("form.pdf"):
            ...

A `Reader` keeps one limited process warm and may be shared by threads; each question is answered on its own. What cannot be
read is a `Page` with its `Fault`, never an exception: one poison page costs one page, and a page is never left out.
"""

import atexit
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Self
from uuid import uuid4

from drivers.picture import Fault, Limits, Page, Problem, Symbol, Unopened, Unread
from drivers.picture.intake import Document, Source, named, taken
from drivers.picture.warden import ChildDied, Warden
from drivers.picture.wire import Message, fault_of, page_of
from drivers.scan import Box, NoRead, Place, Scan, Symbology

NO_BARCODE = "no-barcode"
"""The reason of a page on which nothing was found: never passed over, since its rows may be too faint to be seen as such."""
_ENDED = frozenset({Problem.TOO_SLOW, Problem.TOO_MUCH_MEMORY, Problem.ENGINE_CRASHED})


class Reader:
    """Reads documents in a process that may crash, hang or burst without harm."""

    def __init__(self, limits: Limits | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits or Limits()
        self._warden = Warden(self._limits)
        self._lock = threading.Lock()
        self._clock = clock
        self._open: tuple[int, Document, int] | None = None

    def __enter__(self) -> Self:
        """Starts the process at once, so that the first page finds it warm."""
        with self._lock:
            self._warden.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process. Twice is harmless; the next question would start another."""
        with self._lock:
            self._warden.close()

    @property
    def pid(self) -> int | None:
        """The limited process that runs now, if one does."""
        return self._warden.pid

    def pages(self, source: Source, *, file: str | None = None) -> int:
        """How many pages a document has. Raises `Unopened`."""
        return self._pages(taken(source, self._limits, file=file))

    def read(self, source: Source, *, file: str | None = None, first: int = 0) -> Iterator[Page]:
        """The pages from `first` on, one by one as they are read. A document that cannot be opened is one page with its fault."""
        try:
            document = taken(source, self._limits, file=file)
            pages = self._pages(document)
        except Unopened as no:
            yield Page(file or named(source), 0, 0, 0, fault=no.fault)
            return
        yield from self._each(document, range(first, pages))

    def cutouts(self, source: Source, page: int, boxes: Sequence[Box], *, margin: int = 20) -> list[bytes]:
        """A PNG of each box with a margin, in pixels of the page picture. Raises `Unopened`."""
        document = taken(source, self._limits)
        wider = [(x0 - margin, y0 - margin, x1 + margin, y1 + margin) for x0, y0, x1, y1 in boxes]
        answer, raw = self._ask(document, {"do": "cutouts", "page": page, "boxes": wider})
        ends = [sum(answer["lengths"][: i + 1]) for i in range(len(boxes))]
        return [raw[start:end] for start, end in zip([0, *ends], ends, strict=False)]

    def picture(self, source: Source, page: int, max_width: int | None = None) -> bytes:
        """A PNG of a page in grey: pixels only, so that nothing of a client's file reaches a viewer. Raises `Unopened`."""
        _, raw = self._ask(taken(source, self._limits), {"do": "picture", "page": page, "width": max_width})
        return raw

    def codes(self, source: Source) -> list[list[tuple[Symbology, str]]]:
        """Page by page, each QR, Code 128 and Code 39 symbol: for finding seals. Raises `Unopened`."""
        document = taken(source, self._limits)
        answers = [self._ask(document, {"do": "codes", "page": n})[0] for n in range(self._pages(document))]
        return [[(Symbology(kind), str(text)) for kind, text in answer["codes"]] for answer in answers]

    def _pages(self, document: Document) -> int:
        """How many pages the document has. Raises `Unopened`."""
        with self._lock:
            return self._opened(document)

    def _each(self, document: Document, pages: range) -> Iterator[Page]:
        crashes, end = 0, self._clock() + self._limits.document_seconds
        for number in pages:
            if self._clock() > end:
                most = f"{len(pages)} pages in {self._limits.document_seconds:g} s"
                page = Page(document.file, number, 0, 0, fault=Fault(Problem.TOO_SLOW, most, "longer"))
            elif crashes >= self._limits.crashes:
                page = Page(document.file, number, 0, 0, fault=Fault(Problem.ENGINE_CRASHED, "sound pages", f"{crashes} bad"))
            else:
                page = self._page(document, number)
                crashes += page.problem in _ENDED
            yield page

    def _page(self, document: Document, number: int) -> Page:
        try:
            answer, _ = self._ask(document, {"do": "page", "page": number, "file": document.file})
        except Unopened as no:
            return Page(document.file, number, 0, 0, fault=no.fault)
        return page_of(answer["page"])

    def _ask(self, document: Document, question: Message) -> tuple[Message, bytes]:
        """One question about a document, which is opened first where the process does not have it. Raises `Unopened`."""
        with self._lock:
            self._opened(document)
            return self._asked(question)

    def _opened(self, document: Document) -> int:
        self._warden.start()
        held = self._open
        if held is None or held[:2] != (self._warden.generation, document):
            self._open = None
            answer, _ = self._asked({"do": "open"}, document.data)
            self._open = held = (self._warden.generation, document, int(answer["pages"]))
        return held[2]

    def _asked(self, question: Message, raw: bytes = b"") -> tuple[Message, bytes]:
        try:
            answer, back = self._warden.ask(question, raw, seconds=self._limits.wall_seconds)
        except ChildDied as died:
            raise Unopened(died.fault) from died
        if "fault" in answer:
            raise Unopened(fault_of(answer["fault"]))
        return answer, back


class Pages:
    """Files as a scanner: each symbol a `Scan`, each unread place and each page not read a `NoRead` (D4)."""

    def __init__(
        self,
        paths: Sequence[Source],
        *,
        clock: Callable[[], datetime],
        source: str = "pages",
        number: Callable[[], str] = lambda: uuid4().hex,
        reader: Reader | None = None,
    ) -> None:
        self._paths = paths
        self._clock = clock
        self._source = source
        self._number = number
        self._own = reader is None
        self._reader = reader or Reader()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._own:
            self._reader.close()

    def __iter__(self) -> Iterator[Scan | NoRead]:
        for path in self._paths:
            file = None if isinstance(path, bytes) else os.fspath(path)
            for page in self._reader.read(path, file=file):
                yield from scans(page, source=self._source, clock=self._clock, number=self._number)


def scans(
    page: Page, *, clock: Callable[[], datetime], number: Callable[[], str], source: str = "pages"
) -> Iterator[Scan | NoRead]:
    """What a page says, from top to bottom as it stands there, so that rows keep their order; never nothing."""
    if page.fault is not None:
        yield NoRead(page.fault.problem, source, clock(), Place(page.file, page.page, (0, 0, 0, 0)))
    places: list[Symbol | Unread] = [*page.symbols, *page.unread]
    if page.fault is None and not places:
        yield NoRead(NO_BARCODE, source, clock(), Place(page.file, page.page, (0, 0, 0, 0)))
    for found in sorted(places, key=lambda one: (one.box[1], one.box[0])):
        place = Place(page.file, page.page, found.box)
        if isinstance(found, Unread):
            yield NoRead(found.reason, source, clock(), place)
        else:
            raw, kind = found.text.encode(), found.symbology
            yield Scan(number(), found.text, raw, source, clock(), kind, place=place, printed=found.printed)


def texts(path: Source) -> list[dict[str, str]]:
    """Every symbol of a document, as scoring programs ask for it. One warm reader serves all calls of a process."""
    formats = {Symbology.CODE39: "Code39", Symbology.CODE128: "Code128"}
    return [
        {"text": symbol.text, "format": formats.get(symbol.symbology, symbol.symbology.name)}
        for page in _warm().read(path)
        for symbol in page.symbols
    ]


@cache
def _warm() -> Reader:
    reader = Reader()
    atexit.register(reader.close)
    return reader
