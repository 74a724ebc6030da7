"""What an answer binds: the release requests on cargo (P4). One step far: the other cargo of a request is other goods."""

from collections.abc import Iterable

from kiosk.core.hold import normalised
from kiosk.core.journal import Answered, Entry
from kiosk.desks.holds.hold import Number
from kiosk.ports import Found, Journal


def bound_by(entry: Entry) -> tuple[Number, ...]:
    """The cargo of an answer, first, and the release requests on it; nothing where it binds nothing."""
    if not isinstance(entry.fact, Answered):
        return ()
    answers = [entry.fact.answer, *filter(None, [entry.fact.answer.get("also")])]
    for answer in answers:
        requests = [request[0] for request in answer["requests"] if request[0]]
        if answer["kind"] == "ccn" and requests:
            return (("ccn", normalised("ccn", answer["number"])), *(("transaction", one) for one in requests))
    return ()


def search(journal: Journal, said: Iterable[Number]) -> tuple[Number, ...]:
    """What the answers on record bind to numbers, one step far."""
    found = list[Number]()
    for kind, number in said:
        entries = _answers(journal, number) if kind == "ccn" else journal.holding("Answered", f'["{number}",')
        for bound in (bound_by(one.entry) for one in entries):
            if (kind, number) in bound:
                found += [other for other in bound if (other[0] == "ccn") != (kind == "ccn")]
    return tuple(dict.fromkeys(found))


def _answers(journal: Journal, number: str) -> tuple[Found, ...]:
    return tuple(one for one in journal.find(number=number, kind="Answered"))
