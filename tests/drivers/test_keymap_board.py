"""What single keys say: modifiers, locks, keypad, Alt codes, dead keys, and keys that cannot be (D1, T3, T4)."""

import pytest

from drivers.keymap.board import Board
from drivers.keymap.keys import (
    CAPS_LOCK,
    DOWN,
    ENTER,
    LEFT_ALT,
    LEFT_CTRL,
    LEFT_META,
    LEFT_SHIFT,
    NUM_LOCK,
    PAD_DIGITS,
    PAD_DOT,
    PAD_ENTER,
    REPEAT,
    RIGHT_ALT,
    RIGHT_CTRL,
    RIGHT_SHIFT,
    SCROLL_LOCK,
    TAB,
    UP,
    Key,
    Locks,
)
from drivers.keymap.layouts import PLATES
from drivers.keymap.strokes import Stroke, presses
from drivers.manner import Layout
from drivers.scan import Broken, Why

A, B, C, Q, E, ONE, SIX, EIGHT, MINUS, LEFT, RIGHT = 30, 48, 46, 16, 18, 2, 7, 9, 12, 26, 27
LOST, UNKNOWN = Broken(Why.KEYS_LOST), Broken(Why.UNKNOWN_KEY)
PAD = {digit: code for code, digit in PAD_DIGITS.items()}
every_layout = pytest.mark.parametrize("layout", list(Layout))


def said(*strokes, layout=Layout.US, locks=None, held=()):
    """What these strokes say, silence left out."""
    board = Board(PLATES[layout], held, locks)
    return [one for key in presses(strokes) if (one := board.take(key))]


def tap(code, *under):
    return Stroke((code,), under)


def alt(digits, alt=LEFT_ALT):
    return Stroke(tuple(PAD[digit] for digit in digits), (alt,))


@every_layout
@pytest.mark.parametrize("code", [ENTER, PAD_ENTER, TAB])
@pytest.mark.parametrize("locks", [Locks(), Locks(caps=True), Locks(num=False)])
def test_enter_and_tab_are_the_same_everywhere(layout, code, locks):
    assert said(tap(code), layout=layout, locks=locks) == ["\t" if code == TAB else "\r"]


@pytest.mark.parametrize("shift", [LEFT_SHIFT, RIGHT_SHIFT])
def test_either_shift_shifts(shift):
    assert said(tap(A, shift), tap(A)) == ["A", "a"]


def test_caps_lock_is_pressed_and_pressed_again_and_never_named():
    """T3: others gave `capslockabcapslock`."""
    assert said(tap(CAPS_LOCK), tap(A), tap(ONE), tap(A, LEFT_SHIFT), tap(CAPS_LOCK), tap(A)) == ["A", "1", "a", "a"]


def test_caps_lock_may_be_on_from_the_start():
    assert said(tap(A), tap(CAPS_LOCK), tap(A), locks=Locks(caps=True)) == ["A", "a"]


@pytest.mark.parametrize("layout", [Layout.FR, Layout.DE, Layout.CA_MULTI])
def test_a_digit_under_caps_lock_is_unknown_where_it_means_two_things(layout):
    """Fault 1: on a French keyboard that key is 6 for one desktop and - for another."""
    assert said(tap(SIX), layout=layout, locks=Locks(caps=True)) == [UNKNOWN]


def test_scroll_lock_changes_nothing():
    assert said(tap(SCROLL_LOCK), tap(A), tap(ONE)) == ["a", "1"]


@every_layout
def test_the_keypad_types_digits_while_num_lock_is_on(layout):
    typed = [tap(PAD[digit]) for digit in "0123456789"]

    assert said(*typed, layout=layout) == list("0123456789")
    assert said(*typed, layout=layout, locks=Locks(num=False)) == [UNKNOWN] * 10
    assert said(tap(NUM_LOCK), *typed, tap(NUM_LOCK), layout=layout, locks=Locks(num=False)) == list("0123456789")


@pytest.mark.parametrize("under", [LEFT_SHIFT, LEFT_CTRL, RIGHT_ALT, LEFT_META])
def test_a_keypad_digit_under_a_modifier_is_no_digit(under):
    assert said(tap(PAD["5"], under), layout=Layout.DE) == [UNKNOWN]


def test_the_keypads_signs_need_no_num_lock_and_its_decimal_key_does():
    signs = [tap(98), tap(55), tap(74), tap(78)]

    assert said(*signs, locks=Locks(num=False)) == list("/*-+")
    assert said(tap(PAD_DOT)) == ["."]
    assert said(tap(PAD_DOT), layout=Layout.DE) == [","]
    assert said(tap(PAD_DOT), locks=Locks(num=False)) == said(tap(PAD_DOT), layout=Layout.FR) == [UNKNOWN]


@pytest.mark.parametrize("under", [(RIGHT_ALT,), (LEFT_CTRL, LEFT_ALT), (LEFT_CTRL, RIGHT_ALT)])
def test_altgr_is_the_right_alt_or_ctrl_and_alt(under):
    assert said(tap(EIGHT, *under), layout=Layout.DE) == ["["]


def test_an_american_keyboard_has_no_altgr():
    assert said(tap(EIGHT, RIGHT_ALT)) == said(tap(EIGHT, LEFT_CTRL, LEFT_ALT)) == [UNKNOWN]


@every_layout
@pytest.mark.parametrize("under", [(RIGHT_ALT, LEFT_SHIFT), (LEFT_META,), (LEFT_ALT,), (RIGHT_CTRL,), (LEFT_CTRL, LEFT_SHIFT)])
def test_modifiers_that_no_layout_agrees_on_make_an_unknown_key(layout, under):
    """AltGr+Shift among them: there Windows and xkb have no character in common."""
    assert said(tap(E, *under), layout=layout) == [UNKNOWN]


