"""The client's slip on the office's printer: one scan of it names the sheet, and nothing on it could be taken for proof."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import zxingcpp

from kiosk.adapters.pdf.claim import PdfSlips, draw_claim
from kiosk.core.slip import Slip

AT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def slip(language="en", rows=3):
    return Slip("K7QD.000123", "0453", rows, AT, language)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_its_bars_hold_the_sheets_number_and_both_languages_stand_on_it(language):
    """Q1, P5."""
    page = pypdfium2.PdfDocument(draw_claim(slip(language), ZoneInfo("America/Toronto")))[0]
    symbols = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    said = page.get_textpage().get_text_bounded()

    assert [(one.text, one.format) for one in symbols] == [("K7QD.000123", zxingcpp.BarcodeFormat.Code128)]
    for words in ("Query slip", "Billet de demande", "not proof of release", "pas une preuve", "K7QD.000123", "453"):
        assert words in said
    assert "RELEASED" not in said


def test_it_is_drawn_for_the_printers_queue():  # P7: nothing is sent from here
    assert PdfSlips("America/Toronto").give(slip()).startswith(b"%PDF")
