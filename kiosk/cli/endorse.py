"""`kiosk prove --on`: the stamp on the client's own files, beside the stamped sheet (P1, P5, P6)."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.cli.terminal import Terminal, written
from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.sheet import QuerySheet


def endorsed(terminal: Terminal, sheet: QuerySheet, given: Sequence[str], by: str, out: Path) -> list[dict[str, Any]]:
    """Each file of the sheet under its stamp: the file, and where the stamped one is, or why there is none."""
    return [_endorsed(terminal, sheet, file, n, by, out) for n, file in enumerate(given, 1) if Path(file).is_file()]


def _endorsed(terminal: Terminal, sheet: QuerySheet, file: str, n: int, by: str, out: Path) -> dict[str, Any]:
    from drivers.pages import Reader  # noqa: PLC0415 - start-up
    from kiosk.adapters.press.foreign import BinderProcess  # noqa: PLC0415 - start-up
    from kiosk.config import clock  # noqa: PLC0415 - start-up
    from kiosk.desks.endorsing import Endorsing, check_same  # noqa: PLC0415 - start-up
    from kiosk.nextdoor import own_binder  # noqa: PLC0415 - start-up

    desk = Endorsing(terminal.parts.journal, clock, terminal.parts.settings.station)
    path = out / f"{sheet.number}-{n}-stamped.pdf"
    try:
        with Reader() as reader, closing(BinderProcess(own_binder)) as binder:
            data = Path(file).read_bytes()
            check_same(reader, data, sheet, file)
            fact = desk.endorse(sheet.number, data, file, reader, terminal.parts.bindery(binder), by)
        written(path, terminal.parts.journal.document(fact.document))
    except (Refusal, Unavailable) as no:
        said = terminal.why(no) if isinstance(no, Refusal) else str(no)
        terminal.note("cli.endorse.not", file=file, why=said)
        return {"file": file, "stamped": None, "cover": False, "error": {"code": no.code, "message": said}}
    desk.given_out(sheet.number, fact.document, str(path), by)
    if not terminal.json:
        terminal.say("cli.endorse.done", file=file, path=path)
    return {"file": file, "stamped": str(path), "cover": fact.cover, "error": None}
