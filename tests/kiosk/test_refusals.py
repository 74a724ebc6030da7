"""Every way to say no has its sentence: no code in the program lacks one, in either language."""

import ast
import re
from pathlib import Path

import pytest

from kiosk.core.faults import Refusal
from kiosk.wording import why
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


@pytest.mark.parametrize(
    ("no", "said"),
    [
        (
            Refusal("long-text", name="client_name", expected=100, got=120),
            "Le champ « client » est trop long : au plus 100 caractères",
        ),
        (Refusal("form-too-large", expected="20 MB", got="21.5 MB"), "(21,5 Mo); la limite est de 20 Mo"),
        (Refusal("too-long", expected="5 to 25 characters", got="30 characters"), "(30 caractères)"),
        (Refusal("not-a-transaction", expected=14, got="X"), "se compose de 14 chiffres; reçu : X"),
        (Refusal("malformed", got="bits after the end"), "n’est pas un de nos documents."),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_a_refusal_is_in_one_language(no, said):
    """P5: what was expected and what was got too; figures stay figures, and a field is called by its name."""
    assert said in why(words("fr"), no)
    assert not re.search("characters|MB|at most|bits", why(words("fr"), no))
    assert why(words("en"), no) != why(words("fr"), no)
