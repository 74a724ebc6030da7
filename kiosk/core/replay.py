"""From the record back to the sheet: what a desk shows is replayed from the entries of its subject (Q10)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from kiosk.core.answer import Answer, Reason, Request
from kiosk.core.faults import Refusal
from kiosk.core.journal import (
    Answered,
    Confirmed,
    CouldNotAsk,
    Entry,
    Fact,
    FormGivenUp,
    FormRead,
    FormReceived,
    NotRead,
    Opened,
    Refused,
    RowRemoved,
    Scanned,
    Stamped,
    TakenOver,
    Voided,
)
from kiosk.core.reference import CCN, NotAReference, Reference, TransactionNumber, candidates
from kiosk.core.sheet import Asked, Faulty, Header, Line, QuerySheet, Row, Waiting, Where
from kiosk.core.stamp import Act


def packed(answer: Answer) -> dict[str, Any]:
    """An answer as JSON values, for an entry."""
    return {
        "kind": answer.reference.kind,
        "number": str(answer.reference),
        "reason": answer.reason.value,
        "as_of": answer.as_of.isoformat(),
        "office": answer.office,
        "released_at": answer.released_at and answer.released_at.isoformat(),
        "requests": [[r.transaction and str(r.transaction), r.reason.value, r.office, r.service_option] for r in answer.requests],
        "also": answer.also and packed(answer.also),
    }


def unpacked(values: dict[str, Any]) -> Answer:
    """The answer of an entry."""
    released_at, also = values["released_at"], values["also"]
    return Answer(
        reference(values["kind"], values["number"]),
        Reason(values["reason"]),
        datetime.fromisoformat(values["as_of"]),
        values["office"],
        datetime.fromisoformat(released_at) if released_at else None,
        tuple(Request(n and _transaction(n), Reason(reason), office, option) for n, reason, office, option in values["requests"]),
        unpacked(also) if also else None,
    )


def reference(kind: str, number: str) -> Reference:
    """The reference of a kind and its number, known to be good."""
    return _transaction(number) if kind == TransactionNumber.kind else CCN(number[:4], number[4:])


def _transaction(number: str) -> TransactionNumber:
    return TransactionNumber(number[:5], number[5:])


def where(values: dict[str, Any] | None) -> Where | None:
    """The place of an entry."""
    return Where(values["file"], values["page"], tuple(values["box"])) if values else None


def replay(number: str, entries: Iterable[Entry]) -> QuerySheet:
    """The sheet as its entries left it."""
    sheet = QuerySheet(number, Header(""))
    for entry in entries:
        sheet = happened(sheet, entry.fact)
    return sheet


def happened(sheet: QuerySheet, fact: Fact) -> QuerySheet:
    """The sheet after one more fact; one that is not about rows leaves them as they were."""
    return replace(_after(sheet, fact), entries=sheet.entries + 1)


def _after(sheet: QuerySheet, fact: Fact) -> QuerySheet:
    match fact:
        case Opened():
            header = Header(fact.office, fact.client_name, fact.client_id, fact.client_contact)
            return replace(sheet, header=header)
        case Stamped():
            return replace(sheet, stamped=True, in_bond=fact.act == Act.IN_BOND)
        case Voided():
            return replace(sheet, voided=fact.reason)
        case TakenOver():
            return replace(sheet, rows=tuple(map(_unasked, sheet.rows)))
        case FormReceived():
            return replace(sheet, unread=sheet.unread | {fact.document})
        case FormRead() | FormGivenUp():
            return replace(sheet, unread=sheet.unread - {fact.document})
        case _:
            return _row_after(sheet, fact)


def _unasked(row: Row) -> Row:
    """A row without its answer, which was given to somebody else."""
    return Waiting(row.asked, "not-asked") if isinstance(row, Line) else row


def _row_after(sheet: QuerySheet, fact: Fact) -> QuerySheet:
    match fact:
        case Scanned():
            return sheet.add(Waiting(_asked(fact), "not-asked"))
        case Confirmed():
            place, old = _row(sheet, fact.of)
            before = (fact.of, *old.asked.before)
            return sheet.put(place, Waiting(replace(_asked(fact), before=before), "not-asked"))
        case NotRead():
            return sheet.add(Faulty(fact.scan, None, _unread(fact), where(fact.where)))
        case Refused():
            place, old = _row(sheet, fact.scan)
            return sheet.put(place, Faulty(fact.scan, fact.text, Refusal(fact.code, **fact.fields), old.asked.where))
        case Answered():
            place, old = _row(sheet, fact.scan)
            return sheet.put(place, Line(old.asked, unpacked(fact.answer)))
        case CouldNotAsk():
            return _unanswered(sheet, fact)
        case RowRemoved():
            return sheet.remove(fact.row, fact.reason)
        case _:
            return sheet


def _asked(fact: Scanned | Confirmed) -> Asked:
    try:
        found = candidates(fact.text)
    except NotAReference:
        found = ()
    return Asked(fact.scan, fact.text, found, isinstance(fact, Scanned) and fact.keyed, where(fact.where), fact.compared)


def _unread(fact: NotRead) -> Refusal:
    return Refusal("not-read", **{**fact.fields, "why": fact.reason})


def _row(sheet: QuerySheet, scan: str) -> tuple[int, Line | Waiting]:
    for place, row in enumerate(sheet.rows, 1):
        if isinstance(row, Line | Waiting) and row.asked.scan == scan:
            return place, row
    raise KeyError(f"sheet {sheet.number} has no open row for scan {scan}")


def _unanswered(sheet: QuerySheet, fact: CouldNotAsk) -> QuerySheet:
    """A line stays what it was when it could not be asked again: the stamp is refused then, and asks once more."""
    for scan in fact.scans:
        place, old = _row(sheet, scan)
        if isinstance(old, Waiting):
            sheet = sheet.put(place, Waiting(old.asked, fact.code))
    return sheet
