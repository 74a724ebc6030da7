"""What hypothesis draws the core's values from: any reference, answer, row and sheet that can be."""

from datetime import UTC, datetime, timedelta
from string import ascii_uppercase, digits

from hypothesis import strategies as st

from kiosk.core.answer import Answer, Reason, Request
from kiosk.core.faults import Refusal
from kiosk.core.reference import CCN, TransactionNumber, candidates
from kiosk.core.sheet import Asked, Faulty, Header, Line, QuerySheet, Removed, Waiting, Where
from tests.fakes import NOON

NUMERALS = st.text(digits, min_size=14, max_size=14)
OF_A_CCN = digits + ascii_uppercase + "-"

times = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
offices = st.none() | st.sampled_from(["0453", "0495", "0001"])
transactions = NUMERALS.map(lambda text: TransactionNumber(text[:5], text[5:]))
ccns = st.builds(CCN, st.text(OF_A_CCN, min_size=4, max_size=4), st.text(OF_A_CCN, min_size=1, max_size=21))
references = transactions | ccns
requests = st.builds(Request, transactions, st.sampled_from(Reason), offices, st.none() | st.sampled_from(["911", "174"]))


def _answers(also):
    reasons, some = st.sampled_from(Reason), st.lists(requests, max_size=2).map(tuple)
    return st.builds(Answer, references, reasons, times, offices, st.none() | times, some, also)


plain_answers = _answers(st.none())
answers = _answers(st.none() | plain_answers)

# Rows come from a pool that has every kind of them: hypothesis then spends its time on how they stand together.
_REFERENCES = [candidates(text)[0] for text in ("99999001495788", "00000000000000", "XXXXPARS0000471", "014-12345675", "8XXX-1")]
_ANSWERS = [
    Answer(reference, reason, NOON - n * timedelta(seconds=7), office, NOON if reason is Reason.RELEASED else None, (), also)
    for n, reason in enumerate(Reason)
    for reference in _REFERENCES
    for office in ([None] if reason is Reason.NOT_ON_FILE else ["0453", "0495"])
    for also in (None, Answer(_REFERENCES[2], Reason.RELEASED, NOON, "0453", NOON))
]
_PLACE = Where("form.pdf", 3, (10, 20, 300, 400))
_ASKED = [
    Asked(f"scan-{n}", text, (reference,), keyed, place)
    for n, reference in enumerate(_REFERENCES)
    for text in (str(reference), reference.hri, f"*{reference}*", f" {str(reference).lower()}\r\n")
    for keyed in (False, True)
    for place in (None, _PLACE)
]
_REFUSALS = [Refusal("empty"), Refusal("repeat", row=7, of=2, got="XXXX471"), Refusal("foreign-character", got=r"'\x1b'")]


def _from_pool(pool):
    """One of many; `sampled_from` would print them all."""
    return st.integers(0, len(pool) - 1).map(lambda n: pool[n])


asked = _from_pool(_ASKED)
lines = st.builds(Line, asked, _from_pool(_ANSWERS))
waiting = st.builds(Waiting, asked, st.sampled_from(["down", "slow", "not-asked"]))
faulty = st.builds(
    Faulty, st.sampled_from(["n-1", "n-2"]), st.sampled_from([None, "", "911", "\x1b[2J"]), st.sampled_from(_REFUSALS)
)
removed = st.builds(Removed, lines | waiting | faulty, st.sampled_from(["misprint", "à corriger", "=1+1"]))
rows = lines | waiting | faulty | removed
headers = st.builds(Header, st.just("0453"), st.sampled_from(["", "Fictitious Freight Ltd.", "Ça & <b>"]))


def sheets(of=rows, max_size=8):
    """Sheets of such rows."""
    return st.builds(QuerySheet, st.just("K7QD.000001"), headers, st.lists(of, max_size=max_size).map(tuple))


stampable = sheets(lines | removed).filter(lambda sheet: any(isinstance(row, Line) for row in sheet.rows))
