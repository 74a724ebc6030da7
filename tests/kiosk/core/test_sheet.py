"""The sheet holds every row, lets only answered R rows prove anything, and is stampable only when nothing is open (Q2, Q9)."""

from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.answer import Answer, Reason, Status
from kiosk.core.faults import Refusal
from kiosk.core.reference import candidates
from kiosk.core.sheet import MAX_ROWS, Asked, Faulty, Header, Line, QuerySheet, Removed, Waiting, row_text
from tests.fakes import NOON, ccn, transaction
from tests.strategies import asked, faulty, lines, removed, rows, sheets, stampable, waiting

EMPTY = QuerySheet("K7QD.000001", Header("0453"))
NOT_READ = Faulty("n-1", None, Refusal("not-read", why="no-quiet-zone"))


def line(text, reason=Reason.RELEASED, office="0453", **more):
    found = candidates(text)
    return Line(Asked(f"scan-{text}", text, found, **more), Answer(found[0], reason, NOON, office))


def waits(text):
    return Waiting(Asked(f"scan-{text}", text, candidates(text)), "down")


def refusal(refused, *given):
    with pytest.raises(Refusal) as caught:
        refused(*given)
    return caught.value


@given(sheets())
def test_only_answered_r_rows_are_released(sheet):
    """Q9: no waiting, faulty or removed row, and no NR or N/A, ever counts as proof."""
    assert all(isinstance(row, Line) and row.answer.status is Status.RELEASED for row in sheet.released)
    assert len(sheet.released) == sum(isinstance(row, Line) and row.answer.reason is Reason.RELEASED for row in sheet.rows)


@given(sheets())
def test_the_counts_are_of_answered_rows_alone(sheet):
    assert sum(sheet.count.values()) == sum(isinstance(row, Line) for row in sheet.rows)
    assert sheet.count[Status.RELEASED] == len(sheet.released)
    assert list(sheet.count) == list(Status)


@given(sheets())
def test_a_sheet_with_a_waiting_or_faulty_row_is_never_stampable(sheet):
    """Q4, Q6: every such row is named."""
    open_rows = [place for place, row in enumerate(sheet.rows, 1) if isinstance(row, Waiting | Faulty)]

    assert [place for place, _ in sheet.hindrances] == open_rows
    if open_rows:
        assert refusal(sheet.check_stampable).fields == {"rows": ", ".join(map(str, open_rows))}
    elif not list(sheet.lines):
        assert refusal(sheet.check_stampable) == Refusal("nothing-to-stamp")
    else:
        sheet.check_stampable()


@given(stampable)
def test_a_stamped_sheet_is_closed(sheet):
    """Q10: nothing is stamped twice, and nothing is added or taken off afterwards."""
    closed = replace(sheet, stamped=True)

    for touched in (closed.check_open, closed.check_stampable, lambda: closed.check_room(0), lambda: closed.remove(1, "why")):
        assert refusal(touched) == Refusal("stamped-already", got=sheet.number)


def test_why_a_row_forbids_the_stamp_is_said():
    """Q6: could not ask is its own reason, neither NR nor N/A."""
    sheet = EMPTY.add(waits("XXXX471")).add(NOT_READ)

    assert sheet.hindrances == ((1, Refusal("could-not-ask", why="down", got="XXXX471")), (2, NOT_READ.refusal))
    assert sheet.faults == (2,)
    assert sheet.waiting == (sheet.rows[0].asked,)


@given(sheets(max_size=20), st.integers(1, 8))
def test_every_row_is_on_exactly_one_page_with_its_own_place(sheet, rows_per_page):
    """Q2: any number of rows."""
    pages = sheet.pages(rows_per_page)

    assert list(chain.from_iterable(pages)) == list(enumerate(sheet.rows, 1))
    assert len(pages) >= 1
    assert all(len(page) == rows_per_page for page in pages[:-1])
    assert len(pages[-1]) <= rows_per_page


@given(sheets(), rows)
def test_adding_a_row_keeps_all_the_others(sheet, row):
    assert sheet.add(row).rows == (*sheet.rows, row)


