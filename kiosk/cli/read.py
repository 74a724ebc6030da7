"""`kiosk read`: every barcode of a document, and every place that was not read."""

from typing import Any

import click

from drivers.pages import Reader
from drivers.picture import Dial, Page, Symbol, Unread
from kiosk.cli import sources
from kiosk.cli.terminal import REFUSED, Terminal, common
from kiosk.core.faults import Refusal
from kiosk.core.meaning import references
from kiosk.core.printed import agrees
from kiosk.wording import mend, mended, sentence


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--evidence", type=click.Choice([str(one) for one in Dial]))
@common
@click.pass_obj
def read(terminal: Terminal, files: tuple[str, ...], evidence: str | None) -> int:
    """Each page is shown as it is read; as JSON, all of them in one document."""
    documents, unread = [], False
    with Reader(dial=sources.dial(terminal, evidence)) as reader:
        for page in sources.read(terminal, files, reader):
            unread = unread or page.fault is not None
            documents.append(page_document(terminal, page))
            if not terminal.json:
                _show(terminal, page)
    if terminal.json:
        terminal.show({"pages": documents})
    return REFUSED if unread else 0


def page_document(terminal: Terminal, page: Page) -> dict[str, Any]:
    """One page as JSON; boxes in pixels of the page picture (of a PDF page: at 300 dpi)."""
    fault = page.fault
    return {
        "file": page.file,
        "page": page.page,
        "width": page.width,
        "height": page.height,
        "symbols": [_symbol(terminal, symbol) for symbol in page.symbols],
        "unread": [_unread(terminal, one) for one in page.unread],
        "ms": round(page.ms, 1),
        "dial": page.dial.value,
        "problem": fault and {"code": fault.problem.value, "expected": fault.expected, "got": fault.got},
    }


def _unread(terminal: Terminal, one: Unread) -> dict[str, Any]:
    no = _refusal(one)
    return {
        "box": list(one.box),
        "reason": one.reason.value,
        "message": terminal.why(no),
        "next": mend(terminal.words, no),
        "got": list(one.got),
        "narrow": one.narrow,
        "mil": one.mil,
        "dpi": one.dpi,
    }


def _refusal(one: Unread) -> Refusal:
    return Refusal("not-read", **one.particulars, why=one.reason)


def _symbol(terminal: Terminal, symbol: Symbol) -> dict[str, Any]:
    meanings, refusal = _meaning(symbol)
    return {
        "text": symbol.text,
        "symbology": symbol.symbology.name,
        "box": list(symbol.box),
        "printed": list(symbol.printed),
        "compared": agrees(symbol.text, symbol.printed),
        "evidence": {"witnesses": list(symbol.evidence.witnesses), "lines": symbol.evidence.lines},
        "means": meanings,
        "refusal": refusal and {"code": refusal.code, "message": terminal.why(refusal)},
    }


def _meaning(symbol: Symbol) -> tuple[list[dict[str, str]], Refusal | None]:
    try:
        found = references(symbol.text, None, symbol.printed)
    except Refusal as no:
        return [], no
    return [{"kind": reference.kind, "number": str(reference), "hri": reference.hri} for reference in found], None


def _show(terminal: Terminal, page: Page) -> None:
    words = terminal.words
    terminal.say("cli.read.page", file=page.file, page=page.page + 1, symbols=len(page.symbols), unread=len(page.unread))
    if page.fault is not None:
        terminal.say("cli.read.problem", why=sentence(words, "problem", page.fault.problem, {"got": page.fault.got}))
    rows = [(_at(one.box), one.symbology.name, one.text, _means(terminal, one)) for one in page.symbols]
    rows += [(_at(one.box), "-", words.say("cli.faulty"), mended(words, _refusal(one))) for one in page.unread]
    if rows:
        terminal.table([words.say(f"cli.column.{name}") for name in ("place", "symbology", "text", "means")], sorted(rows))


def _at(box: tuple[int, int, int, int]) -> str:
    return f"{box[0]:>5},{box[1]:>5}"


def _means(terminal: Terminal, symbol: Symbol) -> str:
    meanings, refusal = _meaning(symbol)
    if refusal is not None:
        return terminal.why(refusal)
    said = ", ".join(terminal.words.say("cli.kind." + one["kind"]) + " " + one["hri"] for one in meanings)
    return said if agrees(symbol.text, symbol.printed) else f"{said}; {terminal.words.say('advice.not-compared')}"
