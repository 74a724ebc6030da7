"""The book of a run: what each scanner sent and when it was pulled out, against what was kept. Pure.

>>> sent = [Sent("99999001"), Sent("99999002"), Sent("99999003", whole=False), PULLED, Sent("99999004")]
>>> judged({"a": sent}, [("a", "99999001"), ("a", None), ("a", "99999004")])
Verdict(sent=3, kept=2, no_reads=1, unplugs=1, void=1, wrong=[], mixed=[], lost=[], doubled=[], disordered=[])
>>> judged({"a": sent}, [("a", "99999001"), ("a", "99999004"), ("a", "9999900")]).faults
['wrong: a 9999900', 'lost: a 99999002']
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Final


@dataclass(frozen=True, slots=True)
class Sent:
    """One code that a scanner sent; not `whole`: it was pulled out in its middle."""

    text: str
    whole: bool = True


PULLED: Final = None
"""In what a scanner sent: here it was pulled out, or whoever listened was killed."""

Row = tuple[str, str | None]
"""What was kept: the scanner's name, and a text; None: a no-read."""


@dataclass(slots=True)
class Verdict:
    """What became of all codes. The lists hold `NAME TEXT`, and all should be empty."""

    sent: int = 0
    """Codes sent whole."""
    kept: int = 0
    no_reads: int = 0
    unplugs: int = 0
    void: int = 0
    """Sent whole and not kept, but a no-read or an unplug followed: whoever scanned knows that it has to be scanned again."""
    wrong: list[str] = field(default_factory=list)
    """Kept, but nobody sent it: shortened, joined, misread. Or sent by a scanner that was pulled out in its middle."""
    mixed: list[str] = field(default_factory=list)
    """Kept under another scanner's name."""
    lost: list[str] = field(default_factory=list)
    """Sent whole, and neither kept nor followed by a no-read or by an unplug."""
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """All that must not be."""
        return [f"{what.name}: {code}" for what in fields(self) if what.name in _FAULTS for code in getattr(self, what.name)]


_FAULTS = ("wrong", "mixed", "lost", "doubled", "disordered")


def judged(sent: dict[str, list[Sent | None]], kept: Sequence[Row]) -> Verdict:
    """What became of all that was sent."""
    verdict = Verdict(
        sent=sum(bool(one and one.whole) for said in sent.values() for one in said),
        kept=sum(text is not None for _, text in kept),
        no_reads=sum(text is None for _, text in kept),
        unplugs=sum(one is PULLED for said in sent.values() for one in said),
    )
    owners = {one.text: name for name, said in sent.items() for one in said if one and one.whole}
    _strange(owners, kept, verdict)
    for name, said in sent.items():
        _astray(name, said, [text for source, text in kept if source == name], verdict)
    return verdict


def _strange(owners: dict[str, str], kept: Sequence[Row], verdict: Verdict) -> None:
    """Texts that nobody sent, or somebody else."""
    for name, text in kept:
        if text is None or owners.get(text) == name:
            continue
        (verdict.mixed if text in owners else verdict.wrong).append(f"{name} {text}")


def _astray(name: str, said: Sequence[Sent | None], kept: Sequence[str | None], verdict: Verdict) -> None:
    """One scanner's codes that came twice, in another order, or not at all."""
    place = {one.text: number for number, one in enumerate(said) if one and one.whole}
    own = [text for text in kept if text in place]
    verdict.doubled += [f"{name} {text}" for text, times in Counter(own).items() if times > 1]
    verdict.disordered += [f"{name} {after}" for before, after in pairwise(own) if place[after] < place[before]]
    for first, last, failed in _gaps(place, kept, len(said)):
        missing = [number for number in range(first, last) if (one := said[number]) and one.whole]
        lost = [number for number in missing if not failed and not _pulled(said, number)]
        verdict.void += len(missing) - len(lost)
        verdict.lost += [f"{name} {one.text}" for number in lost if (one := said[number])]


def _gaps(place: dict[str, int], kept: Sequence[str | None], end: int) -> list[tuple[int, int, bool]]:
    """Between two codes that were kept: which were sent there (from, to), and whether a no-read tells of them."""
    gaps, first, failed = [], 0, False
    for text in kept:
        failed = failed or text is None
        if text in place:
            gaps.append((first, place[text], failed))
            first, failed = place[text] + 1, False
    return [*gaps, (first, end, failed)]


def _pulled(said: Sequence[Sent | None], number: int) -> bool:
    """Whether the scanner was pulled out right after this code."""
    return number + 1 < len(said) and said[number + 1] is PULLED
