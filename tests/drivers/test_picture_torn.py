"""A symbol torn across its bars, whose halves lie at two heights: engines agree on what was never printed (Q4)."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.picture import Symbol, Unread
from drivers.picture.bars import Bars
from drivers.picture.reading import examined
from drivers.picture.render import Picture
from drivers.picture.torn import torn
from tests.drivers.pictures import bars, sheet

TEXT, HEIGHT, LEFT, TOP = "99999001495785", 90, 200, 400


def page(kind="Code39"):
    made = sheet((TEXT, kind, LEFT, TOP), size=(1300, 1000))
    return made, Bars(0.0, LEFT, LEFT + bars(TEXT, kind).shape[1], TOP, TOP + HEIGHT)


@settings(max_examples=15)
@given(st.floats(0.25, 0.75), st.integers(25, 60), st.sampled_from([-1, 1]), st.sampled_from(["Code39", "Code128"]))
def test_halves_at_two_heights_are_seen(part, step, way, kind):
    made, where = page(kind)
    tear = round(where.u0 + part * where.length)
    made[:, tear:] = np.roll(made[:, tear:], way * step, axis=0)
    common = Bars(0.0, where.u0, where.u1, TOP + max(0, way * step), TOP + HEIGHT + min(0, way * step))
    assert torn(made, common)
    symbols, _ = examined(Picture(made))
    assert {one.text for one in symbols} <= {TEXT}


@settings(max_examples=10)
@given(st.floats(-0.12, 0.12), st.sampled_from(["Code39", "Code128"]))
def test_a_symbol_in_one_piece_is_not_torn_however_the_page_lies(angle, kind):
    made, where = page(kind)
    middle = (float(where.u0 + where.length / 2), TOP + HEIGHT / 2)
    turned = cv2.warpAffine(made, cv2.getRotationMatrix2D(middle, -np.degrees(angle), 1.0), made.shape[::-1], borderValue=255)
    assert not torn(turned, where.turned(angle))


@pytest.mark.parametrize("bow", [0.0, 6.0, 15.0])
def test_a_page_that_is_only_bent_is_not_torn(bow):
    made, where = page()
    across = np.arange(made.shape[1], dtype=np.float32)
    down = bow * np.sin((across - where.u0) / where.length * np.pi)
    grid = np.arange(made.shape[0], dtype=np.float32)[:, None] + down[None].astype(np.float32)
    bent = cv2.remap(made, np.broadcast_to(across, grid.shape).copy(), grid, cv2.INTER_LINEAR, borderValue=255)
    assert not torn(bent, where)


def test_what_was_torn_is_named_and_keeps_what_was_seen():
    made, where = page()
    tear = round(where.u0 + where.length / 2)
    made[:, tear:] = np.roll(made[:, tear:], 30, axis=0)
    symbols, unread = examined(Picture(made))
    assert not [one for one in symbols if isinstance(one, Symbol)]
    assert unread
    assert all(isinstance(one, Unread) for one in unread)
