"""From bytes to grey pictures: every mode that scanners and phones save, and limits before anything is drawn."""

import numpy as np
import pytest
from PIL import Image

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
