"""The query form: its bars are read back by both engines, and it says what SOCP 4.2 says."""

import pytest
import zxingcpp
from pyzbar import pyzbar

from kiosk.core.faults import Refusal
from kiosk.core.sheet import Header
from tests.kiosk.adapters import pdf_samples as samples

BARS = [number if isinstance(number, str) else number[1] for number in samples.FORM]


def form(numbers, symbology="code128", blank=0, header=samples.HEADER):
    return samples.PAPER.form(header, numbers, symbology, blank)


@pytest.mark.parametrize("symbology", ["code128", "code39"])
def test_both_engines_read_every_row_of_a_printed_form(symbology):  # Q2, Q8
    numbers = [text[: -1 - (n > 9)] + str(n) for n, text in enumerate(BARS * 3)]
    image = samples.picture(form(numbers, symbology))
    by_zxing = sorted(zxingcpp.read_barcodes(image), key=lambda found: found.position.top_left.y)
    by_zbar = sorted(pyzbar.decode(image), key=lambda found: found.rect.top)

    assert [found.text for found in by_zxing] == numbers
    assert [found.data.decode() for found in by_zbar] == numbers


def test_a_misprint_stands_beside_its_bars_as_in_the_sample_form():  # Q7
    pdf = form([("99999001495789", "99999-001495788")])

    assert "99999001495789" in samples.text(pdf)
    assert [found.text for found in zxingcpp.read_barcodes(samples.picture(pdf))] == ["99999-001495788"]


def test_the_form_says_what_the_plans_form_says_in_both_languages():  # Q2, SOCP 4.2
    said = samples.text(form(samples.FORM))

    for words in (
        "Multiple Import Shipment Release Query",
        "Release office / Bureau de mainlevée",
        "Client contact / Personne-ressource",
        "Must be CBSA machine readable",
        "For CBSA use only",
        "Réservé à l’ASFC",
        "NR = Not released / Sans mainlevée",
        "CBSA stamp and BSO badge number / Estampille de l’ASFC et numéro d’insigne de l’ASF",
        "Jo Doe 519-555-0100",
    ):
        assert words in said


@pytest.mark.parametrize(("numbers", "blank", "pages"), [(0, 0, 1), (0, 15, 1), (1, 15, 2), (31, 0, 3), (100, 0, 7)])
def test_a_form_has_as_many_pages_as_its_rows_take(numbers, blank, pages):
    listed = [f"99999-{n:09d}" for n in range(numbers)]
    pdf = form(listed, blank=blank)

    assert samples.pages(pdf) == pages
    assert all(any(number in samples.text(pdf, page) for page in range(pages)) for number in listed)


def test_a_blank_form_has_no_bars():
    assert zxingcpp.read_barcodes(samples.picture(form([], blank=15, header=Header("0453")))) == []


def test_a_number_that_bars_can_not_say_is_refused():
    with pytest.raises(Refusal, match="not-encodable"):
        form(["xxxxpars1"], "code39")


def test_a_number_that_does_not_fit_is_refused_and_never_squeezed():  # Q4
    with pytest.raises(Refusal, match="does-not-fit"):
        form(["X" * 30], "code39")


def test_an_unknown_symbology_is_named():
    with pytest.raises(ValueError, match="expected code128 or code39, got itf"):
        form(["99999-001495785"], "itf")


def test_the_same_form_gives_the_same_bytes():
    assert form(samples.FORM) == form(samples.FORM)
