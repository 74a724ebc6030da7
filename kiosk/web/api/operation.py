"""One operation of the API: how it is asked for, who may, and the function that does it. Its signature says what comes and goes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cached_property
from http import HTTPStatus
from inspect import cleandoc, signature
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints

from flask import Response, request
from werkzeug.exceptions import NotFound, UnsupportedMediaType

from kiosk.core.user import Task
from kiosk.web.api.shape import Misshapen, fitted, of_text, parsed
from kiosk.web.session import free, needs, present

JSON: Final = "application/json"
PARTS: Final = "multipart/form-data"
Pdf = Annotated[Response, "application/pdf"]
Png = Annotated[Response, "image/png"]
Csv = Annotated[Response, "text/csv"]


@dataclass(frozen=True)
class Operation:
    """`path` has its parameters in braces; `refuses` are the statuses beyond those that follow from the rest."""

    method: str
    path: str
    does: Callable[..., Any]
    who: Task | Literal["free", "present"] = Task.COUNTER
    status: int = HTTPStatus.OK
    refuses: tuple[int, ...] = ()
    files: bool = False
    """It takes files, as a form in a browser sends them."""

    @cached_property
    def name(self) -> str:
        """Its operationId.

        >>> Operation("GET", "/", lambda: None).name
        '<lambda>'
        """
        first, *rest = self.does.__name__.split("_")
        return first + "".join(map(str.capitalize, rest))

    @property
    def desk(self) -> str:
        """The part of the API that it belongs to."""
        return self.does.__module__.rpartition(".")[2]

    @cached_property
    def summary(self) -> str:
        """What it does, in one line."""
        return cleandoc(self.does.__doc__ or "").partition("\n")[0].rstrip(".")

    @cached_property
    def description(self) -> str:
        """What more there is to say."""
        return cleandoc(self.does.__doc__ or "").partition("\n")[2].strip()

    @cached_property
    def types(self) -> Mapping[str, Any]:
        """What the function takes and gives."""
        return get_type_hints(self.does, include_extras=True)

    @cached_property
    def given(self) -> Mapping[str, Any]:
        """The parameters in the path."""
        return {name: self.types[name] for name in signature(self.does).parameters if name not in {"body", "query"}}

    @property
    def query(self) -> type | None:
        """The shape of the parameters after the question mark."""
        return self.types.get("query")

    @property
    def body(self) -> type | None:
        """The shape of the JSON that comes."""
        return self.types.get("body")

    @property
    def gives(self) -> Any:  # noqa: ANN401 - a type
        """The dataclass of the reply; None for nothing."""
        kind = self.types["return"]
        return None if kind is type(None) else kind

    @property
    def media(self) -> str:
        """The media type of the reply."""
        return str(get_args(self.gives)[1]) if get_origin(self.gives) is Annotated else JSON

    @property
    def view(self) -> Callable[..., Response]:
        """The function as Flask calls it."""

        def view(**path: str) -> Response:
            return replied(self.does(**self._values(path)), self.status)

        return free(view) if self.who == "free" else present(view) if self.who == "present" else needs(self.who)(view)

    @property
    def rule(self) -> str:
        """Its path as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")

    def _values(self, path: Mapping[str, str]) -> dict[str, Any]:
        """All that the function takes, checked."""
        try:
            values = {name: of_text(name, self.given[name], given) for name, given in path.items()}
        except Misshapen as no:  # there is nothing under such an address
            raise NotFound from no
        query = _query(self.query or _Nothing)
        if self.query:
            values["query"] = query
        if self.body:
            values["body"] = _body(self.body)
        return values


@dataclass(frozen=True, slots=True)
class _Nothing:
    """The parameters of an operation that has none."""


def _query(shape: type) -> Any:  # noqa: ANN401 - of that shape
    given = dict(request.args.lists())
    for name, texts in given.items():
        if len(texts) > 1:
            raise Misshapen("bad-field", name=ascii(name), expected="one value", got=f"{len(texts)} values")
    return fitted(shape, {name: texts[0] for name, texts in given.items()}, of_text)


def _body(shape: type) -> Any:  # noqa: ANN401 - of that shape
    body = request.get_data(cache=False)
    if body and request.mimetype != JSON:
        raise UnsupportedMediaType
    return fitted(shape, parsed(body))


def replied(reply: object, status: int = HTTPStatus.OK) -> Response:
    """A reply as it goes out. Half a surrogate pair, which a scan may hold, goes as its escape."""
    match reply:
        case Response():
            return reply
        case None:
            nothing = Response(status=HTTPStatus.NO_CONTENT)
            del nothing.headers["Content-Type"]
            return nothing
    return Response(json.dumps(plain(reply)), status, content_type=JSON)


def plain(given: object) -> Any:  # noqa: ANN401 - JSON
    """A dataclass and all in it as JSON has it."""
    if is_dataclass(given) and not isinstance(given, type):
        return {field.name: plain(getattr(given, field.name)) for field in fields(given)}
    match given:
        case Mapping():
            return {str(name): plain(one) for name, one in given.items()}
        case tuple() | list() | frozenset():
            return [plain(one) for one in given]
        case datetime() | date():
            return given.isoformat()
    return given
