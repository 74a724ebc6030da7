"""The shape of what comes in: JSON without its traps, and dataclasses whose fields are checked, never guessed.

What does not fit is `Misshapen`: it names the field, what was expected and what was got, and repeats nothing that is secret.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from kiosk.core.faults import Refusal

Shape = TypeVar("Shape")
LARGEST: Final = 2**53 - 1
"""The largest whole number that every reader of JSON reads as the same."""
_SHOWN: Final = 40
"""Characters of a value that are repeated to who sent it."""
_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]{0,15}")


class Misshapen(Refusal):
    """A request that does not fit its description: the program that sent it is wrong, and not the people before it."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a text may be; `pattern` is matched against the whole of it. A `secret` one is never repeated."""

    least: int = 0
    most: int = 200
    pattern: str = ""
    secret: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """From where to where a whole number may go."""

    least: int = 0
    most: int = LARGEST


@dataclass(frozen=True, slots=True)
class Hint:
    """What a field may hold: a kind, whether it may be null, and its bounds."""

    kind: Any
    null: bool
    bounds: Text | Whole


@cache
def hint(annotation: Any) -> Hint:  # noqa: ANN401 - a type
    """An annotation taken apart: `Annotated[str, Text(...)] | None` and the like."""
    options = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    (bare,) = (one for one in options if one is not NoneType)
    kind, *more = get_args(bare) if get_origin(bare) is Annotated else (bare,)
    bounds = next((one for one in more if isinstance(one, Text | Whole)), Whole() if kind is int else Text())
    return Hint(kind, NoneType in options, bounds)


@cache
def hints(shape: type) -> Mapping[str, Any]:
    """The fields of a dataclass with their annotations."""
    known = get_type_hints(shape, include_extras=True)
    return {field.name: known[field.name] for field in fields(shape)}


def parsed(body: bytes) -> Mapping[str, Any]:
    """The object of a JSON text; `Misshapen` for any other, and for what readers of JSON take for different things."""
    if not body.strip():
        raise Misshapen("bad-json", expected="an object", got="nothing")
    try:
        found = json.loads(
            body.decode(), object_pairs_hook=_object, parse_constant=_constant, parse_float=_number, parse_int=_whole
        )
    except RecursionError:
        raise Misshapen("bad-json", expected="an object", got="brackets too deep") from None
    except ValueError as no:
        raise no if isinstance(no, Misshapen) else Misshapen("bad-json", expected="JSON in UTF-8", got=type(no).__name__) from no
    if not isinstance(found, dict):
        raise Misshapen("bad-json", expected="an object", got=_named(found))
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Misshapen("bad-json", expected="each name once", got=f"{_cut(twice)} twice")
    return found


def _constant(name: str) -> None:
    raise Misshapen("bad-json", expected="a number", got=name)


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST:
        raise Misshapen("bad-json", expected=f"numbers up to {LARGEST}", got=f"{len(digits)} digits")
    return int(digits)


def _number(text: str) -> float:
    """In JSON, 1.0 and 1 are one number."""
    found = float(text)
    if not isfinite(found):
        raise Misshapen("bad-json", expected=f"numbers up to {LARGEST}", got="a larger one")
    return _whole(f"{found:.0f}") if found.is_integer() else found


def fitted(shape: type[Shape], given: Mapping[str, Any], read: Callable[[str, Any, Any], Any] | None = None) -> Shape:
    """The dataclass of what was given: each field that it needs, none that it does not know. `read` is `value`, or `of_text`."""
    known = hints(shape)  # type: ignore[arg-type]  # mypy takes a class of a type variable for unhashable
    if unknown := sorted(given.keys() - known.keys()):
        raise Misshapen("unknown-field", expected=", ".join(known) or "none", got=_cut(unknown[0]))
    for field in fields(shape):  # type: ignore[arg-type]  # a dataclass, as all our shapes are
        if field.name not in given and field.default is MISSING:
            raise Misshapen("missing-field", name=field.name)
    return shape(**{name: (read or value)(name, known[name], one) for name, one in given.items()})


