"""Printed numbers of scans and photographs, with the engine itself, on drawn paper (Q7)."""

import io
import sys

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image

from drivers.pages import Reader
from drivers.picture import ocr
from drivers.picture.ocr import compared, recogniser
from kiosk.core.printed import agrees, contradiction
from tests.drivers.pictures import ROWS, form, saved

PRINTED = ("99999-001495785", "99999-001495768", "99999-001495787", "8XXXPARS123456", "8XXXPARS123456")
"""Over `ROWS`: the second has two digits swapped, the last is the number of the row above."""


@pytest.fixture(scope="module")
def reader():
    with Reader() as warm:
        yield warm


def scan(pdf, dpi=200):
    """The first page as a grey picture."""
    return pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72, grayscale=True).to_numpy()


def symbols_of(reader, picture):
    """A page as read, and its pixels."""
    data = picture if isinstance(picture, bytes) else saved(picture)
    (page,) = reader.read(data, compare=False)
    assert page.fault is None
    return page, np.asarray(Image.open(io.BytesIO(data)).convert("L"))


def found(reader, picture):
    """Each symbol, compared; there is time enough for all, however busy the machine is."""
    page, grey = symbols_of(reader, picture)
    done = compared(grey, page.symbols, [one.box for one in page.unread], budget=60, patience=60)
    return {symbol.text: symbol for symbol in done}


def turned(page, angle):
    """On a larger sheet of grey, turned by so many degrees."""
    height, width = page.shape
    side = int(1.1 * np.hypot(height, width))
    move = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    move[:, 2] += (side - width) / 2, (side - height) / 2
    return cv2.warpAffine(page, move, (side, side), flags=cv2.INTER_CUBIC, borderValue=255)


