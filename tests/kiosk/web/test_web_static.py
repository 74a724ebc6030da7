"""What the pages load: little, all of it from here, and nothing that the security policy would have to make an exception for."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "kiosk" / "web" / "static"
CSS = (STATIC / "app.css").read_text(encoding="utf-8")
TOKENS = (STATIC / "gcds" / "tokens.css").read_text(encoding="utf-8")
MARKS = (STATIC / "marks.svg").read_text(encoding="utf-8")
SCREENS = sorted((ROOT / "templates" / "screens").glob("*.html"))
FONTS = sorted((STATIC / "gcds").glob("*.woff2"))


def test_the_style_and_the_fonts_are_small():
    assert len(CSS) + len(TOKENS) <= 38_000
    assert sum(font.stat().st_size for font in FONTS) <= 45_000
    assert len(MARKS) <= 5_000


def test_every_font_is_used_and_licensed():
    assert {font.name for font in FONTS} == set(re.findall(r'url\("gcds/([\w-]+\.woff2)"\)', CSS))
    licence = (STATIC / "gcds" / "LICENSE").read_text(encoding="utf-8")
    assert all(font.name in licence for font in FONTS)
    assert "MIT License" in licence
    assert "SIL OPEN FONT LICENSE" in licence


def test_every_token_is_used_and_every_one_used_is_there():
    used, there = (
        set(re.findall(pattern, text)) for pattern, text in ((r"var\((--gcds-[\w-]+)\)", CSS), (r"(--gcds-[\w-]+):", TOKENS))
    )
    assert used == there


@pytest.mark.parametrize("file", [*STATIC.rglob("*.css"), *STATIC.rglob("*.svg")], ids=lambda file: file.name)
def test_nothing_is_fetched_from_outside(file):
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?:|//[a-z]|@import|data:", text) == []


@pytest.mark.parametrize("screen", SCREENS, ids=lambda file: file.name)
def test_a_template_needs_no_exception_from_the_policy(screen):
    text = screen.read_text(encoding="utf-8")
    assert re.findall(r"""<style|\sstyle=|\son[a-z]+=|javascript:|data:[a-z]+/|https?://""", text) == []
    assert all('src="{{ static_url(' in script for script in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("screen", SCREENS, ids=lambda file: file.name)
def test_every_shape_named_in_a_template_is_in_the_sprite(screen):
    named = set(re.findall(r"""(?:icon\("|shape="|mark\(")([a-z]+)\"""", screen.read_text(encoding="utf-8")))
    assert named <= set(re.findall(r'<symbol id="([a-z]+)"', MARKS))


def test_the_protected_marks_of_the_government_are_nowhere():
    names = {path.name.lower() for path in STATIC.rglob("*")}
    assert not any(word in name for name in names for word in ("signature", "wordmark", "fip", "flag"))
    assert "gcds-signature" not in CSS
