"""`kiosk verify`: is a proof genuine, whose is it, and which goods may go on it (P2, P4)? It needs public keys and lists alone."""

import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli.sources import is_file
from kiosk.cli.terminal import REFUSED, UNKNOWN, Terminal, common, named_file
from kiosk.cli.verdict import Judged, told_as_document, told_to_people
from kiosk.config import clock
from kiosk.core.faults import Forged, Refusal
from kiosk.core.hold import HoldList, newer
from kiosk.core.meaning import SEAL_PREFIX
from kiosk.core.trust import TrustList
from kiosk.core.verdict import OWN, Standing, Verdict, examine, outcomes
from kiosk.desks.gate import check_not_withdrawn, exhibit
from kiosk.desks.gate.exhibit import Exhibit
from kiosk.desks.gate.lookup import Unasked, looked_up
from kiosk.gatehouse import certificates, office_of
from kiosk.warehouse import peer_lists
from kiosk.wording import of_office

if TYPE_CHECKING:
    from drivers.pages import Reader
    from kiosk.adapters.ed25519 import Ed25519Seal

NO_SHEET = frozenset({"sheet-unknown", "sheet-not-at-office"})
"""Nothing is forged where there is nothing."""
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("proof", metavar="PDF|IMAGE|TEXT|SHEET")
@click.option("--trust", type=FILE)
@click.option("--root", metavar="HEX|FILE", default="")
@click.option("--key", metavar="HEX|FILE", default="")
@click.option("--holds", type=FILE, multiple=True)
@common
@click.pass_obj
def verify(terminal: Terminal, proof: str, trust: Path | None, root: str, key: str, holds: tuple[Path, ...]) -> int:
    """The verdict is what the seals say, never what the paper says; and, at a kiosk, what its record says of the sheet since."""
    keys = trusted(terminal, trust, root, key)
    apart = bool(trust or key)
    try:
        sheet = "" if apart or is_file(proof) else exhibit.sheet_named(proof)
        verdict, whence = by_number(terminal, sheet, keys) if sheet else (None, "")
        signature, verdict = ("", verdict) if verdict else judged(proof, keys)
        if not apart:  # at the kiosk that knows of it, or may
            check_not_withdrawn(terminal.parts.journal, verdict.statements[0].sheet)
        found = standings(terminal, holds, keys, apart=apart)
        now, limit = clock(), timedelta(hours=terminal.parts.settings.gate.list_hours)
        result = Judged(verdict, outcomes(verdict, found, now, limit), found, now, signature, whence)
    except Forged as no:
        return _forged(terminal, no)
    except Unasked as no:
        return _unasked(terminal, no)
    if terminal.json:
        terminal.show(told_as_document(result))
    else:
        told_to_people(terminal, result)
    return 0


def trusted(terminal: Terminal, trust: Path | None, root: str, key: str) -> TrustList:
    """The keys to trust: one key as given, a list under a root as given, or this kiosk's own."""
    from kiosk.adapters.ed25519 import read_list, single  # noqa: PLC0415 - start-up

    if key:
        return single(_hex(key))
    if trust is not None:
        if not root:
            raise Refusal("no-root", got=str(trust))
        return read_list(trust.read_bytes(), _hex(root))
    fetched = peer_lists(terminal.parts)  # at a warehouse its office's
    return fetched.trust() if fetched else terminal.parts.keys.trust()


def _hex(given: str) -> bytes:
    file = named_file(given)
    try:
        public = bytes.fromhex((file.read_text("ascii") if file else given).strip())
    except (ValueError, OSError):
        public = b""
    if len(public) != 32:
        raise Refusal("not-a-public-key", expected="64 hexadecimal digits", got=given[:80])
    return public


def standings(terminal: Terminal, lists: Sequence[Path], keys: TrustList, *, apart: bool) -> Mapping[str, Standing]:
    """What is known of holds, by station: the lists as given, or as fetched; at a kiosk what its own record has on hold, too."""
    from kiosk.adapters.ed25519 import read_holds  # noqa: PLC0415 - start-up

    found: dict[str, HoldList] = {}
    for text in (path.read_bytes() for path in lists):
        for one in (read_holds(line, keys, clock()) for line in text.split()):
            known = found.get(one.station)
            found[one.station] = known if known and known.serial > one.serial else newer(known, one)
    if apart:
        return found
    fetched, own = peer_lists(terminal.parts), terminal.parts.holds.standings()
    if not lists and not fetched:
        return own
    if fetched and not lists:
        found = {one.station: one for one in fetched.holds()}
    return {OWN: next(iter(own.values())), **found}


