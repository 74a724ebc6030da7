"""The tables of the six layouts, against what libxkbcommon makes of xkeyboard-config's (`keys/xkb.jsonl`)."""

import json
from pathlib import Path
from string import ascii_letters, digits

import pytest

from drivers.keymap.layouts import ACUTE, ALTGR, BASE, CEDILLA, GRAVE, HAT, PLATES, SHIFT, TREMA, composed, is_dead
from drivers.manner import Layout

GOLDEN = {
    Layout(line["layout"]): line
    for line in map(json.loads, (Path(__file__).parent / "keys/xkb.jsonl").read_text("utf-8").splitlines())
}
DEAD = {
    "dead_circumflex": HAT, "dead_grave": GRAVE, "dead_acute": ACUTE, "dead_diaeresis": TREMA, "dead_cedilla": CEDILLA,
}  # fmt: skip
NOT_IN_WINDOWS = {Layout.US: {(86, BASE), (86, SHIFT)}, Layout.FR: {(41, SHIFT)}}
"""Where Windows has another character, or none: unknown keys."""

every_layout = pytest.mark.parametrize("layout", list(Layout))


def theirs(layout, code, level, locks="plain"):
    char = GOLDEN[layout]["keys"][str(code)][locks][level]
    return DEAD.get(char, char)


@every_layout
def test_no_key_says_what_xkb_does_not_say(layout):
    """D1: the tables are facts."""
    ours = PLATES[layout].cells

    assert ours == {(code, level): theirs(layout, code, level) for code, level in ours}


@every_layout
def test_every_key_has_its_character_with_and_without_shift(layout):
    """D1: nothing is left out but where Windows differs."""
    both = {(int(code), level) for code in GOLDEN[layout]["keys"] for level in (BASE, SHIFT)}
    ours = {cell for cell in PLATES[layout].cells if cell[1] != ALTGR}

    assert both - ours == NOT_IN_WINDOWS.get(layout, set())


@every_layout
@pytest.mark.parametrize("level", [BASE, SHIFT, ALTGR])
def test_caps_lock_makes_of_no_key_what_xkb_does_not_make_of_it(layout, level):
    """D1, T3: a key is unknown under Caps Lock, or it says the same."""
    plate = PLATES[layout]
    said = {code: plate.at(code, at, caps=True) for code, at in plate.cells if at == level}

    assert all(char in (None, theirs(layout, code, level, "caps")) for code, char in said.items())


@every_layout
def test_caps_lock_turns_every_plain_letter_round(layout):
    """D1, T3."""
    plate = PLATES[layout]
    letters = [code for (code, level), char in plate.cells.items() if level == BASE and char in ascii_letters]

    assert len(letters) == 26
    for code in letters:
        assert plate.at(code, BASE, caps=True) == plate.at(code, SHIFT)
        assert plate.at(code, SHIFT, caps=True) == plate.at(code, BASE)


@every_layout
@pytest.mark.parametrize("caps", [False, True])
def test_no_digit_comes_from_a_key_that_has_another_character(layout, caps):
    """Fault 1: what would be a wrong number is an unknown key. Under Caps Lock some take French digits for letters."""
    plate = PLATES[layout]
    for code, level in plate.cells:
        char = plate.at(code, level, caps=caps)
        if char and char in digits:
            assert theirs(layout, code, level, "caps" if caps else "plain") == char


@every_layout
def test_the_keypads_decimal_key_says_what_xkb_says_or_nothing(layout):
    assert PLATES[layout].dot in ("", GOLDEN[layout]["pad"]["83"][1])


@every_layout
def test_ctrl_and_a_letter_is_its_control_character_wherever_the_letter_stands(layout):
    """D1: several scanners send the separators of GS1 like that."""
    plate = PLATES[layout]
    said = {plate.cells[code, BASE]: plate.control(code) for code, level in plate.cells if level == BASE}

    assert all(said[letter] == chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz")
    assert all(said[letter] in (None, "\x1b", "\x1c", "\x1d") for letter in said if letter not in ascii_letters)


def test_a_dead_key_makes_only_characters_that_exist():
    """D1: ê, but no q with a hat."""
    assert composed(HAT, "e") == "ê"
    assert composed(CEDILLA, "C") == "Ç"
    assert composed(TREMA, "ü") is composed(HAT, "q") is composed(HAT, "\r") is composed(HAT, HAT) is composed(ACUTE, " ") is None


@every_layout
def test_dead_keys_are_those_of_the_layout(layout):
    dead = {char for char in PLATES[layout].cells.values() if is_dead(char)}

    assert len(dead) == {Layout.US: 0, Layout.UK: 0, Layout.DE: 3, Layout.FR: 2, Layout.CA_FR: 5, Layout.CA_MULTI: 3}[layout]
