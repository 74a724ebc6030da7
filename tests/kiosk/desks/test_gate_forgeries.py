"""The forgery table: each is really made, with real keys, real paper and real pictures, and refused with its reason (P2, P4)."""

from dataclasses import replace
from datetime import timedelta

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.pages import Reader
from kiosk.adapters.ed25519.cose import micros
from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Forged, Refusal
from kiosk.core.hold import HoldList, newer
from kiosk.desks.gate import Known, Outcome, Whole
from tests.fakes import AUTHORITY, NOON, FakeClock, trusted
from tests.kiosk.desks.gate_samples import (
    HELD,
    OTHER,
    RELEASED,
    Yard,
    appended,
    drawn,
    joined,
    later,
    overlaid,
    painted,
    photographed,
    png,
    repacked,
)

MANY = [f"XXXX{n:08}" for n in range(24)]
MARK, NUMBER = 1, 2
"""Where they stand in a row of a seal."""


@pytest.fixture(scope="module")
def reader():
    with Reader(processes=1) as reader:
        yield reader


@pytest.fixture(scope="module")
def office(reader, tmp_path_factory):
    """A yard with a sheet of one page, another one, and one of two pages."""
    yard = Yard(tmp_path_factory.mktemp("yard"), reader)
    yard.sheet, yard.other, yard.long = yard.stamped(RELEASED, HELD), yard.stamped(OTHER), yard.stamped(RELEASED, *MANY)
    yard.text = yard.seals(yard.sheet)[0]
    yield yard
    yard.journal.close()


@pytest.fixture
def yard(office):
    """The same, with its clock, keys and holds as they were."""
    keys = list(office.keys)
    yield office
    office.keys, office.numbers, office.sheets, office.listed_at = keys, [], [], None


def refused(yard, given, code):
    """It is refused with this reason, on record as refused, and stays so."""
    shown = yard.present(given)
    assert shown.refusal is not None
    assert (shown.whole, shown.refusal.code, shown.rows) == (Whole.REFUSED, code, ())
    assert shown.releasable == ()
    assert yard.gate.presented(shown.id).refusal.code == code
    return shown.refusal


# --- what stands in the seal -------------------------------------------------------------------------------------------


def _change(row, part, value):
    return lambda values: values[7][row].__setitem__(part, value)


ALTERED = {
    "mark": _change(1, MARK, 0),
    "number": _change(0, NUMBER, int(OTHER)),
    "date": lambda values: values[5].__setitem__(4, micros(later(days=2))),
    "office": lambda values: values[5].__setitem__(2, "0495"),
    "badge": lambda values: values[5].__setitem__(3, "67890"),
    "client": lambda values: values.__setitem__(4, "Somebody Else Inc."),
    "specimen": lambda values: values[5].__setitem__(5, True),
    "added row": lambda values: values[7].append([3, 0, int(OTHER), 1, 0, 0]),
    "removed row": lambda values: values[7].pop(),
    "another page": lambda values: values.__setitem__(2, 2),
}


@pytest.mark.parametrize("what", ALTERED)
def test_a_seal_whose_statement_was_altered_is_refused(yard, what):
    """P2: under the signature that it had."""
    refused(yard, repacked(yard.text, ALTERED[what]), "bad-signature")


@pytest.mark.parametrize("what", ALTERED)
def test_a_seal_made_anew_with_the_forgers_own_key_is_refused(yard, what):
    """P2: whoever has the program can seal, but with no key of the list."""
    refused(yard, repacked(yard.text, ALTERED[what], trusted(9)[0]), "unknown-key")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"not_after": NOON - timedelta(seconds=1)}, "key-expired"),
        ({"not_before": NOON + timedelta(seconds=1)}, "key-not-yet-valid"),
        ({"revoked_at": NOON + timedelta(days=1)}, "key-revoked"),
    ],
)
def test_the_seal_of_a_key_that_may_not_seal_then_is_refused(yard, more, code):
    """P2: expired, future, revoked."""
    yard.keys = [trusted(**more)[1]]

    refused(yard, yard.text, code)


def test_what_was_let_pass_is_refused_once_its_key_is_revoked(yard):
    """P2: presented again or only looked at again, it is judged by what is known now."""
    shown = yard.present(yard.text)
    yard.keys = [replace(yard.keys[0], revoked_at=NOON)]

    assert shown.genuine
    assert yard.gate.presented(shown.id).refusal.code == "key-revoked"


