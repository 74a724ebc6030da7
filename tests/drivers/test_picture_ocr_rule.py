"""What a line of print says of the bars (Q7): the same number, another one for certain, or nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.picture.ocr.recogniser import ALPHABET
from drivers.picture.ocr.rule import RULED_OUT, SURE, Says, agreed, claim, glyphs, twinned

TRANSACTION, CCN = "12345001495788", "8XXXPARS7700112"
numbers = st.one_of(
    st.text("0123456789", min_size=14, max_size=14),
    st.builds(
        "{}{}".format, st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=4), st.text("0123456789", min_size=4)
    ),
)


def table(text, sure=0.999, instead=()):
    """What an engine gives for a line that says `text`; `instead`: (place, character, likelihood) that it thinks possible too."""
    rows = []
    for place, one in enumerate(text):
        row = np.full(len(ALPHABET) + 2, 1e-6, np.float32)
        row[1 + ALPHABET.index(one) if one in ALPHABET else -1] = sure
        for at, other, likely in instead:
            if at == place:
                row[1 + ALPHABET.index(other)] = likely
        rows += [row, row, np.eye(1, len(ALPHABET) + 2, dtype=np.float32)[0]]
    return np.array(rows, np.float32).reshape(-1, len(ALPHABET) + 2)


@given(numbers)
def test_a_number_printed_as_it_stands_in_the_bars_is_the_same(number):
    """Q7."""
    assert claim(table(number), number).says is Says.SAME
    assert "".join(glyph.text for glyph in glyphs(table(number))) == number


@pytest.mark.parametrize(
    "line", ["12345-001495788", "12345 001495788", "* 12345-001495788", "PARS 12345 001495788", "CCN? 12345001495788"]
)
def test_a_number_in_groups_or_after_a_word_is_the_same(line):
    """Q7: how a number is set is not what it says."""
    assert claim(table(line), TRANSACTION).says is Says.SAME


@given(numbers, st.data())
def test_a_changed_digit_is_another_number_as_it_is_printed(number, data):
    """Q7: the form of SOCP 4.2 prints ...789 over bars that say ...788."""
    places = [n for n, one in enumerate(number) if one in "2346789"]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    wrong = number[:place] + data.draw(st.sampled_from([one for one in "23479" if one != number[place]])) + number[place + 1 :]
    said = claim(table(wrong), number)

    assert (said.says, said.number) == (Says.OTHER, wrong)


def test_another_number_is_spelled_with_the_hyphens_of_the_bars():
    assert claim(table("5-07PARS371329"), "5-07PARS371328").number == "5-07PARS371329"
    assert claim(table("12345-001495789"), TRANSACTION).number == "12345001495789"


def test_two_neighbours_swapped_are_another_number():
    assert claim(table("12345001497588"), TRANSACTION).says is Says.OTHER


def test_the_number_of_another_row_is_another_number_and_is_named():
    """Q7: rows that were mixed up, whatever the numbers' lengths."""
    other = "XXXXPARS0000471"

    assert claim(table(other), "8XXX77001", [other]).number == other
    assert claim(table(other), "8XXX77001").says is Says.NOTHING


@pytest.mark.parametrize(("bars", "line"), [("8XXXO0I1L", "8XXX0O1LI"), ("XXXX0001", "XXXXOOO1")])
def test_characters_that_are_the_same_in_many_fonts_count_as_the_same(bars, line):
    assert claim(table(line), bars).says is Says.SAME


@pytest.mark.parametrize(
    ("bars", "line"), [("8XXX5567", "8XXXS567"), ("8XXXB567", "8XXX8567"), ("8XXX2567", "8XXXZ567"), ("8XXX0567", "8XXXD567")]
)
def test_a_look_alike_is_neither_the_same_nor_another(bars, line):
    assert claim(table(line), bars).says is Says.UNCLEAR


@pytest.mark.parametrize(
    "line", ["", "519-555-0199", "2026-11-22", "WINDSOR", "1234500149578", "123450014957888", "98", "CLIENT 99999"]
)
def test_what_is_not_like_the_number_says_nothing(line):
    """A misread line is mostly too short or too long: it must not refuse a good row."""
    assert claim(table(line), TRANSACTION).says is Says.NOTHING


@pytest.mark.parametrize("sure", [0.6, 0.9, SURE - 0.005])
def test_a_doubtful_character_is_no_difference(sure):
    doubtful = table("12345001495789", instead=[(13, "8", 1 - sure)])
    doubtful[:, 1 + ALPHABET.index("9")] *= sure

    assert claim(doubtful, TRANSACTION).says is Says.UNCLEAR


def test_a_difference_that_the_bars_own_character_may_explain_is_none():
    assert claim(table("12345001495789", sure=0.995, instead=[(13, "8", RULED_OUT * 2)]), TRANSACTION).says is Says.UNCLEAR


def test_looks_that_differ_say_nothing_that_can_be_relied_on():
    nine, seven, same = (claim(table(text), TRANSACTION) for text in ("12345001495789", "12345001495787", TRANSACTION))

    assert agreed([nine, nine, nine]).says is Says.OTHER
    assert agreed([nine, nine, seven]).says is Says.UNCLEAR
    assert agreed([nine, same, nine]).says is Says.UNCLEAR
    assert agreed([same]).says is Says.SAME


@settings(max_examples=100)
@given(st.integers(0, 2**32), st.floats(0.05, 3.0), numbers, st.text("0123456789ABCXYZ- ", max_size=20))
def test_noise_over_a_line_never_makes_another_number_of_doubtful_characters(seed, loud, number, line):
    """Whatever an engine gives: another number is claimed only with every character that tells all but certain."""
    rng = np.random.default_rng(seed)
    noisy = np.log(table(line) + 1e-6) + rng.normal(0, loud * 3, (len(table(line)), len(ALPHABET) + 2))
    likely = np.exp(noisy - noisy.max(axis=1, keepdims=True)) if len(noisy) else noisy
    likely = (likely / likely.sum(axis=1, keepdims=True)).astype(np.float32) if len(likely) else likely.astype(np.float32)
    said = claim(likely, number)

    if said.says is Says.OTHER:
        assert len(twinned(said.number)) == len(twinned(number))
        assert twinned(said.number) != twinned(number)
        surest = [
            max(glyph.of(one) for glyph in glyphs(likely))
            for one, own in zip(twinned(said.number), twinned(number), strict=True)
            if one != own
        ]
        assert max(surest) >= SURE
    if said.says is Says.SAME:
        assert twinned("".join(glyph.text for glyph in glyphs(likely))).find(twinned(number)) >= 0
