"""What every store promises, as tests."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from kiosk.core.answer import Answer, Reason, Status
from kiosk.core.faults import Unavailable
from kiosk.core.notice import Notices
from kiosk.core.reference import CCN, Reference, TransactionNumber
from kiosk.ports import Store

_FILED: Final = (
    # transaction, CCN, indicator, minutes ago
    ("99999000000011", "XXXX0000000011", "24", 90),
    ("99999000000011", "XXXX0000000011", "4", 60),
    ("99999000000022", "XXXX0000000022", "4", 60),
    ("99999000000022", "XXXX0000000022", "5", 50),  # released, then referred for examination
    ("99999000000033", "8XXXPARS0000033", "4", 60),
    ("99999000000034", "8XXXPARS0000033", "24", 40),
    ("99999000000044", "8XXXPARS0000044", "4", 60),
    ("99999000000045", "8XXXPARS0000044", "4", 45),
    ("00000000000055", "0000-0000-0000-0000-00055", "4", 30),
    ("99999000000066", "99995000000067", "8", 30),  # fourteen digits, twice: held as a CCN,
    ("99995000000067", "XXXX0000000067", "4", 30),  # released as another shipment's transaction
    ("", "XXXX-ONLY-A-CCN", "4", 20),
    ("99999000000077", "XXXX0000000077", "9", 20),
    ("99999000000078", "XXXX0000000078", "23", 20),
    ("99999000000079", "XXXX0000000079", "34", 20),
    ("99999000000080", "XXXX0000000080", "1", 20),
    ("99999000000081", "XXXX0000000081", "77", 20),
    ("99999000000082", "XXXX0000000082", "CANCELLED", 20),
    ("99999000000083", "XXXX0000000083", "4", 4 * 366 * 24 * 60),
)


def _transaction(number: str) -> TransactionNumber:
    return TransactionNumber(number[:5], number[5:])


def _ccn(number: str) -> CCN:
    return CCN(number[:4], number[4:])


EXPECTED: Final[dict[Reference, Reason]] = {
    _transaction("99999000000011"): Reason.RELEASED,
    _ccn("XXXX0000000011"): Reason.RELEASED,
    _transaction("99999000000022"): Reason.EXAM,
    _ccn("XXXX0000000022"): Reason.EXAM,
    _transaction("99999000000033"): Reason.RELEASED,
    _transaction("99999000000034"): Reason.ACCEPTED,
    _ccn("8XXXPARS0000033"): Reason.PART_RELEASED,
    _ccn("8XXXPARS0000044"): Reason.RELEASED,
    _transaction("00000000000055"): Reason.RELEASED,
    _ccn("0000-0000-0000-0000-00055"): Reason.RELEASED,
    _transaction("99995000000067"): Reason.RELEASED,
    _ccn("99995000000067"): Reason.DETAIN_DESTINATION,
    _ccn("XXXX-ONLY-A-CCN"): Reason.RELEASED,
    _transaction("99999000000077"): Reason.AWAITING_ARRIVAL,
    _transaction("99999000000078"): Reason.CSA_DELIVER,
    _transaction("99999000000079"): Reason.IN_PROCESS,
    _transaction("99999000000080"): Reason.NO_DECISION,
    _transaction("99999000000081"): Reason.UNKNOWN_INDICATOR,
    _transaction("99999000000082"): Reason.CANCELLED,
    _transaction("99999000000083"): Reason.TOO_OLD,
    _ccn("XXXX0000000083"): Reason.TOO_OLD,
    _transaction("99999000000099"): Reason.NOT_ON_FILE,
    _ccn("99999000000011"): Reason.NOT_ON_FILE,
    _ccn("00000000000055"): Reason.NOT_ON_FILE,
    _ccn("XXXX-ONLY-A-CC"): Reason.NOT_ON_FILE,
}
"""What a store in which `feed` has been loaded answers: every reason, each kind of number, near misses."""


def feed(now: datetime) -> str:
    """What the store of a test has on file: CSV, one line for each state of each request."""
    head = "transaction_number,ccn,service_option,release_office,sub_location,indicator,processed_at\n"
    rows = [
        f"{number},{ccn},911,0453,9453,{indicator},{(now - timedelta(minutes=ago)).isoformat()}\n"
        for number, ccn, indicator, ago in _FILED
    ]
    return head + "".join(rows)


class StoreContract:
    """What a store promises (`kiosk.ports.Store`)."""

    @pytest.fixture
    def store(self) -> Store:
        """A store in which `feed` has been loaded."""
        raise NotImplementedError("a subclass makes its store")

    @pytest.fixture
    def unreachable(self) -> Store:
        """A store behind which there is nothing."""
        raise NotImplementedError("a subclass makes a store that can't be reached")

    @pytest.fixture
    def loaded_at(self) -> datetime:
        """The `now` of the feed that was loaded."""
        raise NotImplementedError("a subclass knows when it was loaded")

    @pytest.mark.parametrize(("reference", "reason"), EXPECTED.items(), ids=str)
    def test_every_number_has_the_answer_that_is_on_file(self, store: Store, reference: Reference, reason: Reason) -> None:
        """Q3, Q8: asked alone; only `released` is R, and nothing on file is N/A."""
        (answer,) = store.ask([reference])
        assert (answer.reference, answer.reason, answer.status) == (reference, reason, reason.status)

    def test_a_whole_form_is_answered_row_by_row_in_the_order_asked(self, store: Store) -> None:
        """Q2: the same answers as one by one, duplicates too, in every order."""
        for seed in range(5):
            asked = random.Random(seed).choices(list(EXPECTED), k=60)  # noqa: S311 - an order, not a secret
            answers = store.ask(asked)
            assert [(answer.reference, answer.reason) for answer in answers] == [(one, EXPECTED[one]) for one in asked]

    def test_the_two_senses_of_fourteen_digits_are_two_questions(self, store: Store) -> None:
        """Q3: what is released as a transaction may be held as a CCN."""
        number = "99995000000067"
        answers = store.ask([_transaction(number), _ccn(number)])
        assert [answer.status for answer in answers] == [Status.RELEASED, Status.NOT_RELEASED]

    def test_all_answers_of_a_form_are_of_one_instant_and_that_is_now(self, store: Store) -> None:
        """Q9: one snapshot, so that no row is older than the sheet says."""
        before = datetime.now(UTC)
        (as_of,) = {answer.as_of for answer in store.ask(list(EXPECTED))}
        assert abs(as_of - before) < timedelta(seconds=30)

    def test_r_says_when_and_where_it_was_released_and_nothing_else_does(self, store: Store, loaded_at: datetime) -> None:
        """Q9, Q11: the latest code 4 of those that released it, and the office of release."""
        latest: dict[Reference, int] = {_ccn("8XXXPARS0000044"): 45}
        for reference, ago in ((_transaction("99999000000011"), 60), *latest.items()):
            (answer,) = store.ask([reference])
            assert (answer.released_at, answer.office) == (loaded_at - timedelta(minutes=ago), "0453")
        for answer in store.ask(list(EXPECTED)):
            assert (answer.released_at is not None) == (answer.status is Status.RELEASED)

    def test_what_is_not_on_file_has_nothing_on_file(self, store: Store) -> None:
        """Q3: N/A has no office and no requests; everything else has some."""
        for answer in store.ask(list(EXPECTED)):
            assert (answer.status is Status.NOT_ON_FILE) == (not answer.requests)
            assert answer.status is not Status.NOT_ON_FILE or answer.office is None

    def test_the_requests_of_a_cargo_control_number_are_named(self, store: Store) -> None:
        """Q3: the officer sees which of several requests holds the goods; one without a number is still counted."""
        part, only = store.ask([_ccn("8XXXPARS0000033"), _ccn("XXXX-ONLY-A-CCN")])
        assert {(str(request.transaction), request.reason) for request in part.requests} == {
            ("99999000000033", Reason.RELEASED),
            ("99999000000034", Reason.ACCEPTED),
        }
        assert [(request.transaction, request.reason) for request in only.requests] == [(None, Reason.RELEASED)]

    def test_two_thousand_numbers_are_answered_in_one_question(self, store: Store) -> None:
        """Q2: any number of rows."""
        asked = [_transaction(f"88888{serial:09}") for serial in range(1999)]
        answers = store.ask([*asked, _transaction("99999000000011")])
        assert [answer.status for answer in answers] == [Status.NOT_ON_FILE] * 1999 + [Status.RELEASED]

    def test_nothing_asked_is_nothing_answered(self, store: Store) -> None:
        """Q6: and not that the store is away."""
        assert store.ask([]) == ()

    def test_several_who_ask_at_once_get_their_own_answers(self, store: Store) -> None:
        """Q3: a station has more than one scanner."""
        asked = [[reference] * 7 for reference in EXPECTED]

        def ask(references: list[Reference]) -> tuple[Answer, ...]:
            return store.ask(references)

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(ask, asked))
        assert [{(a.reference, a.reason) for a in answers} for answers in found] == [{pair} for pair in EXPECTED.items()]

    def test_every_answer_is_somebody_s(self, store: Store) -> None:
        """Q9: whose answers these are stands on every stamp."""
        assert store.authority.strip()

    def test_what_was_released_and_then_referred_for_exam_is_told_and_nothing_else(self, store: Store) -> None:
        """P4: with the release request and the cargo that it is on; from there on, nothing is told twice."""
        told = store.holds(0)
        assert [set(one.numbers) for one in told.notices] == [{_transaction("99999000000022"), _ccn("XXXX0000000022")}]
        assert told.whole
        assert store.holds(told.cursor) == Notices((), told.cursor, whole=True)

    def test_a_store_that_cannot_be_asked_tells_nothing(self, unreachable: Store) -> None:
        """Q6, P4: that is not "nothing is on hold"."""
        with pytest.raises(Unavailable) as no:
            unreachable.holds(0)
        assert no.value.part == "store"

    @pytest.mark.parametrize("reference", [_transaction("99999000000011"), _ccn("XXXX0000000099")], ids=str)
    def test_a_store_that_cannot_be_asked_gives_no_answer(self, unreachable: Store, reference: Reference) -> None:
        """Q6: neither NR nor N/A, however often it is tried."""
        for _ in range(5):
            with pytest.raises(Unavailable) as no:
                unreachable.ask([reference])
            assert no.value.part == "store"
