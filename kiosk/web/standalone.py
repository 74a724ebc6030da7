"""The page that checks proofs alone (P2): script, style, words, reader of pictures and lists in one file that needs nothing else.

Its scripts are the modules of `verifier/page/js`, one after the other in one script, each in a scope of its own.
"""

import base64
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from kiosk.words import LANGUAGES, Language, words

OWN: Final = "screen.verifier."
SHARED: Final = ("mark", "act", "refusal")
SHAPES: Final = ("released", "held", "unknown", "waiting", "faulty", "error", "ready")
REFUSALS: Final = frozenset(
    {
        *("unknown-key", "key-not-yet-valid", "key-expired", "key-revoked", "other-authority", "other-station", "older-list"),
        *("malformed", "bad-signature", "not-a-seal", "truncated", "from-the-future"),
    }
)
"""Of those that the page has no words of its own for, and those that it says of lists."""
_IMPORT: Final = re.compile(r'^import (\{[^}]*\}) from "\./([a-z0-9]+\.js)";$', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export ((?:async )?function|const|class) (\w+)", re.MULTILINE)
_STATIC: Final = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Lists:
    """What a verifier goes by: the pinned root (hexadecimal), the trust list and the hold lists as signed texts."""

    root: str
    trust: str
    holds: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """As a file: each list on a line of its own."""
        return "\n".join((self.trust.strip(), *(one.strip() for one in self.holds))) + "\n"


@dataclass(frozen=True, slots=True)
class Edition:
    """What one copy of the page goes by, and how it speaks at first; `limit` in seconds: a hold list that is older is too old."""

    lists: Lists
    limit: float
    zone: str
    language: Language

    def page(self) -> bytes:
        """The whole page."""
        given = {
            "root": self.lists.root,
            "trust": self.lists.trust,
            "holds": self.lists.holds,
            "limit": self.limit,
            "zone": self.zone,
            "language": self.language,
            "words": {language: _sentences(language) for language in LANGUAGES},
        }
        # A `<` could end the block, and begin another.
        return _filled(given=json.dumps(given, ensure_ascii=False).replace("<", "\\u003c")).encode()


@cache
def sources() -> Traversable:
    """The page's sources: inside the wheel, or in a checkout."""
    packed = files("kiosk") / "verifier-page"
    return packed if packed.is_dir() else Path(__file__).parents[2] / "verifier" / "page"


@cache
def script() -> str:
    """All modules and the reader's own script, in the order in which they need each other."""
    modules = [_scoped(name, text) for name, text in _modules("main.js", set())]
    return "\n".join([_read("zxing/zxing_reader.js"), "const modules = {};", *modules])


@cache
def style() -> str:
    """The kiosk's tokens, and the page's own rules."""
    return (_STATIC / "gcds" / "tokens.css").read_text(encoding="utf-8") + _read("page.css")


@cache
def policy() -> str:
    """What the page may do, wherever it is opened: its own script and style, its own kiosk, and the reader's WebAssembly."""
    ours = {kind: f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'" for kind, text in _inline().items()}
    return (
        f"default-src 'none'; script-src {ours['script']} 'wasm-unsafe-eval'; style-src {ours['style']}; img-src blob: data:; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'"
    )


def _inline() -> dict[str, str]:
    return {"script": script(), "style": style()}


def _filled(**more: str) -> str:
    """The frame with everything in it."""
    values = {**_fixed(), **more}
    return re.sub(r"\{\{([a-z-]+)\}\}", lambda name: values[name[1]], _read("page.html"))


@cache
def _fixed() -> dict[str, str]:
    icon = base64.b64encode((_STATIC / "icon.svg").read_bytes()).decode()
    return {
        **_inline(),
        "policy": policy(),
        "icon": f"data:image/svg+xml;base64,{icon}",
        "shapes": _shapes(),
        "reader": base64.b64encode(gzip.compress((sources() / "zxing" / "zxing_reader.wasm").read_bytes(), mtime=0)).decode(),
    }


def _shapes() -> str:
    marks = (_STATIC / "marks.svg").read_text(encoding="utf-8")
    return "".join(re.search(rf'<symbol id="{name}".*?</symbol>', marks, re.DOTALL)[0] for name in SHAPES)  # type: ignore[index]


def _sentences(language: Language) -> dict[str, str]:
    """The words that the page may say, by its own shorter keys."""
    said = words(language).sentences
    own = {key.removeprefix(OWN): sentence for key, sentence in said.items() if key.startswith(OWN)}
    return {key: sentence for key, sentence in said.items() if _is_shared(key)} | own


def _is_shared(key: str) -> bool:
    table, _, code = key.partition(".")
    return table in SHARED and (table != "refusal" or code in REFUSALS)


def _modules(name: str, known: set[str]) -> Iterator[tuple[str, str]]:
    """A module after those that it needs, each once."""
    known.add(name)
    text = _module(name)
    for _, needed in _IMPORT.findall(text):
        if needed not in known:
            yield from _modules(needed, known)
    yield name, text


def _module(name: str) -> str:
    """A script of the page's own, or one that it shares with the counter."""
    own = sources() / "js" / name
    return (own if own.is_file() else _STATIC / "js" / name).read_text(encoding="utf-8")


def _scoped(name: str, text: str) -> str:
    """A module as a function that is called once, and gives what the module exports."""
    given = ", ".join(exported for _, exported in _EXPORT.findall(text))
    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(r'const \1 = modules["\2"];', text))
    if left := re.search(r"^(import|export)\b.*", body, re.MULTILINE):
        raise ValueError(f"{name}: expected imports and exports by name, got {left[0]!r}")
    return f'modules["{name}"] = (() => {{\n{body}\nreturn {{ {given} }};\n}})();'


def _read(name: str) -> str:
    return (sources() / name).read_text(encoding="utf-8")
