"""A few of the cases of `python -m tests.drivers.fuzz`, on every run (D4)."""

from dataclasses import replace

from tests.drivers.fuzz import LIMITS, frightened
from tests.drivers.fuzz_cases import TEXTS, case, sound

SEED, CASES = 5, 60


def test_whatever_a_document_does_to_an_engine_costs_a_reason_on_a_page():
    """Q4, D4: no exception, no wrong number, no hang, no burst, and nothing left behind."""
    tally = frightened(range(CASES), SEED, limits=replace(LIMITS, cpu_seconds=1))

    assert tally.failures == []
    assert tally.cases == CASES
    assert len(tally.problems) > 4
    assert tally.problems["read"] > CASES / 4


def test_a_case_can_be_made_again_from_its_number():
    assert [case(SEED, n) for n in range(40)] == [case(SEED, n) for n in range(40)]
    assert len({case(SEED, n).data for n in range(40)}) > 30


def test_the_documents_that_are_damaged_are_sound_before():
    """A damage that is found is one that was done."""
    from drivers.pages import Reader

    with Reader() as reader:
        for kind, data in sound().items():
            pages = list(reader.read(data, compare=False))
            assert all(page.fault is None for page in pages), kind
            assert {symbol.text for page in pages for symbol in page.symbols} <= set(TEXTS), kind
            assert any(page.symbols for page in pages), kind
