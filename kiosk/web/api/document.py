"""The OpenAPI document, generated from the table of operations: what it says is what is checked and what is sent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from http import HTTPStatus
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from kiosk.web.api.operation import JSON, PARTS, Operation
from kiosk.web.api.problem import Problem
from kiosk.web.api.shape import Text, Whole, hints, words_of

PROBLEM: Final = "application/problem+json"
OPEN: Final = "3.1.0"
_ABOUT: Final = """\
Everything that the counter's screens do, for programs. The rules, the roles and the record are the same.

Log in (`logIn`) and send its token as `Authorization: Bearer TOKEN`. Who comes with the cookie of a browser's session sends
`X-CSRF-Token` with what changes something.

A request that does not fit this document is answered 400; one that the counter refuses, 422, with a `code` that stays and a
sentence in `title`; what somebody else has changed meanwhile, 409; what could not be asked or written, 503: nothing is known then,
and nothing may be concluded. Every error is a `Problem`."""
_SAID: Final = {
    400: "It does not fit this document",
    401: "Nobody is logged in",
    403: "Not for this role, or without the token of the page",
    404: "There is no such thing",
    409: "Somebody else was there meanwhile, or the answers have changed",
    413: "Too large",
    415: "Of another media type",
    422: "Refused, by a rule of the counter",
    429: "Too early: wait",
    503: "Something could not be asked or written: nothing is known",
}
_LATER: Final = frozenset({429, 503})
_SIMPLE: Final[Mapping[Any, Mapping[str, Any]]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    Any: {},
}


def document(table: Iterable[Operation], version: str) -> dict[str, Any]:
    """The whole document; `table` has every operation."""
    table = tuple(table)
    paths: dict[str, dict[str, Any]] = {}
    for one in table:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    shapes = {shape.__name__: _shape(shape, closed=closed) for shape, closed in _shapes(table)}
    problems = {str(status): _problem(status) for status in sorted({status for one in table for status in statuses(one)})}
    bearer = {"type": "http", "scheme": "bearer", "description": "The token of `logIn`."}
    return {
        "openapi": OPEN,
        "info": {"title": "Release kiosk", "version": version, "description": _ABOUT},
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(shapes.items())),
            "responses": problems,
            "securitySchemes": {"token": bearer},
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    parameters = [_parameter(name, kind, "path") for name, kind in one.given.items()]
    parameters += _query(one.query) if one.query else []
    found: dict[str, Any] = {"operationId": one.name, "tags": [one.desk], "summary": one.summary}
    if one.description:
        found["description"] = one.description
    if parameters:
        found["parameters"] = parameters
    if one.body or one.files:
        found["requestBody"] = _body(one)
    return found | {"responses": _responses(one), "security": [] if one.who == "free" else [{"token": []}]}


def _parameter(name: str, kind: Any, where: str, default: object = MISSING) -> dict[str, Any]:  # noqa: ANN401 - a type
    optional = {} if default is MISSING or default is None or default == "" else {"default": default}
    bare = schema(kind) if NoneType not in get_args(kind) else schema(Union[tuple(set(get_args(kind)) - {NoneType})])  # noqa: UP007
    return {"name": name, "in": where, "required": default is MISSING, "schema": bare | optional}


def _query(shape: type) -> list[dict[str, Any]]:
    known = hints(shape)
    return [_parameter(field.name, known[field.name], "query", field.default) for field in fields(shape)]


def _body(one: Operation) -> dict[str, Any]:
    if one.body:
        return {"required": True, "content": {JSON: {"schema": schema(one.body)}}}
    files = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
    shape = {"type": "object", "properties": {"file": files}, "required": ["file"]}
    return {"required": True, "content": {PARTS: {"schema": shape}}}


def _responses(one: Operation) -> dict[str, Any]:
    said = HTTPStatus(one.status).phrase
    content = {"content": {one.media: {"schema": schema(one.gives) if one.media == JSON else {}}}} if one.gives else {}
    found = {str(one.status): {"description": said, **content}}
    found |= {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses(one)}
    if one.name == "getHealth":
        found["503"] = {"description": "The counter can't work safely", "content": {JSON: {"schema": schema(one.gives)}}}
    return dict(sorted(found.items()))


def _problem(status: int) -> dict[str, Any]:
    """A no, which many operations share."""
    found: dict[str, Any] = {"description": _SAID[status], "content": {PROBLEM: {"schema": schema(Problem)}}}
    if status in _LATER:
        found["headers"] = {"Retry-After": {"description": "After so many seconds.", "schema": {"type": "integer"}}}
    return found


def statuses(one: Operation) -> list[int]:
    """Every status of a no that an operation may answer with."""
    found = {400, 503, *one.refuses}
    found |= set() if one.who == "free" else {401, 403}
    found |= {404} if one.given else set()
    found |= {413, 415} if one.body else set()
    return sorted(found)


@cache
def schema(annotation: Any) -> dict[str, Any]:  # noqa: ANN401 - a type
    """The JSON schema of a type.

    >>> schema(Annotated[str, Text(1, 4, "[A-Z]+")])
    {'type': 'string', 'minLength': 1, 'maxLength': 4, 'pattern': '^(?:[A-Z]+)$'}
    >>> schema(tuple[int, ...] | None)
    {'anyOf': [{'type': 'array', 'items': {'type': 'integer'}}, {'type': 'null'}]}
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return {"anyOf": [schema(one) for one in inner]}
    if annotation is NoneType:
        return {"type": "null"}
    if origin is Annotated:
        return schema(inner[0]) | _bounds(inner[1])
    if origin is tuple:
        return {"type": "array", "items": schema(inner[0])}
    if origin is not None and words_of(annotation) == ():
        return {"type": "object", "additionalProperties": schema(inner[1])}
    if words := words_of(annotation):
        return {"type": "string", "enum": list(words)}
    if is_dataclass(annotation):
        return {"$ref": f"#/components/schemas/{annotation.__name__}"}  # type: ignore[union-attr]  # a class
    return dict(_SIMPLE[annotation])


