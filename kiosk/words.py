"""The words of the kiosk, in English and French: what a clerk may change, in `templates/words/*.toml`.

`en.toml` holds what every room says, `ROOM.en.toml` what one room says; the same for `fr`. No key is said twice.

A key is dotted, as in the tables of the file; fields are those of `str.format`:

>>> words("en").say("mark.NR")
'Not released'
>>> words("fr").say("refusal.repeat", row=7, of=2, got="99999-001495788")
'La ligne 7 répète la ligne 2 (99999-001495788).'
>>> words("fr").count("paper.rows", 0), words("en").count("paper.rows", 0)
('0 ligne', '0 rows')
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, Literal

Language = Literal["en", "fr"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "fr")
_PLURAL: Final = frozenset({"one", "other"})
"""A table with just these keys is one sentence with its plural forms, not a table of sentences."""


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language, by dotted key. A plural sentence stands under `key.one` and `key.other`."""

    language: Language
    sentences: Mapping[str, str]

    def __contains__(self, key: str) -> bool:
        return key in self.sentences

    def say(self, key: str, /, **fields: object) -> str:
        """The sentence of a key with its fields filled in; a KeyError names the key, or the field, that is missing."""
        if key not in self.sentences:
            raise KeyError(f"no sentence {key!r} in templates/words/{self.language}.toml")
        try:
            return self.sentences[key].format(**fields)
        except KeyError as missing:
            known = ", ".join(fields) or "none"
            raise KeyError(f"sentence {key!r} of {self.language} wants field {missing}, got {known}") from None

    def count(self, key: str, n: int, /, **fields: object) -> str:
        """The sentence for `n` things, which is its field `n`. One is singular; in French, none is too."""
        singular = n in (0, 1) if self.language == "fr" else n == 1
        return self.say(f"{key}.one" if singular else f"{key}.other", n=n, **fields)


@cache
def words(language: Language) -> Words:
    """The words of a language, read once."""
    files = [file for file in (templates() / "words").iterdir() if f".{file.name}".endswith(f".{language}.toml")]
    sentences: dict[str, str] = {}
    for file in sorted(files, key=lambda file: file.name):
        said = dict(_sentences(tomllib.loads(file.read_text(encoding="utf-8"))))
        if twice := said.keys() & sentences.keys():
            raise ValueError(f"templates/words/{file.name}: expected words of its own, got {', '.join(sorted(twice))} again")
        sentences |= said
    return Words(language, sentences)


def templates() -> Traversable:
    """The templates: inside the wheel, or at the top of a checkout."""
    packed = files("kiosk") / "templates"
    return packed if packed.is_dir() else Path(__file__).parent.parent / "templates"


def plurals(catalogue: Words) -> frozenset[str]:
    """The keys of a catalogue that are said with `count`."""
    keys = {key.rpartition(".")[0] for key in catalogue.sentences}
    return frozenset(key for key in keys if all(f"{key}.{form}" in catalogue for form in _PLURAL))


def _sentences(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _sentences(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", str(value)
