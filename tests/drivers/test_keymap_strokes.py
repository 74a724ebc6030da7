"""The way back: any text that a layout can type is read back exactly; what keys mean in every layout (D1, D5)."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.keymap import Key, Locks, Typed, presses, readings, strokes
from drivers.keymap.keys import CAPS_LOCK, NUM_LOCK
from drivers.keymap.strokes import Stroke, _ways
from drivers.manner import Layout, Manner, Terminator
from drivers.scan import Heard

every_layout = pytest.mark.parametrize("layout", list(Layout))
locks = st.builds(Locks, st.booleans(), st.booleans())
ENDING = {Terminator.ENTER: "\r", Terminator.TAB: "\t", Terminator.ANY: "\r", Terminator.NONE: ""}


def typeable(layout, caps):
    """Texts of what a layout can type, without the characters that end a code."""
    return st.text(sorted(set(_ways(layout, caps)) - set("\r\n\t]")), min_size=2, max_size=12)


def heard(manner, keys, state):
    typed = Typed(manner, locks=state)
    said = [one for key in keys for one in typed.feed(key)]
    return said + typed.silent(keys[-1].at + 1)


@given(st.data(), st.sampled_from(Layout), st.sampled_from(Terminator), locks, st.floats(0.001, 0.1))
def test_what_a_layout_can_type_is_read_back_whatever_the_locks(data, layout, terminator, state, pace):
    """T3: layout, terminator, Caps Lock, Num Lock, speed."""
    text = data.draw(typeable(layout, state.caps))
    keys = presses(strokes(text + ENDING[terminator], layout, state), at=100.0, pace=pace)

    assert [one.text for one in heard(Manner(layout, terminator), keys, state)] == [text]


@given(st.data(), st.sampled_from(Layout), locks)
def test_a_scanner_that_presses_caps_lock_around_its_letters_is_read_back(data, layout, state):
    """T3: other programs read the name of the key."""
    turned = Locks(caps=not state.caps, num=state.num)
    text = data.draw(typeable(layout, turned.caps))
    lock = Stroke((CAPS_LOCK,))
    keys = presses([lock, *strokes(text, layout, turned), lock, *strokes("\r", layout)], at=100.0)

    assert [one.text for one in heard(Manner(layout), keys, state)] == [text]


@every_layout
def test_every_layout_types_what_numbers_and_identifiers_are_made_of(layout):
    """D1: of CA_MULTI, too, the brackets of an AIM identifier."""
    text = string.ascii_letters + string.digits + "-/ ]."

    assert readings(presses(strokes(text, layout)))[layout] == text


@every_layout
@pytest.mark.parametrize("terminator", ["\r", "\t"])
@pytest.mark.parametrize("state", [Locks(caps, num) for caps in (False, True) for num in (False, True)], ids=str)
@pytest.mark.parametrize("pace", [0.001, 0.01, 0.1])
def test_a_number_is_read_at_every_speed(layout, terminator, state, pace):
    """T3, T8: 1 ms to 100 ms a key with the gap that nobody configured; leading zeros stay. Num Lock is pressed where it is off."""
    turn = [] if state.num else [Stroke((NUM_LOCK,))]
    typed = [*strokes("XXXX", layout, state), *turn, *keypad("00012345"), *turn, *strokes(terminator, layout)]

    assert heard(Manner(layout), presses(typed, 5.0, pace), state) == [Heard("XXXX00012345", b"XXXX00012345" + terminator.encode())]


def keypad(digits):
    codes = {"0": 82, "1": 79, "2": 80, "3": 81, "4": 75, "5": 76}
    return [Stroke((codes[digit],)) for digit in digits]


@every_layout
def test_a_layout_can_not_type_what_it_has_no_key_for(layout):
    with pytest.raises(ValueError, match=f"the layout {layout}: expected characters that it can type, got '漢'"):
        strokes("1漢", layout)


def test_a_plain_key_is_preferred_to_a_dead_one():
    assert strokes("é", Layout.CA_FR) == [Stroke((53,))]
    assert strokes("ê", Layout.CA_FR) == [Stroke((26,)), Stroke((18,))]


def test_a_key_is_down_for_half_its_time_and_its_modifiers_as_long():
    assert presses([Stroke((30, 48), (42,))], at=1.0, pace=0.5) == [
        Key(42, 1, 1.0), Key(30, 1, 1.0), Key(30, 0, 1.25), Key(48, 1, 1.5), Key(48, 0, 1.75), Key(42, 0, 1.75),
    ]  # fmt: skip


def test_readings_are_given_for_the_layouts_in_which_the_keys_mean_something():
    """D5: the enrolment sheet finds the layout by what it knows it to say."""
    keys = presses(strokes("Q1-é\r", Layout.CA_FR))

    assert readings(keys) == {
        Layout.US: "Q1-/\r",
        Layout.CA_FR: "Q1-é\r",
        Layout.CA_MULTI: "Q1-é\r",
        Layout.UK: "Q1-/\r",
        Layout.DE: "Q1ß-\r",
        Layout.FR: "A&)!\r",
    }


def test_keys_that_mean_nothing_anywhere_have_no_reading():
    lost = presses(strokes("123", Layout.US))
    del lost[1]

    assert readings(lost + presses(strokes("1", Layout.US), 1.0)) == {}
    assert readings([Key(59, 1, 0.0)]) == {}
    assert readings([]) == dict.fromkeys(Layout, "")


def test_half_a_character_has_no_reading():
    hat = presses([Stroke((26,))])

    assert set(readings(hat)) == {Layout.US, Layout.UK, Layout.DE}
