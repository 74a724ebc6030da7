"""`kiosk query`: the status of every barcode of a form, of numbers, or of what a scanner types into the terminal."""

import sys

import click

from kiosk.cli.rows import cells, document, table
from kiosk.cli.terminal import REFUSED, UNKNOWN, Terminal, common
from kiosk.core.sheet import Faulty, Header, QuerySheet, Waiting


@click.command()
@click.argument("given", metavar="[FILE|NUMBER]...", nargs=-1)
@common
@click.pass_obj
def query(terminal: Terminal, given: tuple[str, ...]) -> int:
    """With nothing given, standard input is read, one number a line, each answered at once."""
    if not given or given == ("-",):
        return from_lines(terminal)
    sheet = asked(terminal, given, Header(terminal.parts.settings.office))
    if terminal.json:
        terminal.show(document(terminal, sheet))
    else:
        table(terminal, sheet)
    return exit_code(sheet)


def asked(terminal: Terminal, given: tuple[str, ...], header: Header, by: str = "") -> QuerySheet:
    """A sheet of all that was given, asked in one round trip."""
    from kiosk.cli.sources import scanned  # noqa: PLC0415 - lines of a scanner need none of it

    scans = scanned(terminal, given)
    counter, by = terminal.parts.counter, by or terminal.parts.settings.station
    return counter.scan(counter.open(header, by), scans, by)


def from_lines(terminal: Terminal) -> int:
    """One number a line, each on a sheet of its own: asked again, it is answered anew. End of input ends it."""
    from kiosk.cli.sources import lines, typed  # noqa: PLC0415 - start-up

    counter, station = terminal.parts.counter, terminal.parts.settings.station
    header, codes, rows = Header(terminal.parts.settings.office), set[int](), []
    if sys.stdin.isatty() and not terminal.json:
        terminal.note("cli.query.waiting")
    for line in lines():
        scan = typed(line, keyed=False, source="terminal")
        sheet = counter.scan(counter.open(header, station), [scan], station)
        codes.add(exit_code(sheet))
        if terminal.json:
            rows += document(terminal, sheet)["rows"]
        else:
            click.echo("  ".join(cells(terminal, sheet, 1, sheet.rows[0])[1:]).rstrip())
    if terminal.json:
        terminal.show({"rows": rows, "error": next((row["error"] for row in rows if row["error"]), None)})
    return max(codes, default=0)


def exit_code(sheet: QuerySheet) -> int:
    """3 when a row could not be asked, 1 when one was refused or not read, else 0."""
    if any(isinstance(row, Waiting) for row in sheet.rows):
        return UNKNOWN
    return REFUSED if any(isinstance(row, Faulty) for row in sheet.rows) else 0
