"""Makes the wheel of the small verifier out of the kiosk's own modules: what it imports is copied, under its own name.

Nothing is written twice, and nothing else comes along: the modules are found by their imports, and a package's own `__init__` comes
only where it is imported by name. The words are those of the kiosk's command line and its refusals, in both languages.
"""

import ast
import json
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE: Final = "release_kiosk_verify"
ROOT: Final = Path(__file__).parent.parent
"""The checkout of the kiosk."""
_IMPORT: Final = re.compile(r"^(\s*from )kiosk(\.\S+ import )", re.MULTILINE)
_WORDS: Final = ("refusal.", "cli.small.")


class VendoringHook(BuildHookInterface):  # type: ignore[type-arg]  # it takes any configuration
    """Puts the copied modules into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Copy them to a folder of their own, and include that."""
        self._made = Path(tempfile.mkdtemp(prefix="release-kiosk-verify-"))
        make(self._made)
        build_data["force_include"][str(self._made)] = PACKAGE

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - likewise
        """The folder is done with."""
        shutil.rmtree(self._made)


def make(folder: Path) -> None:
    """The whole package in a folder."""
    for path in own():
        (folder / path.name).write_text(renamed(path.read_text("utf-8")), "utf-8")
    for module, path in closure().items():
        parts = module.split(".")
        target = folder.joinpath(*parts, "__init__.py") if path.name == "__init__.py" else folder.joinpath(*parts[:-1], path.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(renamed(path.read_text("utf-8")), "utf-8")
    for place in [folder / "kiosk", *(one for one in (folder / "kiosk").rglob("*") if one.is_dir())]:
        if not (place / "__init__.py").exists():
            (place / "__init__.py").write_text('"""Of the release kiosk."""\n', "utf-8")
    (folder / "words.json").write_text(json.dumps({one: sentences(one) for one in ("en", "fr")}, ensure_ascii=False), "utf-8")


def own() -> list[Path]:
    """The package's own modules."""
    return sorted((Path(__file__).parent / PACKAGE).glob("*.py"))


def closure() -> dict[str, Path]:
    """Every module of the kiosk that the package imports, by name; also by way of another."""
    found: dict[str, Path] = {}
    waiting = [module for path in own() for module in imported(path)]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found[module] = where(module)
            waiting += imported(found[module])
    return dict(sorted(found.items()))


def where(module: str) -> Path:
    """The file of a module."""
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def imported(path: Path) -> Iterator[str]:
    """The kiosk's modules that a file imports; TypeError for a way of importing that can't be renamed."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import) and any(one.name.split(".")[0] == "kiosk" for one in node.names):
            raise TypeError(f"{path}: expected from ... import ..., got {ast.unparse(node)}")
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "kiosk":
            yield str(node.module)


def renamed(text: str) -> str:
    """A module whose imports of the kiosk are imports of the copies."""
    return _IMPORT.sub(rf"\1{PACKAGE}.kiosk\2", text)


def sentences(language: str) -> dict[str, str]:
    """The words that the command may say."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "templates" / "words").glob("*.toml")):
        if f".{path.name}".endswith(f".{language}.toml"):
            found |= dict(_flat(tomllib.loads(path.read_text("utf-8")), ""))
    return {key: text for key, text in found.items() if key.startswith(_WORDS)}


def _flat(table: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", str(value)
