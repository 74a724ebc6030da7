"""What was drawn is looked at again: moved, missing or more than was meant is found (P1)."""

import pytest

from kiosk.core.endorsement import Picture
from kiosk.core.proofreading import as_drawn
from kiosk.core.space import Spot

W, H = 100, 80
SPOTS = (Spot(20, 20, 20, 10),)


def picture(*spots):
    return Picture(
        W, bytes(any(s.x <= x + 0.5 <= s.right and s.y <= y + 0.5 <= s.bottom for s in spots) for y in range(H) for x in range(W))
    )


TEXT = Spot(70, 60, 20, 5)


@pytest.mark.parametrize(
    ("after", "sound"),
    [
        (picture(TEXT, *SPOTS), True),
        (picture(TEXT, Spot(20, 20, 12, 10)), True),
        (picture(TEXT), False),
        (picture(*SPOTS), False),
        (picture(TEXT, *SPOTS, Spot(80, 5, 1, 1)), False),
        (picture(TEXT, Spot(20, 50, 20, 10)), False),
        (picture(TEXT, Spot(28, 20, 20, 10)), True),
        (picture(TEXT, Spot(38, 20, 20, 10)), False),
        (Picture(W, picture(TEXT, *SPOTS).squares[:-W]), False),
        (Picture(W * 2, picture(TEXT, *SPOTS).squares), False),
    ],
)
def test_a_page_is_as_it_was_but_for_what_was_drawn(after, sound):
    assert as_drawn(picture(TEXT), after, (W, H), SPOTS) == sound
