"""The messages: the question, and what may be concluded from a reply. Pure.

Whatever is not a well-formed answer for exactly what was asked is `Unavailable`: a wrong number echoed, a row too few, an unknown
status, an old answer, a redirect, a page, an answer that contradicts itself (Q6).
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from kiosk.core.answer import Answer, Reason, Request, Status
from kiosk.core.faults import Unavailable
from kiosk.core.reference import Reference, TransactionNumber

MAX_REPLY = 8 << 20
"""Bytes; a form of 500 rows, each with some requests, is well under one."""
RELEASE = "4"
"""The only processing indicator that releases (UN/EDIFACT 7365)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, unread."""

    status: int
    content_type: str
    body: bytes


def question(references: Sequence[Reference]) -> bytes:
    """The message that asks for references."""
    asked = [{"kind": reference.kind, "number": str(reference)} for reference in references]
    return json.dumps({"references": asked}).encode()


def understood(
    reply: Reply, references: Sequence[Reference], authority: str, now: datetime, tolerance: timedelta
) -> tuple[Answer, ...]:
    """The answers of a reply, one for each reference; `Unavailable` for anything else."""
    with reading(reply) as whole:
        return _answers(whole, references, authority, now, tolerance)


@contextmanager
def reading(reply: Reply) -> Iterator[dict[str, Any]]:
    """The JSON of a reply; whatever does not hold in it, or in what is made of it here, is `Unavailable`."""
    if reply.status != 200:
        _garbled("down" if reply.status >= 500 else "refused", f"HTTP {reply.status}")
    if reply.content_type.partition(";")[0].strip().lower() != "application/json":
        _garbled("garbled", f"content type {reply.content_type or 'none'}")
    if len(reply.body) > MAX_REPLY:
        _garbled("garbled", f"more than {MAX_REPLY} bytes")
    try:
        yield json.loads(reply.body.decode(), object_pairs_hook=_object, parse_constant=_not_json)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unavailable("store", "garbled", f"{type(error).__name__}: {error}") from error


def _garbled(code: str, detail: str) -> NoReturn:
    raise Unavailable("store", code, detail)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose names differ: of two statuses, which one would count?"""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return values


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _answers(
    whole: dict[str, Any], references: Sequence[Reference], authority: str, now: datetime, tolerance: timedelta
) -> tuple[Answer, ...]:
    as_of = checked_now(whole, authority, now, tolerance)
    rows = whole["answers"]
    if len(rows) != len(references):
        raise ValueError(f"answers: expected {len(references)}, got {len(rows)}")
    return tuple(_answer(row, reference, as_of, tolerance) for row, reference in zip(rows, references, strict=True))


def checked_now(whole: dict[str, Any], authority: str, now: datetime, tolerance: timedelta) -> datetime:
    """As of when the store tells this; refused where it is another authority's, or not of now."""
    if whole["authority"] != authority:
        raise ValueError(f"authority: expected {authority}, got {whole['authority']!r}")
    as_of = moment(whole["as_of"])
    if abs(now - as_of) > tolerance:
        _garbled("stale", f"as of {as_of.isoformat()}, asked {now.isoformat()}")
    return as_of


def _answer(row: dict[str, Any], reference: Reference, as_of: datetime, tolerance: timedelta) -> Answer:
    if (row["kind"], row["number"]) != (reference.kind, str(reference)):
        raise ValueError(f"asked for {reference.kind} {reference}, answered for {row['kind']} {row['number']}")
    reason, status = Reason(row["reason"]), Status(row["status"])
    released_at = moment(row["released_at"]) if row["released_at"] is not None else None
    requests = tuple(_request(request, reference) for request in row["transactions"])
    _check_sense(reason, status, released_at, as_of + tolerance)
    _check_requests(status, [request.reason for request in requests])
    return Answer(reference, reason, as_of, _digits("office", row["office"], 4), released_at, requests)


def _check_sense(reason: Reason, status: Status, released_at: datetime | None, latest: datetime) -> None:
    """Refuse an answer that contradicts itself: R must have its reason and its time, and nothing else may."""
    if reason.status is not status:
        raise ValueError(f"status {status} with reason {reason}")
    if (status is Status.RELEASED) != (released_at is not None) or (released_at is not None and released_at > latest):
        raise ValueError(f"status {status} with a time of release of {released_at}")


def _check_requests(status: Status, reasons: Sequence[Reason]) -> None:
    """Refuse an answer that its own requests contradict.

    R needs a release, and nothing held; N/A has nothing on file; NR has something that is not released.
    """
    held = [reason for reason in reasons if reason not in (Reason.RELEASED, Reason.CANCELLED, Reason.TOO_OLD)]
    sound = {
        Status.RELEASED: Reason.RELEASED in reasons and not held,
        Status.NOT_RELEASED: any(reason is not Reason.RELEASED for reason in reasons),
        Status.NOT_ON_FILE: not reasons,
    }
    if not sound[status]:
        raise ValueError(f"status {status} with requests that are {', '.join(reasons) or 'none'}")


def _request(row: dict[str, Any], reference: Reference) -> Request:
    """One request, which may have no number where it is known by its CCN only; on a transaction number none but its own."""
    number, reason = _digits("transaction number", row["number"], 14), Reason(row["reason"])
    if isinstance(reference, TransactionNumber) and number != str(reference):
        raise ValueError(f"asked for transaction {reference}, answered with {number}")
    if reason.status is not Status(row["status"]) or (reason is Reason.RELEASED and row["indicator"] != RELEASE):
        raise ValueError(f"request {number} with status {row['status']}, reason {reason}, indicator {row['indicator']}")
    transaction = TransactionNumber(number[:5], number[5:]) if number else None
    office, option = _digits("office", row["office"], 4), _digits("service option", row["service_option"], 3)
    return Request(transaction, reason, office, option)


def _digits(name: str, text: Any, length: int) -> str | None:  # noqa: ANN401 - it is being checked
    if text is not None and not (isinstance(text, str) and len(text) == length and text.isascii() and text.isdigit()):
        raise ValueError(f"{name}: expected {length} digits, got {text!r}")
    return text


def moment(text: str) -> datetime:
    """A time with its offset; ValueError for one without."""
    at = datetime.fromisoformat(text)
    if at.utcoffset() is None:
        raise ValueError(f"time: expected one with its offset, got {text!r}")
    return at
