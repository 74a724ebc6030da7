"""What the service says for its keepers: one JSON object a line. Where and when, how it ended and how long it took.

No number, no badge and no name (`kiosk.log`). So a request is told by its route and never by its path.
"""

import logging
import re
import time
from typing import Final
from uuid import uuid4

from flask import Flask, Response, g, request

log: Final = logging.getLogger("kiosk")
_ID: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A UUID, as proxies make them; anything else could be a number."""


def install(app: Flask, station: str) -> None:
    """A line for each request, and an id for it that the answer carries: the one that came with it, or a new one."""

    @app.before_request
    def began() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _ID.fullmatch(given) else uuid4().hex
        g.began = time.perf_counter()

    @app.after_request
    def ended(answer: Response) -> Response:
        answer.headers["X-Request-ID"] = g.get("request_id", "")
        rule = request.url_rule.rule if request.url_rule else "-"
        quiet = rule.startswith("/static/") or rule in {"/health", "/metrics", "/scanners/board"}
        log.log(
            logging.DEBUG if quiet and answer.status_code < 400 else logging.INFO,
            "request",
            extra={
                "endpoint": rule,
                "method": request.method,
                "status": answer.status_code,
                "ms": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
                "request": g.get("request_id", ""),
                "station": station,
            },
        )
        return answer