def value(name: str, annotation: Any, given: Any) -> Any:  # noqa: ANN401 - JSON
    """What a field is given, if it may hold that."""
    may = hint(annotation)
    if given is None and may.null:
        return None
    if not isinstance(given, _type_of(may.kind)) or (isinstance(given, bool) and may.kind is not bool):
        raise Misshapen("bad-field", name=name, expected=expected(annotation), got=_named(given))
    match given:
        case str():
            return _text(name, annotation, given)
        case int() if isinstance(may.bounds, Whole) and not may.bounds.least <= given <= may.bounds.most:
            raise Misshapen("bad-field", name=name, expected=expected(annotation), got=given)
    return given


def of_text(name: str, annotation: Any, given: str) -> Any:  # noqa: ANN401 - a value of that kind
    """The same for what stands in an address, where everything is text."""
    if hint(annotation).kind is not int:
        return value(name, annotation, given)
    if not _WHOLE.fullmatch(given):
        raise Misshapen("bad-field", name=name, expected=expected(annotation), got=_cut(given))
    return value(name, annotation, int(given))


def _type_of(kind: Any) -> type:  # noqa: ANN401 - a type
    return kind if kind in (bool, int) else str


def _text(name: str, annotation: Any, given: str) -> Any:  # noqa: ANN401 - text, a word of a list, or a day
    may = hint(annotation)
    try:
        given.encode()
        if choices := words_of(may.kind):
            return may.kind(given) if isinstance(may.kind, type) else choices[choices.index(given)]
        if may.kind is date:
            return _day(given)
    except ValueError:
        raise Misshapen("bad-field", name=name, expected=expected(annotation), got=_cut(given)) from None
    bounds = may.bounds if isinstance(may.bounds, Text) else Text()
    if not bounds.least <= len(given) <= bounds.most or (bounds.pattern and not re.fullmatch(bounds.pattern, given)):
        got = f"{len(given)} characters" if bounds.secret or len(given) > _SHOWN else _cut(given)
        raise Misshapen("bad-field", name=name, expected=expected(annotation), got=got)
    return given


def _day(text: str) -> date:
    if len(text) != 10:
        raise ValueError(text)
    return date.fromisoformat(text)


def words_of(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - a type
    """The words that a kind is one of; none for any other kind."""
    if get_origin(kind) is Literal:
        return get_args(kind)
    return tuple(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else ()


def expected(annotation: Any) -> str:  # noqa: ANN401 - a type
    """What a field may hold, for who reads a problem.

    >>> expected(Annotated[int, Whole(1, 500)] | None), expected(Annotated[str, Text(1, 9, "[A-Z]+")]), expected(bool)
    ('a whole number from 1 to 500, or null', 'text of 1 to 9 characters like [A-Z]+', 'true or false')
    """
    may = hint(annotation)
    match may.kind, may.bounds:
        case _ if words := words_of(may.kind):
            said = " or ".join(words)
        case kind, _ if kind is bool:
            said = "true or false"
        case kind, _ if kind is date:
            said = "a day such as 2026-11-22"
        case _, Whole(least, most):
            said = f"a whole number from {least} to {most}"
        case _, Text(least, most, pattern):
            said = f"text of {least} to {most} characters{f' like {pattern}' if pattern else ''}"
    return f"{said}, or null" if may.null else said


def _named(given: object) -> str:
    """What kind of thing was given, without saying what it holds: it may be a PIN without its quotation marks."""
    kinds = {dict: "an object", list: "a list", str: "text", bool: "true or false", NoneType: "null"}
    return kinds.get(type(given), "a number")


def _cut(text: str) -> str:
    """The beginning of a text, in characters that every terminal takes."""
    return ascii(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
