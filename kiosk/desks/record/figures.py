"""The day's figures, put in words and in order: the same for the screen, for paper and for a chart of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from itertools import islice
from typing import Final

from kiosk.core.day import UNKNOWN, BadgeFigures, DayReport, Outage
from kiosk.desks.record.telling import code_told, duration
from kiosk.words import Words

MOST_BARS: Final = 12
"""Bars of one section; what is beyond them stands together in the last."""
_SUMMARY: Final = ("scans", "keyed", "unanswered", "unasked", "removed")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: a label, and a number or a text. `tone` is the kind of mark that it speaks of."""

    label: str
    value: int
    text: str = ""
    tone: str = ""

    @property
    def said(self) -> str:
        """What stands beside the label."""
        return self.text or str(self.value)


@dataclass(frozen=True, slots=True)
class Section:
    """Some figures under a title; `bars` where they are compared, `note` what they are about."""

    title: str
    figures: tuple[Figure, ...]
    bars: bool = False
    note: str = ""


def sections(report: DayReport, words: Words, zone: tzinfo) -> tuple[Section, ...]:
    """Everything but the scans by hour. A section without figures is left out, but for the first three."""
    say = words.say
    whole = (_summary(report, words), _marks(report, words), _waits(report, words))
    counted = (
        _bars(say("report.changed"), ((say("report.changed-from", before=a, after=b), n) for (a, b), n in report.changed.items())),
        _bars(say("report.refusals"), _codes(words, report.refusals)),
        _bars(say("report.unread-by"), _unread(words, report)),
        _bars(say("report.not-stamped"), _codes(words, report.not_stamped)),
        Section(say("report.outages"), tuple(_outage(words, outage, zone) for outage in report.outages)),
        _bars(say("report.sources"), report.sources.items()),
        _bars(say("report.symbologies"), _symbologies(report, words)),
        _badges(report, words),
    )
    return *whole, *(section for section in counted if section.figures)


def title(report: DayReport, words: Words) -> str:
    """Whose day it is."""
    return words.say("report.everybody") if report.badge is None else words.say("report.badge", badge=report.badge)


def _summary(report: DayReport, words: Words) -> Section:
    own = {name: getattr(report, name) for name in _SUMMARY}
    more = {"unread": sum(report.unread.values()), **report.sheets, "handed-over": report.handed_over, "copies": report.copies}
    figures = (Figure(words.say(f"report.{name}"), n) for name, n in (own | more).items())
    return Section(words.say("report.summary"), tuple(figures))


def _marks(report: DayReport, words: Words) -> Section:
    tones = {"R": "released", "NR": "held", "N/A": "unknown"}
    figures = (Figure(f"{mark} {words.say(f'mark.{mark}')}", n, tone=tones[mark]) for mark, n in report.marks.items())
    return Section(words.say("report.marks"), tuple(figures), bars=True)


def _waits(report: DayReport, words: Words) -> Section:
    def figure(name: str, wait: timedelta | None) -> Figure:
        return Figure(words.say(f"report.{name}"), round(wait.total_seconds()) if wait else 0, duration(words, wait) or "–")

    figures = (figure("median", report.median_wait), figure("longest", report.longest_wait))
    return Section(words.say("report.waits"), figures, note=words.say("report.waits-of"))


def _codes(words: Words, counted: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    return ((code_told(words, code), n) for code, n in counted.items())


def _unread(words: Words, report: DayReport) -> Iterable[tuple[str, int]]:
    """In few words, where there are such."""
    short = ((f"report.why-unread.{code}", code, n) for code, n in report.unread.items())
    return ((words.say(key) if key in words else code_told(words, code), n) for key, code, n in short)


def _symbologies(report: DayReport, words: Words) -> Iterable[tuple[str, int]]:
    return ((words.say("report.unknown") if name == UNKNOWN else name, n) for name, n in report.symbologies.items())


def _bars(heading: str, counted: Iterable[tuple[str, int]]) -> Section:
    """Bars, the longest first; what is beyond the last is counted together."""
    figures = [Figure(label, n) for label, n in counted]
    rest = list(islice(figures, MOST_BARS, None))
    together = [Figure(f"… ({len(rest)})", sum(figure.value for figure in rest))] if rest else []
    return Section(heading, tuple(figures[:MOST_BARS] + together), bars=True)


def _outage(words: Words, outage: Outage, zone: tzinfo) -> Figure:
    first, last = (f"{at.astimezone(zone):%H:%M:%S}" for at in (outage.first, outage.last))
    return Figure(
        words.say("report.outage", first=first, last=last), outage.questions, words.count("report.asked", outage.questions)
    )


def _badges(report: DayReport, words: Words) -> Section:
    figures = (Figure(badge, one.scans, _did(words, one)) for badge, one in report.badges.items())
    return Section(words.say("report.badges"), tuple(figures))


def _did(words: Words, one: BadgeFigures) -> str:
    """What a badge did, without what it did not."""
    names = ("scans", "refused", "unread", "opened", "stamped", "returned", "voided")
    counted = [(name, getattr(one, name)) for name in names]
    return " · ".join(f"{words.say(f'report.{name}')} {n}" for name, n in counted if n)
