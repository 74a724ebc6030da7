"""What the commands do. Exit codes: 0 all well, 1 some bad or not on file, 2 wrong usage, 3 the store can't be used."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from acros_stub import database as db
from acros_stub import instant, shapes
from acros_stub.words import LANGUAGES

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from acros_stub.history import Reference
    from acros_stub.load import Report

SOME_BAD: Final = 1
USAGE: Final = 2
UNAVAILABLE: Final = 3
_MOST_SHOWN: Final = 20
_PATIENCE: Final = 2.0


@dataclass(slots=True)
class Desk:
    """What every command is told: where the store is, how to speak, and whether to a person or to a program."""

    lang: str
    home: Path | None
    said_database: str | None
    json: bool

    @property
    def database(self) -> str:
        """The URL of the store: as said, else the file in the home folder."""
        if self.said_database:
            return self.said_database
        if self.home is None:
            from platformdirs import user_data_path  # noqa: PLC0415  # only where nothing was said

            self.home = user_data_path("release-kiosk")
        return db.file_url(self.home / "acros.sqlite3")

    def word(self, name: str, **values: object) -> str:
        """A sentence in the language of the reader."""
        return LANGUAGES[self.lang][name].format(**values)

    def tell(self, document: object, *lines: str) -> None:
        """The JSON document to a program, or the lines to a person."""
        click.echo(json.dumps(document) if self.json else "\n".join(lines))

    def fail(self, code: int, name: str, **values: object) -> NoReturn:
        """End with this exit code and this sentence; with --json it is on standard output as well."""
        message = self.word(name, **values)
        if self.json:
            click.echo(json.dumps({"error": {"code": name, "message": message}}))
        click.echo(message, err=True)
        raise SystemExit(code)

    @contextmanager
    def store(self, opened: "Callable[[str], Engine]" = db.create) -> "Iterator[Engine]":
        """The store, open for writing; exit code 3 if it can't be."""
        try:
            engine = opened(self.database)
            try:
                yield engine
            finally:
                engine.dispose()
        except (db.NoStoreError, *db.LOST) as error:
            self.fail(UNAVAILABLE, "unavailable", got=str(error).splitlines()[0])

    def progress(self, done: int, whole: int) -> None:
        """How far a long job has come, on standard error; a job of two seconds says nothing."""
        if time.monotonic() - _STARTED > _PATIENCE:
            click.echo(self.word("progress", percent=100 * done // max(whole, 1)), err=True)


_STARTED: Final = time.monotonic()


def serve(desk: Desk, host: str, port: int, reuse_days: int, air_reuse_days: int) -> None:
    """Answer over HTTP, until stopped."""
    from acros_stub.server import run  # noqa: PLC0415  # gunicorn
    from acros_stub.web import create_app  # noqa: PLC0415  # Flask

    try:
        db.parsed(desk.database)
    except db.NoStoreError as error:
        desk.fail(UNAVAILABLE, "unavailable", got=str(error))
    app = create_app(desk.database, reuse_days=reuse_days, air_reuse_days=air_reuse_days)
    run(app, f"{host}:{port}")


def load(desk: Desk, file: Path | None, demo: bool) -> None:  # noqa: FBT001  # a flag of the command line
    """Load a feed, or the demonstration."""
    from acros_stub import demo as demonstration  # noqa: PLC0415  # with its CSV
    from acros_stub.load import load as load_file  # noqa: PLC0415  # likewise

    if (file is None) is not demo:
        desk.fail(USAGE, "file-or-demo")
    if file is not None:
        _expect_readable(desk, file)
    with desk.store() as engine:
        if file is None:
            report = demonstration.load_demo(engine, instant.now())
        else:
            report = _fed(desk, lambda: load_file(engine, file, desk.progress))
    _tell_report(desk, report, file)


def seed(desk: Desk, number: int, seed: int, day: str | None) -> None:
    """Load rows of a plausible day."""
    from acros_stub.seed import seed as sow  # noqa: PLC0415  # only here

    try:
        date = datetime.fromisoformat(day).date() if day else (datetime.now(UTC) - timedelta(days=1)).date()
    except ValueError:
        desk.fail(USAGE, "wrong-day", got=repr(day))
    midnight = instant.micros(datetime(date.year, date.month, date.day, tzinfo=UTC))
    with desk.store() as engine:
        report = _fed(desk, lambda: sow(engine, number, midnight, seed, desk.progress))
    _tell_report(desk, report, None)


def status(desk: Desk, number: str) -> None:
    """Show what is on file for a number, in each of its senses."""
    from acros_stub.answers import answered  # noqa: PLC0415  # only here
    from acros_stub.history import read  # noqa: PLC0415  # likewise

    asked = _senses(desk, number)
    with desk.store(db.reader) as engine:
        db.ready(engine)
        as_of = instant.now()
        document = answered(asked, read(engine, asked), as_of)
    lines = [line for answer in document["answers"] for line in _spoken(desk, answer)]
    desk.tell(document, *lines, desk.word("as-of", at=document["as_of"], authority=document["authority"]))
    if all(answer["status"] == "N/A" for answer in document["answers"]):
        raise SystemExit(SOME_BAD)


def refer(desk: Desk, number: str) -> None:
    """Refer what is on file for a number for exam, now; exit code 1 if nothing is."""
    from acros_stub.referrals import refer as refer_for_exam  # noqa: PLC0415  # only here

    asked = _senses(desk, number)
    with desk.store() as engine:
        referred = refer_for_exam(engine, asked, instant.now())
    desk.tell({"referred": referred}, desk.word("referred", count=referred, number=number))
    if not referred:
        raise SystemExit(SOME_BAD)


def _senses(desk: Desk, number: str) -> "list[Reference]":
    """All that a number can stand for; exit code 2 if it is none."""
    from acros_stub.history import Reference  # noqa: PLC0415  # only here

    shapes_of = {"transaction": shapes.TRANSACTION, "ccn": shapes.CCN}
    asked = [Reference(kind, number) for kind, shape in shapes_of.items() if shape.fullmatch(number)]
    return asked or desk.fail(USAGE, "wrong-number", got=repr(number))


def fault(desk: Desk, kind: str, how: str, seconds: float) -> None:
    """Play a fault, or none."""
    from acros_stub.faults import OFF, Fault, play  # noqa: PLC0415  # only here

    played = {
        "down": Fault("down", "", 0),
        "slow": Fault("slow", "", round(seconds * 1000)),
        "garbled": Fault("garbled", how, 0),
        "off": OFF,
    }[kind]
    with desk.store() as engine:
        play(engine, played)
    named = " ".join(filter(None, (played.kind, played.how)))
    desk.tell({"fault": played._asdict()}, desk.word("fault-on", fault=named) if named else desk.word("fault-off"))


def _spoken(desk: Desk, answer: dict[str, Any]) -> "Iterator[str]":
    """An answer for a person, with the requests that it comes from."""
    yield desk.word("answer", **answer | {"kind": desk.word(answer["kind"])})
    for request in answer["transactions"]:
        number = request["number"] or desk.word("no-number")
        shown = {name: value or "-" for name, value in request.items()}
        yield desk.word("request", **shown | {"number": number, "at": shown["processed_at"]})


def _expect_readable(desk: Desk, file: Path) -> None:
    try:
        with file.open("rb"):
            pass
    except OSError as error:
        desk.fail(USAGE, "unreadable", file=file, got=error.strerror)


def _fed(desk: Desk, loading: "Callable[[], Report]") -> "Report":
    """The report of a load, or exit code 2 for what is no feed."""
    from acros_stub.staging import FeedError  # noqa: PLC0415  # only here

    try:
        return loading()
    except FeedError as error:
        desk.fail(USAGE, "no-feed", got=str(error))


def _tell_report(desk: Desk, report: "Report", file: Path | None) -> None:
    """What became of a feed; exit code 1 if some rows were bad."""
    counts = {"source": report.source, "rows": report.rows, "new": report.new, "bad": len(report.bad)}
    lines = [desk.word("again" if report.again else "loaded", **counts)]
    if report.resumed_at:
        lines.insert(0, desk.word("resumed", line=report.resumed_at))
    bad = [row._asdict() for row in report.bad]
    desk.tell(asdict(report) | {"bad": bad}, *lines)
    if not desk.json:
        _tell_bad(desk, bad, file)
    if bad:
        raise SystemExit(SOME_BAD)


def _tell_bad(desk: Desk, bad: list[dict[str, Any]], file: Path | None) -> None:
    """The first bad rows on standard error; if there are more, all of them in a file beside the feed."""
    for row in bad[:_MOST_SHOWN]:
        click.echo(desk.word("bad-row", **row | {"got": ascii(row["got"])}), err=True)
    if len(bad) > _MOST_SHOWN and file is not None:
        beside = file.with_name(file.name + ".bad.jsonl")
        left = {"count": len(bad) - _MOST_SHOWN, "file": beside}
        try:
            beside.write_text("".join(json.dumps(row) + "\n" for row in bad), encoding="utf-8")
            click.echo(desk.word("more-bad", **left), err=True)
        except OSError as error:
            click.echo(desk.word("bad-unwritten", **left, got=error.strerror), err=True)
