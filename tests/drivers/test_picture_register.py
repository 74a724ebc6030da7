"""Rows brought into register: what leans, fans out or bends becomes sharp, and what is straight stays as it is."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.picture.register import lean, registered
from tests.drivers.pictures import bars


def crop(height=90):
    return np.ascontiguousarray(bars("99999-001495785", "Code128", 3, height))


def bent(picture, shift):
    """Each row shifted by what a function of its place along (-1 to 1) and across (-1 to 1) says."""
    height, width = picture.shape
    v, u = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    across = (np.arange(width)[None] + shift(u, v)).astype(np.float32)
    down = np.repeat(np.arange(height, dtype=np.float32)[:, None], width, axis=1)
    return cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def sharpness(picture):
    return float(np.square(np.diff(picture.mean(axis=0))).sum())


def test_what_is_straight_comes_back_as_it_was():
    straight = crop()

    assert registered(straight) is straight


def test_noise_does_not_move_what_is_straight():
    noisy = np.clip(crop() + np.random.default_rng(5).normal(0, 40, crop().shape), 0, 255).astype(np.uint8)

    assert sharpness(registered(noisy)) >= 0.98 * sharpness(noisy)


@pytest.mark.parametrize(
    "shift",
    [lambda u, v: 5 * v, lambda u, v: 4 * u * v, lambda u, v: 3 * v * v, lambda u, v: 3 * v + 2 * u * u * v - 2 * v * v],
    ids=["lean", "fan", "curl", "all"],
)
def test_rows_out_of_register_become_nearly_as_sharp_as_straight_ones(shift):
    """D4: perspective, a page fed askew, curled paper."""
    wrong = bent(crop(), shift)

    right = registered(wrong)

    assert right.shape == wrong.shape
    assert sharpness(right) > 1.3 * sharpness(wrong)
    assert sharpness(right) > 0.45 * sharpness(crop())


@given(st.floats(-0.1, 0.1))
@settings(max_examples=30, deadline=None)
def test_the_lean_of_bars_is_measured(slope):
    leaning = bent(crop(), lambda u, v: -slope * v * 45)

    assert lean(leaning) == pytest.approx(slope, abs=0.01)


@pytest.mark.parametrize("shape", [(1, 1), (7, 200), (90, 20), (8, 48), (300, 50)])
def test_a_crop_of_any_shape_is_taken(shape):
    noise = np.random.default_rng(2).integers(0, 256, shape, dtype=np.uint8)

    assert registered(noise).shape == shape
