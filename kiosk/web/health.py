"""How the kiosk is: every part by itself, as a page for people and as JSON for machines. Nothing of anybody's business is in it.

A part that the counter can't do without makes the answer 503. That the release system does not answer is no such part: rows wait.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import Final, cast

from flask import Blueprint, Flask, Response, current_app, jsonify, request

from kiosk.core.faults import Unavailable
from kiosk.core.journal import Answered, CouldNotAsk, Entry, Failed, PrintSent
from kiosk.desks import opening
from kiosk.desks.holds import NEVER
from kiosk.desks.opening import Part, State
from kiosk.web.events import hub
from kiosk.web.house import House
from kiosk.web.overheard import Overheard, listen
from kiosk.web.screen import page
from kiosk.web.session import free

STATES: Final[Sequence[State]] = ("good", "unknown", "poor", "bad")
"""From the best to the worst."""
FRESH: Final = 1.0
"""Seconds for which one examination stands: who asks more often costs nothing."""
DISTRIBUTION: Final = "release-kiosk"
VITAL: Final = frozenset({"record", "clock", "disk"})
_NAME: Final = "health"
_STATIONS: Final[Mapping[str, tuple[State, str]]] = {
    "absent": ("unknown", "no-station"),
    "ready": ("good", "scanners-ready"),
    "none": ("poor", "scanners-lost"),
    "lost": ("poor", "scanners-lost"),
    "ended": ("poor", "station-ended"),
    "unreadable": ("poor", "station-unreadable"),
}


@dataclass(slots=True)
class News:
    """What the record tells of a part that is asked by nobody only to know: when it last did its work, and when it last did not."""

    name: str
    did: datetime | None = None
    did_not: datetime | None = None
    code: str = ""

    def note(self, at: datetime, code: str = "") -> None:
        """It did its work, or failed with a code."""
        self.code = code
        if code:
            self.did_not = at
        else:
            self.did = at

    def part(self) -> Part:
        """Its state."""
        if self.code:
            return Part(self.name, "poor", self.code, at=self.did_not)
        return Part(self.name, "good", "answers", at=self.did) if self.did else Part(self.name, "unknown", "not-asked")


@dataclass(slots=True)
class Outside:
    """What is outside the kiosk: the release system and the printer."""

    store: News = field(default_factory=lambda: News("store"))
    printer: News = field(default_factory=lambda: News("printer"))

    def heard(self, entries: Sequence[Entry]) -> None:
        """What was just written."""
        for entry in entries:
            match entry.fact:
                case Answered():
                    self.store.note(entry.at)
                case CouldNotAsk(code=code):
                    self.store.note(entry.at, code)
                case PrintSent():
                    self.printer.note(entry.at)
                case Failed(part="printer", code=code):
                    self.printer.note(entry.at, code)


class Health:
    """The examinations of a house. `now` is monotonic seconds."""

    def __init__(self, examinations: Sequence[Callable[[], Part]], now: Callable[[], float] = time.monotonic) -> None:
        self._examinations, self._now = tuple(examinations), now
        self._lock = threading.Lock()
        self._known: tuple[Part, ...] = ()
        self._until = float("-inf")

    def parts(self) -> tuple[Part, ...]:
        """Every part, as it is now or was a moment ago."""
        with self._lock:
            if self._now() >= self._until:
                self._known = tuple(examine() for examine in self._examinations)
                self._until = self._now() + FRESH
            return self._known


def clock(house: House) -> Part:
    """Whether the clock is where the record allows it to be: behind the newest entry, nothing can be stamped."""
    try:
        newest, now = house.journal.newest(), house.clock()
    except Unavailable as no:
        return Part("clock", "unknown", no.code)
    behind = newest is not None and now < newest
    return Part("clock", "bad" if behind else "good", "behind" if behind else "ahead-of-record", at=newest)


def disk(house: House) -> Part:
    """Whether the record has room to grow."""
    return Part("disk", "unknown", "not-asked") if house.folder is None else opening.disk(house.folder)


def child(name: str, part: object) -> Part:
    """Whether a helper process is warm; one that is not is started when it is needed, and the first then waits for it."""
    return Part(name, "good", "running") if getattr(part, "pid", None) else Part(name, "poor", "not-running")


def waiting(house: House) -> Part:
    """How many sheets wait for the release system."""
    sheets = len(house.asker.waiting)
    return Part("waiting", "poor" if sheets else "good", "sheets-wait" if sheets else "none-waits", figures={"sheets": sheets})


def forms(house: House) -> Part:
    """Whether the forms that came in are being read: without their reader they would wait without a word."""
    if not getattr(house.forms, "alive", False):
        return Part("forms", "bad", "reader-ended")
    return Part("forms", "good", "being-read", figures={"forms": house.forms.waiting})


def scanners(house: House) -> Part:
    """Whether the scan station runs and all that it reads arrives; a kiosk where none was ever started does without."""
    if house.tray is None or house.delivery is None:
        return Part("scanners", "unknown", "no-station")
    if not house.delivery.alive:
        return Part("scanners", "bad", "delivery-ended")
    board = house.tray.board()
    figures = {name: n for name, n in (("kept", board.kept), ("undelivered", board.waiting)) if n}
    state, code = _STATIONS["unreadable" if board.damaged else board.health]
    return Part("scanners", "poor" if figures and state in {"good", "unknown"} else state, code, at=board.lit_at, figures=figures)


def printer(house: House) -> Part:
    """How the printer says that it is, and whether what is to be printed is being sent."""
    queue = house.printing
    if queue is None or not queue.alive:
        return Part("printer", "bad", "queue-ended")
    now, figures = queue.condition, {"prints": len(queue.jobs)} if queue.jobs else {}
    state = next(one for one in STATES if one == now.lamp)
    return Part("printer", state, next(iter(now.reasons), "answers" if now.asked else "not-asked"), figures=figures)


def holds(house: House) -> Part:
    """Up to when it is known what is on hold: known too long ago, gates let nothing out by themselves."""
    desk, keeper = house.holds, house.hold_keeper
    if desk is None or keeper is None:
        return Part("holds", "unknown", "not-asked")
    try:
        known = desk.known_to()
    except Unavailable as no:
        return Part("holds", "unknown", no.code)
    at = known if known > NEVER else None
    if keeper.unlisted:
        return Part("holds", "poor", "holds-unlisted", at=at)
    if house.clock() - known > house.list_limit:
        return Part("holds", "poor", "holds-old", at=at)
    return Part("holds", "poor" if keeper.trouble else "good", "holds-unasked" if keeper.trouble else "holds-known", at=at)


health = Blueprint("health", __name__)


def install(app: Flask, house: House) -> None:
    """The examinations of every part of a house."""
    outside = Outside()
    if isinstance(house.journal, Overheard):
        listen(house.journal, outside.heard)
    examinations = (
        lambda: opening.record(house.journal),
        outside.store.part,
        lambda: waiting(house),
        lambda: child("press", house.press),
        lambda: child("reader", house.reader),
        lambda: forms(house),
        lambda: printer(house) if house.printing is not None else outside.printer.part(),
        lambda: disk(house),
        lambda: clock(house),
        lambda: scanners(house),
        *([lambda: holds(house)] if house.hold_keeper is not None else []),
        lambda: Part("screens", "good", "open", figures={"streams": hub(app).open}),
    )
    app.extensions[_NAME] = Health(examinations)
    app.register_blueprint(health)


@health.get("/health")
@free
def shown() -> Response:
    """Every part: 503 if the counter can't do without one that is bad."""
    parts = cast("Health", current_app.extensions[_NAME]).parts()
    well = all(part.state != "bad" for part in parts if part.name in VITAL)
    state = max((part.state for part in parts), key=STATES.index) if well else "bad"
    status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
        return Response(page("health.html", parts=parts, state=state, version=version(DISTRIBUTION)), status)
    answer = jsonify(state=state, version=version(DISTRIBUTION), parts={part.name: _document(part) for part in parts})
    answer.status_code = status
    return answer


def _document(part: Part) -> dict[str, object]:
    return {"state": part.state, "code": part.code, "at": part.at.isoformat() if part.at else None, **part.figures}