@given(sheets().filter(lambda sheet: sheet.rows), st.data())
def test_removing_strikes_out_one_row_and_loses_none(sheet, data):
    """Q4: the row and the reason stay."""
    place = data.draw(st.integers(1, len(sheet.rows)))
    old = sheet.rows[place - 1]
    if isinstance(old, Removed):
        assert refusal(sheet.remove, place, "why") == Refusal("removed-already", row=place)
        return

    after = sheet.remove(place, "  misprint\n")

    assert after.rows[place - 1] == Removed(old, "misprint")
    assert after.rows[: place - 1] + after.rows[place:] == sheet.rows[: place - 1] + sheet.rows[place:]
    assert row_text(after.rows[place - 1]) == row_text(old)
    assert after.scans == sheet.scans


@pytest.mark.parametrize("place", [0, -1, 2, 10**9])
def test_a_row_that_is_not_there_is_not_removed(place):
    assert refusal(EMPTY.add(NOT_READ).remove, place, "why") == Refusal("no-such-row", expected="1 - 1", got=place)


@pytest.mark.parametrize("reason", ["", "  \t\n"])
def test_a_row_is_not_removed_without_a_reason(reason):
    assert refusal(EMPTY.add(NOT_READ).remove, 1, reason) == Refusal("no-reason", row=1)


@pytest.mark.parametrize("again", ["99999001495785", "99999-001495785", "*99999001495785*", " 99999001495785\r\n"])
@pytest.mark.parametrize("first", ["99999001495785", "99999-001495785"])
@pytest.mark.parametrize("answered", [True, False])
def test_a_number_that_is_on_the_sheet_is_a_repeat_however_it_is_written(first, again, answered):
    """Q8: 5-9 and fourteen digits are one number, answered or not."""
    sheet = EMPTY.add(NOT_READ).add(line(first) if answered else waits(first))

    no = refusal(sheet.admit, again, candidates(again))

    assert no == Refusal("repeat", row=3, of=2, got=again)


def test_what_was_removed_or_refused_may_be_scanned_again():
    """A row taken off by mistake can be had back, as a row of its own."""
    sheet = EMPTY.add(line("XXXX471")).remove(1, "by mistake").add(Faulty("n-2", "XXXX471", Refusal("printed-differs")))

    assert sheet.admit("XXXX471", candidates("XXXX471")) is None


def test_another_number_is_no_repeat():
    sheet = EMPTY.add(line("XXXX471")).add(line("99999001495785"))

    assert sheet.admit("XXXX-471", candidates("XXXX-471")) is None


def test_a_sheet_takes_its_five_hundred_rows_and_not_one_more():
    full = replace(EMPTY, rows=(NOT_READ,) * (MAX_ROWS - 1))

    full.check_room(1)
    assert refusal(full.check_room, 2) == Refusal("sheet-full", expected=500, got=501)


@given(lines | waiting | faulty | removed)
def test_a_row_is_found_by_its_scan(row):
    inner = row.row if isinstance(row, Removed) else row

    assert EMPTY.add(row).scans == {inner.scan if isinstance(inner, Faulty) else inner.asked.scan}
    assert row_text(row) == (inner.text or "" if isinstance(inner, Faulty) else inner.asked.text)


@given(asked)
def test_putting_a_row_replaces_one_and_leaves_the_rest(asked):
    sheet = EMPTY.add(NOT_READ).add(waits("XXXX471")).add(NOT_READ)

    assert sheet.put(2, Waiting(asked, "slow")).rows == (NOT_READ, Waiting(asked, "slow"), NOT_READ)


@pytest.mark.parametrize(
    ("row", "advice"),
    [
        (line("XXXX471"), ()),
        (line("XXXX471", office="0495"), ("other-office",)),
        (line("XXXX471", keyed=True), ("keyed",)),
        (line("XXXXPARS471", Reason.NOT_ON_FILE, None), ("perhaps-trip",)),
        (line("99999000000015", Reason.NOT_ON_FILE, None), ("perhaps-wrong-digit",)),
    ],
)
def test_the_officer_is_told_what_the_mark_does_not_say(row, advice):
    """Q11: an R of another office is shown as such; the mark itself stays."""
    assert row.advice("0453") == advice


def test_the_other_sense_of_fourteen_digits_is_told():
    row = line("99999001495785")
    both = replace(row, answer=replace(row.answer, also=Answer(ccn("99999001495785"), Reason.EXAM, NOON, "0453")))

    assert both.advice("0453") == ("both-senses",)
    assert both.answer.reference == transaction("99999001495785")
