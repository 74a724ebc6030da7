"""Answers spoilt on purpose, each in one named way, as a broken store or a careless proxy might send them.

None of them may ever become a mark on a form.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from acros_stub.instant import SECOND, iso, micros
from acros_stub.reply import Reply, json_reply

Document = dict[str, Any]


def garble(how: str, document: Document) -> Reply:
    """The right answers, spoilt in one named way."""
    return GARBLED[how](document)


def spoil(document: Document) -> Reply:
    """A message of another kind than answers, cut in its middle."""
    return _truncated(document)


def _html(_: Document) -> Reply:
    page = b"<!doctype html><html><title>Sign in</title><p>Your session has expired.</p></html>"
    return Reply("200 OK", [("Content-Type", "text/html; charset=utf-8")], page)


def _redirect(_: Document) -> Reply:
    return Reply("302 Found", [("Location", "/login"), ("Content-Type", "text/html")], b"<a href='/login'>login</a>")


def _truncated(document: Document) -> Reply:
    right = json_reply(document)
    return right._replace(body=right.body[: len(right.body) // 2])


def _content_type(document: Document) -> Reply:
    return json_reply(document, content_type="text/plain; charset=utf-8")


def _empty(_: Document) -> Reply:
    return Reply("200 OK", [("Content-Type", "application/json")], b"")


def _not_utf8(document: Document) -> Reply:
    right = json_reply(document)
    return right._replace(body=right.body.replace(b'"acros-stub"', b'"acros-\xff\xfe"'))


def _later(document: Document, hours: int) -> Reply:
    as_of = micros(datetime.fromisoformat(document["as_of"])) + hours * 3600 * SECOND
    return json_reply(document | {"as_of": iso(as_of)})


def _without_as_of(document: Document) -> Reply:
    return json_reply({name: value for name, value in document.items() if name != "as_of"})


def _answers(document: Document, answers: list[Document]) -> Reply:
    return json_reply(document | {"answers": answers})


def _first(document: Document, **wrong: object) -> Reply:
    """The first answer changed, the others right: the fault that is easiest to overlook."""
    first, *others = document["answers"]
    return _answers(document, [first | wrong, *others])


def _wrong_number(document: Document) -> Reply:
    number = document["answers"][0]["number"]
    return _first(document, number=number[:-1] + ("0" if number[-1] != "0" else "1"))


def _wrong_kind(document: Document) -> Reply:
    return _first(document, kind="ccn" if document["answers"][0]["kind"] == "transaction" else "transaction")


def _all_released(document: Document) -> Reply:
    """R for everything, but neither reason nor time of release agree."""
    return _answers(document, [answer | {"status": "R", "reason": "exam"} for answer in document["answers"]])


def _released_from_nowhere(document: Document) -> Reply:
    """R and `released`, with no time of release and no request behind it."""
    bare: Document = {"status": "R", "reason": "released", "released_at": None, "transactions": []}
    return _answers(document, [answer | bare for answer in document["answers"]])


GARBLED: Final[dict[str, Callable[[Document], Reply]]] = {
    "html": _html,
    "redirect": _redirect,
    "truncated": _truncated,
    "content-type": _content_type,
    "empty": _empty,
    "not-utf8": _not_utf8,
    "not-json-object": lambda document: json_reply(document["answers"]),
    "wrong-number": _wrong_number,
    "wrong-kind": _wrong_kind,
    "missing-row": lambda document: _answers(document, document["answers"][:-1]),
    "extra-row": lambda document: _answers(document, [*document["answers"], document["answers"][-1]]),
    "unknown-status": lambda document: _first(document, status="RELEASED"),
    "unknown-reason": lambda document: _first(document, reason="perhaps"),
    "null-status": lambda document: _first(document, status=None),
    "stale": lambda document: _later(document, -1),
    "future": lambda document: _later(document, 1),
    "no-as-of": _without_as_of,
    "all-released": _all_released,
    "released-from-nowhere": _released_from_nowhere,
}
