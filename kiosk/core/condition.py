"""How a printer is: what keeps paper from coming out of it, in the keywords of IPP (RFC 8011, 5.4.12) and a few codes of ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NOTHING_COMES: Final = frozenset(
    (
        "media-empty",
        "media-needed",
        "media-jam",
        "cover-open",
        "door-open",
        "interlock-open",
        "input-tray-missing",
        "output-tray-missing",
        "output-area-full",
        "toner-empty",
        "marker-supply-empty",
        "developer-empty",
        "marker-waste-full",
        "paused",
        "shutdown",
        "stopped-partly",
        "spool-area-full",
        "fuser-over-temp",
        "opc-life-over",
        "offline",
        "timed-out",
        "not-accepting",
        "no-pdf",
        "unreachable",
        "untrusted",
        "refused",
        "garbled",
        "not-allowed",
        "gone",
        "read-only",
        "disk-full",
        "stopped",
        "no-answer",
        "no-such-printer",
        "device-error",
    )
)
"""Reasons for which no paper comes out until somebody has done something."""
TO_NOTE: Final = frozenset(
    (
        "media-low",
        "toner-low",
        "marker-supply-low",
        "developer-low",
        "marker-waste-almost-full",
        "output-area-almost-full",
        "opc-near-eol",
        "fuser-under-temp",
        "moving-to-paused",
        "stopping",
        "connecting-to-device",
        "interpreter-resource-unavailable",
        "other",
    )
)
"""Reasons that will need somebody, or that pass."""
QUIET: Final = frozenset(
    (
        "none",
        "cups-waiting-for-job-completed",
        "cups-insecure-filter-warning",
        "cups-ipp-conformance-failure",
        "hibernate",
        "standby",
        "deep-sleep",
        "identify-printer-requested",
        "wifi-not-configured",
    )
)
"""Keywords that mean nothing to an officer."""
_SEVERITIES: Final = ("-report", "-warning", "-error")


class Lamp(StrEnum):
    """How a printer is, for one glance: `good`, `poor` (soon), `bad` (nothing comes out), `unknown` (not asked yet)."""

    GOOD = "good"
    POOR = "poor"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a printer says of itself. `reasons` are bare IPP keywords and our own codes, those that stop it first."""

    reasons: tuple[str, ...] = ()
    busy: bool = False
    model: str = ""
    detail: str = ""
    asked: bool = True

    @property
    def lamp(self) -> Lamp:
        """The worst of it."""
        if not self.asked:
            return Lamp.UNKNOWN
        if any(reason in NOTHING_COMES for reason in self.reasons):
            return Lamp.BAD
        return Lamp.POOR if self.reasons else Lamp.GOOD


NOT_ASKED: Final = Condition(asked=False)
"""Nobody has asked the printer yet."""


def bare(keywords: Iterable[str]) -> tuple[str, ...]:
    """Reasons without what makes them a report, a warning or an error, each once, those that stop a printer first.

    >>> bare(["toner-low-report", "media-empty-error", "none", "media-empty-warning"])
    ('media-empty', 'toner-low')
    """
    found = {_bare(keyword) for keyword in keywords} - QUIET - {""}
    return tuple(sorted(found, key=lambda one: (one not in NOTHING_COMES, one)))


def _bare(keyword: str) -> str:
    for severity in _SEVERITIES:
        keyword = keyword.removesuffix(severity)
    return keyword
