"""From a page to its symbols and unread places: no number that is not there, and no bars without a word."""

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.reading import ROWS, drawn, form
from drivers.picture import Unreadable
from drivers.picture.reading import codes, examined
from drivers.picture.render import Picture
from tests.drivers.pictures import sheet

ONE = "99999-001495785"


def read(page):
    symbols, unread = examined(Picture(page))
    return [symbol.text for symbol in symbols], unread


def rough(page, seed, blur, noise):
    """As a scanner of some age would give it."""
    soft = cv2.GaussianBlur(page, (0, 0), blur).astype(float) if blur else page.astype(float)
    return np.clip(soft + np.random.default_rng(seed).normal(0, noise, page.shape), 0, 255).astype(np.uint8)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(0, 999), min_size=4, max_size=4, unique=True),
    st.sampled_from(["Code39", "Code128"]),
    st.floats(-8, 8),
    st.floats(0, 3.5),
    st.floats(0, 40),
)
def test_no_damage_makes_a_number_that_is_not_there(serials, symbology, angle, blur, noise):
    """Q4: what was read is on the page; what was not is named or read, never more."""
    texts = [f"99999001495{n:03d}" for n in serials]
    page = sheet(*[(text, symbology, 250, 200 + 130 * n) for n, text in enumerate(texts)], size=(1200, 900))
    turned = cv2.warpAffine(page, cv2.getRotationMatrix2D((600, 450), angle, 1), (1200, 900), borderValue=255)

    found, _ = read(rough(turned, serials[0], blur, noise))

    assert set(found) <= set(texts)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("symbology", ["Code39", "Code128"])
def test_a_page_fed_any_way_round_reads_the_same(turns, symbology):
    """Q5."""
    page = sheet((ONE, symbology, 150, 150), ("XXXX7700112", symbology, 150, 420), size=(1100, 700))

    found, unread = read(np.ascontiguousarray(np.rot90(page, turns)))

    assert sorted(found) == sorted([ONE, "XXXX7700112"])
    assert unread == ()


def test_a_stroke_along_the_bars_leaves_one_symbol():
    """Q4: a row struck through is one row, not two equal ones."""
    page = sheet((ONE, "Code128", 150, 150), size=(900, 400))
    page[185:195, 100:800] = 0

    assert read(page) == ([ONE], ())


def test_two_rows_with_one_number_are_two_symbols():
    """Q7: the sample form's last two rows; the kiosk says that row 5 repeats row 4."""
    page = sheet((ONE, "Code39", 150, 100), (ONE, "Code39", 150, 230), size=(1200, 500))

    assert read(page) == ([ONE, ONE], ())


@pytest.mark.parametrize("symbology", ["Code39", "Code128"])
def test_bars_cut_off_at_the_edge_are_named_and_give_no_shorter_number(symbology):
    """Q4."""
    page = sheet((ONE, symbology, 150, 150), size=(1100, 400))[:, :500]

    found, unread = read(np.ascontiguousarray(page))

    assert found == []
    assert [one.reason for one in unread] == [Unreadable.CUT_OFF]


@pytest.mark.parametrize("symbology", ["Code39", "Code128"])
def test_bars_half_covered_are_named_and_give_no_shorter_number(symbology):
    """Q4."""
    page = sheet((ONE, symbology, 150, 150), size=(1300, 400))
    page[130:260, 380:480] = 255

    found, unread = read(page)

    assert found == []
    assert unread


def test_bars_blurred_beyond_reading_are_named():
    """Q4: none is passed over in silence."""
    found, unread = read(rough(sheet((ONE, "Code128", 150, 150), size=(900, 400)), 1, 8, 2))

    assert found == []
    assert len(unread) == 1


@pytest.mark.parametrize(("kind", "text", "named"), [("ITF", "99999001495785", "ITF"), ("EAN13", "4006381333931", "EAN_UPC")])
def test_another_symbology_is_named_and_not_read(kind, text, named):
    """Q4: fourteen digits in Interleaved 2 of 5 are refused by their kind."""
    found, unread = read(sheet((text, kind, 150, 150), size=(1100, 400)))

    assert found == []
    assert [(one.reason, one.got) for one in unread] == [(Unreadable.SYMBOLOGY_NOT_ACCEPTED, (named,))]


def test_a_seal_is_neither_a_row_nor_an_unread_place():
    """P1: our own sheets carry one; it is read apart."""
    seal = np.asarray(zxingcpp.create_barcode("SEAL.1", zxingcpp.BarcodeFormat.QRCode).to_image(scale=6))
    page = sheet((ONE, "Code128", 150, 150), size=(1100, 800))
    page[400 : 400 + seal.shape[0], 300 : 300 + seal.shape[1]] = seal

    assert read(page) == ([ONE], ())
    assert ("Q", "SEAL.1") in codes(page)


def test_a_page_past_its_budget_names_what_it_did_not_look_at():
    """Q4: cut short is not silent."""
    page = rough(sheet(*[(f"9999900149578{n}", "Code39", 200, 100 + 140 * n) for n in range(5)]), 3, 2.5, 2)
    ticks = iter(range(0, 10**6, 10))

    symbols, unread = examined(Picture(page), clock=lambda: float(next(ticks)))

    assert len(symbols) + len(unread) == 5


def test_what_vouches_for_a_number_is_told():
    """Q10: the record keeps the evidence."""
    symbols, _ = examined(Picture(sheet((ONE, "Code39", 150, 150), size=(1300, 400))))

    assert len(symbols[0].evidence.witnesses) >= 2


@pytest.mark.parametrize("angle", [-6, -2, 0.5, 3, 6])
def test_rows_that_the_page_shows_aslant_leave_nothing_over(angle):
    """Q4: where an engine's corners were taken as they are, the upper half of each row was found once more."""
    rows = [(f"9999900149578{n}", "Code128", 250, 200 + 130 * n) for n in range(5)]
    page = cv2.warpAffine(
        sheet(*rows, size=(1200, 1000)), cv2.getRotationMatrix2D((600, 500), angle, 1), (1200, 1000), borderValue=255
    )

    assert (sorted(read(page)[0]), read(page)[1]) == ([text for text, *_ in rows], ())


@pytest.mark.parametrize("symbology", ["code39", "code128"])
def test_the_numbers_printed_on_a_clean_page_are_no_bars(symbology):
    """Q4: the noughts of one were named on the benchmark's own page, and cost as much as all that was read of it."""
    found, unread = read(drawn(form(1, symbology)))

    assert (len(found), unread) == (ROWS, ())
