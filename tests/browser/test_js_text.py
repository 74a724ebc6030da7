"""The scripts as text: what they say stands in both languages, they are small, and they need nothing that the policy forbids."""

import gzip
import re
from pathlib import Path

import pytest

from kiosk.words import LANGUAGES, words
from tests.browser.fake_counter import script_words

SCRIPTS = sorted((Path(__file__).parents[2] / "kiosk" / "web" / "static" / "js").glob("*.js"))
FIRST = re.compile(r"""import .* from "\./([a-z]+\.js)";""")
"""What is loaded at once; `import()` waits until a page needs it."""


def said(text):
    """The words that a script names."""
    found = re.findall(r"""\b(?:say|refuse)\([^"`)]*"([a-z-]+)"(?: : "([a-z-]+)")?""", text)
    return {one for pair in found for one in pair if one} | set(re.findall(r'"(camera-(?:denied|none|busy|failed))"', text))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_that_a_script_says_is_given_to_it_by_the_page(lang):
    given = set(re.findall(r'data-word="([a-z-]+)(?:\.one|\.other)?"', script_words(lang)))
    wanted = {word for script in SCRIPTS for word in said(script.read_text())} | {
        "why-asking",
        "why-away",
        "why-login",
        "why-stuck",
        "why-other",
        "lamp-well",
        "lamp-ill",
    }
    assert wanted <= given
    assert len(wanted) > 20


def test_every_word_of_the_catalogue_is_given_to_the_scripts():
    keys = {key.removeprefix("screen.script.") for key in words("en").sentences if key.startswith("screen.script.")}
    assert keys | {"lamp-well", "lamp-ill"} == set(re.findall(r'data-word="([a-z.-]+)"', script_words("en")))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_script_needs_what_the_policy_forbids_or_anything_from_outside(script):
    text = script.read_text()
    assert not re.search(r"\beval\(|new Function|setAttribute\(\"(style|on[a-z]+)\"|https?://|document\.write|outerHTML =", text)
    assert len(re.findall(r"innerHTML", text)) == (
        script.name in {"rows.js", "places.js", "client.js", "printing.js"}
    )  # the kiosk's own rows and pages, once each


def first_load():
    """The scripts that the first page loads at once."""
    found, ahead = set(), ["main.js"]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += FIRST.findall((SCRIPTS[0].parent / name).read_text())
    return found


def test_the_scripts_are_small():
    """As they are sent: compressed, each for itself."""
    sizes = {script.name: len(gzip.compress(script.read_bytes())) for script in SCRIPTS}
    assert sum(sizes[name] for name in first_load()) <= 26_000
    assert {
        "camera.js",
        "printing.js",
        "overprint.js",
        "client.js",
        "take.js",
        "gate.js",
        "guide.js",
        "upload.js",
        "clients.js",
        "places.js",
        "scanners.js",
        "stale.js",
    } == sizes.keys() - first_load()
