"""The opening self-test: every part of a kiosk examined by itself. Nothing here writes a row, prints a page or shows a number.

A part says what is the matter with it as a code that has its words. `unknown` is what could not be asked: nothing follows from it.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from kiosk.core.faults import Refusal, Unavailable
from kiosk.core.reference import TransactionNumber
from kiosk.core.trust import TrustList
from kiosk.ports import Clock, Journal, Store

State = Literal["good", "poor", "bad", "unknown"]
STATES: Final[Sequence[State]] = ("good", "poor", "unknown", "bad")
"""From the best to the worst."""
LOW_SPACE: Final = 1 << 30
"""Bytes left on the disk below which somebody should make room: a month of forms."""
NO_SPACE: Final = 50 << 20
"""Bytes below which the record may stop at any moment."""
SOON: Final = timedelta(days=30)
"""How long before its end a key should be replaced."""
NOBODYS: Final = TransactionNumber("99999", "000000000")
"""A number that stands on no file: an answer is an answer, whatever it says of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: how it is, and why, as a code; which one of several (`about`), and figures for the sentence."""

    name: str
    state: State
    code: str
    about: str = ""
    at: datetime | None = None
    figures: Mapping[str, int] = field(default_factory=dict)
    no: Refusal | None = None
    """What it said no with, which has its own words."""


def record(journal: Journal) -> Part:
    """Whether the record can be written: an entry-less append takes the lock that every entry takes, and writes nothing.

    Its checkpoint is computed anew from the tree's edge, so that a record whose end is damaged is found before the first client.
    """
    try:
        journal.append([])
        return Part("record", "good", "appendable", figures={"entries": journal.checkpoint().size})
    except Unavailable as no:
        return Part("record", "bad", no.code)


def clock(journal: Journal, now: Clock, *, synchronised: bool | None) -> Part:
    """Whether the clock is right: not behind the record's newest entry, else nothing can be stamped; and set by the network."""
    try:
        newest, at = journal.newest(), now()
    except Unavailable as no:
        return Part("clock", "unknown", no.code)
    if newest is not None and at < newest:
        return Part("clock", "bad", "behind", at=newest)
    if synchronised is None:
        return Part("clock", "poor", "not-told", at=newest)
    return Part("clock", "good", "synchronised", at=newest) if synchronised else Part("clock", "poor", "alone", at=newest)


def disk(folder: Path) -> Part:
    """Whether the record has room to grow."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return Part("disk", "bad", "gone")
    state: State = "bad" if free < NO_SPACE else "poor" if free < LOW_SPACE else "good"
    return Part("disk", state, "space" if state == "good" else "little-space", figures={"megabytes": free >> 20})


def store(system: Store) -> Part:
    """Whether the release system answers, of a number that stands on no file; its clock against ours is part of the answer."""
    try:
        system.ask([NOBODYS])
    except Unavailable as no:
        return Part("store", "unknown", no.code)
    return Part("store", "good", "answers", about=system.authority)


def keys(trusted: TrustList, now: datetime) -> Part:
    """Whether the sealing key in use is one that verifiers trust today."""
    if not trusted.keys:
        return Part("keys", "bad", "unknown-key")
    key = trusted.keys[-1]
    if key.revoked_at is not None:
        return Part("keys", "bad", "key-revoked", at=key.revoked_at)
    if now < key.not_before:
        return Part("keys", "bad", "key-not-yet-valid", at=key.not_before)
    if now > key.not_after:
        return Part("keys", "bad", "key-expired", at=key.not_after)
    soon = key.not_after - now < SOON
    return Part("keys", "poor" if soon else "good", "ends-soon" if soon else "trusted", at=key.not_after)


def refused(name: str, error: Exception) -> Part:
    """A part that says no, or whose examination fails."""
    match error:
        case Refusal():
            return Part(name, "bad", error.code, no=error)
        case Unavailable():
            return Part(name, "bad", error.code, about=error.detail)
        case _:
            return Part(name, "bad", "broken", about=type(error).__name__)


def worst(parts: Sequence[Part]) -> State:
    """How the whole is: as its worst part.

    >>> worst([Part("disk", "good", "space"), Part("store", "unknown", "down")])
    'unknown'
    """
    return max((part.state for part in parts), key=STATES.index, default="good")
