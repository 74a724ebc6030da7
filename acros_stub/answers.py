"""The messages: a question out of JSON, checked by hand; answers as the wire has them."""

import json
from collections.abc import Sequence
from typing import Any, Final

from acros_stub import status
from acros_stub.history import Reading, Reference
from acros_stub.instant import iso
from acros_stub.shapes import AIR, CCN, TRANSACTION

AUTHORITY: Final = "acros-stub"
MOST: Final = 2000
_PATTERNS: Final = {"transaction": TRANSACTION, "ccn": CCN}
_MEMBERS: Final = {"kind", "number"}


class BadQuestionError(Exception):
    """A question that can't be answered: HTTP status, and what was expected and got."""

    def __init__(self, code: int, detail: str) -> None:
        """The status code that says whose fault it is, and the detail."""
        super().__init__(detail)
        self.code = code


def question(body: bytes) -> list[Reference]:
    """The references asked for, in their order; BadQuestionError for anything but a well-formed question."""
    try:
        message = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise BadQuestionError(400, f"body: expected JSON, got {type(error).__name__}") from None
    if not isinstance(message, dict) or message.keys() != {"references"}:
        raise BadQuestionError(422, f"body: expected an object with references alone, got {_shown(message)}")
    asked = message["references"]
    if not isinstance(asked, list) or not asked:
        raise BadQuestionError(422, f"references: expected a list of 1 to {MOST}, got {_shown(asked)}")
    if len(asked) > MOST:
        raise BadQuestionError(413, f"references: expected at most {MOST}, got {len(asked)}")
    return [_reference(index, item) for index, item in enumerate(asked)]


def _reference(index: int, item: Any) -> Reference:  # noqa: ANN401  # whatever JSON holds
    """One reference, or BadQuestionError with its index."""
    if not isinstance(item, dict) or item.keys() != _MEMBERS:
        raise BadQuestionError(422, f"references[{index}]: expected kind and number alone, got {_shown(item)}")
    kind, number = item["kind"], item["number"]
    pattern = _PATTERNS.get(kind) if isinstance(kind, str) else None
    if pattern is None:
        raise BadQuestionError(422, f"references[{index}].kind: expected transaction or ccn, got {_shown(kind)}")
    if not isinstance(number, str) or not pattern.fullmatch(number):
        raise BadQuestionError(422, f"references[{index}].number: expected {pattern.pattern}, got {_shown(number)}")
    return Reference(kind, number)


def _shown(value: object) -> str:
    """What was got, in so many words that a message can carry."""
    text = json.dumps(value, default=str)
    return text if len(text) <= 80 else text[:77] + "..."


def answered(
    references: Sequence[Reference],
    reading: Reading,
    as_of: int,
    windows: tuple[int, int] = (status.REUSE_WINDOW, status.AIR_REUSE_WINDOW),
) -> dict[str, Any]:
    """The message that answers: one answer for each reference, in the order asked; `windows`: all others, and air."""
    answers = [_answer(reference, reading, as_of, windows) for reference in references]
    return {"authority": AUTHORITY, "as_of": iso(as_of), "answers": answers}


def _answer(reference: Reference, reading: Reading, as_of: int, windows: tuple[int, int]) -> dict[str, Any]:
    """One answer; an air waybill's number comes back sooner than any other CCN."""
    window = windows[1] if reference.kind == "ccn" and AIR.match(reference.number) else windows[0]
    judgement = status.judge(reading.requests.get(reference, ()), as_of=as_of, window=window)
    return {
        "kind": reference.kind,
        "number": reference.number,
        "status": judgement.status,
        "reason": judgement.reason,
        "office": judgement.office or None,
        "released_at": None if judgement.released_at is None else iso(judgement.released_at),
        "transactions": [_transaction(verdict) for verdict in judgement.verdicts],
    }


def _transaction(verdict: status.Verdict) -> dict[str, Any]:
    """One request on a reference: its own status, why, and since when."""
    deciding = verdict.deciding
    return {
        "number": verdict.number,
        "office": verdict.office or None,
        "sub_location": verdict.sub_location or None,
        "service_option": verdict.service_option or None,
        "status": verdict.status,
        "reason": verdict.reason,
        "indicator": deciding.indicator if deciding else None,
        "processed_at": iso(deciding.at) if deciding else None,
    }