def worn(page):
    """Soft, noisy and dim, through JPEG."""
    soft = cv2.GaussianBlur(page, (0, 0), 0.8).astype(float) * 0.6 + 70
    noisy = np.clip(soft + np.random.default_rng(3).normal(0, 8, page.shape), 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(noisy).save(out, "JPEG", quality=70)
    return out.getvalue()


def faxed(page):
    """One bit."""
    return np.where(page > 140, 255, 0).astype(np.uint8)


@pytest.mark.parametrize("dpi", [150, 200, 300])
@pytest.mark.parametrize("symbology", ["Code128", "Code39"])
def test_honest_rows_of_a_scan_are_compared(reader, dpi, symbology):
    """Q7."""
    rows = ROWS if symbology == "Code128" else tuple(row.replace("-", "") for row in ROWS)
    symbols = found(reader, scan(form(rows, symbology=symbology), dpi))

    assert len(symbols) == len(rows)
    assert all(agrees(text, symbol.printed) for text, symbol in symbols.items()), symbols


@pytest.mark.parametrize(
    "damage", [worn, faxed, lambda page: turned(page, 7), lambda page: turned(page, 90), lambda page: turned(page, 180)]
)
def test_damaged_and_turned_paper_is_compared_and_no_honest_row_refused(reader, damage):
    """Q5, Q7: a false alarm would send a good row back to the client."""
    symbols = found(reader, damage(scan(form())))

    assert not any(contradiction(text, symbol.printed) for text, symbol in symbols.items())
    assert sum(agrees(text, symbol.printed) for text, symbol in symbols.items()) >= len(ROWS) - 1


@pytest.mark.parametrize("damage", [saved, worn, faxed, lambda page: turned(page, 3)])
def test_planted_differences_refuse_the_row_and_no_other(reader, damage):
    """Q7: digits swapped, and another row's number."""
    symbols = found(reader, damage(scan(form(printed=PRINTED))))
    refused = {text: contradiction(text, symbol.printed) for text, symbol in symbols.items()}

    assert {text for text, other in refused.items() if other} == {ROWS[1], ROWS[4]}
    assert refused[ROWS[1]] == PRINTED[1]
    assert refused[ROWS[4]] == PRINTED[4]


def test_the_forms_own_sample_with_the_number_of_another_row_in_its_bars_is_refused(reader):
    """Q7: SOCP 4.2 prints ...789 in its last row, over bars that say ...788."""
    bars, printed = ("12345-001495787", "12345-001495788"), ("12345-001495787", "12345-001495789")
    symbols = found(reader, scan(form(bars, printed=printed)))

    assert contradiction(bars[1], symbols[bars[1]].printed) == printed[1]
    assert agrees(bars[0], symbols[bars[0]].printed)


def test_bars_without_print_are_not_compared(reader):
    """Q7: nothing is said where nothing was read."""
    symbols = found(reader, scan(form(printed=[""] * len(ROWS))))

    assert [symbol.printed for symbol in symbols.values()] == [()] * len(ROWS)


def test_handwriting_stamps_and_other_words_refuse_nothing(reader):
    """Q7: a telephone number, a date, a weight beside the bars are no number of theirs."""
    page = scan(form(printed=["519-555-0199", "2026-11-22", "12 450 KG", "RELEASED 453", "WINDSOR ON"]))

    assert [symbol.printed for symbol in found(reader, page).values()] == [()] * len(ROWS)


def test_a_reader_compares_what_is_asked_for_and_leaves_text_layers_alone(reader):
    """Q7: what a PDF says in letters needs no engine; a scan may say nothing where the machine is busy, and nothing else."""
    pdf, picture = form(printed=PRINTED), saved(scan(form()))
    layer, layer_too = ([symbol.printed for symbol in next(reader.read(pdf, compare=way)).symbols] for way in (True, False))
    (page,), (bare,) = reader.read(picture), reader.read(picture, compare=False)

    assert layer == layer_too
    assert all(layer)
    assert all(symbol.printed in {(), (symbol.text,)} for symbol in page.symbols)
    assert [symbol.text for symbol in page.symbols] == [symbol.text for symbol in bare.symbols]
    assert not any(symbol.printed for symbol in bare.symbols)


def test_the_numbers_of_a_place_that_was_not_read_are_its_own(reader):
    """Q7: of two labels one close under the other, with numbers that follow each other, the lower can't be read."""
    page = scan(form(("8XXXPARS123456", "8XXXPARS123457"), printed=("8XXXPARS123456", "8XXXPARS123457")))
    symbols = found(reader, page)
    lower = symbols.pop("8XXXPARS123457")
    x0, y0, _, y1 = lower.box
    page[y0 - 4 : y1 - 8, x0 + 40 : x0 + 60] = 0
    upper = found(reader, page)["8XXXPARS123456"]

    assert upper.printed == ("8XXXPARS123456",)


def test_what_is_left_when_the_time_is_up_is_not_compared(reader):
    """Q7: never half compared: a row whose numbers were not all looked at says nothing."""
    page = scan(form())
    symbols = symbols_of(reader, page)[0].symbols
    ticks = iter(range(10_000))

    done = compared(page, symbols, budget=4, patience=60, clock=lambda: float(next(ticks)))

    assert [bool(one.printed) for one in done] == sorted((bool(one.printed) for one in done), reverse=True)
    assert {bool(one.printed) for one in done} == {True, False}


def test_a_row_that_was_refused_stays_so_when_the_time_is_up(reader):
    """Q7: one number that is certainly another is enough."""
    page = scan(form(printed=PRINTED))
    symbols = symbols_of(reader, page)[0].symbols
    for budget in range(1, 12):
        ticks = iter(range(10_000))
        done = compared(page, symbols, budget=budget, patience=60, clock=lambda ticks=ticks: float(next(ticks)))

        assert not any(agrees(one.text, one.printed) for one in done if one.text in {ROWS[1], ROWS[4]})
    assert any(contradiction(one.text, one.printed) for one in done)


def test_without_the_engine_rows_are_read_and_not_compared(reader, monkeypatch):
    """Q7, fault: the package is not installed."""
    page = scan(form())
    symbols = symbols_of(reader, page)[0].symbols
    monkeypatch.setattr(sys, "path", [])
    recogniser.models.cache_clear()
    try:
        assert compared(page, symbols) == symbols
    finally:
        recogniser.models.cache_clear()


def test_with_a_damaged_model_rows_are_read_and_not_compared(reader, monkeypatch, tmp_path):
    """Q7, fault: half a file."""
    page = scan(form())
    symbols = symbols_of(reader, page)[0].symbols
    (tmp_path / "rapidocr" / "models").mkdir(parents=True)
    (tmp_path / "rapidocr" / "__init__.py").touch()
    (tmp_path / "rapidocr" / "models" / "x_rec_y.onnx").write_bytes(b"\x08\x08\x12\x06broken")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(ocr, "proven", [])
    for kept in (recogniser.models, recogniser.loaded):
        kept.cache_clear()
    try:
        assert compared(page, symbols) == symbols
    finally:
        for kept in (recogniser.models, recogniser.loaded):
            kept.cache_clear()
