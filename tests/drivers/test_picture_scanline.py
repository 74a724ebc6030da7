"""Our own decoder: what it reads where engines have nothing to measure, and what it never says (Q4, Q5, D4)."""

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from drivers.picture import Dial
from drivers.picture.judge import strength
from drivers.picture.scanline import Guess, read
from drivers.picture.scanline.alphabet import CODE39, STOP128, WIDE39, WIDTHS128, said39, said128
from drivers.picture.scanline.profiles import Profiles, nearest, sampled
from drivers.picture.scanline.shapes import BLURS, RATIOS, Model, alike, characters, levelled
from drivers.scan import Symbology
from tests.drivers.pictures import bars

KINDS = {"Code39": Symbology.CODE39, "Code128": Symbology.CODE128}
numbers = st.one_of(
    st.from_regex(r"[0-9]{14}", fullmatch=True),
    st.from_regex(r"[0-9X]XXX[A-Z0-9]{4,10}", fullmatch=True),
)


def seen(text, kind, pixels, blur=0.0, noise=0.0, height=40, seed=0):
    """A symbol as a camera sees it: so many pixels a narrow bar, so much blur (in narrow bars), grey noise, paper at both ends."""
    fine = bars(text, kind, module=8, height=8)
    fine = np.pad(fine, ((0, 0), (96, 96)), constant_values=255).astype(np.float32)
    soft = cv2.GaussianBlur(fine, (0, 0), max(0.01, 8 * blur)) if blur else fine
    width = round(soft.shape[1] * pixels / 8)
    row = cv2.resize(soft, (width, 1), interpolation=cv2.INTER_AREA)
    page = np.repeat(40 + row * 0.7, height, axis=0)
    page += np.random.default_rng(seed).normal(0, noise, page.shape)
    return np.clip(page, 0, 255).astype(np.uint8)


def best(crop):
    guesses = read(crop)
    return guesses[0] if guesses else Guess(None, Symbology.CODE39, 0, 0, flipped=False, lead=0, halves=(0, 0), least=0, mean=0)


@settings(max_examples=12)
@given(numbers, st.sampled_from(list(KINDS)), st.sampled_from([1.2, 1.7, 3.0]), st.sampled_from([0.0, 0.4, 0.7]), st.booleans())
def test_what_is_blurred_or_hardly_wider_than_a_pixel_is_read_either_way_round(text, kind, pixels, blur, turned):
    crop = seen(text, kind, pixels, blur, noise=4)
    guess = best(crop[:, ::-1] if turned else crop)
    assert (guess.text, guess.symbology, guess.flipped) == (text, KINDS[kind], turned)
    assert strength(guess, Dial.STRICT, 40) == 2


@settings(max_examples=12)
@given(numbers, st.sampled_from(list(KINDS)), st.floats(0.02, 0.9), st.booleans())
def test_a_symbol_that_is_cut_off_gives_no_number_and_no_shorter_one(text, kind, part, left):
    """T2: balanced may still see the whole one where only a bar is gone."""
    crop = seen(text, kind, 2.5)
    dark = np.flatnonzero(crop.mean(axis=0) < 130)
    cut = round(part * (dark[-1] - dark[0])) + 3
    rest = crop[:, dark[0] + cut :] if left else crop[:, : dark[-1] - cut]
    assert all(guess.text == text or strength(guess, Dial.BALANCED, 40) == 0 for guess in read(rest))
    assert all(strength(guess, Dial.STRICT, 40) == 0 for guess in read(rest))


@settings(max_examples=12)
@given(numbers, st.sampled_from(list(KINDS)), st.integers(2, 8))
def test_a_character_covered_over_its_whole_height_is_never_guessed(text, kind, at):
    crop = seen(text, kind, 3.0)
    cell = 3.0 * (13 if kind == "Code39" else 11)
    start = round(36 + at * cell)
    assume(start + cell < crop.shape[1] - 80)
    crop[:, start : start + round(0.9 * cell)] = 220
    assert strength(best(crop), Dial.STRICT, 40) == 0


def test_a_stroke_through_some_rows_spoils_only_these():
    crop = seen("99999001495785", "Code39", 2.0, height=60)
    cv2.line(crop, (60, 10), (crop.shape[1] - 80, 28), 20, 5)
    guess = best(crop)
    assert guess.text == "99999001495785"
    assert strength(guess, Dial.STRICT, 60) >= 1


def test_shade_along_the_bars_changes_nothing():
    crop = seen("8XXXPARS123456", "Code128", 2.0)
    shade = np.linspace(0.25, 1.0, crop.shape[1])
    assert best((crop * shade).astype(np.uint8)).text == "8XXXPARS123456"


