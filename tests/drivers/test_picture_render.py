"""From bytes to grey pictures: every mode that scanners and phones save, and limits before anything is drawn."""

import io

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.graphics.barcode import code128
from reportlab.pdfgen.canvas import Canvas

from drivers.picture import Limits, Problem, Unopened
from drivers.picture.render import opened, png
from tests.drivers.pictures import ROWS, form, saved, sheet, tiff

PAGE = sheet(("99999-001495785", "Code128", 60, 80), size=(700, 260))
GREY = Image.fromarray(PAGE)


def drawn(data, number=0, limits=None):
    return opened(data, limits or Limits()).picture(number).grey


def problem(data, limits):
    with pytest.raises(Unopened) as no:
        drawn(data, limits=limits)
    return no.value.fault.problem


def transparent():
    """Black bars on nothing at all."""
    image = Image.new("RGBA", GREY.size, (0, 0, 0, 0))
    image.putalpha(Image.fromarray(255 - PAGE))
    return image


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        (GREY, "PNG"),
        (GREY.convert("1"), "PNG"),
        (GREY.convert("1"), "TIFF"),
        (GREY.convert("RGB"), "BMP"),
        (GREY.convert("P"), "PNG"),
        (GREY.convert("CMYK"), "TIFF"),
        (GREY.convert("LA"), "PNG"),
        (transparent(), "PNG"),
        (Image.fromarray(PAGE.astype(np.uint16) * 257), "PNG"),
        (Image.fromarray(PAGE.astype(np.float32) / 255), "TIFF"),
        (Image.fromarray(PAGE.astype(np.int32)), "TIFF"),
    ],
)
def test_every_mode_comes_out_as_the_same_grey(image, kind):
    """D4."""
    assert np.abs(drawn(saved(image, kind)).astype(int) - PAGE).max() <= 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_upright_as_it_says(orientation):
    """D4: boxes are in pixels of the upright picture."""
    ways = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how the camera lay, as Pillow's transposition back into the file
    laid = GREY.transpose(Image.Transpose(ways[orientation])) if orientation > 1 else GREY
    exif = Image.Exif()
    exif[0x0112] = orientation

    upright = drawn(saved(laid, "PNG", exif=exif))

    assert upright.shape == PAGE.shape
    assert (upright == PAGE).all()


def test_a_tiff_has_all_its_pages():
    """D4."""
    other = sheet(("XXXX12345", "Code39", 60, 80), size=(700, 260))
    document = opened(tiff(PAGE, other), Limits())

    assert document.pages == 2
    assert (document.picture(1).grey == other).all()
    assert (document.picture(0).grey == PAGE).all()


def test_a_letter_page_is_drawn_at_300_dpi_with_its_words_in_place():
    """D4, Q7."""
    picture = opened(form(), Limits()).picture(0)
    words = [word for word in picture.words if word.text == ROWS[0]]

    assert picture.grey.shape == (3300, 2550)
    assert len(words) == 2
    for word in words:
        x0, y0, x1, y1 = word.box
        assert picture.grey[y0:y1, x0:x1].min() < 100
        assert picture.grey[y0 - 12 : y0 - 4, x0:x1].min() > 200


def test_a_part_of_a_pdf_is_drawn_twice_as_fine():
    """Q5: thin bars in a PDF are drawn as finely as they need."""
    picture = opened(form(), Limits()).picture(0)
    box = (1000, 450, 1700, 620)

    fine = picture.finer(box)

    assert fine.shape == (340, 1400)
    coarse = picture.grey[box[1] : box[3], box[0] : box[2]].astype(int)
    assert np.abs(fine.reshape(170, 2, 700, 2).mean((1, 3)) - coarse).mean() < 12


