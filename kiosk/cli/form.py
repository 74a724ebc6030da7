"""`kiosk form`: the query form itself, blank or filled, with barcodes (Q2)."""

import csv
from pathlib import Path

import click

from kiosk.cli.terminal import Terminal, common, written
from kiosk.core.faults import Refusal
from kiosk.core.reference import NotAReference, candidates
from kiosk.core.sheet import Header, check_legible
from kiosk.core.stamp import office_code


@click.command()
@click.argument("numbers", metavar="[NUMBER]...", nargs=-1)
@click.option("--from", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--symbology", type=click.Choice(["code128", "code39"]), default="code128")
@click.option("--office", default="")
@click.option("--client", default="")
@click.option("--client-id", default="")
@click.option("--contact", default="")
@click.option("--rows", type=click.IntRange(0, 500), default=0)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("form.pdf"))
@common
@click.pass_obj
def form(
    terminal: Terminal, /, numbers: tuple[str, ...], source: Path | None, symbology: str, rows: int, out: Path, **head: str
) -> int:
    """Every number is checked before it is drawn: a form that would be refused is not made."""
    listed = [*numbers, *(listed_in(source) if source else ())]
    checked = [_checked(number, place) for place, number in enumerate(listed, 1)]
    office = head["office"] or terminal.parts.settings.office
    for name in ("client", "client_id", "contact"):
        check_legible(name, head[name])
    top = Header(office_code(office) if office else "", head["client"], head["client_id"], head["contact"])
    pdf = terminal.parts.paper.form(top, checked, symbology, rows or max(0, 12 - len(checked)))
    path = written(out, pdf)
    if terminal.json:
        terminal.show({"form": str(path), "rows": len(checked)})
    else:
        terminal.say("cli.form.done", rows=len(checked), path=path)
    return 0


HEADINGS = frozenset({"number", "numbers", "numéro", "numéros", "ccn", "ncf", "transaction", "transaction_number", "reference"})


def listed_in(source: Path) -> list[str]:
    """The numbers of a list, one a line, or of the first column of a CSV, whose heading is left out by its name."""
    try:
        rows = list(csv.reader(source.read_text(encoding="utf-8-sig").splitlines()))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal("unreadable-file", got=f"{source}: {error}") from error
    first = [row[0].strip() for row in rows if any(cell.strip() for cell in row)]
    return first[1:] if first and first[0].lower() in HEADINGS else first


def _checked(number: str, place: int) -> str:
    try:
        candidates(number)
    except NotAReference as no:
        raise NotAReference(no.code, **{**no.fields, "row": str(place)}) from None
    return number
