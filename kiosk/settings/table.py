"""A table of kiosk.toml whose fields are known by a dataclass: each value is of the kind of its default."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from kiosk.core.faults import Refusal

T = TypeVar("T")
_KINDS: Mapping[type[object], str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple: "a list of texts",
}


def read_table(kind: type[T], name: str, table: Mapping[str, Any], limits: Mapping[str, tuple[float, float]]) -> T:
    """The settings of a table; `Refusal` names what is not known in it, of another kind, or out of its limits (from, to)."""
    known = {one.name: type(one.default) for one in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    values = dict(table)
    for key, value in table.items():
        if key not in known:
            raise Refusal("unknown-setting", expected=", ".join(known), got=f"{name}.{key}")
        if not _fits(value, known[key]):
            raise Refusal("bad-setting", name=f"{name}.{key}", expected=_KINDS[known[key]], got=repr(value))
        low, high = limits.get(key, (value, value))
        if key in limits and not low <= value <= high:
            raise Refusal("bad-setting", name=f"{name}.{key}", expected=f"{low:g} to {high:g}", got=value)
        if known[key] is tuple:
            values[key] = tuple(value)
    return kind(**values)


def _fits(value: object, kind: type[object]) -> bool:
    if kind is tuple:
        return isinstance(value, list) and all(isinstance(one, str) and one for one in value)
    if kind is float:
        return type(value) in (int, float)
    return type(value) is kind