def test_a_seal_of_the_stub_under_a_real_authoritys_name_is_refused(yard):
    """P2: the key of a specimen system seals no statement of another authority."""
    yard.keys.append(trusted(5, authority="acros-stub")[1])

    text = repacked(yard.text, lambda values: values[5].__setitem__(1, AUTHORITY), trusted(5)[0])

    assert refused(yard, text, "other-authority").fields["expected"] == "acros-stub"


def test_a_stamp_from_the_future_is_refused(yard, tmp_path):
    """P2: or the gate's own clock is wrong, and then it may not rely on it either."""
    journal, clock = SqlJournal(f"sqlite:///{tmp_path / 'gate.sqlite3'}"), FakeClock(NOON - timedelta(minutes=6))
    elsewhere = replace(yard.gate, journal=journal, clock=clock)

    assert elsewhere.present(yard.text, "W7001").refusal == Forged("from-the-future", got="2026-11-22 12:00 UTC")
    journal.close()


@pytest.mark.parametrize("length", [4, 5, 40, 120, -40, -8, -1])
def test_a_truncated_seal_is_refused(yard, length):
    """P2: a torn sheet, half a scan."""
    shown = yard.present(yard.text[:length])

    assert shown.whole is Whole.REFUSED
    assert shown.refusal.code in {"truncated", "malformed", "bad-signature", "not-a-seal"}


# --- pages -------------------------------------------------------------------------------------------------------------


def test_a_page_of_another_sheet_among_those_of_this_one_is_refused(yard):
    """P2: as texts, and as a PDF that somebody put together."""
    one, other = yard.seals(yard.long)[0], yard.seals(yard.other)[0]

    refused(yard, f"{one}\n{other}", "mixed-sheets")
    refused(yard, joined((yard.pdf(yard.long), 0), (yard.pdf(yard.other), 0)), "mixed-sheets")


def test_a_page_without_a_seal_that_was_slipped_in_is_refused(yard):
    """P2: with rows of its own."""
    from kiosk.adapters.pdf import PdfPaper
    from tests.kiosk.desks.gate_samples import HEADER

    slipped = PdfPaper().form(HEADER, [OTHER], "code128", 3)

    assert refused(yard, joined((yard.pdf(yard.sheet), 0), (slipped, 0)), "page-without-seal").fields == {"place": "2"}


def test_a_replayed_page_is_shown_with_when_it_was_presented_before(yard):
    """P2: genuine it is; who presents it again is told of, row by row."""
    first = yard.present(yard.seals(yard.long)[0])
    yard.clock.let_pass(minutes=5)

    second = yard.present(yard.seals(yard.long)[0], by="W7002")

    assert (first.second, second.second) == (False, True)
    assert [(one.id, one.at, one.by) for one in second.rows[0].before] == [(first.id, first.at, "W7001")]
    assert not yard.present(yard.seals(yard.long)[1]).second  # the other page was never there


def test_a_page_of_the_same_number_from_another_stamping_is_refused(yard):
    """P2: page 1 as it was before the last answers, beside page 2 of today."""
    key = trusted()[0]
    earlier = repacked(yard.seals(yard.long)[0], lambda values: values[5].__setitem__(4, micros(NOON) - 1), key)

    refused(yard, f"{earlier}\n{yard.seals(yard.long)[1]}", "mixed-sheets")


# --- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [overlaid, appended], ids=["rewritten", "incremental"])
def test_something_drawn_on_the_signed_pdf_is_refused_whatever_its_seals_say(yard, how):
    """P2."""
    refused(yard, how(yard.pdf(yard.sheet)), "altered")


def test_the_file_as_it_was_handed_out_is_good(yard):
    """P2: and its rows are those of the seal."""
    shown = yard.present(yard.pdf(yard.sheet))

    assert (shown.file_signature, shown.whole) == ("good", Whole.SOME)
    assert [row.outcome for row in shown.rows] == [Outcome.RELEASE, Outcome.NOT_RELEASED]


@pytest.mark.parametrize(("old", "new"), [(b"0>", b"1>"), (b"<30820", b"<30830"), (b"A0", b"a0")], ids=["after", "in", "case"])
def test_the_place_of_the_signature_which_it_cannot_cover_is_as_it_was_written_or_the_file_was_altered(yard, old, new):
    """P2: the zeros after it, its own length, a capital."""
    pdf = yard.pdf(yard.sheet)
    start = pdf.rindex(b"/Contents <")
    changed = pdf[:start] + pdf[start:].replace(old, new, 1)

    assert changed != pdf
    refused(yard, changed, "altered")


# --- paper -------------------------------------------------------------------------------------------------------------


def test_a_photo_of_the_genuine_paper_says_what_the_seal_says(yard):
    """P2: as a phone takes it."""
    shown = yard.present(photographed(drawn(yard.pdf(yard.sheet))))

    assert (shown.whole, shown.brought) == (Whole.SOME, "picture")
    assert [row.sealed.number for row in shown.releasable] == [RELEASED]


