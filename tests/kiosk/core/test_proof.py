"""A seal seals every row of its page, and what it proves is its R rows alone (Q9, P2)."""

from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.faults import Refusal
from kiosk.core.proof import LONGEST_STRUCK, REMOVED, Checkpoint, _sealed, statements
from kiosk.core.sheet import Faulty, Line, Removed, row_text
from kiosk.core.stamp import Act, Stamp
from tests.fakes import AUTHORITY, NOON, real_seal
from tests.strategies import faulty, lines, removed, sheets, stampable, waiting

STAMP = Stamp(Act.RELEASED, AUTHORITY, "0453", "12345", NOON)
CHECKPOINT = Checkpoint(17, bytes.fromhex("ab" * 32))


@given(stampable, st.integers(1, 5))
def test_the_statements_hold_every_row_of_the_sheet_exactly_once(sheet, rows_per_page):
    """P2: NR, N/A and removed rows too, else one of them could be made R outside of what is sealed."""
    pages = statements(sheet, STAMP, CHECKPOINT.short, rows_per_page)

    sealed = list(chain.from_iterable(page.rows for page in pages))
    assert [row.place for row in sealed] == list(range(1, len(sheet.rows) + 1))
    assert [row.number for row in sealed] == [row_text(row) for row in sheet.rows]
    assert [row.mark for row in sealed] == [row.answer.status if isinstance(row, Line) else REMOVED for row in sheet.rows]
    assert [page.page for page in pages] == list(range(1, len(pages) + 1))
    assert {page.pages for page in pages} == {len(pages)}


@given(stampable, st.integers(1, 5))
def test_what_the_pages_prove_is_what_the_sheet_proves(sheet, rows_per_page):
    """Q9."""
    pages = statements(sheet, STAMP, CHECKPOINT.short, rows_per_page)

    proven = [row for page in pages for row in page.released]
    assert [row.number for row in proven] == [line.asked.text for line in sheet.released]
    assert all(row.mark == "R" for row in proven)


@given(stampable)
def test_each_page_says_whose_it_is(sheet):
    """P2: no page needs another."""
    for page in statements(sheet, STAMP, CHECKPOINT.short, 2):
        head = (page.sheet, page.client, page.stamp, page.checkpoint)
        assert head == (sheet.number, sheet.header.client_name, STAMP, "17-abababababab")


@given(stampable)
def test_a_row_is_sealed_with_its_answer_or_with_why_it_was_removed(sheet):
    """Q10."""
    for row, sealed in zip(sheet.rows, statements(sheet, STAMP, CHECKPOINT.short, 500)[0].rows, strict=True):
        if isinstance(row, Line):
            answer = row.answer
            said = (answer.reference.kind, answer.as_of, answer.office, row.asked.keyed, "")
        else:
            said = (None, None, None, False, row.reason)
        assert (sealed.kind, sealed.as_of, sealed.office, sealed.keyed, sealed.reason) == said


@settings(max_examples=40)
@given(stampable, st.integers(1, 5))
def test_a_real_seal_gives_back_the_statement_that_it_sealed(sheet, rows_per_page):
    """P2: whatever stands in the bars."""
    seal = real_seal()
    for page in statements(sheet, STAMP, CHECKPOINT.short, rows_per_page):
        assert seal.open(seal.seal(page)) == page


@given(sheets())
def test_a_sheet_that_cannot_be_stamped_has_no_statements(sheet):
    """Q4, Q6: no waiting or faulty row ever comes under a seal."""
    try:
        sheet.check_stampable()
    except Refusal as no:
        with pytest.raises(Refusal) as caught:
            statements(sheet, STAMP, CHECKPOINT.short, 20)
        assert caught.value == no  # noqa: PT017 - the same no both times
    else:
        assert all(isinstance(row, Line | Removed) for row in sheet.rows)
        assert statements(sheet, STAMP, CHECKPOINT.short, 20)


@given(stampable)
def test_a_stamped_sheet_is_not_sealed_again(sheet):
    with pytest.raises(Refusal, match="stamped-already"):
        statements(replace(sheet, stamped=True), STAMP, CHECKPOINT.short, 20)


@given(waiting | faulty)
def test_an_open_row_would_end_the_program_before_it_was_sealed(row):
    """Q6: behind the check that refuses such a sheet stands this one."""
    with pytest.raises(AssertionError, match="row 1 has no answer"):
        _sealed(1, row)


@given(st.text(st.characters(), max_size=200))
def test_what_was_struck_out_is_sealed_whatever_its_bars_held(text):
    """Bars may hold another seal, or half a surrogate pair: before, no sheet with such a row could ever be stamped."""
    number = _sealed(1, Removed(Faulty("scan-1", text, Refusal("too-long")), "misprint")).number

    assert len(number.encode()) <= LONGEST_STRUCK
    whole = text.encode("utf-8", "backslashreplace")
    if len(whole) <= LONGEST_STRUCK:
        assert number == whole.decode()


@given(lines, removed)
def test_a_removed_line_loses_its_mark(line, other):
    """Q9: an R that the officer struck out proves nothing."""
    assert _sealed(1, Removed(line, "misprint")).mark == _sealed(2, other).mark == REMOVED


def test_a_checkpoint_is_printed_short():
    assert CHECKPOINT.short == "17-abababababab"
