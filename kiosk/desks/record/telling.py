"""Facts in words: each kind and each field under its name in the language asked for."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Final

from kiosk.core.journal import Fact, NotRead, ScanKept
from kiosk.words import Words

_ANSWER: Final = ("reason", "as_of", "office")
"""What is told of an answer; the rest of it stands in the record."""
_CODED: Final = frozenset({"act", "code", "reason", "role", "why"})
"""Fields that hold a code: a reason is one only where it is not an officer's."""
_CODES: Final = ("report.code", "unread", "problem", "reason", "unavailable", "act", "role", "ended")


def fact_name(words: Words, fact: Fact) -> str:
    """What kind of fact it is."""
    return words.say(f"fact.{type(fact).__name__}")


def fact_fields(words: Words, fact: Fact) -> tuple[tuple[str, str, str], ...]:
    """Each field that holds something: its own name, its name in words, its value."""
    values = {field.name: getattr(fact, field.name) for field in fields(fact)}
    coded = _CODED if isinstance(fact, NotRead | ScanKept) else _CODED - {"reason"}
    told = ((name, words.say(f"field.{name}"), _value(words, name, value, coded)) for name, value in values.items())
    return tuple(one for one in told if one[2])


def _value(words: Words, name: str, value: object, coded: frozenset[str] = frozenset()) -> str:
    """A value as people read it. What somebody wrote himself is never taken for a code."""
    match value:
        case str() if name in coded:
            return code_told(words, value)
        case None:
            return ""
        case bool():
            return words.say("field.yes" if value else "field.no")
        case dict():
            return _mapping(words, _answer(words, value) if name == "answer" else value)
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _answer(words: Words, answer: Mapping[str, object]) -> dict[str, object]:
    said = {key: answer.get(key) for key in _ANSWER}
    return said | {"reason": code_told(words, str(said["reason"]))}


def _mapping(words: Words, values: Mapping[str, object]) -> str:
    """Names that we know in words; others, such as a mark or a refusal's particulars, as they are."""
    named = {words.say(f"field.{key}") if f"field.{key}" in words else key: value for key, value in values.items()}
    return ", ".join(f"{key} {value}" for key, value in named.items() if value not in (None, ""))


def code_told(words: Words, code: str) -> str:
    """A code of a reason, in few words; the code itself where there are none."""
    known = (f"{table}.{code}" for table in _CODES if f"{table}.{code}" in words)
    return words.say(found) if (found := next(known, "")) else code


def duration(words: Words, span: timedelta | None) -> str:
    """A span of time, to the second; empty where there is none."""
    if span is None:
        return ""
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    return words.say("report.minutes", minutes=minutes, seconds=f"{seconds:02}")
