"""What goes back over WSGI."""

import json
from typing import NamedTuple

_encode = json.JSONEncoder(separators=(",", ":")).encode


class Reply(NamedTuple):
    """What goes back over WSGI: the status line, the headers but for the length, the body."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


def json_reply(document: object, status: str = "200 OK", content_type: str = "application/json") -> Reply:
    """A JSON document as a reply."""
    return Reply(status, [("Content-Type", content_type)], _encode(document).encode())
