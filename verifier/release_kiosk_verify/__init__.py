"""Checks a sealed proof of release with a trust list and hold lists, offline (P2, P4).

First `read_lists`, then `verify` as often as proofs are presented; either raises `Forged`, whose `code` says why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.adapters.ed25519.hold import read_holds
from kiosk.adapters.ed25519.seal import Ed25519Seal
from kiosk.adapters.ed25519.trust import read_list
from kiosk.core.faults import Forged
from kiosk.core.hold import HoldList, newer
from kiosk.core.trust import TrustList
from kiosk.core.verdict import Outcome, Ruling, Verdict, examine, outcomes

__all__ = ["LIMIT", "Forged", "HoldList", "Lists", "Outcome", "Ruling", "TrustList", "Verdict", "Verified", "read_lists", "verify"]

LIMIT = timedelta(hours=4)
"""A hold list that is older lets nothing out."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What a gate goes by: the trust list, and the newest hold list of each station."""

    trust: TrustList
    holds: Mapping[str, HoldList]


@dataclass(frozen=True, slots=True)
class Verified:
    """What a proof is worth, and what each of its rows comes to."""

    verdict: Verdict
    rulings: tuple[Ruling, ...]


def read_lists(trust: bytes, root: bytes, holds: Iterable[bytes], now: datetime) -> Lists:
    """The lists of texts; of two lists of a station the newer counts. `root` is the pinned root key (32 bytes), `now` in UTC."""
    known = read_list(trust, root)
    newest: dict[str, HoldList] = {}
    for text in holds:
        found = read_holds(text, known, now)
        older, other = sorted((newest.get(found.station, found), found), key=lambda one: one.serial)
        newest[found.station] = newer(older, other)
    return Lists(known, newest)


def verify(pages: Sequence[Sequence[bytes]], lists: Lists, now: datetime, limit: timedelta = LIMIT) -> Verified:
    """What the seals found on each page come to."""
    verdict = examine(pages, Ed25519Seal(lists.trust), now)
    return Verified(verdict, outcomes(verdict, lists.holds, now, limit))
