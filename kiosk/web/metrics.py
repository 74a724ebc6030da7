"""Figures for machines (Prometheus): how much, how fast, how often not. Never a number, a badge or a sheet in a label.

What the desks do is counted as it comes into the record, so no desk counts anything.
"""

import hmac
import time
from collections.abc import Sequence
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final, cast

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from kiosk.core.journal import Answered, CouldNotAsk, Entry, Fact, NotRead, NotStamped, Refused, Scanned, Stamped
from kiosk.web.events import hub
from kiosk.web.house import House, house
from kiosk.web.overheard import Overheard, listen
from kiosk.web.session import free

BUCKETS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds. An officer waits for what takes longer than the fifth."""
_NAME: Final = "metrics"


class Metrics:
    """The figures of one kiosk, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = mine = CollectorRegistry()
        self.requests = Histogram(
            "kiosk_request_seconds", "Requests by route and status.", ["endpoint", "status"], buckets=BUCKETS, registry=mine
        )
        self.scans = Counter(
            "kiosk_scans", "Scans by what they got: R, NR, N/A, refused, unread, unasked.", ["mark"], registry=mine
        )
        self.answers = Counter(
            "kiosk_answers", "Answers by mark, those to rows that were asked again too.", ["mark"], registry=mine
        )
        self.refusals = Counter("kiosk_refusals", "Scans and stamps that were refused, by code.", ["code"], registry=mine)
        self.unasked = Counter("kiosk_could_not_ask", "Questions that got no answer, by code.", ["code"], registry=mine)
        self.outages = Counter("kiosk_outages", "How often the release system stopped answering.", registry=mine)
        self.stamped = Counter("kiosk_sheets_stamped", "Sheets stamped and sealed.", registry=mine)
        self.streams = Gauge("kiosk_open_streams", "Screens that are told of changes.", registry=mine)
        self._down = False

    def heard(self, entries: Sequence[Entry]) -> None:
        """Count what was written in one transaction."""
        facts = [entry.fact for entry in entries]
        for fact in facts:
            self._count(fact)
        for mark in marks(facts):
            self.scans.labels(mark).inc()

    def _count(self, fact: Fact) -> None:
        match fact:
            case Answered():
                self.answers.labels(fact.mark).inc()
                self._down = False
            case CouldNotAsk():
                self.unasked.labels(fact.code).inc()
                self.outages.inc(not self._down)
                self._down = True
            case Refused() | NotStamped():
                self.refusals.labels(fact.code).inc()
            case Stamped():
                self.stamped.inc()


def marks(facts: Sequence[Fact]) -> list[str]:
    """The mark of each scan that came with these facts of one transaction.

    >>> marks([NotRead("K7QD.000001/1", "blurred", "camera", None)])
    ['unread']
    """
    found: dict[str, str] = {}
    for fact in facts:
        match fact:
            case Scanned():
                found[fact.scan] = "unasked"
            case NotRead():
                found[fact.scan] = "unread"
            case Refused() if fact.scan in found:
                found[fact.scan] = "refused"
            case Answered() if fact.scan in found:
                found[fact.scan] = fact.mark
    return list(found.values())


metrics = Blueprint("metrics", __name__)


def install(app: Flask, house: House) -> None:
    """Count every request, and whatever the house's record is told."""
    made = Metrics()
    if isinstance(house.journal, Overheard):
        listen(house.journal, made.heard)
    app.extensions[_NAME] = made
    app.register_blueprint(metrics)

    @app.before_request
    def began() -> None:
        g.counted_from = time.perf_counter()

    @app.after_request
    def ended(answer: Response) -> Response:
        took = time.perf_counter() - g.get("counted_from", time.perf_counter())
        rule = request.url_rule.rule if request.url_rule else "-"
        made.requests.labels(rule, str(answer.status_code)).observe(took)
        return answer


def figures() -> Metrics:
    """The figures of this kiosk."""
    return cast("Metrics", current_app.extensions[_NAME])


@metrics.get("/metrics")
@free
def shown() -> Response:
    """All figures, to this machine or to whoever shows the token (`Authorization: Bearer …`)."""
    if not (_here() or _has_token(house().rules.metrics_token)):
        abort(HTTPStatus.FORBIDDEN)
    mine = figures()
    mine.streams.set(hub().open)
    return Response(generate_latest(mine.registry), content_type=CONTENT_TYPE_LATEST)


def _here() -> bool:
    """Whether this machine asks. Behind a proxy nobody is believed to be here: whom it asks for is only what it says."""
    if "werkzeug.proxy_fix.orig" in request.environ or "X-Forwarded-For" in request.headers:
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _has_token(token: str) -> bool:
    given = request.headers.get("Authorization", "").encode()
    return bool(token) and hmac.compare_digest(given, f"Bearer {token}".encode())
