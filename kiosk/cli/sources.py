"""What a command is given: files to be read, numbers, or lines of a scanner that types into the terminal."""

import sys
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from drivers.pages import Pages, Reader
from drivers.picture import Dial, Page, Unopened
from drivers.scan import NoRead, Scan, identified
from kiosk.cli.terminal import Progress, Terminal, named_file
from kiosk.config import clock
from kiosk.core.reference import NotAReference, candidates
from kiosk.settings import home_folder

DOCUMENTS = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp"})


def dial(terminal: Terminal, given: str | None = None) -> Dial:
    """As asked for, else as kiosk.toml has it; a home is not made for it."""
    if given is not None:
        return Dial(given)
    there = (home_folder(terminal.home) / "kiosk.toml").exists()
    return terminal.parts.settings.reading.evidence if there else Dial.STRICT


def is_file(given: str) -> bool:
    """Whether an argument means a file: it is one, or is written like one. A number never is."""
    if given.startswith(("/", "./", "../")) or Path(given).suffix.lower() in DOCUMENTS:
        return True
    return named_file(given) is not None and not _is_number(given)


def _is_number(given: str) -> bool:
    try:
        return bool(candidates(given))
    except NotAReference:
        return False


def typed(text: str, *, keyed: bool, source: str) -> Scan:
    """A number from a keyboard, or from a scanner that types."""
    bare, symbology = identified(text.strip("\r\n"))
    return Scan(uuid.uuid4().hex, bare, text.encode(errors="surrogateescape"), source, clock(), symbology, keyed)


def lines() -> Iterator[str]:
    """Standard input, line by line as it comes; empty lines are left out."""
    return (line for line in iter(sys.stdin.readline, "") if line.strip())


def read(terminal: Terminal, paths: Sequence[str], reader: Reader) -> Iterator[Page]:
    """Every page of every file, as it is read; says how far it is when that takes time."""
    progress, done, total = Progress(terminal, "cli.pages"), 0, len(paths)
    for path in paths:
        total += _pages(reader, path) - 1
        for page in reader.read(path, file=path):
            done += 1
            progress(done, total)
            yield page


def _pages(reader: Reader, path: str) -> int:
    """How many there are; one that can't be opened is told as one page."""
    try:
        return reader.pages(path)
    except Unopened:
        return 1


def scanned(terminal: Terminal, given: Sequence[str]) -> list[Scan | NoRead]:
    """Everything that was given, in order: from pages top to bottom, and numbers as they stand."""
    found: list[Scan | NoRead] = []
    progress = Progress(terminal, "cli.reading")
    with ExitStack() as stack:
        reader = stack.enter_context(Reader(dial=dial(terminal))) if any(map(is_file, given)) else None
        for one in given:
            if reader is not None and is_file(one):
                pages = stack.enter_context(Pages([one], clock=clock, reader=reader))
                found += _counted(pages, progress)
            else:
                found.append(typed(one, keyed=True, source="keyboard"))
    return found


def _counted(pages: Iterable[Scan | NoRead], progress: Progress) -> Iterator[Scan | NoRead]:
    for n, scan in enumerate(pages, 1):
        progress(n)
        yield scan
