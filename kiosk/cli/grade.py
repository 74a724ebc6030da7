"""`kiosk grade`: how well the barcodes of a document are printed, and how to print them better: before the drive to the border."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from drivers.pages import Reader
from drivers.picture import Unopened, Unread
from drivers.picture.grade import Graded, Grades, Parameter
from drivers.picture.grade.advice import advice
from kiosk.cli import sources
from kiosk.cli.terminal import REFUSED, Progress, Terminal, common, written
from kiosk.core.faults import Refusal
from kiosk.wording import mend, sentence


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--cutouts", type=click.Path(file_okay=False))
@common
@click.pass_obj
def grade(terminal: Terminal, files: tuple[str, ...], cutouts: str | None) -> int:
    """Each page is shown as it is graded; as JSON, all of them in one document."""
    pages, good, drawn = [], True, False
    with Reader(dial=sources.dial(terminal)) as reader:
        for page in _graded(terminal, files, reader):
            pictures = _cut_out(reader, page, Path(cutouts)) if cutouts else []
            pages.append(page_document(terminal, page, pictures))
            good = good and page.fault is None and bool(page.places) and all(one.letter != "F" for one in page.places)
            drawn = drawn or any(one.drawn for one in page.places)
            if not terminal.json:
                _show(terminal, page)
    if terminal.json:
        terminal.show({"estimate": terminal.words.say("grade.estimate"), "pages": pages})
    else:
        for key in ["grade.estimate"] + ["grade.drawn"] * drawn:
            terminal.note(key)
    return 0 if good else REFUSED


def _graded(terminal: Terminal, files: Sequence[str], reader: Reader) -> Iterator[Grades]:
    """Every page of every file; says how far it is when that takes time."""
    progress, done = Progress(terminal, "cli.reading"), 0
    for file in files:
        for page in reader.grades(file, file=file):
            done += 1
            progress(done)
            yield page


def page_document(terminal: Terminal, page: Grades, pictures: Sequence[str] = ()) -> dict[str, Any]:
    """One page as JSON; boxes and lengths in pixels of the page picture (of a PDF page: at 300 dpi)."""
    fault = page.fault
    codes = [_barcode(terminal, one) for one in page.places]
    return {
        "file": page.file,
        "page": page.page,
        "barcodes": [code | {"cutout": picture} for code, picture in zip(codes, pictures, strict=True)] if pictures else codes,
        "problem": fault and {"code": fault.problem.value, "expected": fault.expected, "got": fault.got},
    }


def _barcode(terminal: Terminal, one: Graded) -> dict[str, Any]:
    return {
        "box": list(one.box),
        "text": one.text or None,
        "symbology": one.symbology and one.symbology.name,
        "grade": one.grade,
        "letter": one.letter,
        "fault": one.fault and one.fault.value,
        "reason": one.reason and one.reason.value,
        "lines": list(one.lines),
        "parameters": {name.value: {"value": mark.value, "grade": mark.grade} for name, mark in one.marks.items()},
        "narrow": one.narrow,
        "mil": one.mil or None,
        "aperture": one.aperture,
        "advice": [{"code": code, "message": what} for code, what in _told(terminal, one).items()],
        "message": _fault(terminal, one),
    }


def _show(terminal: Terminal, page: Grades) -> None:
    words, where = terminal.words, {"file": page.file, "page": page.page + 1}
    if page.fault is not None:
        terminal.say("grade.none", **where)
        terminal.say("cli.read.problem", why=sentence(words, "problem", page.fault.problem, {"got": page.fault.got}))
        return
    if not page.places:
        terminal.say("grade.none", **where)
        return
    click.echo(words.count("grade.page", len(page.places), **where))
    head = [words.say(key) for key in ("cli.column.position", "grade.column.grade", "cli.column.text", "cli.column.symbology")]
    head += [words.say(f"grade.column.{name}") for name in ("narrow", "fault")]
    terminal.table(head, [_row(terminal, n, one) for n, one in enumerate(page.places, 1)])
    for what, rows in _to_do(terminal, page.places).items():
        terminal.say("grade.advice", rows=", ".join(map(str, rows)), what=what)


def _row(terminal: Terminal, n: int, one: Graded) -> list[str]:
    words = terminal.words
    narrow = words.say("grade.mil", mil=one.mil) if one.mil else words.say("grade.px", px=one.narrow)
    text, kind = (one.text, one.symbology.name) if one.symbology else (words.say("cli.faulty"), "-")
    return [str(n), f"{one.letter} {one.grade:.1f}", text, kind, narrow if one.narrow else "-", _fault(terminal, one)]


def _fault(terminal: Terminal, one: Graded) -> str:
    """What pulls the grade down, in words; why a place was not read."""
    if one.unread is not None:
        return terminal.why(_refusal(one.unread))
    if one.fault is None:
        return terminal.words.say("grade.fault.none")
    value = one.marks[one.fault].value
    shown = 1 - value if one.fault is Parameter.DECODE else value
    return terminal.words.say(f"grade.fault.{one.fault}", value=f"{value:.1f}", percent=round(100 * shown))


def _refusal(one: Unread) -> Refusal:
    return Refusal("not-read", **one.particulars, why=one.reason)


def _told(terminal: Terminal, one: Graded) -> dict[str, str]:
    """What to do, by its code."""
    if one.unread is not None:
        return {one.unread.reason.value: mend(terminal.words, _refusal(one.unread))}
    return {code.value: terminal.words.say(f"grade.do.{code}") for code in advice(one)}


def _to_do(terminal: Terminal, places: Sequence[Graded]) -> dict[str, list[int]]:
    """Each thing to do, once, with the numbers of the barcodes that it is for; an A needs nothing."""
    found: dict[str, list[int]] = {}
    for n, one in enumerate(places, 1):
        for what in _told(terminal, one).values() if one.letter != "A" else ():
            found.setdefault(what, []).append(n)
    return found


def _cut_out(reader: Reader, page: Grades, folder: Path) -> list[str]:
    """The names of the pictures of a page's barcodes, which are written into the folder."""
    try:
        pictures = reader.cutouts(page.file, page.page, [one.box for one in page.places])
    except Unopened:
        return []
    stem = Path(page.file).stem
    paths = [folder / f"{stem}-{page.page + 1}-{n}.png" for n in range(1, len(pictures) + 1)]
    return [str(written(path, picture)) for path, picture in zip(paths, pictures, strict=True)]
