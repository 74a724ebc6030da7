"""How the kiosk is: every part by itself, as a page for people and as JSON for machines. Nothing of anybody's business is in it.

A part that the counter can't do without makes the answer 503. That the release system does not answer is no such part: rows wait.
"""

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import Final, Literal, cast

from flask import Blueprint, Flask, Response, current_app, jsonify, request

from kiosk.core.faults import Unavailable
from kiosk.core.journal import Answered, CouldNotAsk, Entry, Failed, HandedOver
from kiosk.web.events import hub
from kiosk.web.house import House
from kiosk.web.overheard import Overheard, listen
from kiosk.web.screen import page
from kiosk.web.session import free

State = Literal["good", "poor", "bad", "unknown"]
STATES: Final[Sequence[State]] = ("good", "unknown", "poor", "bad")
"""From the best to the worst."""
LOW_SPACE: Final = 1 << 30
"""Bytes left on the disk below which somebody should make room: a month of forms."""
NO_SPACE: Final = 50 << 20
"""Bytes below which the record may stop at any moment."""
FRESH: Final = 1.0
"""Seconds for which one examination stands: who asks more often costs nothing."""
DISTRIBUTION: Final = "release-kiosk"
BROWSER: Final = "browser"
"""How a document is handed over that the officer's own browser prints."""
VITAL: Final = frozenset({"record", "clock", "disk"})
_NAME: Final = "health"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what is the matter with it, as a code that has its words, and when that was last known to be so."""

    name: str
    state: State
    code: str
    at: datetime | None = None
    figures: dict[str, int] = field(default_factory=dict)


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
            return Part(self.name, "poor", self.code, self.did_not)
        return Part(self.name, "good", "answers", self.did) if self.did else Part(self.name, "unknown", "not-asked")


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
                case HandedOver(how=how) if how != BROWSER:
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


def record(house: House) -> Part:
    """Whether the record can be written: an entry-less append takes the lock that every entry takes, and writes nothing."""
    try:
        house.journal.append([])
    except Unavailable as no:
        return Part("record", "bad", no.code)
    return Part("record", "good", "appendable", figures={"entries": house.journal.checkpoint().size})


def clock(house: House) -> Part:
    """Whether the clock is where the record allows it to be: behind the newest entry, nothing can be stamped."""
    try:
        newest, now = house.journal.newest(), house.clock()
    except Unavailable as no:
        return Part("clock", "unknown", no.code)
    behind = newest is not None and now < newest
    return Part("clock", "bad" if behind else "good", "behind" if behind else "ahead-of-record", newest)


def disk(house: House) -> Part:
    """Whether the record has room to grow."""
    if house.folder is None:
        return Part("disk", "unknown", "not-asked")
    try:
        free = shutil.disk_usage(house.folder).free
    except OSError:
        return Part("disk", "bad", "gone")
    state: State = "bad" if free < NO_SPACE else "poor" if free < LOW_SPACE else "good"
    return Part("disk", state, "space" if state == "good" else "little-space", figures={"megabytes": free >> 20})


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


health = Blueprint("health", __name__)


def install(app: Flask, house: House) -> None:
    """The examinations of every part of a house."""
    outside = Outside()
    if isinstance(house.journal, Overheard):
        listen(house.journal, outside.heard)
    examinations = (
        lambda: record(house),
        outside.store.part,
        lambda: waiting(house),
        lambda: child("press", house.press),
        lambda: child("reader", house.reader),
        lambda: forms(house),
        outside.printer.part,
        lambda: disk(house),
        lambda: clock(house),
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
