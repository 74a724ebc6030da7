"""`/verify`: the page that checks proofs alone, and the lists that it goes by, for anybody (P2).

It is the only page that may compile WebAssembly, and the only one whose script stands in it; so it has a policy of its own, which
names that one script by its hash. Nothing on it is anybody's secret: keys that are public, and digests of what is on hold.
"""

import gzip
from functools import lru_cache
from typing import Final

from flask import Blueprint, Response, request

from kiosk.core.faults import Unavailable
from kiosk.web.house import house
from kiosk.web.screen import language
from kiosk.web.session import free
from kiosk.web.standalone import Edition, Lists, policy

verifier = Blueprint("verifier", __name__)
NAME: Final = "release-kiosk-verify.html"
_packed: Final = lru_cache(maxsize=4)(lambda edition: gzip.compress(edition.page(), 6, mtime=0))
"""The page as it is sent: it is as it was until a list changes."""


@verifier.get("/verify")
@free
def show() -> Response:
    """The page, with the lists of this moment in it."""
    return _page()


@verifier.get("/verify/page")
@free
def save() -> Response:
    """The same, to be kept."""
    answer = _page()
    answer.headers["Content-Disposition"] = f'attachment; filename="{NAME}"'
    return answer


@verifier.get("/verify/lists")
@free
def lists() -> Response:
    """The lists alone: what an open page fetches, and what is brought to a saved one as a file."""
    return Response(_lists().text, content_type="text/plain; charset=us-ascii")


def _page() -> Response:
    kiosk = house()
    packed = _packed(Edition(_lists(), kiosk.list_limit.total_seconds(), str(kiosk.zone), language()))
    answer = Response(packed, content_type="text/html; charset=utf-8", headers={"Content-Encoding": "gzip"})
    if not request.accept_encodings.quality("gzip"):
        answer = Response(gzip.decompress(packed), content_type="text/html; charset=utf-8")
    answer.vary.add("Accept-Encoding")
    answer.vary.add("Cookie")
    answer.headers["Content-Security-Policy"] = f"{policy()}; frame-ancestors 'none'"
    return answer


def _lists() -> Lists:
    found = house().lists
    if found is None:
        raise Unavailable("gate", "absent")
    return found()