@pytest.mark.parametrize("under", [LEFT_SHIFT, LEFT_CTRL, RIGHT_ALT, LEFT_ALT, LEFT_META])
def test_enter_under_a_modifier_ends_nothing(under):
    """A modifier that never came up again changes no number: the code under it is void."""
    assert said(tap(ENTER, under), layout=Layout.UK) == [UNKNOWN]


def test_ctrl_makes_control_characters():
    assert said(tap(RIGHT, LEFT_CTRL), tap(50, LEFT_CTRL), tap(A, LEFT_CTRL)) == ["\x1d", "\r", "\x01"]
    assert said(tap(RIGHT, LEFT_CTRL), layout=Layout.FR) == ["\x1d"]
    assert said(tap(RIGHT, LEFT_CTRL), layout=Layout.CA_MULTI) == [UNKNOWN]
    assert said(tap(ONE, LEFT_CTRL)) == [UNKNOWN]


def test_the_control_character_of_a_letter_is_where_the_letter_is():
    assert said(tap(Q, LEFT_CTRL), layout=Layout.FR) == ["\x01"]


@every_layout
@pytest.mark.parametrize(
    ("digits", "char"),
    [("65", "A"), ("065", "A"), ("0065", "A"), ("029", "\x1d"), ("0233", "é"), ("0128", "€"), ("48", "0")],
)
def test_an_alt_code_is_its_character(layout, digits, char):
    """D1: odoo#99730 is somebody else's GS as Alt+029."""
    assert said(alt(digits), layout=layout) == [char]
    assert said(alt(digits), layout=layout, locks=Locks(caps=True, num=False)) == [char]


@pytest.mark.parametrize("digits", ["29", "130", "0", "000", "0129", "256", "9999", "127", "0127", "13"])
def test_an_alt_code_that_depends_on_the_machine_is_unknown(digits):
    """Without the 0 it is of a code page that differs from land to land."""
    assert said(alt(digits)) == [UNKNOWN]


@pytest.mark.parametrize("digits", ["009", "010", "013", "0013"])
def test_no_alt_code_ends_a_code(digits):
    """Fault 1: a cable pulled in Alt+0100, the letter d, leaves Alt+010, and what came before would be heard as a whole code."""
    assert said(alt(digits)) == [UNKNOWN]


def test_alt_alone_says_nothing_and_five_digits_are_no_code():
    assert said(tap(LEFT_ALT)) == []
    assert UNKNOWN in said(alt("00065"))


def test_an_alt_code_with_another_key_in_it_is_unknown():
    assert UNKNOWN in said(Stroke((PAD["6"], A, PAD["5"]), (LEFT_ALT,)))
    assert UNKNOWN in said(Stroke((PAD["6"], LEFT_SHIFT, PAD["5"]), (LEFT_ALT,)))
    assert said(Stroke((ONE,), (LEFT_ALT,))) == [UNKNOWN]


def test_a_dead_key_waits_for_its_letter():
    hat = tap(LEFT)

    assert said(hat, tap(E), layout=Layout.CA_FR) == ["ê"]
    assert said(hat, tap(E, LEFT_SHIFT), layout=Layout.CA_FR) == ["Ê"]
    assert said(hat, tap(57), layout=Layout.CA_FR) == ["^"]
    assert said(hat, tap(Q), tap(Q), layout=Layout.CA_FR) == [UNKNOWN, "q"]
    assert said(hat, hat, layout=Layout.CA_FR) == said(hat, tap(ENTER), layout=Layout.CA_FR) == [UNKNOWN]


def test_a_dead_key_before_caps_lock_still_finds_its_letter():
    assert said(tap(LEFT), tap(CAPS_LOCK), tap(E), layout=Layout.CA_FR) == ["Ê"]


@pytest.mark.parametrize("code", [1, 14, 59, 103, 119, 183, 240, 272, 0])
def test_a_key_without_a_character_is_unknown(code):
    """T3: no name of a key is ever data."""
    assert said(tap(code)) == [UNKNOWN]


def test_what_was_down_at_the_start_counts_as_up_until_it_is_pressed_anew():
    """T4."""
    board = Board(PLATES[Layout.US], {LEFT_SHIFT, A})
    keys = [Key(A, REPEAT, 1), Key(B, DOWN, 2), Key(LEFT_SHIFT, UP, 3), Key(A, UP, 3), Key(LEFT_SHIFT, DOWN, 4), Key(C, DOWN, 4)]

    assert [board.take(key) for key in keys] == ["", "b", "", "", "", "C"]


def test_a_modifier_that_was_down_at_the_start_and_is_pressed_again_shifts():
    """T4: a kernel that lost its going up."""
    board = Board(PLATES[Layout.US], {LEFT_SHIFT})

    assert [board.take(key) for key in (Key(LEFT_SHIFT, DOWN, 1), Key(A, DOWN, 1))] == ["", "A"]


@pytest.mark.parametrize("values", [(DOWN, DOWN), (DOWN, REPEAT), (UP,), (DOWN, UP, UP), (REPEAT,), (DOWN, 3)])
@pytest.mark.parametrize("code", [A, LEFT_SHIFT, CAPS_LOCK, ENTER, PAD["7"]])
def test_keys_that_go_down_twice_or_up_unpressed_or_repeat_were_lost(code, values):
    board = Board(PLATES[Layout.US])

    assert [board.take(Key(code, value, float(at))) for at, value in enumerate(values)][-1] == LOST


def test_two_keys_in_one_report_have_no_order():
    """HID 1.11, appendix C: the host finds the order by comparing reports."""
    board = Board(PLATES[Layout.US])

    assert [board.take(key) for key in (Key(A, DOWN, 1), Key(B, DOWN, 1))] == ["a", LOST]