def _bounds(bounds: object) -> dict[str, Any]:
    match bounds:
        case Text(least, most, pattern, secret, example):
            found = {"minLength": least, "maxLength": most} | ({"pattern": f"^(?:{pattern})$"} if pattern else {})
            return found | ({"format": "password"} if secret else {}) | ({"examples": [example]} if example else {})
        case Whole(least, most):
            return {"minimum": least, "maximum": most}
    return {"format": bounds}


def _shape(shape: type, *, closed: bool) -> dict[str, Any]:
    """A dataclass as a schema; a closed one takes no other name than its own."""
    known = hints(shape)
    needed = [field.name for field in fields(shape) if field.default is MISSING]
    defaults = {field.name: field.default for field in fields(shape) if field.default not in (MISSING, None)}
    properties = {name: schema(kind) | ({"default": defaults[name]} if name in defaults else {}) for name, kind in known.items()}
    found = {"type": "object", "description": cleandoc(shape.__doc__ or ""), "properties": properties}
    return found | ({"required": needed} if needed else {}) | ({"additionalProperties": False} if closed else {})


def _shapes(table: Iterable[Operation]) -> Iterator[tuple[type, bool]]:
    """Every dataclass that the document speaks of, and whether it comes in."""
    for one in table:
        if one.body:
            yield one.body, True
        if is_dataclass(one.gives):
            yield from ((shape, False) for shape in _within(one.gives))
    yield from ((shape, False) for shape in _within(Problem))


def _within(annotation: Any) -> Iterator[type]:  # noqa: ANN401 - a type
    """The dataclasses in a type, and in their fields."""
    if is_dataclass(annotation) and isinstance(annotation, type):
        yield annotation
        for kind in hints(annotation).values():
            yield from _within(kind)
    for inner in get_args(annotation):
        yield from _within(inner)
