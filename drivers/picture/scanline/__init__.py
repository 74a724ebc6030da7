"""Our own decoder of Code 39 and Code 128: characters matched whole, on grey values, under the rules of their symbology. Pure.

An engine measures bars and spaces at the places where the light crosses a threshold; where a bar is hardly wider than a pixel,
or blurred into its neighbours, there is nothing to measure. Here each character of a hypothesis (a symbology, a number of
characters, a start and an end) is compared with what each of its symbology would look like as blurred, with as much ink. The
rows of a place are taken in bands, so that each speaks for itself: a stroke, a void or a reflection seldom covers all.

`read` says what the bars say and how surely; whether that is enough, `drivers.picture.judge` says.
"""

from collections.abc import Sequence

from drivers.picture.scanline.cells import Guess, bent, even, followed
from drivers.picture.scanline.hypotheses import Hypothesis, claimed, counted, hypotheses, once
from drivers.picture.scanline.profiles import FINER, Grey, Profiles
from drivers.scan import Symbology

__all__ = ["Claim", "Guess", "read"]

Claim = tuple[str, Symbology, float, float]
"""A text that an engine saw, its symbology, and where: from and to, in pixels of the crop."""
_EVEN, _BENT, _LOOKED_AT = 4, 8, 3
"""Hypotheses that are tried as on even paper, as on bent paper, and of these read to the end."""
_CLEAR = 0.8
"""Lead at which nothing else needs to be tried."""
_HOPELESS = 0.6
"""Likeness of the cells of a hypothesis below which it is none."""
_BETTER = 0.04
"""Correlation of the cells, in the mean. Seen from its other side, every Code 39 is one without an asterisk, and as like."""
_LEAST_HEIGHT, _LEAST_WIDTH = 2, 40


def read(crop: Grey, claims: Sequence[Claim] = ()) -> list[Guess]:
    """What the bars of a place may say, the surest first.

    `crop`: the place, straightened, its rows in register, with a few pixels of paper before and after. `claims`: texts whose
    length is worth a try.
    """
    if crop.shape[0] < _LEAST_HEIGHT or crop.shape[1] < _LEAST_WIDTH:
        return []
    profiles = Profiles.of(crop)
    found = [h for text, kind, start, end in claims for h in claimed(profiles, kind, len(text), (FINER * start, FINER * end))[:2]]
    found += hypotheses(profiles)
    guesses = []
    for h in found[:_EVEN]:
        guesses.append(even(_side(profiles, h), h))
        if guesses[-1].text and guesses[-1].lead > _CLEAR:
            return guesses[-1:]
    return _ordered(guesses + _bent(profiles, found[:_BENT] + counted(profiles)))


def _outdone(guess: Guess, others: Sequence[Guess]) -> bool:
    """Whether characters that make no symbol explain the same bars far better: then its start or stop is a piece of another."""
    return any(
        other.text is None
        and other.mean > guess.mean + _BETTER
        and other.lead > guess.lead
        and min(guess.end, other.end) - max(guess.start, other.start) > 0.5 * (guess.end - guess.start)
        for other in others
    )


def _bent(profiles: Profiles, found: Sequence[Hypothesis]) -> list[Guess]:
    ways = [(*followed(_side(profiles, h), h), h) for h in once(found)]
    ways.sort(key=lambda way: -way[0])
    return [bent(_side(profiles, h), h, bounds) for fit, bounds, h in ways[:_LOOKED_AT] if fit > _HOPELESS]


def _side(profiles: Profiles, h: Hypothesis) -> Profiles:
    return profiles.turned() if h.flipped else profiles


def _ordered(guesses: list[Guess]) -> list[Guess]:
    return sorted((one for one in guesses if not _outdone(one, guesses)), key=Guess.order)