@pytest.mark.parametrize("ratio", RATIOS)
def test_every_character_is_most_like_itself_and_none_is_another(ratio):
    for model in (Model(Symbology.CODE39, ratio), Model(Symbology.CODE128)):
        for blur in BLURS[:4]:
            likeness = characters(model, blur, 0.0) @ characters(model, blur, 0.0).T
            assert (likeness.argmax(axis=1) == np.arange(len(likeness))).all()
            np.fill_diagonal(likeness, 0)
            assert likeness.max() < 0.9995


def test_the_alphabets_are_those_of_the_standards():
    """Three of nine elements are wide, but for the four that only space; eleven modules, and thirteen for the stop."""
    assert len(WIDE39) == len(CODE39) == len(set(WIDE39)) == 44
    assert [CODE39[i] for i, code in enumerate(WIDE39) if code.count("1") != 3] == []
    assert len(WIDTHS128) == len(set(WIDTHS128)) == 107
    assert {sum(map(int, code)) for code in WIDTHS128} == {11}
    assert WIDTHS128[STOP128] == "233111"


@given(st.lists(st.integers(0, 43), max_size=20))
def test_code_39_says_only_what_stands_between_asterisks(cells):
    text = said39(cells)
    spelled = "".join(CODE39[cell] for cell in cells)
    assert text is None or (spelled == f"*{text}*" and "*" not in text and len(text) >= 3)


@given(st.lists(st.integers(0, 105), min_size=3, max_size=20), st.integers(0, 18), st.integers(1, 102))
def test_one_wrong_word_of_code_128_is_never_passed(words, at, more):
    """Its check: one word, wrong by anything, makes the sum wrong, since 103 is prime and no symbol is that long."""
    words[0] = 103 + words[0] % 3
    words[-1] = (words[0] + sum(i * w for i, w in enumerate(words[:-1]))) % 103
    at = 1 + at % max(1, len(words) - 2)
    words[at] = (words[at] % 103 + more) % 103
    assume((words[0] + sum(i * w for i, w in enumerate(words[:-1]))) % 103 != words[-1])
    assert said128([*words, STOP128]) is None


@given(
    st.builds(
        Guess,
        text=st.just("99999001495785"),
        symbology=st.sampled_from([Symbology.CODE39, Symbology.CODE128]),
        start=st.just(0.0),
        end=st.just(1.0),
        flipped=st.booleans(),
        lead=st.floats(-1, 3),
        halves=st.tuples(st.floats(-1, 3), st.floats(-1, 3)),
        least=st.floats(0, 1),
        mean=st.floats(0, 1),
    ),
    st.floats(0, 100),
)
def test_whatever_is_enough_for_strict_is_enough_for_balanced(guess, height):
    assert strength(guess, Dial.STRICT, height) <= strength(guess, Dial.BALANCED, height)


@pytest.mark.parametrize("cut", [0.6154, 0.6198, 0.622])
def test_what_other_characters_explain_far_better_is_no_symbol(cut):
    """Q4: a covered Code 39 gave `.Y73`: from the middle of a character on, some stretch looks a little like an asterisk."""
    crop = seen("11790874472973", "Code39", 2.2, blur=0.3)
    dark = np.flatnonzero(crop.mean(axis=0) < 130)
    rest = crop[:, dark[0] + int(cut * (dark[-1] - dark[0])) :]

    guesses = read(np.pad(rest, ((0, 0), (12, 0)), constant_values=220))

    assert [guess.text for guess in guesses if strength(guess, Dial.BALANCED, 40)] == []


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(40, 300))
def test_a_fine_profile_gives_what_lies_between_samples(seed, width):
    random = np.random.default_rng(seed)
    profiles = Profiles.of(random.integers(0, 256, (12, width), np.uint8))
    at = random.uniform(-5, len(profiles.mean) + 5, 200).astype(np.float32)
    steepest = float(np.abs(np.diff(profiles.mean)).max())

    assert np.abs(nearest(profiles.fine, at) - sampled(profiles.mean, at)).max() <= steepest / 16 + 1e-3
    assert (profiles.turned().fine == profiles.fine[::-1]).all()


def test_cells_are_as_like_shapes_as_if_they_were_levelled_first():
    random = np.random.default_rng(4)
    cells = random.uniform(0, 1, (3, 5, 33)).astype(np.float32)
    shapes = characters(Model(Symbology.CODE128), 0.55, 0.0)

    assert alike(cells, shapes) == pytest.approx(np.moveaxis(levelled(cells) @ shapes.T, -1, 0), abs=1e-4)