@pytest.mark.parametrize("see", [png, photographed], ids=["scanned", "photographed"])
def test_a_photocopy_with_another_number_painted_in_is_refused_and_both_are_shown(yard, see):
    """P2: rendered, a number painted over, other bars drawn there, and taken as a picture."""
    copy = painted(drawn(yard.pdf(yard.sheet)), RELEASED, OTHER)

    fields = refused(yard, see(copy), "paper-differs").fields

    assert (fields["paper"], fields["sealed"]) == (OTHER, f"{RELEASED}, {HELD}")


def test_the_genuine_code_of_one_sheet_on_the_paper_of_another_is_refused(yard):
    """P2: the code says one thing, the paper another."""
    paper, other = drawn(yard.pdf(yard.other)), drawn(yard.pdf(yard.sheet))
    pasted = paper.copy()
    half = pasted.shape[0] * 3 // 4
    pasted[half:] = other[half:]

    fields = refused(yard, png(pasted), "paper-differs").fields

    assert (fields["paper"], fields["sealed"]) == (yard.other, f"{RELEASED}, {HELD}")


def test_bars_that_can_t_be_read_refuse_nothing(yard):
    """P2: a pen over them, a fold: the seal says what it says."""
    page = drawn(yard.pdf(yard.sheet))
    page[: page.shape[0] * 2 // 3] = cv2.GaussianBlur(page, (0, 0), 6)[: page.shape[0] * 2 // 3]

    assert yard.present(png(page)).whole is Whole.SOME


def test_paper_without_any_seal_proves_nothing(yard):
    """P2: a picture of a form, a white page."""
    refused(yard, png(np.full((800, 600), 255, np.uint8)), "no-seal")


# --- what came after the stamp ------------------------------------------------------------------------------------------


def test_a_withdrawn_sheet_is_refused_by_the_list_with_the_reason_where_the_record_has_it(yard):
    """P4: voided by a supervisor: known to the list, and here to the record."""
    yard.sheets = [yard.sheet]

    assert refused(yard, yard.text, "withdrawn").fields["got"] == yard.sheet


def test_a_row_on_hold_is_not_let_out_and_the_others_are(yard):
    """P4: R at ten, referred for exam at eleven."""
    shown = yard.present(yard.text)
    yard.numbers = [("transaction", RELEASED)]

    assert (shown.whole, yard.present(yard.text).whole) == (Whole.SOME, Whole.HELD)
    assert yard.gate.presented(shown.id).releasable == ()


def test_a_list_that_is_too_old_lets_nothing_out(yard):
    """P4: it asks, and never says release."""
    yard.listed_at = yard.clock() - timedelta(hours=4, seconds=1)

    shown = yard.present(yard.text)

    assert (shown.whole, shown.releasable, shown.as_of) == (Whole.ASK, (), yard.listed_at)


def test_without_any_list_nothing_is_let_out(yard):
    """P4."""
    blind = replace(yard.gate, known=lambda verdict: Known())

    assert blind.present(yard.text, "W7001").whole is Whole.ASK


def test_an_older_list_replaces_no_newer_one():
    """P4: somebody hands in yesterday's, on which the goods are free."""
    new, old = (HoldList(AUTHORITY, "K7QD", serial, NOON, b"", b"") for serial in (7, 6))

    with pytest.raises(Forged, match="older-list"):
        newer(new, old)


# --- any change at all --------------------------------------------------------------------------------------------------


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_single_changed_character_of_a_seal_is_refused(yard, data):
    """P2: whichever it is, and whatever it becomes."""
    place = data.draw(st.integers(0, len(yard.text) - 1))
    to = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567019=.-é ").filter(lambda one: one != yard.text[place]))
    changed = yard.text[:place] + to + yard.text[place + 1 :]

    shown = yard.present(changed)

    assert shown.whole is Whole.REFUSED


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_changed_byte_of_a_pdf_is_refused_or_loses_its_signature_and_changes_no_verdict(yard, data):
    """P2."""
    pdf = bytearray(yard.pdf(yard.sheet))
    place = data.draw(st.integers(0, len(pdf) - 1))
    pdf[place] ^= data.draw(st.integers(1, 255))
    try:
        shown = yard.present(bytes(pdf))
    except Refusal:
        return
    if shown.whole is not Whole.REFUSED:
        assert shown.file_signature != "good"
        assert [row.outcome for row in shown.rows] == [Outcome.RELEASE, Outcome.NOT_RELEASED]
