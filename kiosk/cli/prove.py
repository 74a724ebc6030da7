"""`kiosk prove`, the stamped sheet; and `kiosk return`, the slip that goes back with a faulty form."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kiosk.cli.query import asked, exit_code
from kiosk.cli.rows import document, table
from kiosk.cli.terminal import REFUSED, Terminal, common, written
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.sheet import Header, QuerySheet
from kiosk.core.stamp import badge_number, office_code
from kiosk.desks.counter import Changed
from kiosk.wording import row_document

OUT = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("given", metavar="FILE|NUMBER...", nargs=-1, required=True)
@click.option("--office", default="")
@click.option("--badge", required=True)
@click.option("--client", default="")
@click.option("--client-id", default="")
@click.option("--contact", default="")
@click.option("--remove", metavar="ROW=REASON", multiple=True)
@click.option("--on", is_flag=True)
@click.option("--in-bond", is_flag=True)
@click.option("--out", type=OUT, default=Path())
@common
@click.pass_obj
def prove(
    terminal: Terminal,
    /,
    given: tuple[str, ...],
    badge: str,
    remove: tuple[str, ...],
    out: Path,
    *,
    on: bool,
    in_bond: bool,
    **head: str,
) -> int:
    """Ask, show, ask again, stamp and seal; or say row by row why not."""
    badge = badge_number(badge, terminal.parts.settings.badge)
    removals = [removal(one) for one in remove]
    sheet = asked(terminal, given, header(terminal, **head), badge)
    for row, reason in removals:
        sheet = terminal.parts.counter.remove(sheet, row, reason, badge)
    if not terminal.json:
        table(terminal, sheet)
    try:
        path = stamped(terminal, sheet, badge, out, in_bond=in_bond)
    except Refusal as no:
        return _not_stamped(terminal, sheet, no)
    files = _on_files(terminal, sheet, given, badge, out) if on else []
    _tell(terminal, terminal.parts.counter.find(sheet.number), path, files)
    return REFUSED if any(file["error"] for file in files) else 0


def _on_files(terminal: Terminal, sheet: QuerySheet, given: tuple[str, ...], by: str, out: Path) -> list[dict[str, Any]]:
    """The client's own files under the stamp, too."""
    from kiosk.cli.endorse import endorsed  # noqa: PLC0415 - start-up

    return endorsed(terminal, sheet, given, by, out)


def header(terminal: Terminal, office: str, client: str, client_id: str, contact: str) -> Header:
    """The head of the form; the office is the kiosk's own where none is given."""
    chosen = office or terminal.parts.settings.office
    if not chosen:
        raise Refusal("no-office")
    return Header(office_code(chosen), client, client_id, contact)


def removal(text: str) -> tuple[int, str]:
    """`ROW=REASON`."""
    row, _, reason = text.partition("=")
    if not row.strip().isdecimal() or len(row) > 6 or not reason.strip():
        raise Refusal("bad-removal", expected="ROW=REASON", got=text)
    return int(row), reason


def stamped(terminal: Terminal, sheet: QuerySheet, badge: str, out: Path, *, in_bond: bool = False) -> Path:
    """The path of the stamped sheet. It is in the record first: if the folder does not take it, nothing is lost."""
    with recorded(terminal, sheet, badge):
        press = terminal.parts.own_press
    proof = terminal.parts.counter.stamp(sheet, badge, press, in_bond=in_bond)
    return handed_over(terminal, sheet, proof.pdf, out / f"{sheet.number}.pdf", badge)


@contextmanager
def recorded(terminal: Terminal, sheet: QuerySheet, by: str) -> Iterator[None]:
    """What a part of the kiosk could not do for a sheet is recorded before it is told."""
    try:
        yield
    except Unavailable as no:
        terminal.parts.counter.failed(sheet, no, by)
        raise


def handed_over(terminal: Terminal, sheet: QuerySheet, pdf: bytes, path: Path, by: str) -> Path:
    """The path of a document that was written, and recorded as handed over; that it could not be written is recorded too."""
    try:
        with recorded(terminal, sheet, by):
            written(path, pdf)
    except Unavailable:
        terminal.note("cli.prove.kept", sheet=sheet.number)
        raise
    terminal.parts.counter.handed_over(sheet, pdf, str(path), by)
    return path


def _not_stamped(terminal: Terminal, sheet: QuerySheet, no: Refusal) -> int:
    """Every row that forbids the stamp, with its reason; what has changed since it was read."""
    shown = no.sheet if isinstance(no, Changed) else sheet
    hindrances = [(place, terminal.why(why)) for place, why in shown.hindrances]
    if terminal.json:
        error = {"code": no.code, "message": terminal.why(no), "rows": [{"row": n, "message": why} for n, why in hindrances]}
        terminal.show(document(terminal, shown) | {"proof": None, "error": error})
        return exit_code(shown) or REFUSED
    terminal.note("cli.refused", why=terminal.why(no))
    for place, why in hindrances:
        terminal.note("cli.prove.row", row=place, why=why)
    return exit_code(shown) or REFUSED


def _tell(terminal: Terminal, sheet: QuerySheet, path: Path, files: Sequence[dict[str, Any]]) -> None:
    count = sheet.count
    if terminal.json:
        marks = {status.value: n for status, n in count.items()}
        terminal.show(
            document(terminal, sheet)
            | {"proof": str(path), "files": files, "count": marks, "specimen": True, "in_bond": sheet.in_bond}
        )
        return
    released, held, unknown = count.values()
    terminal.say("cli.prove.done", sheet=sheet.number, released=released, held=held, unknown=unknown, path=path)
    if sheet.in_bond:
        terminal.say("cli.prove.in-bond")
    terminal.say("cli.prove.specimen", authority=terminal.parts.authority)


@click.command(name="return")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--office", default="")
@click.option("--client", default="")
@click.option("--client-id", default="")
@click.option("--contact", default="")
@click.option("--badge", default="")
@click.option("--out", type=OUT, default=Path())
@common
@click.pass_obj
def give_back(terminal: Terminal, /, files: tuple[str, ...], badge: str, out: Path, **head: str) -> int:
    """The slip names each faulty row, shows its place, and says what to mend, in both languages (Q4)."""
    from kiosk.cli.cutouts import cutouts  # noqa: PLC0415 - start-up

    by = badge_number(badge, terminal.parts.settings.badge) if badge else terminal.parts.settings.station
    sheet = asked(terminal, files, header(terminal, **head), by)
    pdf = terminal.parts.counter.give_back(sheet, terminal.parts.own_press, cutouts(terminal, sheet), by)
    path = handed_over(terminal, sheet, pdf, out / f"{sheet.number}-return.pdf", by)
    faulty = [row_document(terminal.words, sheet, place, sheet.rows[place - 1]) for place in sheet.faults]
    if terminal.json:
        terminal.show({"sheet": sheet.number, "slip": str(path), "rows": faulty})
        return 0
    for row in faulty:
        terminal.say("cli.prove.row", row=row["row"], why=row["refusal"]["message"])
    terminal.say("cli.return.done", faults=len(faulty), path=path)
    return 0
