"""Barcodes straight from PDFs and pictures (D4): the shell over `drivers.picture`.

    with Reader() as reader:
        for page in reader.read("form.pdf"):
            ...

A `Reader` keeps a limited process warm, has more of them while there is more to do, and may be shared by threads: nobody's
single page waits for somebody's fifty. What cannot be read is a `Page` with its `Fault`, never an exception: one poison page
costs one page, and a page is never left out.
"""

import atexit
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from datetime import datetime
from functools import cache
from typing import Self
from uuid import uuid4

from drivers.picture import Dial, Fault, Limits, Page, Problem, Symbol, Unopened, Unread
from drivers.picture.crew import Answer, Crew
from drivers.picture.grade import Grades
from drivers.picture.grade.message import grades_of
from drivers.picture.intake import Document, Source, named, taken
from drivers.picture.space import Ink, ink_of
from drivers.picture.wire import Message, page_of
from drivers.scan import Box, NoRead, Place, Scan, Symbology

NO_BARCODE = "no-barcode"
"""The reason of a page on which nothing was found: never passed over, since its rows may be too faint to be seen as such."""
_MOST = 3
"""Processes. Each may take what `Limits` allow, so this bounds the memory of all together."""
_ENDED = frozenset({Problem.TOO_SLOW, Problem.TOO_MUCH_MEMORY, Problem.ENGINE_CRASHED})


class Reader:
    """Reads documents in a process that may crash, hang or burst without harm."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        dial: Dial = Dial.STRICT,
        processes: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`processes`: how many at most, each bounded by the limits; else as many as there are processors, up to three."""
        self._limits = limits or Limits()
        self._crew = Crew(self._limits, dial, processes or min(_MOST, len(os.sched_getaffinity(0))))
        self._clock = clock

    def __enter__(self) -> Self:
        """Starts a process at once, so that the first page finds it warm."""
        self._crew.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes. Twice is harmless; the next question would start another."""
        self._crew.close()

    @property
    def pid(self) -> int | None:
        """The limited process that stays, if it runs now."""
        return next(iter(self._crew.pids), None)

    @property
    def pids(self) -> tuple[int, ...]:
        """All limited processes that run now."""
        return self._crew.pids

    def pages(self, source: Source, *, file: str | None = None) -> int:
        """How many pages a document has. Raises `Unopened`."""
        return self._pages(taken(source, self._limits, file=file))

    def read(self, source: Source, *, file: str | None = None, first: int = 0, compare: bool = True) -> Iterator[Page]:
        """The pages from `first` on, one by one as they are read. A document that cannot be opened is one page with its fault.

        `compare`: whether numbers printed in a picture are read too, to be compared with the bars (Q7).
        """
        try:
            document = taken(source, self._limits, file=file)
            pages = self._pages(document)
        except Unopened as no:
            yield Page(file or named(source), 0, 0, 0, fault=no.fault)
            return
        yield from self._each(document, range(first, pages), compare=compare)

    def grades(self, source: Source, *, file: str | None = None) -> Iterator[Grades]:
        """How well the barcodes of each page are printed, page by page; what can't be looked at comes with its fault."""
        try:
            document = taken(source, self._limits, file=file)
            pages = self._pages(document)
        except Unopened as no:
            yield Grades(file or named(source), 0, fault=no.fault)
            return
        for number in range(pages):
            yield self._graded(document, number)

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

    def ink(self, source: Source, page: int) -> Ink:
        """Where something stands on a page, square by square. Raises `Unopened`."""
        answer, squares = self._ask(taken(source, self._limits), {"do": "ink", "page": page})
        try:
            return ink_of(answer, squares)
        except (KeyError, TypeError, ValueError, OverflowError) as no:  # as in `_Ahead.page`
            raise Unopened(Fault(Problem.ENGINE_CRASHED, "squares", repr(no)[:200])) from no

    def codes(self, source: Source) -> list[list[tuple[Symbology, str]]]:
        """Page by page, each QR, Code 128 and Code 39 symbol: for finding seals. Raises `Unopened`."""
        document, begin, answers, most = taken(source, self._limits), self._clock(), list[Message](), self._limits.document_seconds
        for n in range(pages := self._pages(document)):
            if self._clock() - begin > most:
                raise Unopened(Fault(Problem.TOO_SLOW, f"{pages} pages in {most:g} s", "longer"))
            answers.append(self._ask(document, {"do": "codes", "page": n})[0])
        return [[(Symbology(kind), str(text)) for kind, text in answer["codes"]] for answer in answers]

    def _pages(self, document: Document) -> int:
        """How many pages the document has. Raises `Unopened`."""
        return int(self._crew.submit(object(), document, None).result()[0]["pages"])

    def _ask(self, document: Document, question: Message) -> Answer:
        """One question about a document. Raises `Unopened`."""
        return self._crew.submit(object(), document, question).result()

    def _graded(self, document: Document, number: int) -> Grades:
        try:
            answer, _ = self._ask(document, {"do": "grades", "page": number})
        except Unopened as no:
            return Grades(document.file, number, fault=no.fault)
        return Grades(document.file, number, tuple(grades_of(answer["grades"])))

    def _each(self, document: Document, pages: range, *, compare: bool) -> Iterator[Page]:
        """The pages in order. The next ones are read ahead while one is waited for, or looked at by whoever asked."""
        ahead = _Ahead(self._crew, document, pages, compare=compare)
        crashes, spent = 0, 0.0
        with closing(ahead):
            for number in pages:
                if spent > self._limits.document_seconds:
                    most = f"{len(pages)} pages in {self._limits.document_seconds:g} s"
                    page = Page(document.file, number, 0, 0, fault=Fault(Problem.TOO_SLOW, most, "longer"))
                elif crashes >= self._limits.crashes:
                    page = Page(document.file, number, 0, 0, fault=Fault(Problem.ENGINE_CRASHED, "sound pages", f"{crashes} bad"))
                else:
                    start = self._clock()
                    page = ahead.page(number)
                    crashes += page.problem in _ENDED
                    spent += self._clock() - start
                yield page


