"""Refusals as a program gets them (RFC 9457), in the words of the screens."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response

from kiosk.core.faults import Refusal
from kiosk.web.api.operation import plain
from kiosk.web.api.replies import AnswerChange, Sheet
from kiosk.web.errors import answer, status_of
from kiosk.web.screen import spoken
from kiosk.wording import mend, why


@dataclass(frozen=True, slots=True)
class Problem:
    """An error (RFC 9457). `code` stays the same in every language; `title` is its sentence, `detail` what to do about it.

    `fields` are the particulars of a refusal, `part` is what could not be asked or written; where a stamp found other answers than
    were seen, `changes` are these, and `sheet` has them.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    fields: Mapping[str, str] | None = None
    part: str | None = None
    changes: tuple[AnswerChange, ...] | None = None
    sheet: Sheet | None = None


def refusal_told(no: Refusal, status: int | None = None, **more: object) -> Response:
    """A refusal, with what more its reader must know; one that comes too early says after how many seconds it may come again."""
    said, seconds = spoken(), no.fields.get("seconds", "")
    known = status or (429 if seconds else status_of(no))
    reply = answer(known, no.code, why(said, no), mend(said, no), fields=no.fields)
    if more:  # a sheet may hold half a surrogate pair, which goes as its escape
        reply.set_data(json.dumps(reply.get_json() | plain(more)))
    if seconds:
        reply.headers["Retry-After"] = seconds
    return reply
