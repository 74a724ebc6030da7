"""Which printed number belongs to which bars (Q7)."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.picture.text import Word, printed

boxes = st.builds(
    lambda x, y, w, h: (x, y, x + w, y + h), st.integers(0, 2000), st.integers(0, 3000), st.integers(1, 900), st.integers(1, 200)
)
words = st.lists(st.builds(Word, st.text("0123456789", min_size=1), boxes), max_size=12)


def rows(count, pitch=240):
    return [(1000, 400 + n * pitch, 1600, 520 + n * pitch) for n in range(count)]


def test_the_number_column_and_the_line_under_the_bars_both_count():
    """Q7: the form of SOCP 4.2 prints each number twice."""
    bars = rows(5)
    column = [Word(f"C{n}", (250, y0 + 40, 520, y0 + 75)) for n, (_, y0, _, _) in enumerate(bars)]
    under = [Word(f"H{n}", (1100, y1 + 8, 1400, y1 + 40)) for n, (_, _, _, y1) in enumerate(bars)]

    assert printed(bars, [*column, *under]) == [(f"C{n}", f"H{n}") for n in range(5)]


def test_two_columns_of_labels_keep_their_own_words():
    """Q5, Q7: reading never depends on the layout."""
    bars = [(100, 100, 700, 200), (1000, 100, 1600, 200)]
    under = [Word("LEFT", (200, 210, 500, 240)), Word("RIGHT", (1100, 210, 1400, 240))]

    assert printed(bars, under) == [("LEFT",), ("RIGHT",)]


def test_a_page_on_its_side_is_read_along_its_bars():
    """Q7, best effort."""
    bars = [(400, 1000, 520, 1600), (700, 1000, 820, 1600)]
    beside = [Word("ONE", (440, 200, 470, 500)), Word("TWO", (740, 200, 770, 500))]

    assert printed(bars, beside) == [("ONE",), ("TWO",)]


def test_a_title_far_above_belongs_to_no_row():
    assert printed(rows(1), [Word("Title", (1000, 100, 1400, 140))]) == [()]


@given(st.lists(boxes, max_size=8), words)
def test_no_word_is_given_to_two_symbols_and_order_is_kept(bars, page):
    """Q7: a number that stands once is never the proof of two rows."""
    unique = [Word(f"{word.text}.{n}", word.box) for n, word in enumerate(page)]
    given_out = [text for texts in printed(bars, unique) for text in texts]
    order = {word.text: n for n, word in enumerate(unique)}

    assert len(given_out) == len(set(given_out))
    assert all(list(texts) == sorted(texts, key=order.__getitem__) for texts in printed(bars, unique))


@given(st.lists(boxes, min_size=1, max_size=8), words)
def test_each_symbol_has_an_answer(bars, page):
    assert len(printed(bars, page)) == len(bars)
