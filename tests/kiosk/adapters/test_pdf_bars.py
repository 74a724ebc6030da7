"""What stands in the symbols that we print."""

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.adapters.pdf import bars
from kiosk.adapters.pdf.layout import layout
from kiosk.core.faults import Refusal

NUMBERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=25)
OURS = zxingcpp.barcode_formats_from_str("Code39Std,Code128")
"""Six characters of a Code 39 may be a Code 32 as well, to whoever reads that kind."""


def painted(symbology, text, module=3):
    """A symbol as a picture, drawn from its runs alone."""
    widths = [0, *(round(width * module * 2) for width in bars.runs(symbology, text))]
    edges = np.cumsum(widths) + 2 * module * bars.QUIET
    picture = np.full((80, edges[-1] + 2 * module * bars.QUIET), 255, np.uint8)
    for start, end in zip(edges[::2], edges[1::2], strict=False):
        picture[:, start:end] = 0
    return picture


@settings(max_examples=60, deadline=None)
@given(text=NUMBERS, symbology=st.sampled_from(bars.SYMBOLOGIES))
def test_any_number_is_read_back_from_its_runs(text, symbology):  # Q2
    read = zxingcpp.read_barcodes(painted(symbology, text), formats=OURS)

    assert [found.text for found in read] == [text]


@settings(max_examples=60, deadline=None)
@given(text=NUMBERS)
def test_a_wide_element_of_code_39_is_two_and_a_half_narrow_ones(text):  # domain 3.2: 2.0 to 3.0
    assert set(bars.runs("code39", text)) == {1, 2.5}


@pytest.mark.parametrize(
    ("symbology", "text"),
    [("code39", "xxxx1"), ("code39", "A*B"), ("code39", ""), ("code128", "É1234"), ("code128", ""), ("code128", "x" * 500)],
)
def test_what_a_symbology_can_not_say_is_refused_and_never_changed(symbology, text):  # Q3: nothing is repaired
    with pytest.raises(Refusal) as refused:
        bars.module(symbology, text, 100, (0.3,))

    assert refused.value.code in {"not-encodable", "does-not-fit"}
    assert refused.value.fields["symbology"] == symbology


@settings(max_examples=60, deadline=None)
@given(text=NUMBERS, symbology=st.sampled_from(bars.SYMBOLOGIES), paper=st.sampled_from(["sheet", "form"]))
def test_every_number_up_to_25_characters_fits_with_modules_of_a_quarter_millimetre(text, symbology, paper):  # domain 3.2
    page = layout(paper)
    room = page.areas["row"].box("bars").w
    if paper == "sheet" and symbology == "code39":
        return  # the sheet prints Code 128 only

    width = bars.module(symbology, text, room, page.modules)
    assert width >= 0.25
    assert (sum(bars.runs(symbology, text)) + 2 * 10) * width <= room


def test_a_symbol_that_is_too_wide_is_refused_with_what_it_needs():
    with pytest.raises(Refusal, match=r"does-not-fit: expected 50 mm, needs 104 mm, got .*code39"):
        bars.module("code39", "X" * 25, 50, (0.338667, 0.254))


def test_the_seal_has_error_correction_m():  # stack.md, section A
    assert len(bars.qr("RS1X" + "A" * 1496)) == 121  # version 26; level L would be 23, level Q 31