@pytest.mark.parametrize(
    ("data", "limits", "expected"),
    [
        (form(), Limits(side_inches=8), Problem.PAGE_TOO_LARGE),
        (form(), Limits(pixels=1_000_000), Problem.PAGE_TOO_LARGE),
        (saved(PAGE), Limits(pixels=100_000), Problem.PAGE_TOO_LARGE),
        (tiff(PAGE, PAGE, PAGE), Limits(pages=2), Problem.TOO_MANY_PAGES),
        (form(ROWS * 4), Limits(pages=1), Problem.TOO_MANY_PAGES),
        (saved(PAGE), Limits(file_bytes=100), Problem.FILE_TOO_LARGE),
        (b"", Limits(), Problem.EMPTY_FILE),
        (saved(PAGE, "GIF"), Limits(), Problem.NOT_A_PICTURE_OR_PDF),
        (saved(PAGE, "JPEG")[:-400], Limits(), Problem.TRUNCATED),
        (form()[:-30], Limits(), Problem.TRUNCATED),
    ],
)
def test_what_is_past_a_limit_or_broken_is_named(data, limits, expected):
    """Q4: with its reason."""
    assert problem(data, limits) is expected


def test_a_png_of_a_page_is_no_wider_than_asked():
    small = opened(png(PAGE, 350), Limits()).picture(0).grey

    assert small.shape == (130, 350)
    assert drawn(png(PAGE, None)).shape == PAGE.shape


# --- drawn finer -------------------------------------------------------------------------------------------------------------

FORM = opened(form(), Limits()).picture(0)


@pytest.mark.parametrize("box", [(0, 0, 40, 30), (700, 420, 1101, 533), (2500, 3270, 2550, 3300)])
@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0, 4.0])
def test_a_part_drawn_finer_lies_where_it_lay(box, scale):
    """Vector PDFs are drawn place by place; what is found there is found on the page."""
    x0, y0, x1, y1 = box
    fine = FORM.finer(box, scale)
    small = np.asarray(Image.fromarray(fine).resize((x1 - x0, y1 - y0), Image.Resampling.BOX)).astype(int)

    assert fine.shape == (round((y1 - y0) * scale), round((x1 - x0) * scale))
    assert np.abs(small - FORM.grey[y0:y1, x0:x1]).mean() < 12


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.integers(-9000, 9000)] * 4), st.floats(0.01, 1000))
def test_whatever_part_is_asked_for_is_bounded_and_on_the_page(box, scale):
    fine = FORM.finer(box, scale)

    assert 1 <= fine.size <= 17_000_000
    assert max(fine.shape) <= 4 * 3300 + 4


def test_bars_that_are_too_fine_for_the_page_are_read_when_drawn_finer():
    """Three thousandths of an inch: less than a pixel at 300 dpi."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(300, 200), invariant=1)
    code128.Code128("99999-001495785", barWidth=0.003 * 72, barHeight=20).drawOn(canvas, 60, 100)
    canvas.save()
    picture = opened(out.getvalue(), Limits()).picture(0)

    found = zxingcpp.read_barcodes(picture.finer((200, 250, 800, 500), 4.0))

    assert [one.text for one in found] == ["99999-001495785"]


@pytest.mark.parametrize(
    ("kind", "dpi", "said"),
    [
        ("PNG", (300, 300), 300),
        ("JPEG", (100, 100), 100),
        ("TIFF", (204, 196), 204),
        ("TIFF", (204, 98), None),
        ("JPEG", (12, 12), None),
        ("BMP", None, 96),
        ("PNG", None, None),
    ],
)
def test_a_picture_says_its_dpi_where_it_does_so_in_earnest(kind, dpi, said):
    """D4: a width in thousandths of an inch is told of nothing else."""
    found = opened(saved(GREY, kind, **({"dpi": dpi} if dpi else {})), Limits()).picture(0).dpi

    assert (found and round(found)) == said


def test_a_telephone_that_says_72_dpi_is_not_believed():
    """It would have photographed a sheet as large as a door."""
    assert opened(saved(Image.new("L", (4000, 3000)), "JPEG", dpi=(72, 72)), Limits()).picture(0).dpi is None


def test_a_pdf_is_drawn_at_300():
    assert FORM.dpi == 300