def by_number(terminal: Terminal, sheet: str, keys: TrustList) -> tuple[Verdict, str]:
    """The verdict over the seals of a sheet that is named by its number, and whose they are: the record's, or its office's."""
    from kiosk.adapters.ed25519 import Ed25519Seal  # noqa: PLC0415 - start-up

    opener = Ed25519Seal(keys)
    office = office_of(terminal.parts) if terminal.parts.settings.gate.root else None
    found = looked_up(sheet, terminal.parts.journal, office.kept if office else None, lambda: opener)
    verdict = examine(found.pages, opener, clock())
    if found.withdrawn is not None:
        raise Forged("withdrawn", got=sheet, reason=found.withdrawn or "–")
    return verdict, found.seals_from


def judged(proof: str, keys: TrustList) -> tuple[str, Verdict]:
    """The code of a PDF's own signature (empty where there is no PDF), and the verdict over the seals."""
    from kiosk.adapters.ed25519 import Ed25519Seal  # noqa: PLC0415 - start-up

    opener = Ed25519Seal(keys)
    if proof == "-":
        return "", examine(exhibit.of_text(sys.stdin.buffer.read().decode("utf-8", "replace")).pages, opener, clock())
    if not is_file(proof):
        return "", examine(exhibit.of_text(proof).pages, opener, clock())
    data = _read(proof)
    if data.lstrip().upper().startswith(SEAL_PREFIX.encode()):
        return "", examine(exhibit.of_text(data.decode("utf-8", "replace")).pages, opener, clock())
    return _of_file(proof, data, opener, keys)


def _of_file(proof: str, data: bytes, opener: "Ed25519Seal", keys: TrustList) -> tuple[str, Verdict]:
    """An altered file is refused whatever its seals say; and a picture on which a number stands that its seal does not have."""
    signature = _signature(data, keys) if exhibit.is_pdf(data) else ""
    if signature == "altered":
        raise Forged("altered")
    with _reader() as eyes:
        try:
            shown = exhibit.of_file(data, eyes)
        except Refusal as no:
            raise Refusal("unreadable-file", got=f"{proof}: {no.fields.get('why', no.code)}") from no
        verdict = examine(shown.sealed if signature == "good" else shown.pages, opener, clock())
        if signature != "good":
            _check_paper(shown, verdict, opener, eyes)
    return signature, verdict


def _reader() -> "Reader":
    from drivers.pages import Reader  # noqa: PLC0415 - start-up

    return Reader()


def _check_paper(shown: Exhibit, verdict: Verdict, opener: "Ed25519Seal", eyes: "Reader") -> None:
    found = exhibit.confirmed(shown, exhibit.strangers(shown, verdict, opener), eyes)
    if found is not None:
        numbers = exhibit.numbers_of(found.statement)
        raise Forged("paper-differs", page=found.page + 1, paper=found.text, sealed=numbers)


def _read(proof: str) -> bytes:
    try:
        return Path(proof).read_bytes()
    except OSError as error:
        raise Refusal("unreadable-file", got=f"{proof}: {error.strerror}") from error


def _signature(pdf: bytes, keys: TrustList) -> str:
    from kiosk.adapters.pades import check  # noqa: PLC0415 - 1 s, for PDFs alone

    return str(check(pdf, certificates(keys)).code)


def _unasked(terminal: Terminal, no: Unasked) -> int:
    """The office could not be asked: nothing is known of the sheet."""
    message = of_office(terminal.words, no.sheet, no)
    if terminal.json:
        terminal.show({"error": {"part": no.part, "code": no.code, "message": message, "detail": no.detail}})
    click.echo(f"{message} {terminal.words.say('screen.gate.do.unasked')}", err=True)
    return UNKNOWN


def _forged(terminal: Terminal, no: Forged) -> int:
    if terminal.json:
        terminal.show({"genuine": False, "code": no.code, "message": terminal.why(no), "rows": []})
    else:
        terminal.say("cli.gate.no-proof" if no.code in NO_SHEET else "cli.verify.forged", why=terminal.why(no))
    return REFUSED
