"""What the command says, in English and French: taken from the kiosk's own words when the wheel is built."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language, by key."""

    sentences: Mapping[str, str]

    def say(self, key: str, **fields: object) -> str:
        """A sentence of the command."""
        return self.sentences[f"cli.small.{key}"].format(**fields)

    def refusal(self, code: str, fields: Mapping[str, str]) -> str:
        """Why something was refused; the bare code where there is no sentence."""
        try:
            return self.sentences[f"refusal.{code}"].format(**fields)
        except KeyError:
            return " ".join((code, *(f"{name}={value}" for name, value in fields.items())))


@cache
def words(language: str) -> Words:
    """The words of a language, en or fr."""
    return Words(json.loads((files(__package__) / "words.json").read_text("utf-8"))[language])
