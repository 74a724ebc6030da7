"""The figures of a day: whatever happens in whatever order, each scan is counted once, and nothing that did not happen (Q10)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.day import Outage, report
from kiosk.core.journal import (
    Answered,
    Confirmed,
    CouldNotAsk,
    Entry,
    HandedOver,
    NotRead,
    NotStamped,
    Opened,
    RecordBegun,
    Refused,
    Returned,
    RowRemoved,
    Scanned,
    Stamped,
    Voided,
    name_words,
)

DAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
TORONTO = ZoneInfo("America/Toronto")
STAMPED = Stamped("released", "fake", "0453", "A", True, "d", [], "0-0", {})


def scanned(scan, *, keyed=False, source="wedge", symbology="CODE128"):
    return Scanned(scan, "9", "", source, symbology, keyed, None, False)


def answered(scan, mark="R", before=None):
    return Answered(scan, "9", mark, {}, before)


def figures(*facts, badge=None, subject="S.1", by="A", apart=60):
    """The figures of facts that happened one minute after the other."""
    entries = [Entry(subject, NOON + timedelta(seconds=apart * n), by, fact) for n, fact in enumerate(facts)]
    return report(DAY, entries, TORONTO, badge)


def test_a_scan_counts_by_the_answer_that_it_got_first():
    found = figures(scanned("a"), answered("a", "NR"), answered("a", "NR"), answered("a", "R", "NR"))

    assert found.marks == {"R": 0, "NR": 1, "N/A": 0}
    assert found.changed == {("NR", "R"): 1}


def test_an_answer_that_changed_in_its_reason_alone_is_no_change_of_mark():
    assert figures(scanned("a"), answered("a", "NR"), answered("a", "NR", "NR")).changed == {}


def test_what_was_scanned_the_day_before_is_not_counted_again():
    found = figures(answered("a"))

    assert (found.scans, found.marks["R"], found.unanswered) == (0, 0, 0)


def test_a_scan_of_another_sheet_is_another_scan_whatever_its_id():
    entries = [Entry(subject, NOON, "A", fact) for subject in ("S.1", "S.2") for fact in (scanned("a"), answered("a"))]

    assert report(DAY, entries, TORONTO).marks["R"] == 2


def test_a_typed_number_that_is_scanned_later_is_a_scan_of_its_own():
    confirmed = Confirmed("b", "a", "9", "", "wedge", None, None, False)
    found = figures(scanned("a", keyed=True, source="keyboard", symbology=None), answered("a"), confirmed, answered("b"))

    assert (found.scans, found.keyed, found.marks["R"]) == (2, 1, 2)
    assert (found.sources, found.symbologies) == ({"keyboard": 1, "wedge": 1}, {"unknown": 2})


def test_an_outage_lasts_until_the_store_answers_again():
    down = CouldNotAsk(["a"], "down", "")
    found = figures(scanned("a"), down, down, answered("a"), scanned("b"), CouldNotAsk(["b", "c"], "slow", ""))

    assert found.outages == (
        Outage(NOON + timedelta(minutes=1), NOON + timedelta(minutes=2), 2),
        Outage(NOON + timedelta(minutes=5), NOON + timedelta(minutes=5), 1),
    )
    assert (found.unasked, found.unanswered) == (3, 1)


def test_sheets_papers_and_refusals_are_counted():
    found = figures(
        RecordBegun("K7QD"),
        Opened("0453", "", "", ""),
        scanned("a"),
        Refused("a", "9", "repeat", {}),
        NotRead("S.1/2", "blurred", "camera", None),
        RowRemoved(1, "twice"),
        NotStamped("A", "changed", {}),
        STAMPED,
        HandedOver("d", "folder", 1),
        HandedOver("d", "folder", 2),
        Voided("d", "wrong"),
        Returned("e", 1),
    )

    assert found.sheets == {"opened": 1, "stamped": 1, "returned": 1, "voided": 1}
    assert (found.refusals, found.unread, found.removed, found.not_stamped) == ({"repeat": 1}, {"blurred": 1}, 1, {"changed": 1})
    assert (found.handed_over, found.copies, found.unanswered) == (1, 1, 0)
    assert found.waits == (timedelta(minutes=5),)
    assert found.badges["A"].scans == found.badges["A"].voided == 1


def test_a_wait_is_counted_of_sheets_begun_that_day_alone():
    assert figures(scanned("a"), answered("a"), STAMPED).waits == ()
    assert figures(Opened("0453", "", "", ""), STAMPED).waits == ()
    assert figures(Opened("0453", "", "", ""), NotRead("x", "y", "z", None), scanned("a"), STAMPED).waits == (timedelta(minutes=2),)


def test_half_of_the_sheets_had_the_median_wait_at_most():
    entries = []
    for n, minutes in enumerate((9, 1, 4, 2)):
        facts = ((0, Opened("0453", "", "", "")), (0, scanned("a")), (minutes, STAMPED))
        entries += [Entry(f"S.{n}", NOON + timedelta(minutes=later), "A", fact) for later, fact in facts]
    found = report(DAY, entries, TORONTO)

    assert (found.median_wait, found.longest_wait) == (timedelta(minutes=2), timedelta(minutes=9))


def test_an_hour_that_the_office_has_twice_counts_as_one():
    """On 2026-11-01 the clock of Toronto shows 01:30 twice."""
    at = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    entries = [Entry("S.1", at + timedelta(hours=n), "A", scanned(f"{n}")) for n in range(2)]

    assert report(date(2026, 11, 1), entries, TORONTO).hours[1] == 2


sheets, scans = st.sampled_from(["S.1", "S.2"]), st.sampled_from("abc")
happenings = st.one_of(
    st.tuples(st.just("scan"), sheets, scans, st.sampled_from(["R", "NR", "N/A", None, "refused"])),
    st.tuples(st.just("again"), sheets, scans, st.sampled_from(["R", "NR", "N/A", None])),
)


@settings(max_examples=75)
@given(st.lists(happenings, max_size=30), st.sampled_from([None, "A", "B"]))
def test_whatever_happens_each_scan_is_counted_once_by_how_it_ended(happened, badge):
    entries, known, refused = [], {}, set()
    for n, (what, sheet, scan, how) in enumerate(happened):
        key, by = (sheet, scan), "AB"[n % 2]
        if (what == "scan" and key in known) or (what == "again" and (key not in known or key in refused)):
            continue
        new = [scanned(scan)] if what == "scan" else []
        known.setdefault(key, by)
        refused |= {key} if how == "refused" else set()
        then = {None: CouldNotAsk([scan], "down", ""), "refused": Refused(scan, "9", "repeat", {})}.get(how) or answered(scan, how)
        entries += [Entry(sheet, NOON, known[key], fact) for fact in (*new, then)]
    found = report(DAY, entries, TORONTO, badge)

    assert found.scans == sum(badge in (None, by) for by in known.values()) == sum(found.hours)
    assert found.scans == sum(found.marks.values()) + sum(found.refusals.values()) + found.unanswered
    assert sum(one.scans for one in found.badges.values()) == found.scans


@given(st.text(max_size=60), st.text(max_size=20))
def test_the_words_of_a_name_are_the_same_however_it_is_written(name, more):
    words = name_words(name)

    assert name_words(" ".join(sorted(words))) == words
    assert words <= name_words(f"{name} {more}")
    assert all(word.isalnum() for word in words)
