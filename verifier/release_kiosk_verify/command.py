"""`release-kiosk-verify SEAL|FILE --trust FILE --root HEX|FILE --holds FILE`: may these goods go?

Exit codes: 0 every row may go; 1 forged, altered or withdrawn; 2 misused, or a list that can't be believed; 3 genuine, and some
rows may not go, or not without asking.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from release_kiosk_verify import LIMIT, Forged, Outcome, Ruling, Verified, read_lists, verify
from release_kiosk_verify.words import Words, words

from kiosk.core.faults import Refusal

LONGEST = 24 * 7
"""Hours that a list may be old at most, whatever is asked for: those of the kiosk's own setting."""
RELEASED, REFUSED, MISUSED, NOT_ALL = 0, 1, 2, 3
_SEALS = re.compile(rb"[\r\n]+(?=[ \t]*RS1X)", re.IGNORECASE)
_LISTS = re.compile(rb"[\r\n]+(?=[ \t]*RH1X)", re.IGNORECASE)


def main(arguments: Sequence[str] | None = None) -> None:
    """Check one proof, say what it comes to, and end with its exit code."""
    said = _read(arguments)
    speak, now = words(said.lang), datetime.now(UTC)
    try:
        lists = read_lists(_file(said.trust), _root(said.root), _lists(said.holds), now)
    except (Refusal, OSError, ValueError) as no:
        sys.exit(_tell(said, {"code": "lists", "message": speak.say("lists", why=_why(speak, no))}, MISUSED))
    try:
        pages = _seals(said.seal)
    except OSError as no:
        sys.exit(_tell(said, {"code": "unreadable", "message": f"{said.seal}: {no.strerror}"}, MISUSED))
    try:
        found = verify(pages, lists, now, timedelta(hours=said.hours))
    except Forged as no:
        message = speak.say("refused", why=speak.refusal(no.code, no.fields))
        sys.exit(_tell(said, {"genuine": False, "code": no.code, "message": message, "rows": []}, REFUSED))
    sys.exit(_tell(said, _document(found, lists.holds), _code(found), _lines(speak, found, lists.holds, now)))


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    language = "fr" if os.environ.get("KIOSK_LANG", os.environ.get("LANG", "")).lower().startswith("fr") else "en"
    reader = argparse.ArgumentParser(prog="release-kiosk-verify", description=words(language).say("help"))
    reader.add_argument("seal", metavar="SEAL|FILE|-", help=words(language).say("seal"))
    reader.add_argument("--trust", required=True, metavar="FILE", help=words(language).say("trust"))
    reader.add_argument("--root", required=True, metavar="HEX|FILE", help=words(language).say("root"))
    reader.add_argument("--holds", action="append", default=[], metavar="FILE", help=words(language).say("holds"))
    reader.add_argument("--hours", type=_hours, default=LIMIT.total_seconds() / 3600, help=words(language).say("hours"))
    reader.add_argument("--lang", choices=("en", "fr"), default=language)
    reader.add_argument("--json", action="store_true", help=words(language).say("json"))
    return reader.parse_args(arguments)


def _file(path: str) -> bytes:
    return Path(path).read_bytes()


def _lists(paths: Sequence[str]) -> list[bytes]:
    """The hold lists of files, which may have one of each station, each beginning on a line of its own; of an empty file none."""
    return [one for path in paths for one in _LISTS.split(_file(path).strip()) if one]


def _root(given: str) -> bytes:
    text = Path(given).read_text("ascii") if Path(given).is_file() else given
    root = bytes.fromhex(text.strip())
    if len(root) != 32:
        raise Refusal("not-a-public-key", expected="64 hexadecimal digits", got=text[:80])
    return root


def _seals(given: str) -> list[list[bytes]]:
    """The seals of a text, of a file or of standard input: each begins on a line of its own."""
    if given == "-":
        text = sys.stdin.buffer.read()
    elif not given.lstrip().upper().startswith("RS1X"):
        text = _file(given)
    else:
        text = given.encode("utf-8", "replace")
    return [[seal] for seal in _SEALS.split(text.strip())]


def _code(found: Verified) -> int:
    return RELEASED if found.rulings and all(one.outcome is Outcome.RELEASE for one in found.rulings) else NOT_ALL


def _document(found: Verified, holds: Any) -> dict[str, Any]:  # noqa: ANN401 - the lists by station
    first = found.verdict.statements[0]
    return {
        "genuine": True,
        "sheet": first.sheet,
        "client": first.client,
        "authority": first.stamp.authority,
        "office": first.stamp.office,
        "at": first.stamp.at.isoformat(),
        "missing": list(found.verdict.missing),
        "holds_known_to": {station: one.issued_at.isoformat() for station, one in holds.items()},
        "rows": [_row(one) for one in found.rulings],
    }


def _row(one: Ruling) -> dict[str, Any]:
    row = one.row
    return {"row": row.place, "number": row.number, "mark": row.mark, "outcome": str(one.outcome), "why": one.why}


def _lines(speak: Words, found: Verified, holds: Any, now: datetime) -> list[str]:  # noqa: ANN401 - likewise
    first = found.verdict.statements[0]
    at = f"{first.stamp.at:%Y-%m-%d %H:%M} UTC"
    lines = [speak.say("genuine", sheet=first.sheet, authority=first.stamp.authority, office=first.stamp.office, at=at)]
    for one in found.rulings:
        outcome = speak.say(f"outcome.{one.outcome}")
        lines.append(f"{one.row.place:>4}  {_printable(one.row.number):<27}{outcome:<14}{speak.say(f'why.{one.why}')}")
    if found.verdict.missing:
        lines.append(speak.say("missing", pages=", ".join(map(str, found.verdict.missing))))
    ages = [(station, now - known.issued_at) for station, known in holds.items()]
    lines += [speak.say("age", station=station, hours=f"{age.total_seconds() / 3600:.1f}") for station, age in ages]
    return lines


def _why(speak: Words, no: Exception) -> str:
    return speak.refusal(no.code, no.fields) if isinstance(no, Refusal) else str(no)


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in text)


def _tell(said: argparse.Namespace, document: dict[str, Any], code: int, lines: Sequence[str] = ()) -> int:
    """Say it, to a person or a program; the exit code."""
    text = json.dumps(document, indent=1) if said.json else "\n".join(lines or [document["message"]])
    sys.stdout.write(f"{text}\n")
    return code


if __name__ == "__main__":
    main()


def _hours(text: str) -> float:
    """A number of hours; ValueError for what is none, and for one that would let out on no list at all."""
    hours = float(text)
    if not 0 <= hours <= LONGEST:
        raise ValueError(text)
    return hours
