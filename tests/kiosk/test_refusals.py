"""Every way to say no has its sentence: no code in the program lacks one, in either language."""

import ast
from pathlib import Path

import pytest

from kiosk.words import LANGUAGES, words

ROOT = Path(__file__).parent.parent.parent
TABLES = {
    "Refusal": "refusal",
    "NotAReference": "refusal",
    "Forged": "refusal",
    "Conflict": "refusal",
    "Unavailable": "unavailable",
}


def codes():
    """Every code that is written in the program, with the table that must have its sentence."""
    for path in (ROOT / "kiosk").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TABLES:
                table = TABLES[node.func.id]
                place = 1 if table == "unavailable" else 0
                if len(node.args) > place and isinstance(node.args[place], ast.Constant):
                    yield table, node.args[place].value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("table", "code"), sorted(set(codes())))
def test_every_code_has_its_sentence(language, table, code):
    assert f"{table}.{code}" in words(language)


def test_the_codes_are_found_at_all():
    assert len(set(codes())) > 40
