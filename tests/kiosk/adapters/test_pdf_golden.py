"""Golden pages: what was looked at and found good stays so, to the pixel.

After a wanted change: `RENEW_GOLDEN=1 .venv/bin/pytest tests/kiosk/adapters/test_pdf_golden.py`, then look at every page in
`tests/golden` before it is committed. Without that, a page that differs fails and leaves actual, expected and difference
in a temporary folder, which the failure names.
"""

import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from kiosk.core.sheet import Header, QuerySheet
from kiosk.core.stamp import Act
from tests.kiosk.adapters import pdf_samples as samples

GOLDEN = Path(__file__).parents[2] / "golden"
DPI = 80
REASON = "stamped for the wrong client; the goods are still at the dock"
PAGES = {
    "sheet-20-specimen": (lambda: samples.drawn(samples.sheet(20)), 0),
    "sheet-21-page-1": (lambda: samples.drawn(samples.sheet(21), specimen=False), 0),
    "sheet-21-page-2": (lambda: samples.drawn(samples.sheet(21), specimen=False), 1),
    "sheet-1-longest-seal": (lambda: samples.drawn(samples.sheet(1), length=3391), 0),
    "sheet-status-given": (lambda: samples.drawn(_unreleased(), act=Act.STATUS), 0),
    "sheet-copy": (lambda: samples.drawn(samples.sheet(12), specimen=False, copy=2), 0),
    "sheet-void": (lambda: samples.drawn(samples.sheet(21), specimen=False, copy=3, void=REASON), 1),
    "sheet-void-specimen": (lambda: samples.drawn(samples.sheet(20), void=REASON), 0),
    "sheet-keyed": (lambda: samples.drawn(_keyed(), specimen=False), 0),
    "slip": (lambda: samples.PAPER.slip(samples.HEADER, samples.FAULTS, samples.AT), 0),
    "report-page-1": (lambda: samples.PAPER.report(samples.DAY, samples.AT, "en"), 0),
    "report-page-2-fr": (lambda: samples.PAPER.report(samples.DAY, samples.AT, "fr"), 1),
    "form-code39": (lambda: samples.PAPER.form(samples.HEADER, samples.FORM, "code39", 3), 0),
    "form-code128": (lambda: samples.PAPER.form(samples.HEADER, samples.FORM, "code128", 3), 0),
    "form-blank": (lambda: samples.PAPER.form(Header("0453"), [], "code128", 15), 0),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did_when_it_was_last_looked_at(name, tmp_path):  # P5, Q2, Q4
    draw, page = PAGES[name]
    actual = samples.picture(draw(), page, DPI)
    golden = GOLDEN / f"{name}.png"
    if os.environ.get("RENEW_GOLDEN"):
        actual.save(golden, optimize=True)
    expected = Image.open(golden)

    assert actual.size == expected.size
    difference = ImageChops.difference(actual, expected.convert("L"))
    if difference.getbbox():
        for kind, image in (("actual", actual), ("expected", expected), ("difference", ImageChops.invert(difference))):
            image.save(tmp_path / f"{name}-{kind}.png")
    assert difference.getbbox() is None, f"{name} differs; see {tmp_path}"


def test_every_golden_page_is_still_drawn():
    assert {path.stem for path in GOLDEN.glob("*.png")} == set(PAGES)


def _keyed():
    """R rows that were typed, one of them a cargo control number of the longest form, among scanned ones."""
    rows = [samples.line(f"99999-{n:09d}", keyed=n % 2 == 0) for n in range(1, 6)]
    return QuerySheet(samples.NUMBER, samples.HEADER, (*rows, samples.line(samples.LONGEST, keyed=True)))


def _unreleased():
    query = samples.sheet(8)
    held = tuple(row for row in query.rows if not (hasattr(row, "answer") and row.answer.status == "R"))
    return QuerySheet(query.number, query.header, held)
