"""The reference decode algorithms, and decodability at its exact values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.picture.grade.reference import _E128, decoded, elements
from drivers.scan import Symbology
from tests.drivers.profiles_graded import widths

C39, C128 = Symbology.CODE39, Symbology.CODE128
numbers = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-", min_size=3, max_size=25)
both = pytest.mark.parametrize("symbology", [C39, C128])


def moved(runs, n, by):
    """The edge after the n-th element moved: its width grows, its neighbour's shrinks."""
    out = list(runs)
    out[n], out[n + 1] = out[n] + by, out[n + 1] - by
    return out


@settings(max_examples=60)
@given(numbers, st.sampled_from([C39, C128]), st.floats(0.3, 40), st.booleans())
def test_true_widths_of_any_scale_decode_to_their_text_from_either_end(text, symbology, scale, backwards):
    runs = [scale * width for width in widths(text, symbology)]

    found = decoded(runs[::-1] if backwards else runs, symbology)

    assert found is not None
    assert found.text == text
    assert found.decodability == pytest.approx(1.0)
    assert found.module == pytest.approx(scale)
    assert len(runs) in elements(text, symbology)


@pytest.mark.parametrize(("by", "value"), [(0.19, 0.62), (0.25, 0.50), (0.315, 0.37), (0.375, 0.25)])
def test_code_128_loses_twice_the_modules_that_an_edge_is_astray(by, value):
    """ISO/IEC 15417: V1 is what is left of the half module to the nearest threshold, over that half module."""
    runs = widths("99999001495785", C128)

    assert decoded(moved(runs, 6, by), C128).decodability == pytest.approx(value)


@pytest.mark.parametrize("gain", [0.1, 0.3, -0.3])
def test_bars_that_are_all_too_wide_cost_code_128_only_what_their_sum_does(gain):
    """ISO/IEC 15417: edges to similar edges stand fast; V2 = (1.75 - |bars - their modules|) / 1.75."""
    runs = [width + (gain if n % 2 == 0 else -gain) for n, width in enumerate(widths("XXXX7700112", C128))]

    found = decoded(runs, C128)

    assert found.text == "XXXX7700112"
    assert found.decodability == pytest.approx((1.75 - 3 * abs(gain)) / 1.75)


@pytest.mark.parametrize("by", [0.0, 0.1, 0.3, 0.5])
def test_code_39_loses_what_its_widest_narrow_element_takes_of_the_way_to_the_threshold(by):
    """ISO/IEC 16388: the threshold is an eighth of the character; V = |RT - M| / |RT - A|."""
    runs = widths("99999001495785", C39, wide=2.5)
    first = runs[10:19]
    narrow = next(n for n in range(8) if first[n] == 1 and first[n + 1] > 1)  # grows into its wide neighbour: same sum
    threshold = (6 + 3 * 2.5) / 8
    thin = 1 + by / (16 * 6)
    thick = 2.5 - by / (16 * 3)
    expected = min((threshold - 1 - by) / (threshold - thin), (2.5 - by - threshold) / (thick - threshold))

    found = decoded(moved(runs, 10 + narrow, by), C39)

    assert found.decodability == pytest.approx(expected)
    assert found.ratio == pytest.approx(thick / thin)


@both
def test_widths_that_are_no_symbol_are_rejected(symbology):
    runs = widths("99999001495785", symbology)

    for wrong in ([], [1.0] * 200, runs[:-1], runs[1:], runs[10:], [*runs, 1.0, 1.0], [0.0] * len(runs)):
        assert decoded(wrong, symbology) is None


def test_each_character_of_code_128_has_sums_of_its_own():
    """ISO/IEC 15417: 103 characters, three starts, one stop; the sum of the bars is even in each."""
    assert len(_E128) == 107
    assert all(dark % 2 == 0 for _, dark in _E128.values())


def test_a_check_character_that_does_not_check_is_rejected():
    """ISO/IEC 15417."""
    one, other = widths("99999001495785", C128), widths("99999001495786", C128)

    assert decoded(one[:-13] + other[-13:], C128) is None


@settings(max_examples=80)
@given(numbers, st.sampled_from([C39, C128]), st.integers(0, 10_000), st.floats(-0.45, 0.45))
def test_one_edge_astray_never_gives_another_text_of_good_decodability(text, symbology, at, by):
    runs = widths(text, symbology)

    found = decoded(moved(runs, at % (len(runs) - 1), by), symbology)

    assert found is None or found.text == text or found.decodability < 0.5


@settings(max_examples=60)
@given(st.lists(st.floats(0, 50), max_size=90), st.sampled_from([C39, C128]))
def test_any_widths_are_decoded_or_rejected(runs, symbology):
    found = decoded(runs, symbology)

    assert found is None or 0 <= found.decodability <= 1
