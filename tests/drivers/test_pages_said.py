"""What a page says, as scans and tries that failed: the reason with its figures, the evidence that was asked (Q4, Q10)."""

from datetime import UTC, datetime
from itertools import count

import pytest

from drivers.pages import NO_BARCODE, scans
from drivers.picture import Dial, Evidence, Page, Symbol, Unread, Unreadable
from drivers.scan import NoRead, Place, Scan, Symbology

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SYMBOL = Symbol("99999001495785", Symbology.CODE39, (1, 50, 9, 60), Evidence(("zxing:page", "pattern:halves"), 4))


def said(*, dial=Dial.STRICT, symbols=(), unread=()):
    serial = count()
    page = Page("form.pdf", 0, 90, 90, symbols, unread, dial=dial)
    return list(scans(page, clock=lambda: NOON, number=lambda: str(next(serial))))


def test_a_place_that_was_not_read_keeps_what_is_known_of_it():
    fine = Unread((1, 2, 30, 40), Unreadable.TOO_FINE, narrow=0.75, mil=7.5, dpi=300)
    (one,) = said(unread=(fine,))

    assert isinstance(one, NoRead)
    assert (one.reason, one.place) == ("too-fine", Place("form.pdf", 0, (1, 2, 30, 40)))
    assert one.particulars == {"narrow": "0.8", "mil": "7.5", "now": "100", "dpi": "300"}


@pytest.mark.parametrize("reason", sorted(set(Unreadable) - {Unreadable.SYMBOLOGY_NOT_ACCEPTED}))
def test_rival_texts_are_never_handed_on_as_if_one_had_been_read(reason):
    (one,) = said(unread=(Unread((1, 2, 3, 4), reason, ("99999001495785", "99999001495788")),))

    assert one.particulars == {}


def test_a_kind_that_is_not_accepted_is_named():
    (one,) = said(unread=(Unread((1, 2, 3, 4), Unreadable.SYMBOLOGY_NOT_ACCEPTED, ("ITF",)),))

    assert one.particulars == {"got": "ITF"}


@pytest.mark.parametrize(("dial", "told"), [(Dial.STRICT, ""), (Dial.BALANCED, "balanced")])
def test_a_reading_on_less_evidence_says_so(dial, told):
    (one,) = said(dial=dial, symbols=(SYMBOL,))

    assert isinstance(one, Scan)
    assert one.dial == told


def test_a_page_on_which_nothing_was_found_is_never_nothing():
    assert [one.reason for one in said()] == [NO_BARCODE]
