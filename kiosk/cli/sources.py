"""What a command is given: files to be read, numbers, or lines of a scanner that types into the terminal."""

import sys
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from drivers.pages import Pages, Reader
from drivers.picture import Page
from drivers.scan import NoRead, Place, Scan, identified
from kiosk.cli.terminal import Progress, Terminal
from kiosk.config import clock

DOCUMENTS = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp"})

LONGEST_NAME = 255
"""Bytes; the text of a seal is longer, and must not be looked up as a file."""


def is_file(given: str) -> bool:
    """Whether an argument means a file: it is one, or is written like one. A number never is."""
    path = Path(given)
    named = given.startswith(("/", "./", "../")) or path.suffix.lower() in DOCUMENTS
    return named or (len(path.name) <= LONGEST_NAME and path.is_file())


def typed(text: str, *, keyed: bool, source: str) -> Scan:
    """A number from a keyboard, or from a scanner that types."""
    bare, symbology = identified(text.strip("\r\n"))
    return Scan(uuid.uuid4().hex, bare, text.encode(errors="surrogateescape"), source, clock(), symbology, keyed)


def lines() -> Iterator[str]:
    """Standard input, line by line as it comes; empty lines are left out."""
    return (line for line in iter(sys.stdin.readline, "") if line.strip())


def read(terminal: Terminal, paths: Sequence[str], reader: Reader) -> Iterator[Page]:
    """Every page of every file, as it is read; says how far it is when that takes time."""
    progress, done = Progress(terminal, "cli.reading"), 0
    for path in paths:
        for page in reader.read(path, file=path):
            done += 1
            progress(done)
            yield page


def scanned(terminal: Terminal, given: Sequence[str]) -> list[Scan | NoRead]:
    """Everything that was given, in order: from pages top to bottom, and numbers as they stand."""
    found: list[Scan | NoRead] = []
    progress = Progress(terminal, "cli.reading")
    with ExitStack() as stack:
        reader = stack.enter_context(Reader()) if any(map(is_file, given)) else None
        for one in given:
            if reader is not None and is_file(one):
                pages = stack.enter_context(Pages([one], clock=clock, reader=reader))
                found += list(_counted(pages, progress)) or [_nothing(one)]
            else:
                found.append(typed(one, keyed=True, source="keyboard"))
    return found


def _nothing(file: str) -> NoRead:
    """A file without a barcode is a row that was not read, never a file passed over."""
    return NoRead("no-barcode", "pages", clock(), Place(file, 0, (0, 0, 0, 0)))


def _counted(pages: Iterable[Scan | NoRead], progress: Progress) -> Iterator[Scan | NoRead]:
    for n, scan in enumerate(pages, 1):
        progress(n)
        yield scan
