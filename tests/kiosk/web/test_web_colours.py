"""The colours of every theme: what is read on what, and whether it can be (WCAG 2.2: 1.4.3, 1.4.6, 1.4.11)."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "kiosk" / "web" / "static"
MARKS = ("released", "held", "unknown", "waiting", "faulty", "removed")
READ = [
    *[(ink, ground) for ink in ("text", "quiet", "link") for ground in ("ground", "surface", "sunken")],
    *[(ink, f"{mark}-tint") for mark in (*MARKS, "info") for ink in ("text", "quiet", "link", mark)],
    *[(mark, ground) for mark in (*MARKS, "info") for ground in ("surface", "ground")],
    *[(f"on-{mark}", f"{mark}-solid") for mark in MARKS],
    *[("on-bar", "bar"), ("bar", "on-bar"), ("on-primary", "primary"), ("on-primary", "primary-hover")],
    *[("on-danger", "danger"), ("on-danger", "danger-hover")],
]
SEEN = [
    ("edge", "surface"),
    ("edge", "ground"),
    ("focus", "ground"),
    ("focus", "surface"),
    ("focus", "halo"),
    ("primary", "surface"),
]


def declarations(css, selector):
    """The custom properties that a rule of just this selector sets."""
    body = re.search(rf"^\s*{re.escape(selector)} \{{(.*?)\}}", css, re.DOTALL | re.MULTILINE)
    return dict(re.findall(r"--([\w-]+): ([^;]+);", body.group(1)))


CSS = (STATIC / "app.css").read_text(encoding="utf-8")
TOKENS = declarations((STATIC / "gcds" / "tokens.css").read_text(encoding="utf-8"), ":root")
PLAIN = declarations(CSS, ":root")
MORE = declarations(CSS[CSS.index("@media (prefers-contrast: more)") :], '[data-theme="auto"]')
THEMES = {
    "light": (TOKENS | PLAIN, 0),
    "dark": (TOKENS | PLAIN, 1),
    "contrast": (TOKENS | PLAIN | declarations(CSS, '[data-theme="contrast"]'), 1),
    "auto, more contrast, light": (TOKENS | PLAIN | MORE, 0),
    "auto, more contrast, dark": (TOKENS | PLAIN | MORE, 1),
}


def colour(theme, value):
    """Red, green, blue (0..1) of a value in a theme, through var() and light-dark()."""
    properties, side = THEMES[theme]
    if pair := re.fullmatch(r"light-dark\((var\([^)]*\)), (var\([^)]*\))\)", value):
        return colour(theme, pair.group(side + 1))
    if name := re.fullmatch(r"var\(--([\w-]+)\)", value):
        return colour(theme, properties[name.group(1)])
    return tuple(int(value[at : at + 2], 16) / 255 for at in (1, 3, 5))


def contrast(theme, one, other):
    """The ratio of WCAG, 1..21, of two properties."""

    def luminance(name):
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour(theme, f"var(--{name})")]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21():
    assert contrast("light", "gcds-color-black", "gcds-color-white") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
def test_whatever_is_read_has_its_contrast(theme):  # P5: AA; AAA where more contrast was asked for
    least = 4.5 if theme in {"light", "dark"} else 7
    if theme.startswith("auto"):
        pairs = [(ink, ground) for ink, ground in READ if {ink, ground} <= {"text", "quiet", "ground", "surface", "sunken"}]
    else:
        pairs = READ
    assert pairs
    assert {pair: round(contrast(theme, *pair), 2) for pair in pairs if contrast(theme, *pair) < least} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_edges_and_focus_are_seen(theme):
    assert {pair: round(contrast(theme, *pair), 2) for pair in SEEN if contrast(theme, *pair) < 3} == {}


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_the_focus_ring_is_seen_on_every_answer(theme, mark):  # two colours: one of them stands out
    assert max(contrast(theme, ring, f"{mark}-solid") for ring in ("focus", "halo")) >= 3


def test_released_looks_like_nothing_else():  # Q3: not by colour either
    for theme in ("light", "dark", "contrast"):
        inks = [colour(theme, f"var(--{mark})") for mark in MARKS]
        assert len(set(inks)) == len(MARKS)
        green = inks[0]
        assert green[1] == max(green)
        assert all(ink[1] < max(ink) or ink[0] == ink[1] == ink[2] for ink in inks[1:])


def test_the_contrast_theme_leaves_no_tint():
    theme = declarations(CSS, '[data-theme="contrast"]')
    assert {name for name in PLAIN if name.endswith("-tint")} - {"removed-tint"} == {
        name for name in theme if name.endswith("-tint")
    }
    assert {theme[name] for name in theme if name.endswith("-tint")} == {"var(--gcds-color-black)"}
