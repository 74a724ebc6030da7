"""The corpus that recognition is measured on: the same from the same seed, and true."""

import cv2
import numpy as np
import pytest
import zxingcpp

from bench.corpus import CATALOGUE, plan, sheets
from bench.corpus.account import bound, over, tallied
from bench.corpus.codes import broken, ccn, strip, transaction
from bench.corpus.paper import Ink, Paper
from bench.corpus.truth import Code, covered, resolved, worse, written
from bench.corpus.view import photograph, quarters, scan, warped

FORMATS = zxingcpp.barcode_formats_from_str("Code39,Code128")
ONE = Code("A", "Code39", "ccn", 10, 100, ((10.0, 10.0), (210.0, 10.0), (210.0, 50.0), (10.0, 50.0)))


def printed(seed, **ink):
    paper, rng = Paper(3.5, 2, Ink(**ink)), np.random.default_rng(seed)
    for n, symbology in enumerate(("Code39", "Code128")):
        paper.bars(strip(transaction(rng)[0], symbology), 0.3, 0.3 + 0.7 * n, 10, 0.4)
    return paper, rng


def test_the_same_seed_gives_the_same_bytes():
    only = "^(clean-200|gblur-1|adv_stacked-1|pdf_vector-1)$"
    first, again = (list(sheets(7, 2, only)) for _ in range(2))

    assert [one.data for one in first] == [one.data for one in again]
    assert [one.codes for one in first] == [one.codes for one in again]


def test_another_seed_gives_other_pages():
    (one,), (two,) = (list(sheets(seed, 1, "^clean-200$")) for seed in (7, 8))

    assert {code.text for code in one.codes}.isdisjoint(code.text for code in two.codes)


def test_a_round_has_every_family_and_grade_once():
    assert sorted(pair[1:] for pair in plan(3, len(CATALOGUE))) == sorted(CATALOGUE)


@pytest.mark.parametrize("symbology", ["Code39", "Code128"])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_printed_reads_back(symbology, seed):
    rng = np.random.default_rng(seed)
    text, paper = ccn(rng)[0], Paper(6, 1)
    paper.bars(strip(text, symbology, ratio=2.2, gap=1.8), 0.4, 0.3, 10, 0.4)

    assert [found.text for found in zxingcpp.read_barcodes(scan(paper, rng, 300).grey, formats=FORMATS)] == [text]


@pytest.mark.parametrize("symbology", ["Code39", "Code128"])
def test_a_broken_symbol_reads_as_nothing(symbology):
    rng, paper = np.random.default_rng(1), Paper(5, 1)
    paper.bars(broken(strip("99999001495785", symbology), rng), 0.4, 0.3, 10, 0.4)

    assert not zxingcpp.read_barcodes(scan(paper, rng, 300).grey, formats=FORMATS)


@pytest.mark.parametrize("way", ["scan", "photo", "quarter", "warp"])
def test_the_corners_lie_where_the_bars_are(way):
    """A polygon taken out of the picture by its corners is the symbol: dark at both ends."""
    paper, rng = printed(5)
    shot = photograph(paper, rng, (900, 600), 200, 0.8) if way == "photo" else scan(paper, rng, 220, 4)
    if way == "quarter":
        quarters(shot, 3)
    if way == "warp":
        height, width = shot.grey.shape
        wave = 6 * np.sin(np.arange(height, dtype=np.float32) / 60)[:, None] * np.ones((1, width), np.float32)
        warped(shot, wave, wave)

    for code in shot.finished():
        flat = np.array([(20, 0), (620, 0), (620, 60), (20, 60)], np.float32)
        cut = cv2.warpPerspective(
            shot.grey, cv2.getPerspectiveTransform(np.float32(code.corners) - 0.5, flat), (640, 60), borderValue=255
        )
        middle = cut[20:40].mean(axis=0)
        assert middle[18:25].min() < 128 < middle[8:17].min()
        assert middle[615:622].min() < 128 < middle[624:632].min()


def test_what_nobody_could_see_is_not_asked_for():
    assert resolved(ONE, 0.3, np.zeros(2)).readable is True
    assert resolved(ONE, 2.4, np.zeros(2)).readable is False
    assert resolved(ONE, 0.3, np.array([5.0, 0])).readable is False
    assert resolved(ONE, 0.3, np.array([0, 5.0])).readable is True  # along the bars


def test_a_code_is_destroyed_where_a_part_of_it_shows_at_no_height():
    stroke, stripe = np.zeros((60, 240), np.uint8), np.zeros((60, 240), np.uint8)
    stroke[20:40], stripe[:, 100:110] = 255, 255

    assert covered(ONE, stroke).readable is True
    assert covered(ONE, stripe).readable is False
    assert covered(ONE, np.zeros((60, 150), np.uint8)).readable is False  # cut off by the picture's edge
    assert worse(covered(ONE, stripe), True).readable is False


def test_truth_is_written_as_the_scorer_asks():
    (one,) = sheets(7, 1, "^clean-200$")
    entry = written(one, "a.png")

    assert entry.keys() == {"case", "group", "severity", "file", "pages", "size", "codes"}
    assert {"text", "symbology", "kind", "page", "readable", "xmil", "poly", "bbox", "ppm"} <= entry["codes"][0].keys()


def test_the_account_counts_what_was_read_made_up_and_passed_over():
    two = [ONE, Code("B", "Code39", "ccn", 10, 100, tuple((x, y + 100) for x, y in ONE.corners))]

    silent = tallied(two, ["A", "C"])
    named = tallied(two, ["A"], [(0, 105, 200, 145), (500, 500, 600, 600)])

    assert (silent.read, silent.silent, silent.wrong, silent.missed) == (1, 1, ["C"], ["B"])
    assert (named.read, named.silent, named.alarms) == (1, 0, 1)
    assert (silent + named).pages == 2


def test_overlap_is_a_share_of_the_smaller_box():
    assert over((0, 0, 10, 10), (5, 0, 100, 10)) == 0.5
    assert over((0, 0, 10, 10), (11, 0, 20, 10)) == 0


def test_no_wrong_number_in_n_proves_three_in_n():
    assert bound(0, 2_800) == pytest.approx(3 / 2_800)
    assert bound(1, 2_800) > bound(0, 2_800)