class _Ahead:
    """The pages of one reading that are under way: one for each process, and one more, so that none has to wait for us."""

    def __init__(self, crew: Crew, document: Document, pages: range, *, compare: bool) -> None:
        self._crew, self._document, self._pages, self._compare = crew, document, pages, compare
        self._most = crew.most + 1 if crew.most > 1 else 1
        self._coming: deque[Future[Answer]] = deque()

    def page(self, number: int) -> Page:
        """A page; they are asked for in order."""
        for n in range(number + len(self._coming), min(number + self._most, self._pages.stop)):
            question = {"do": "page", "page": n, "file": self._document.file, "compare": self._compare}
            self._coming.append(self._crew.submit(self, self._document, question))
        try:
            answer, _ = self._coming.popleft().result()
            return page_of(answer["page"])
        except Unopened as no:
            return Page(self._document.file, number, 0, 0, fault=no.fault)
        except (KeyError, TypeError, ValueError, OverflowError) as no:  # from a process that is in the hands of a hostile picture
            return Page(self._document.file, number, 0, 0, fault=Fault(Problem.ENGINE_CRASHED, "a page", repr(no)[:200]))

    def close(self) -> None:
        """Nobody waits any more for what is not yet begun."""
        for answer in self._coming:
            answer.cancel()


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
    dial = "" if page.dial is Dial.STRICT else str(page.dial)
    places: list[Symbol | Unread] = [*page.symbols, *page.unread]
    if page.fault is None and not places:
        yield NoRead(NO_BARCODE, source, clock(), Place(page.file, page.page, (0, 0, 0, 0)))
    for found in sorted(places, key=lambda one: (one.box[1], one.box[0])):
        place = Place(page.file, page.page, found.box)
        if isinstance(found, Unread):
            yield NoRead(found.reason, source, clock(), place, particulars=found.particulars)
        else:
            raw, kind = found.text.encode(), found.symbology
            yield Scan(number(), found.text, raw, source, clock(), kind, place=place, printed=found.printed, dial=dial)


def texts(path: Source) -> list[dict[str, str]]:
    """Every symbol of a document, as scoring programs ask for it. One warm reader serves all calls of a process."""
    formats = {Symbology.CODE39: "Code39", Symbology.CODE128: "Code128"}
    return [
        {"text": symbol.text, "format": formats.get(symbol.symbology, symbol.symbology.name)}
        for page in _warm().read(path, compare=False)
        for symbol in page.symbols
    ]


@cache
def _warm() -> Reader:
    reader = Reader()
    atexit.register(reader.close)
    return reader
