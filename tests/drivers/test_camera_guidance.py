"""What whoever holds a barcode before a camera is told to do. Simulated pictures; nothing here sleeps."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.camera.capture import Frame
from drivers.camera.child import Watching, watched
from drivers.camera.guidance import Guidance, Hint, called_for, hint
from drivers.camera.looks import Eye
from drivers.camera.view import View
from drivers.picture import Unread, Unreadable
from kiosk.words import words
from tests.drivers.frames_simulated import blurred, empty, glare, held, page, sensed, symbol

SHEET = page((symbol("99999001495785", "Code128", 4, 110), 60, 60), size=(1000, 260))


def seen(rng, *, width=800.0, lens=0.8, motion=0, light=1.0, spot=0, **how):
    """The sheet before the camera, as it is held."""
    picture = blurred(held(SHEET, width=width, **how), lens, motion)
    return sensed(glare(picture, 600, 360, 140, spot) if spot else picture, rng, light=light)


def place(width=900, height=200):
    """A place in the middle of the picture that was not read."""
    x, y = 640 - width // 2, 360 - height // 2
    return Unread((x, y, x + width, y + height), Unreadable.UNREADABLE)


CASES = {
    Hint.CLOSER: {"width": 420, "lens": 0.6},
    Hint.HOLD_STILL: {"lens": 0.7, "motion": 11},
    Hint.LESS_LIGHT: {"spot": 260},
    Hint.MORE_LIGHT: {"light": 0.18},
    Hint.TURN: {"tilt": (1.2, 0)},
    Hint.FARTHER: {"width": 1900, "lens": 9.0},
}


@pytest.mark.parametrize("wanted", list(CASES))
def test_a_barcode_that_is_held_wrongly_calls_for_the_right_thing(wanted):
    """D3."""
    picture = seen(np.random.default_rng(5), **CASES[wanted])

    assert hint(picture, [place(1200, 600)]) is wanted


def test_a_barcode_that_runs_out_of_the_picture_is_to_be_moved_into_view():
    picture = seen(np.random.default_rng(6), width=1000, x=1240)

    assert hint(picture, [Unread((760, 260, 1280, 460), Unreadable.CUT_OFF)]) is Hint.INTO_VIEW


def test_a_barcode_that_is_held_well_calls_for_nothing():
    assert hint(seen(np.random.default_rng(7), width=1000), [place(1000)]) is None


@pytest.mark.parametrize("unread", [[], [place(60, 30)], [place(400, 100)]])
def test_where_there_is_no_barcode_nothing_is_called_for(unread):
    assert hint(empty(np.random.default_rng(8)), unread) is None


@pytest.mark.parametrize("wanted", [Hint.HOLD_STILL, Hint.FARTHER])
def test_a_hint_is_told_while_it_is_held_so_and_taken_back_when_it_is_read(wanted):
    """D3: told once as it comes and once as it goes."""
    rng = np.random.default_rng(9)
    bad = [seen(rng, **CASES[wanted], x=640 + rng.normal()) for _ in range(8)]
    good = [seen(rng, width=1000, x=640 + rng.normal()) for _ in range(9)]
    frames = (Frame(n / 10, picture) for n, picture in enumerate([*bad, *good]))

    said = [
        message
        for message, _ in watched(frames, Watching(View(), Eye(lambda: 0.0)), threading.Event())
        if message["say"] in {"hint", "heard"}
    ]

    assert [message["hint"] for message in said if message["say"] == "hint"] == [wanted, ""]
    assert [message["text"] for message in said if message["say"] == "heard"] == ["99999001495785"]


def test_nobody_is_guided_where_nothing_has_moved_for_a_while():
    """A table that looks like bars calls for nothing all day."""
    rng = np.random.default_rng(10)
    watching = Watching(View())
    called = set()
    for at in (0.0, 0.25, 0.5, 0.75, 9.0, 10.5, 11.0, 11.5, 12.0):
        watching.look(Frame(at, seen(rng, **CASES[Hint.HOLD_STILL])))
        called.add(watching.guidance.now)

    assert called == {None, Hint.HOLD_STILL}
    assert watching.guidance.now is None


@given(st.lists(st.sampled_from([None, *Hint]), max_size=30))
def test_a_hint_is_given_only_when_half_of_the_last_pictures_call_for_it(called):
    guidance = Guidance()
    for n, one in enumerate(called):
        before = guidance.now
        changed = guidance.seen(one)

        assert changed == (guidance.now is not before)
        if changed:
            assert called[max(0, n - 3) : n + 1].count(guidance.now) >= 2


@given(st.lists(st.floats(0, 255), min_size=1, max_size=200), st.floats(0, 1))
def test_any_profile_calls_for_something_or_nothing(profile, share):
    assert called_for(np.array(profile), share) in {None, *Hint}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("one", list(Hint))
def test_every_hint_has_its_words(lang, one):
    """P5."""
    assert words(lang).say(f"screen.scanners.hint.{one}")
