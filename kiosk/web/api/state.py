"""How the kiosk is, part by part."""

from flask import Response

from kiosk.web import health
from kiosk.web.api.reports import Health


def get_health() -> Health:
    """Get the state of every part. It is 503, with the same body, if the counter can't work safely."""
    shown: Response = health.shown()
    return shown  # type: ignore[return-value]  # its document, as /health gives it to a program
