"""Load a file into the store. A file is known by its content: the same again is nothing new, a broken one goes on."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import Engine

from acros_stub import staging
from acros_stub.feed import CSV, JSON_LINES, BadRow, Split, parse
from acros_stub.shapes import HEADER
from acros_stub.staging import Block, FeedError, Load

_BLOCK: Final = 4 << 20
_LONGEST_LINE: Final = 64 << 10
_BOM: Final = b"\xef\xbb\xbf"

Progress = Callable[[int, int], None]
"""Called after each block, with what is done and what there is in all."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a feed: good rows, events that were new to the store, every bad row.

    `resumed_at` is the line at which a load that had broken off went on (0: it had not); `again`: loaded before.
    """

    source: str
    rows: int
    new: int
    bad: tuple[BadRow, ...]
    resumed_at: int
    again: bool


def load(engine: Engine, file: Path, progress: Progress = lambda _done, _all: None, block: int = _BLOCK) -> Report:
    """Load this file, `block` bytes at a time.

    Raises:
        FeedError: empty, without the header, or changed while it was read.
        OSError: missing or unreadable.
    """
    with file.open("rb") as stream:
        split = _kind(stream, file)
        before = os.fstat(stream.fileno())
        stream.seek(0)
        begun = staging.begin(engine, hashlib.file_digest(stream, "sha256").hexdigest(), str(file))
        if begun.published_at is None:
            for piece in _blocks(stream, split, begun, block):
                staging.stage(engine, begun, piece)
                progress(piece.end, before.st_size)
                if piece.end > before.st_size:
                    break  # somebody is still writing it
            _expect_unchanged(engine, begun, file, before, os.fstat(stream.fileno()))
            staging.publish(engine, begun)
    return report(engine, begun, str(file), begun.published_at is not None)


def report(engine: Engine, begun: Load, source: str, again: bool) -> Report:  # noqa: FBT001  # a fact of the report
    """What became of a feed, from what the store has kept of it."""
    done = staging.state(engine, begun)
    new = 0 if again else done.events
    return Report(source, done.good, new, staging.bad_rows(engine, begun), 0 if again else begun.lines, again)


def _kind(stream: BinaryIO, file: Path) -> Split:
    """What kind of feed this is, by its first line."""
    first = stream.readline(_LONGEST_LINE).removeprefix(_BOM).strip()
    if not first:
        raise FeedError(f"{file}: expected the header {','.join(HEADER)}, got " + _nothing(stream))
    if first.startswith(b"{"):
        return JSON_LINES
    if first.replace(b'"', b"") != ",".join(HEADER).encode():
        got = first[:80].decode("utf-8", "backslashreplace")
        raise FeedError(f"{file}: expected the header {','.join(HEADER)} or JSON Lines, got {got!r}")
    return CSV


def _nothing(stream: BinaryIO) -> str:
    return "an empty line" if stream.tell() else "an empty file"


def _blocks(stream: BinaryIO, split: Split, begun: Load, size: int) -> Iterator[Block]:
    """The feed from the place reached, in blocks of whole lines."""
    stream.seek(begun.place)
    place, line = begun.place, begun.lines
    while data := _whole_lines(stream, size):
        lines = _lines(data.removeprefix(_BOM) if place == 0 else data)
        skip = 1 if place == 0 and split is CSV else 0
        rows, bad = parse(lines[skip:], split, line + skip + 1)
        yield Block(place, stream.tell(), len(lines), rows, bad)
        place, line = stream.tell(), line + len(lines)


def _whole_lines(stream: BinaryIO, size: int) -> bytes:
    """The next block, up to the end of a line; of a line without an end only the beginning is kept, to be refused."""
    data = stream.read(size) + stream.readline(_LONGEST_LINE)
    while not data.endswith(b"\n") and (more := stream.readline(_LONGEST_LINE)):
        data += b"\n" if more.endswith(b"\n") else b""
    return data


def _lines(data: bytes) -> list[str]:
    r"""Lines, with what is not UTF-8 as \xff: no field may hold a backslash, so it is refused and can be seen."""
    lines = data.decode("utf-8", "backslashreplace").replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _expect_unchanged(engine: Engine, begun: Load, file: Path, before: os.stat_result, after: os.stat_result) -> None:
    """What was staged is what was digested; if not, none of it is kept."""
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        staging.forget(engine, begun)
        raise FeedError(f"{file}: expected a file that stays as it is, got one that changed while it was read")
