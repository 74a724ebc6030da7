"""One symbol, one verdict: what is taken for a part of a symbol that was read, and what is not."""

import numpy as np
import pytest

from drivers.picture import Evidence, Symbol, Unread, Unreadable
from drivers.picture.bars import Bars
from drivers.picture.settle import settled
from drivers.scan import Symbology
from tests.drivers.pictures import bars

ROWS = ("XXXX7700112", "XXXX7700113")
HEIGHT = 40


@pytest.fixture
def page():
    """Two rows whose numbers differ in one digit, with a thread of white between them."""
    paper = np.full((300, 900), 255, np.uint8)
    for n, text in enumerate(ROWS):
        row = bars(text, "Code39", 2, HEIGHT)
        paper[100 + n * (HEIGHT + 4) :][:HEIGHT, 100 : 100 + row.shape[1]] = row
    return paper


def place(page, first, last):
    """The bars of the page from one row of pixels to another."""
    dark = np.nonzero(page[110] < 128)[0]
    return Bars(0.0, float(dark[0]), float(dark[-1] + 1), float(first), float(last))


def read(bars_, text):
    return bars_, Symbol(text, Symbology.CODE39, bars_.box, Evidence(("zxing:page", "pattern:halves"), 2))


def unread(bars_, *got):
    return bars_, Unread(bars_.box, Unreadable.UNSURE, got)


def test_the_next_row_is_no_part_of_one_that_was_read(page):
    """Q4: two rows of a stack were passed over in silence, since they look like their neighbours but for a digit."""
    first, second = place(page, 100, 100 + HEIGHT), place(page, 104 + HEIGHT, 104 + 2 * HEIGHT)

    found = settled(page, [read(first, ROWS[0]), unread(second, ROWS[1], "XXXX7700118")])

    assert [type(one) for one in found] == [Symbol, Unread]


@pytest.mark.parametrize("got", [(), (ROWS[0],)])
def test_the_rest_of_a_symbol_is_a_part_of_it(page, got):
    """Q4: a stroke that parts a row makes no second one of it."""
    upper, lower = place(page, 100, 118), place(page, 122, 100 + HEIGHT)

    assert [type(one) for one in settled(page, [read(upper, ROWS[0]), unread(lower, *got)])] == [Symbol]


def test_a_place_made_of_symbols_that_were_read_is_not_named_again(page):
    """Q4: whatever was seen across them."""
    first, second = place(page, 100, 100 + HEIGHT), place(page, 104 + HEIGHT, 104 + 2 * HEIGHT)
    both = place(page, 100, 104 + 2 * HEIGHT)

    found = settled(page, [read(first, ROWS[0]), read(second, ROWS[1]), unread(both, *ROWS, "XXXX7700118")])

    assert [one.text for one in found if isinstance(one, Symbol)] == list(ROWS)
    assert len(found) == 2


def test_symbols_that_lie_over_one_another_refuse_each_other(page):
    """Q4: never the one or the other by choice."""
    here = place(page, 100, 100 + HEIGHT)

    found = settled(page, [read(here, ROWS[0]), read(here.cut(0, 4, here.length, HEIGHT), ROWS[1])])

    assert [(one.reason, one.got) for one in found] == [(Unreadable.RIVALS, ROWS)] * 2
