"""Frozen and black cameras, by the clock of their pictures."""

import itertools

import numpy as np
import pytest

from drivers.camera.health import Health, Rest
from drivers.scan import ScannerLost
from tests.drivers.frames_simulated import empty, sensed

SIZE = (320, 180)


def table(rng, pictures):
    return [empty(rng, size=SIZE) for _ in range(pictures)]


def dark(rng, pictures, level=0):
    return [sensed(np.full(SIZE[::-1], level, np.uint8), rng, 3) for _ in range(pictures)]


def lost(pictures, fps=10.0, **how):
    """After how many seconds the camera was given up, and why; and how many pictures were fit to be read."""
    health, fit = Health(**how), 0
    for n, picture in enumerate(pictures):
        try:
            fit += health.fresh(n / fps, picture)
        except ScannerLost as no:
            return n / fps, no.why, fit
    return None, "", fit


@pytest.mark.parametrize("fps", [3.0, 10.0, 30.0])
def test_a_camera_that_repeats_its_last_picture_is_frozen_within_two_seconds(fps):
    """T10, demand 4: it lives for a second, then repeats."""
    rng = np.random.default_rng(1)
    alive = table(rng, int(fps))
    at, why, fit = lost([*alive, *table(rng, 1) * int(3 * fps)], fps)

    assert why == "frozen"
    assert at - len(alive) / fps < 2
    assert fit == len(alive) + 1


@pytest.mark.parametrize("buffers", range(1, 8))
def test_a_camera_that_gives_its_few_buffers_over_and_over_is_frozen_too(buffers):
    """T10."""
    rng = np.random.default_rng(2)
    at, why, fit = lost(table(rng, buffers) * 20)

    assert (why, fit) == ("frozen", buffers)
    assert at - buffers / 10 < 2


def test_a_slow_sensor_behind_a_fast_driver_is_not_frozen():
    """Each picture twice; none counts twice."""
    pictures = [one for one in table(np.random.default_rng(3), 60) for _ in range(2)]

    assert lost(pictures, fps=30.0) == (None, "", 60)


def test_a_still_source_repeats_and_is_not_frozen():
    """A virtual camera: said in its view."""
    assert lost(table(np.random.default_rng(4), 1) * 40, still=True) == (None, "", 40)


@pytest.mark.parametrize("level", [0, 16, 25])
def test_a_covered_lens_is_black_within_two_seconds(level):
    """Demand 4: with a sensor's noise in it, and the black of video, which is 16."""
    rng = np.random.default_rng(5)
    at, why, fit = lost([*table(rng, 10), *dark(rng, 30, level)])

    assert (why, fit) == ("black", 10)
    assert at - 1.0 < 2
    assert lost(dark(rng, 30, level))[0] < 2


def test_a_covered_lens_without_noise_is_black_not_frozen():
    """The reason that helps: something lies on the lens."""
    assert lost([np.zeros(SIZE[::-1], np.uint8)] * 30)[1] == "black"


def test_a_dark_room_with_something_in_it_is_not_a_covered_lens():
    """A lamp, a window, a shape: the camera sees."""
    rng = np.random.default_rng(6)
    room = np.full(SIZE[::-1], 6, np.uint8)
    room[25:65, 225:275] = 60

    assert lost([sensed(room, rng, 3) for _ in range(40)]) == (None, "", 40)


def test_black_pictures_at_the_start_are_forgiven_for_a_while():
    """Many cameras give some until their exposure has settled."""
    rng = np.random.default_rng(7)

    assert lost([*dark(rng, 15), *table(rng, 10)])[1] == ""


def test_light_in_between_starts_the_time_anew():
    rng = np.random.default_rng(8)
    pictures = [one for _ in range(5) for one in (*dark(rng, 12), *table(rng, 1))]

    assert lost(pictures)[1] == ""


def test_a_scene_in_which_nothing_moves_is_looked_at_thrice_a_second():
    """Idle costs little; what moves is looked at in every picture."""
    rng = np.random.default_rng(9)
    rest, scene = Rest(), table(rng, 1)[0]
    looked = [n for n in range(60) if not rest.needed(n / 10, sensed(scene, rng, 2))]

    assert looked[:20] == list(range(20))
    assert {b - a for a, b in itertools.pairwise(looked[21:])} <= {3, 4}


def test_what_moves_is_looked_at_at_once():
    rng = np.random.default_rng(10)
    rest, scene = Rest(), table(rng, 1)[0]
    for n in range(50):
        rest.needed(n / 10, scene)
    moved = scene.copy()
    moved[60:120, 100:200] = 230

    assert not rest.needed(5.0, moved)
