"""The second witness: whether the bars say what an engine claims, character by character."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.picture import pattern
from drivers.scan import Symbology
from tests.drivers.pictures import bars

KINDS = {"Code39": Symbology.CODE39, "Code128": Symbology.CODE128}
kinds = st.sampled_from(sorted(KINDS))
numbers = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-", min_size=4, max_size=20) | st.text(
    "0123456789", min_size=14, max_size=14
)


def profile(text, kind, module=2, blur=1, noise=0.0, seed=0):
    ideal = np.pad(bars(text, kind, module, 1)[0].astype(float), 12, constant_values=255)
    soft = np.convolve(ideal, np.ones(blur) / blur, "same")
    soft[:6] = soft[-6:] = 255
    return soft + np.random.default_rng(seed).normal(0, noise, len(soft))


@settings(max_examples=60, deadline=None)
@given(numbers, kinds)
def test_bars_bear_out_their_own_text_either_way_round(text, kind):
    """Q5: a page fed upside down reads the same."""
    straight = profile(text, kind)

    assert pattern.agrees(straight, text, KINDS[kind])
    assert pattern.agrees(straight[::-1], text, KINDS[kind])


@settings(max_examples=60, deadline=None)
@given(numbers, kinds, st.data())
def test_bars_never_bear_out_a_text_that_differs_in_one_character(text, kind, data):
    """Q4: one wrong character is the wrong shipment."""
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda c: c != text[place]))
    wrong = text[:place] + other + text[place + 1 :]

    assert not pattern.agrees(profile(text, kind, blur=3, noise=10), wrong, KINDS[kind])


@settings(max_examples=30, deadline=None)
@given(numbers, kinds, st.data())
def test_bars_never_bear_out_a_part_of_their_text(text, kind, data):
    """Q4: a cut-off symbol never gives a shorter number."""
    cut = data.draw(st.integers(1, len(text) - 1))

    assert not pattern.agrees(profile(text, kind), text[:cut], KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_soft_and_noisy_bars_still_bear_witness(kind):
    assert pattern.agrees(profile("99999-001495785", kind, module=3, blur=3, noise=12), "99999-001495785", KINDS[kind])


@pytest.mark.parametrize("lean", [-0.08, -0.04, 0.04, 0.08])
def test_a_page_seen_askew_still_bears_witness(lean):
    """Q5: a photograph's cells grow from one end to the other."""
    flat = profile("99999-001495785", "Code39", module=3)
    x = np.linspace(0, 1, len(flat))
    askew = np.interp(x + lean * x * (1 - x), x, flat)

    assert pattern.agrees(askew, "99999-001495785", Symbology.CODE39)


def test_a_white_streak_along_the_bars_is_seen_even_where_it_makes_another_character():
    """Q4: a speck on a scanner's glass draws one; it turned 2 into X when tried."""
    streaked = profile("82805664662374", "Code39", module=3)
    start = 12 + 3 * 2 * 13 + 3  # the third character, the second digit
    for width in range(3, 30, 3):
        for shift in range(0, 30, 9):
            damaged = streaked.copy()
            damaged[start + shift : start + shift + width] = 255
            for other in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%":
                if other != "2":
                    assert not pattern.agrees(damaged, f"8{other}805664662374", Symbology.CODE39)


def test_blank_paper_and_a_profile_cut_through_the_bars_bear_nothing_out():
    """Q4: cut off at the edge."""
    cut = profile("99999-001495785", "Code128")[12:-40]

    assert not pattern.agrees(np.full(300, 255.0), "99999-001495785", Symbology.CODE128)
    assert not pattern.agrees(cut, "99999-001495785", Symbology.CODE128)
