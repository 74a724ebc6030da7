"""`kiosk verify`: is a proof genuine, whose is it, and which rows are released (P2)? Works with public keys alone."""

import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli.sources import is_file
from kiosk.cli.terminal import REFUSED, Terminal, common, named_file
from kiosk.config import clock, local
from kiosk.core.faults import Forged, Refusal
from kiosk.core.meaning import SEAL_PREFIX
from kiosk.core.proof import REMOVED, Sealed, Statement
from kiosk.core.trust import TrustList
from kiosk.desks.gate import Verdict, check_not_withdrawn, examine
from kiosk.wording import printable
from kiosk.words import Words

if TYPE_CHECKING:
    from kiosk.adapters.pades import Verdict as FileVerdict

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("proof", metavar="PDF|IMAGE|TEXT")
@click.option("--trust", type=FILE)
@click.option("--root", metavar="HEX|FILE", default="")
@click.option("--key", metavar="HEX|FILE", default="")
@common
@click.pass_obj
def verify(terminal: Terminal, proof: str, trust: Path | None, root: str, key: str) -> int:
    """The verdict is what the seals say, never what the paper says; and, at a kiosk, what its record says of the sheet since."""
    keys = trusted(terminal, trust, root, key)
    try:
        signature = _check_file(proof, keys)
        verdict = judged(proof, keys)
        if not (trust or key):  # at the kiosk that knows of it, or may
            check_not_withdrawn(terminal.parts.journal, verdict.statements[0].sheet)
    except Forged as no:
        return _forged(terminal, no)
    if terminal.json:
        terminal.show(_document(verdict, signature))
    else:
        _tell(terminal, verdict, signature)
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
    return terminal.parts.keys.trust()


def _hex(given: str) -> bytes:
    file = named_file(given)
    try:
        public = bytes.fromhex((file.read_text("ascii") if file else given).strip())
    except (ValueError, OSError):
        public = b""
    if len(public) != 32:
        raise Refusal("not-a-public-key", expected="64 hexadecimal digits", got=given[:80])
    return public


def judged(proof: str, keys: TrustList) -> Verdict:
    """The verdict over the seals of a document, or of the text of a seal."""
    from kiosk.adapters.ed25519 import Ed25519Seal  # noqa: PLC0415 - start-up

    return examine(_seals(proof), Ed25519Seal(keys), clock())


def _seals(proof: str) -> list[list[bytes]]:
    """The seals on each page."""
    if proof == "-":
        return _texts(sys.stdin.buffer.read())
    if not is_file(proof):
        return _texts(proof.encode("utf-8", "replace"))
    if _start(proof).lstrip().upper().startswith(SEAL_PREFIX.encode()):
        return _texts(Path(proof).read_bytes())
    return _codes(proof)


def _texts(text: bytes) -> list[list[bytes]]:
    """The seals of a text, wrapped or not: each begins on a line of its own."""
    return [[seal] for seal in re.split(rb"[\r\n]+(?=[ \t]*RS1X)", text.strip(), flags=re.IGNORECASE)]


def _start(proof: str) -> bytes:
    try:
        with Path(proof).open("rb") as file:
            return file.read(2048)
    except OSError as error:
        raise Refusal("unreadable-file", got=f"{proof}: {error.strerror}") from error


def _codes(proof: str) -> list[list[bytes]]:
    from drivers.pages import Reader  # noqa: PLC0415 - start-up
    from drivers.picture import Unopened  # noqa: PLC0415 - start-up
    from drivers.scan import Symbology  # noqa: PLC0415 - start-up

    try:
        with Reader() as reader:
            pages = reader.codes(proof)
    except Unopened as no:
        raise Refusal("unreadable-file", got=f"{proof}: {no.fault}") from no
    return [
        [text.encode() for kind, text in codes if kind is Symbology.QR and text.upper().startswith(SEAL_PREFIX)] for codes in pages
    ]


def _check_file(proof: str, keys: TrustList) -> "FileVerdict | None":
    """What the PDF's own signature says; None where there is no PDF. An altered file is refused, whatever its seals say."""
    if not is_file(proof) or _start(proof)[:1024].find(b"%PDF-") < 0:
        return None
    from kiosk.adapters.pades import check  # noqa: PLC0415 - 1 s, for PDFs alone

    certificates = [key.certificate for key in keys.keys if key.certificate and key.revoked_at is None]
    verdict = check(Path(proof).read_bytes(), certificates)
    if verdict.code == "altered":
        raise Forged("altered")
    return verdict


def _forged(terminal: Terminal, no: Forged) -> int:
    if terminal.json:
        terminal.show({"genuine": False, "code": no.code, "message": terminal.why(no), "rows": []})
    else:
        terminal.say("cli.verify.forged", why=terminal.why(no))
    return REFUSED


def _document(verdict: Verdict, signature: "FileVerdict | None") -> dict[str, Any]:
    first = verdict.statements[0]
    rows = [
        {
            "row": r.place,
            "mark": r.mark,
            "number": r.number,
            "as_of": _iso(r.as_of),
            "office": r.office,
            "keyed": r.keyed,
            "reason": r.reason,
        }
        for page in verdict.statements
        for r in page.rows
    ]
    return {
        "genuine": True,
        "specimen": first.stamp.specimen,
        "sheet": first.sheet,
        "authority": first.stamp.authority,
        "office": first.stamp.office,
        "badge": first.stamp.badge,
        "at": first.stamp.at.isoformat(),
        "client": first.client,
        "checkpoint": first.checkpoint,
        "pages": [page.page for page in verdict.statements],
        "missing": list(verdict.missing),
        "signature": signature and signature.code,
        "rows": rows,
        "released": (released := [row.number for row in verdict.released]),
        "proven": [] if first.stamp.specimen else released,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _tell(terminal: Terminal, verdict: Verdict, signature: "FileVerdict | None") -> None:
    first = verdict.statements[0]
    at = first.stamp.at.astimezone(local(terminal.parts.settings.zone))
    terminal.say("cli.verify.specimen" if first.stamp.specimen else "cli.verify.genuine", authority=first.stamp.authority)
    if first.client:
        terminal.say("cli.verify.client", client=printable(first.client))
    terminal.say(
        "cli.verify.stamp", sheet=first.sheet, office=first.stamp.office, badge=first.stamp.badge, at=f"{at:%Y-%m-%d %H:%M:%S %Z}"
    )
    if verdict.missing:
        terminal.say("cli.verify.missing", pages=", ".join(map(str, verdict.missing)))
    if signature is not None:
        terminal.say(f"cli.verify.signature.{signature.code}")
    terminal.table(
        [terminal.words.say(f"cli.column.{name}") for name in ("row", "number", "mark", "reason")],
        _rows(terminal, verdict.statements),
    )
    terminal.say("cli.verify.released", count=len(verdict.released), total=sum(len(page.rows) for page in verdict.statements))


def _rows(terminal: Terminal, pages: tuple[Statement, ...]) -> list[tuple[str, str, str, str]]:
    rows = [row for page in pages for row in page.rows]
    return [(str(row.place), row.number, _mark(terminal.words, row.mark), _remark(terminal.words, row)) for row in rows]


def _mark(words: Words, mark: str) -> str:
    letter = "" if mark == REMOVED else mark
    return f"{letter:<4}" + words.say(f"mark.{mark}")


def _remark(words: Words, row: Sealed) -> str:
    return row.reason or (words.say("advice.keyed") if row.keyed else "")
