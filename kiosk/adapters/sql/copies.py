"""Copies of the record: made while others write, verified against a printed checkpoint, and put back."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.adapters.sql import audit
from kiosk.adapters.sql.database import Database, Transaction, file_url
from kiosk.adapters.sql.leaves import CHUNK, Head, Progress, decoded, edge_of, root_of, silent, stream, write, write_documents
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.proof import Checkpoint

_DIGESTS = "SELECT digest FROM documents WHERE digest > :after ORDER BY digest LIMIT 1000"
_BYTES = "SELECT bytes FROM documents WHERE digest = :digest"
_DROPPED = "INSERT INTO documents (digest) VALUES (:digest) ON CONFLICT (digest) DO UPDATE SET bytes = NULL"


def backup(source: Transaction, folder: Path, progress: Progress) -> tuple[Path, Checkpoint]:
    """Copy what a transaction sees into a file of its own, named after its head; the file and the head."""
    head = Head.read(source)
    checkpoint = Checkpoint(head.size, root_of(source, head.size))
    path = folder / f"record-{checkpoint.short}.sqlite"
    with _whole_or_nothing(path) as draft:
        target = Database(file_url(draft), 5.0, "backup")
        try:
            with target.writing() as copy:
                _copy(source, copy, 0, progress)
            target.fold()
        finally:
            target.close()
    return path, checkpoint


def restore(source: Path, to: str, against: str, progress: Progress = silent) -> Checkpoint:
    """Put a copy back: verify it against a printed checkpoint, then write what the record at the URL `to` has not.

    `Refusal` copy-unsound when anything is wrong with the copy, record-differs when the record there is not its beginning.
    All or nothing, and others may have the record open.
    """
    record = None
    try:
        with _opened(source) as copy, copy.snapshot() as transaction:
            _check_sound(transaction, against, progress)
            record = Database(to, 5.0, "journal")
            with record.writing() as target:
                return _restore(transaction, target, progress)
    finally:
        if record:
            record.close()


@contextmanager
def _opened(source: Path) -> Iterator[Database]:
    """A copy to be read. One that an older kiosk made stays as it is: a copy of it takes the newer steps of the schema."""
    with TemporaryDirectory(prefix="restore-") as folder:
        try:
            copy = Database(file_url(source, mode="ro"), 5.0, "backup")
        except Unavailable as error:
            if error.code != "schema":
                raise
            copy = Database(file_url(_twin(source, Path(folder))), 5.0, "backup")
        with closing(copy):
            yield copy


def _twin(source: Path, folder: Path) -> Path:
    """The file once more; an empty one holds no record, and gets none."""
    if not source.stat().st_size:
        raise Unavailable("backup", "schema", f"{source}: expected a record, got an empty file")
    try:
        return Path(shutil.copy(source, folder))
    except OSError as error:
        raise Unavailable("backup", "gone", str(error)) from error


def _check_sound(copy: Transaction, against: str, progress: Progress) -> None:
    found = audit.findings(copy, audit.parsed(against), progress)
    if found:
        worst = f"{found[0].code} {found[0].detail}"
        raise Refusal("copy-unsound", expected=f"a copy that fits {against}", got=worst, findings=len(found))


def _restore(copy: Transaction, target: Transaction, progress: Progress) -> Checkpoint:
    there, head = Head.read(target).size, Head.read(copy).size
    if there > head or root_of(copy, there) != root_of(target, there):
        raise Refusal("record-differs", expected="an empty record, or the beginning of the copy", got=f"{there} other entries")
    _copy(copy, target, there, progress)
    return Checkpoint(head, root_of(target, head))


def _copy(source: Transaction, target: Transaction, low: int, progress: Progress) -> None:
    """Write all from a position on, as it was first written: the tree and the projections follow from the leaves."""
    size, edge = Head.read(source).size, edge_of(target, low)
    _copy_documents(source, target)
    leaves = stream(source, low)
    while some := list(islice(leaves, CHUNK)):
        edge = write(target, edge, [(decoded(*leaf), leaf[1]) for leaf in some])
        progress(edge.size, size)


def _copy_documents(source: Transaction, target: Transaction) -> None:
    after = ""
    while digests := source.rows(_DIGESTS, after=after):
        for (after,) in digests:
            (content,) = source.first(_BYTES, digest=after)
            if content is None:
                target.run(_DROPPED, digest=after)
            else:
                write_documents(target, {after: content})


@contextmanager
def _whole_or_nothing(path: Path) -> Iterator[Path]:
    """A draft beside a file, which takes its name once it is whole and on the disk."""
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.unlink(missing_ok=True)
        yield draft
        _sync(draft)
        draft.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise Unavailable("backup", "gone", str(error)) from error
    finally:
        for side in ("", "-wal", "-shm"):
            Path(f"{draft}{side}").unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
