"""The limited process: whatever touches a client's bytes runs here. `python -m drivers.picture.child LIMITS DIAL`.

It answers questions on standard input, one at a time, until that ends (`drivers.picture.wire`):

* `ping` -> nothing: it is there, all libraries loaded
* `open` (the document's bytes follow) -> `pages`, or a fault
* `page` n -> the page as read, or a fault; its printed numbers compared, where that is asked for too (`ocr`)
* `grades` n -> how well each barcode of that page is printed
* `codes` n -> every symbol of that page of whatever kind, QR too: for seals, never for rows
* `cutouts` n, boxes -> PNGs; `picture` n, width -> a PNG
* `ink` n -> where something stands on that page, square by square: for stamps that hide nothing

Address space, processor time for each answer and file size are limited before the first byte comes in; there is no core
file. Where the kernel has Landlock, nothing but programs and fonts can be opened. A decoder that aborts takes this process with
it, and the warden says so.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import BinaryIO, Final

from drivers.picture import Dial, Fault, Limits, Page, Problem, Symbol, Unopened, Unread
from drivers.picture.grade.message import message_of as grades_message
from drivers.picture.grade.symbol import graded
from drivers.picture.ink import inked
from drivers.picture.landlock import give_up_files
from drivers.picture.ocr import compared
from drivers.picture.reading import codes, examined
from drivers.picture.render import Document, Picture, opened, png
from drivers.picture.warden import OUT_OF_MEMORY
from drivers.picture.wire import Message, message_of, receive, send

Answer = tuple[Message, bytes]
READABLE: Final = tuple(Path(one) for one in ("/usr", "/lib", sys.base_prefix, sys.prefix, Path(__file__).parents[1]))
"""Where programs and fonts are, which are loaded when first needed; all else, a kiosk's keys above all, is out of reach."""


class Desk:
    """Holds the document that is open and answers questions about it."""

    def __init__(self, limits: Limits, dial: Dial = Dial.STRICT) -> None:
        self._limits, self._dial = limits, dial
        self._document: Document | None = None
        self._drawn: tuple[int, Picture] | None = None

    def answer(self, question: Message, raw: bytes) -> Answer:
        """The answer to one question; a document or page that cannot be looked at is answered with its fault."""
        try:
            return self._answered(question, raw)
        except Unopened as no:
            return {"fault": message_of(no.fault)}, b""

    def _answered(self, question: Message, raw: bytes) -> Answer:
        match question["do"]:
            case "ping":
                return {}, b""
            case "open":
                return self._open(raw)
            case "page":
                return self._page(question["file"], question["page"], compare=question.get("compare", False))
            case "grades":
                picture = self._picture(question["page"])
                return {"grades": grades_message(graded(picture, *self._examined(picture)))}, b""
            case "codes":
                return {"codes": codes(self._picture(question["page"]).grey)}, b""
            case "cutouts":
                return _cut(self._picture(question["page"]), question["boxes"])
            case "picture":
                return {}, png(self._picture(question["page"]).grey, question["width"])
            case "ink":
                return _inked(self._picture(question["page"]))
            case other:
                raise ValueError(f"unknown question: expected one that this module names, got {other!r}")

    def _open(self, raw: bytes) -> Answer:
        self._document = self._drawn = None
        self._document = opened(raw, self._limits)
        return {"pages": self._document.pages}, b""

    def _page(self, file: str, number: int, *, compare: bool) -> Answer:
        start = time.perf_counter()
        picture = self._picture(number)
        height, width = picture.grey.shape
        symbols, unread = self._examined(picture)
        ms = 1000 * (time.perf_counter() - start)
        if compare:
            symbols = compared(picture.grey, symbols, [one.box for one in unread])
        return {"page": message_of(Page(file, number, width, height, symbols, unread, ms, dial=self._dial))}, b""

    def _examined(self, picture: Picture) -> tuple[tuple[Symbol, ...], tuple[Unread, ...]]:
        return examined(picture, dial=self._dial)

    def _picture(self, number: int) -> Picture:
        """The page, drawn once: cut-outs are mostly asked for right after reading."""
        if self._document is None:
            raise Unopened(Fault(Problem.NO_PAGES, "an open document", "none"))
        if self._drawn is None or self._drawn[0] != number:
            self._drawn = None
            self._drawn = (number, self._document.picture(number))
        return self._drawn[1]


def _cut(picture: Picture, boxes: list[list[int]]) -> Answer:
    height, width = picture.grey.shape
    pieces = []
    for x0, y0, x1, y1 in boxes:
        across, down = slice(max(0, x0), max(1, min(width, x1))), slice(max(0, y0), max(1, min(height, y1)))
        piece = picture.grey[down, across]
        pieces.append(png(piece if piece.size else picture.grey[:1, :1], None))
    return {"lengths": [len(piece) for piece in pieces]}, b"".join(pieces)


def _inked(picture: Picture) -> Answer:
    height, width = (25.4 * side / picture.dpi if picture.dpi else 0.0 for side in picture.grey.shape)
    ink = inked(picture.grey, width, height)
    return {name: getattr(ink, name) for name in ("columns", "rows", "across", "down", "width", "height")}, ink.taken


def _confine(limits: Limits) -> None:
    """Limits that hold for good. The base is what this process has mapped when all libraries are loaded."""
    base = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    most = base + limits.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))  # its traceback, nothing else
    give_up_files(READABLE)


def _allow(seconds: int) -> None:
    """Processor time is counted over the life of a process, so each answer moves the limit on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _private_output() -> BinaryIO:
    """The pipe to the warden; what a library prints goes to the log instead."""
    ours = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return ours


def serve(limits: Limits, dial: Dial, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answers until the questions end."""
    desk = Desk(limits, dial)
    while True:
        try:
            question, raw = receive(questions)
        except EOFError:
            return
        _allow(limits.cpu_seconds)
        send(answers, *desk.answer(question, raw))


def main() -> None:
    """Runs as a program."""
    limits, dial = Limits(**json.loads(sys.argv[1])), Dial(sys.argv[2])
    answers = _private_output()
    _confine(limits)
    try:
        serve(limits, dial, sys.stdin.buffer, answers)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    main()
