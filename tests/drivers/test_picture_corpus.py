"""A sample of the corpus (`bench.corpus`), a sheet of each of some thirty damages: what the benchmark shows at large holds here.

The floor of the read rate lies under what was measured, so that it fails when something broke, not when a page is unlucky.
"""

import time

import pytest

from bench.corpus import sheets
from bench.corpus.account import Tally, tallied
from drivers.picture import Dial, Limits
from drivers.picture.reading import examined
from drivers.picture.render import opened

SEED, PAGES, FLOOR = 6, 30, 92
ONLY = (
    r"^(skew-5|perspective-2|camera-1280x720-near|gblur-2|mblur-1|contrast-2|fax-std-drops|jpeg-40|saltpepper-2|noise-2|"
    r"crumple-2|curl-2|shadow-2|glare-1|pen-2|highlighter-2|stamp-2|voids-2|spread-p2|short-2|truncated-cover|moire-2|dotmatrix-2|"
    r"thermal-2|mix_office-1|rot_any-45|screenshot-144|tight_box-3X|adv_stacked-1|adv_partial39-1)$"
)


@pytest.fixture(scope="module")
def tally():
    return sum((_read(sheet) for sheet in sheets(SEED, PAGES, ONLY)), Tally())


def _read(sheet):
    symbols, unread = examined(opened(sheet.data, Limits()).picture(0), dial=Dial.STRICT, clock=time.process_time)
    return tallied(sheet.codes, [one.text for one in symbols], [one.box for one in unread])


def test_the_sample_is_worth_counting(tally):
    assert tally.pages == PAGES
    assert tally.readable >= 100


def test_no_wrong_number_on_any_page_of_the_sample(tally):
    """Q4."""
    assert tally.wrong == []


def test_no_readable_code_of_the_sample_is_passed_over_in_silence(tally):
    """Q4."""
    assert (tally.silent, tally.missed if tally.silent else []) == (0, [])


def test_most_of_the_sample_is_read(tally):
    """Q5."""
    assert tally.rate >= FLOOR, tally.missed


def test_few_places_without_bars_are_named(tally):
    """Q4: at most one a page."""
    assert tally.alarms <= tally.pages


@pytest.mark.parametrize("trap", ["cut128", "split", "partial39"])
def test_a_part_of_a_symbol_gives_no_shorter_number(trap):
    """Q4: Code 128 whose left part has a right check and no stop; torn across; without start, stop or middle."""
    told = sum((_read(sheet) for sheet in sheets(55, 2, f"^adv_{trap}")), Tally())

    assert told.pages == 2
    assert told.wrong == []
