"""The enrolment sheet: its symbols are read back by both engines, and it says in both languages what to do (D1, D2)."""

import random
from itertools import pairwise

import pytest
import zxingcpp
from pyzbar import pyzbar

from drivers.enrol import FINISH, FULL, NAMES, PLAIN
from kiosk.adapters.pdf.bars import module, runs
from kiosk.adapters.pdf.enrolment import draw_enrolment
from kiosk.adapters.pdf.layout import layout
from kiosk.words import LANGUAGES, words
from tests.kiosk.adapters import pdf_samples as samples

SHEET = {FULL, PLAIN, FINISH, *NAMES}


@pytest.fixture(scope="module")
def sheet():
    return draw_enrolment()


def test_the_same_bytes_come_out_every_time(sheet):
    random.seed(1)

    assert draw_enrolment() == sheet


def test_it_is_one_page(sheet):
    assert samples.pages(sheet) == 1


def test_both_engines_read_every_symbol(sheet):
    picture = samples.picture(sheet)

    assert sorted(found.text for found in zxingcpp.read_barcodes(picture)) == sorted(SHEET)
    assert sorted(found.data.decode() for found in pyzbar.decode(picture)) == sorted(SHEET)


def test_the_second_symbol_is_a_code_39_and_all_others_are_code_128(sheet):
    kinds = {found.text: found.symbology_identifier[:2] for found in zxingcpp.read_barcodes(samples.picture(sheet))}

    assert kinds == {text: "]A" if text == PLAIN else "]C" for text in SHEET}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_to_do_in_both_languages(sheet, language):
    said = " ".join(samples.text(sheet).split())

    for key in ("title", "lead", "first", "first-text", "second", "second-text", "names", "finish", "finish-text", "foot"):
        assert words(language).say(f"paper.enrol-{key}") in said
    for name in NAMES.values():
        assert words(language).say(f"enrol.name.{name}") in said


def test_every_symbol_has_its_quiet_zones_inside_of_its_box():
    paper = layout("enrolment")
    for area, symbology, texts in (
        ("step", "code128", [FULL, FINISH]),
        ("step", "code39", [PLAIN]),
        ("name", "code128", list(NAMES)),
    ):
        room = paper.areas[area].box("bars").w
        for text in texts:
            width = module(symbology, text, room, paper.modules)
            assert (sum(runs(symbology, text)) + 20) * width <= room
            assert width >= 0.25  # readable by any scanner


def test_no_box_leaves_its_area_and_no_step_lies_on_another():
    paper = layout("enrolment")
    for area in paper.areas.values():
        for box in area.boxes.values():
            assert box.x >= 0
            assert box.y >= 0
            assert box.right <= area.w + 0.01
            assert box.bottom <= area.h + 0.01
    steps = [paper.page.box(name) for name in ("lead", "first", "second", "named", "names", "finish", "foot")]
    assert all(above.bottom <= below.y + 0.01 for above, below in pairwise(steps))
