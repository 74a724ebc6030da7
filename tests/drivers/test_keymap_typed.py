"""From keys to codes: never joined, never mixed, never half, each told once (D1, T1, T4, T5, T33, T34)."""

from itertools import chain, groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.keymap import Dropped, Key, Locks, Stroke, Typed, presses, strokes
from drivers.keymap.keys import CAPS_LOCK, DOWN, ENTER, LEFT_ALT, LEFT_SHIFT, MODIFIERS, PAD_DIGITS, REPEAT, UP
from drivers.manner import LONGEST, Layout, Manner, Terminator
from drivers.scan import Broken, Heard, Symbology, Why

A_CODE, B_CODE = "8XXX-0012345", "99999001495785"
ENTERS = Manner(terminator=Terminator.ENTER)
FIXED = Manner(terminator=Terminator.NONE, shortest=14, longest=14)
GAP = ENTERS.gap
PAD = {digit: code for code, digit in PAD_DIGITS.items()}


def keys(text, at=100.0, pace=0.002, layout=Layout.US):
    return presses(strokes(text, layout), at, pace)


def told(manner, *streams, until=1e6, **options):
    """What a decoder says of these events, and of the silence behind them."""
    typed = Typed(manner, **options)
    said = [one for event in chain(*streams) for one in typed.feed(event)]
    return said + typed.silent(until)


def texts(said):
    return [one.text for one in said if isinstance(one, Heard)]


def whys(said):
    return [one.reason for one in said if isinstance(one, Broken)]


# One decoder for each device


def test_two_scanners_that_fire_together_are_not_mixed():
    """T1: at each possible split of one by the other."""
    first, second = keys(A_CODE + "\r"), keys(B_CODE + "\r")
    for split in range(len(first) + 1):
        left, right = Typed(ENTERS), Typed(ENTERS)
        said = {left: [], right: []}
        for typed, key in (
            [(left, key) for key in first[:split]] + [(right, key) for key in second] + [(left, key) for key in first[split:]]
        ):
            said[typed] += typed.feed(key)
        assert (texts(said[left]), texts(said[right])) == ([A_CODE], [B_CODE])


@given(st.integers(0, 2**100 - 1))
def test_two_scanners_are_not_mixed_however_their_keys_fall(turns):
    """T1."""
    streams = {True: iter(keys(A_CODE + "\r")), False: iter(keys(B_CODE + "\r"))}
    typed = {True: Typed(ENTERS), False: Typed(Manner(Layout.US, Terminator.ANY))}
    said = {True: [], False: []}
    for turn in [*(bit == "1" for bit in f"{turns:b}"), *[True] * 100, *[False] * 100]:
        if (key := next(streams[turn], None)) is not None:
            said[turn] += typed[turn].feed(key)
    assert (texts(said[True]), texts(said[False])) == ([A_CODE], [B_CODE])


# Terminators


@pytest.mark.parametrize(
    ("terminator", "typed", "heard"),
    [
        (Terminator.ENTER, "12\r34\r", ["12", "34"]),
        (Terminator.ENTER, "1\t2\r34\n", ["1\t2", "34"]),
        (Terminator.TAB, "12\t34\t", ["12", "34"]),
        (Terminator.TAB, "1\r2\t", ["1\r2"]),
        (Terminator.ANY, "12\t34\r56\n", ["12", "34", "56"]),
        (Terminator.NONE, "12", ["12"]),
    ],
)
def test_a_code_ends_where_its_scanner_ends_it(terminator, typed, heard):
    """D1."""
    assert texts(told(Manner(terminator=terminator), keys(typed))) == heard


@pytest.mark.parametrize("ending", ["\r\n", "\r\r", "\r\t", "\r\r\r\r"])
def test_a_second_terminator_belongs_to_the_first(ending):
    """CR and LF are one end, not an empty code."""
    assert told(Manner(), keys("12" + ending + "34" + ending)) == [Heard("12", b"12\r"), Heard("34", b"34\r")]


def test_an_empty_code_and_one_of_one_character_are_told_and_not_heard():
    """T33."""
    assert told(ENTERS, keys("\r"), keys("7\r", 200), keys("\r", 300)) == [Broken(Why.TOO_SHORT)] * 3


def test_prefix_suffix_and_identifier_are_taken_off():
    manner = Manner(prefix="\x02", suffix="*", terminator=Terminator.ENTER)

    assert told(manner, keys("\x02]C0XXXX-12*\r")) == [Heard("XXXX-12", b"\x02]C0XXXX-12*\r", Symbology.CODE128)]
    assert told(manner, keys("]C0XXXX-12*\r")) == [Broken(Why.MISSING_PREFIX)]


def test_every_layout_and_terminator_in_a_row():
    """T3, without a number of hypothesis."""
    for layout in Layout:
        for terminator, ending in ((Terminator.ENTER, "\r"), (Terminator.TAB, "\t"), (Terminator.ANY, "\t")):
            assert texts(told(Manner(layout, terminator), keys(A_CODE + ending + B_CODE + ending, layout=layout))) == [
                A_CODE,
                B_CODE,
            ]


# Silence


def test_half_a_code_is_told_after_the_gap_and_never_joined_to_the_next():
    """D5, issue 4: a cable that is pulled."""
    half = keys("999990014")
    typed = Typed(ENTERS)

    assert [typed.feed(key) for key in half][-1] == []
    assert typed.due == pytest.approx(half[-1].at + GAP)
    assert typed.silent(typed.due - 0.01) == []
    assert typed.silent(typed.due) == [Broken(Why.BROKEN_OFF)]
    assert typed.due is None
    assert texts([one for key in keys(A_CODE + "\r", 200) for one in typed.feed(key)]) == [A_CODE]


@pytest.mark.parametrize("pause", [1.1, 2, 3.9])
@pytest.mark.parametrize("cut", [1, 2, 9, 26, 27])
def test_the_rest_of_a_code_that_paused_is_no_code_either(pause, cut):
    """Fault 1: a hub that hangs for half a second. The end of a number is another number."""
    events = keys(B_CODE + "\r")
    late = [Key(key.code, key.value, key.at + GAP * pause) for key in events[cut:]]
    said = told(ENTERS, events[:cut], late, keys(A_CODE + "\r", 200))

    assert texts(said) == [A_CODE]
    assert set(whys(said)) == {Why.BROKEN_OFF}


def test_the_rest_of_a_code_without_terminator_is_no_code_either():
    """Fault 1: four characters are too few for this scanner, and the ten behind them would do."""
    said = told(
        Manner(terminator=Terminator.NONE, shortest=10, longest=14), keys(B_CODE[:4]), keys(B_CODE[4:], 100.5), keys(B_CODE, 200)
    )

    assert said == [Broken(Why.TOO_SHORT), Broken(Why.BROKEN_OFF), Heard(B_CODE, B_CODE.encode())]


def test_behind_the_end_of_a_paused_code_the_next_is_whole():
    assert told(ENTERS, keys("999990"), keys("01495785\r8XXX\r", 100.4)) == [
        Broken(Why.BROKEN_OFF),
        Broken(Why.BROKEN_OFF),
        Heard("8XXX", b"8XXX\r"),
    ]


def test_the_rest_of_a_void_code_is_no_code_either():
    """Silence after a key that nobody knows, and then the code goes on."""
    assert texts(told(ENTERS, keys("12"), presses([Stroke((59,))], 100.01), keys("34\r", 100.5))) == []
    assert texts(told(ENTERS, keys("12"), [Dropped(100.01)], keys("34\r", 100.5))) == []


def test_silence_counts_by_the_events_own_times_too():
    """A machine that was too busy to look at its clock."""
    said = told(ENTERS, keys("999990014"), keys(B_CODE + "\r", 100 + 2))

    assert said == [Broken(Why.BROKEN_OFF), Heard(B_CODE, (B_CODE + "\r").encode())]


def test_a_pause_within_the_gap_does_not_end_a_code():
    first = keys("99999")

    assert texts(told(ENTERS, first, keys("001495785\r", first[-1].at + GAP * 0.9))) == [B_CODE]


@pytest.mark.parametrize("text", ["", "8XXX-0012345"])
def test_nothing_is_due_between_codes(text):
    """Idle costs nothing."""
    typed = Typed(ENTERS)
    for key in keys(text + "\r"):
        typed.feed(key)

    assert typed.due is None
    assert typed.silent(1e6) == []


def test_a_device_that_goes_in_the_middle_leaves_a_broken_code():
    typed = Typed(ENTERS)
    for key in keys("9999"):
        typed.feed(key)

    assert typed.gone() == [Broken(Why.BROKEN_OFF)]
    assert typed.gone() == []


def test_half_a_character_alone_is_told_too():
    """An Alt code or a dead key, and then nothing."""
    hat, alt = presses([Stroke((26,))], 100), [Key(LEFT_ALT, DOWN, 100), Key(82, DOWN, 100), Key(82, UP, 100.01)]

    assert told(Manner(Layout.FR), hat) == told(ENTERS, alt) == [Broken(Why.BROKEN_OFF)]


def test_a_dead_key_does_not_reach_over_silence():
    assert texts(told(Manner(Layout.FR), presses([Stroke((26,))], 100), keys("ee\r", 200, layout=Layout.FR))) == ["ee"]


# Without a terminator


def test_a_batch_without_terminator_is_split_by_silence_and_length():
    """T34."""
    batch = [keys(code, 100.0 + at) for at, code in enumerate([B_CODE, "00000000000001", B_CODE])]

    assert texts(told(FIXED, *batch)) == [B_CODE, "00000000000001", B_CODE]


def test_codes_that_came_without_silence_between_them_are_refused_and_not_glued():
    """T34: together they are longer than a code of this scanner can be."""
    said = told(FIXED, keys(B_CODE + "00000000000001"), keys(B_CODE, 200))

    assert whys(said) == [Why.TOO_LONG]
    assert texts(said) == [B_CODE]


@pytest.mark.parametrize("cut", range(1, 14))
def test_a_code_that_stops_and_goes_on_is_refused_by_its_length(cut):
    """T34."""
    said = told(FIXED, keys(B_CODE[:cut], 100), keys(B_CODE[cut:], 101))

    assert texts(said) == []
    assert len(said) == 2


def test_a_code_that_ends_under_a_modifier_is_half_a_code():
    said = told(Manner(terminator=Terminator.NONE), [Key(LEFT_SHIFT, DOWN, 99.9), *keys("12")])

    assert said == [Broken(Why.BROKEN_OFF)]


# Keys that nobody can trust


def test_a_code_with_an_unknown_key_is_void_and_told_once():
    said = told(ENTERS, keys("12"), presses([Stroke((59,)), Stroke((60,))], 100.01), keys("34\r", 100.02), keys("5678\r", 100.1))

    assert said == [Broken(Why.UNKNOWN_KEY), Heard("5678", b"5678\r")]


def test_a_key_that_repeats_is_no_data():
    said = told(
        ENTERS, keys("12"), [Key(30, DOWN, 100.1), *(Key(30, REPEAT, 100.1 + n / 30) for n in range(1, 60)), Key(30, UP, 102.2)]
    )

    assert said == [Broken(Why.KEYS_LOST)]


def test_a_stuck_modifier_shifts_no_number():
    """Fault 1: `4` would be `$`, `-` would be `_`, and on a French keyboard `&` would be 1."""
    stuck = [Key(LEFT_SHIFT, DOWN, 99.99)]

    assert texts(told(Manner(Layout.FR), stuck, keys("&é\"'\r", layout=Layout.FR), keys("12\r", 200, layout=Layout.FR))) == []


def test_a_stuck_key_at_500_a_second_is_told_once_and_kept_nowhere():
    """Bad input of issue 4."""
    typed = Typed(ENTERS)
    said = [one for key in presses([Stroke((30,))] * 20_000, 100.0, 0.002) for one in typed.feed(key)]

    assert said == [Broken(Why.TOO_LONG)]
    assert typed._text == []
    assert texts([one for key in keys("1234\r", 200) for one in typed.feed(key)]) == ["1234"]


def test_a_stuck_enter_is_told_once():
    assert told(ENTERS, presses([Stroke((ENTER,))] * 1000, 100.0, 0.002)) == [Broken(Why.TOO_SHORT)]
    assert told(ENTERS, [Key(ENTER, DOWN, 100), *(Key(ENTER, REPEAT, 100.2 + n / 30) for n in range(500))]) == [
        Broken(Why.TOO_SHORT),
        Broken(Why.KEYS_LOST),
    ]


def test_the_longest_code_is_heard_and_one_character_more_is_not():
    assert texts(told(Manner(longest=20), keys("1" * 20 + "\r"))) == ["1" * 20]
    assert told(Manner(longest=20), keys("1" * 21 + "\r")) == [Broken(Why.TOO_LONG)]
    assert Manner().longest == LONGEST


def test_what_stands_around_a_code_does_not_make_it_too_long():
    manner = Manner(longest=4, prefix="<<", suffix="**", terminator=Terminator.ENTER)

    assert texts(told(manner, keys("<<]C01234**\r"))) == ["1234"]
    assert told(manner, keys("<<]C012345**\r")) == [Broken(Why.TOO_LONG)]


# The moment of grabbing


def test_the_first_code_after_grabbing_under_a_shift_is_right():
    """T4: python-evdev#4. Its going up may come or not."""
    for released in ([], [Key(LEFT_SHIFT, UP, 99.999)]):
        assert texts(told(ENTERS, released, keys("4-x\r"), held={LEFT_SHIFT}, since=90.0)) == ["4-x"]


@pytest.mark.parametrize("cut", range(28))
def test_the_rest_of_a_code_that_was_under_way_when_the_device_was_grabbed_is_no_code(cut):
    """Fault 1: the end of a number is another number."""
    events = keys(B_CODE + "\r", pace=0.1)
    before, after = events[:cut], events[cut:]
    down = {key.code for key in before} - {key.code for key, last in held_last(before) if last == UP}
    said = told(ENTERS, after, keys(A_CODE + "\r", 200), held=down, since=after[0].at - 0.04)

    assert texts(said) == [A_CODE]
    assert whys(said) == ([Why.BROKEN_OFF] if any(key.value == DOWN for key in after) else [])


def test_a_key_that_is_held_while_the_device_is_grabbed_may_repeat_until_the_first_code():
    """T4: the kernel repeats a Shift as any key. The first code is right all the same."""
    repeats = [Key(LEFT_SHIFT, REPEAT, 90 + n / 30) for n in range(300)]

    assert texts(told(ENTERS, repeats, keys("4-x\r"), held={LEFT_SHIFT}, since=90.0)) == ["4-x"]


def test_behind_the_end_of_such_a_rest_the_next_code_is_whole():
    said = told(ENTERS, keys("785\r99999\r"), since=99.9)

    assert said == [Broken(Why.BROKEN_OFF), Heard("99999", b"99999\r")]


def test_a_key_that_goes_up_right_after_grabbing_was_of_a_code_and_the_rest_of_that_is_none():
    """T4: it says nothing itself, but that something was under way."""
    up = [Key(30, UP, 90.2)]

    assert told(ENTERS, up, held={30}, since=90.0) == []
    assert told(ENTERS, up, keys("85\r", 90.3), keys("12\r", 90.5), held={30}, since=90.0) == [
        Broken(Why.BROKEN_OFF),
        Heard("12", b"12\r"),
    ]


def test_the_end_of_such_a_rest_may_be_two_terminators():
    assert told(ENTERS, keys("785\r\n"), since=99.9) == told(ENTERS, keys("\r\n"), since=99.9) == [Broken(Why.BROKEN_OFF)]


def held_last(events):
    return [(key, [one.value for one in events if one.code == key.code][-1]) for key in events]


def test_a_code_that_begins_well_after_grabbing_is_heard():
    assert texts(told(ENTERS, keys("12\r", 100), since=100 - GAP)) == ["12"]
    assert texts(told(ENTERS, keys("12\r", 100), since=100.1 - GAP)) == []


# Events lost


def lossy(events, first, count):
    """These events with `count` of them dropped, and what the kernel says of the keys at the end of that."""
    down: set[int] = set()
    for key in events[: first + count]:
        down ^= {key.code}
    at = events[min(first + count, len(events)) - 1].at if first + count else events[0].at
    return [*events[:first], Dropped(at, frozenset(down), Locks()), *events[first + count :]]


@given(st.data(), st.sampled_from(Layout), st.sampled_from([Terminator.ENTER, Terminator.TAB, Terminator.ANY]))
def test_a_code_in_which_keys_were_dropped_is_void_and_the_next_is_right(data, layout, terminator):
    """T5."""
    ending = "\t" if terminator == Terminator.TAB else "\r"
    events = keys("8XXX-12A" + ending, layout=layout)
    end = next(at for at, key in enumerate(events) if key.code in (ENTER, 15))
    first = data.draw(st.integers(0, end))
    count = data.draw(st.integers(0, len(events) - first))
    behind = data.draw(st.sampled_from([events[-1].at + 0.001, 500.0])) if first + count <= end else 500.0
    said = told(Manner(layout, terminator), lossy(events, first, count), keys(B_CODE + ending, behind, layout=layout))

    assert whys(said) == [Why.KEYS_LOST]
    assert texts(said) == [B_CODE]


def test_keys_dropped_again_and_again_are_told_once():
    """A reader that is stuck must not be answered with a flood."""
    drops = [Dropped(100 + n / 100) for n in range(1000)]

    assert told(ENTERS, keys("12"), drops) == [Broken(Why.KEYS_LOST)]
    assert whys(told(ENTERS, drops[:2], [Dropped(300)])) == [Why.KEYS_LOST] * 2


def test_keys_dropped_between_codes_are_told():
    """Who knows what it was."""
    assert told(ENTERS, keys("12\r"), [Dropped(200)], keys("34\r", 300)) == [
        Heard("12", b"12\r"),
        Broken(Why.KEYS_LOST),
        Heard("34", b"34\r"),
    ]


def test_after_dropped_keys_the_locks_are_as_the_kernel_says():
    assert texts(told(ENTERS, [Dropped(50, (), Locks(caps=True))], keys("aB\r"))) == ["Ab"]


@pytest.mark.parametrize("count", range(1, 12))
def test_a_lock_key_that_was_dropped_turns_no_letters_of_the_next_code(count):
    """T5: a scanner that types under Caps Lock has taken it off when it rests."""
    lock = Stroke((CAPS_LOCK,))
    code = [lock, *strokes("xxab", Layout.US), lock, *strokes("\r", Layout.US)]
    events, following = presses(code, 100.0), presses(code, 200.0)

    assert texts(told(ENTERS, lossy(events, 1, count), following)) == ["XXAB"]


def test_locks_are_reckoned_with_again_after_that():
    """Taken off once, after keys were lost; pressed and left on, it stays on."""
    lock = presses([Stroke((CAPS_LOCK,))], 300.0)

    assert texts(told(ENTERS, [Dropped(100)], keys("ab\r", 200), lock, keys("ab\r", 400), keys("ab\r", 500))) == ["ab", "AB", "AB"]


def test_a_lock_key_of_which_one_event_is_missing_turns_no_letters_of_the_next_code():
    code = [Stroke((CAPS_LOCK,)), *strokes("xxab", Layout.US), Stroke((CAPS_LOCK,)), *strokes("\r", Layout.US)]
    events, following = presses(code, 100.0), presses(code, 200.0)
    for at in range(len(events)):
        assert set(texts(told(ENTERS, events[:at], events[at + 1 :], following))) <= {"XXAB"}


# Events that came twice, or not at all


def sound(events):
    """Whether each key goes down and up in turn until Enter, with no modifier left down: nobody can see that a key is missing."""
    until = next((at for at, key in enumerate(events) if key.code == ENTER and key.value == DOWN), len(events))
    by_code = {
        code: [key.value for key in run]
        for code, run in groupby(sorted(events[:until], key=lambda key: key.code), lambda key: key.code)
    }
    in_turn = all(values == [DOWN, UP] * (len(values) // 2) + [DOWN] * (len(values) % 2) for values in by_code.values())
    return in_turn and not any(len(values) % 2 for code, values in by_code.items() if code in MODIFIERS)


@given(st.data(), st.sampled_from(Layout))
def test_one_event_that_is_missing_or_came_twice_makes_no_other_number(data, layout):
    """Fault 1."""
    events = keys("8X-0a1b5C\r", layout=layout)
    at = data.draw(st.integers(0, len(events) - 1))
    twice = data.draw(st.booleans())
    said = told(
        ENTERS_IN[layout], events[:at], [events[at]] * 2 if twice else [], events[at + 1 :], keys("7654\r", 200, layout=layout)
    )

    assert set(texts(said)) <= {"8X-0a1b5C", "7654"}


@given(st.data(), st.sampled_from(Layout))
def test_events_that_are_missing_make_another_number_only_if_each_key_still_goes_down_and_up(data, layout):
    """Fault 1. What no decoder can see: all of a key missing. The kernel's own word (T5) is there for that."""
    events = keys("8X-0a1b5C\r", layout=layout)
    kept = [key for key in events if data.draw(st.integers(0, 9))]
    said = told(ENTERS_IN[layout], kept)

    assert set(texts(said)) <= {"8X-0a1b5C"} or sound(kept)


@given(st.data(), st.sampled_from(Layout), st.booleans())
def test_a_code_that_is_cut_off_anywhere_is_heard_whole_or_not_at_all(data, layout, in_alt_codes):
    """D5: a cable that is pulled. The kernel lets go of the keys that were down."""
    text = "8XZd-0m1b5C"
    events = presses([*(alt_codes(text) if in_alt_codes else strokes(text, layout)), Stroke((ENTER,))], 100.0)
    cut = data.draw(st.integers(0, len(events)))
    down: set[int] = set()
    for key in events[:cut]:
        down ^= {key.code}
    typed = Typed(ENTERS_IN[layout])
    released = [Key(code, UP, events[cut - 1].at) for code in sorted(down)]
    said = [one for key in [*events[:cut], *released] for one in typed.feed(key)] + typed.gone()

    assert texts(said) == ([text] if cut >= len(events) - 1 else [])
    assert len(said) == any(key.code not in MODIFIERS for key in events[:cut])


def alt_codes(text):
    return [Stroke(tuple(PAD[digit] for digit in f"{ord(char):04d}"), (LEFT_ALT,)) for char in text]


ENTERS_IN = {layout: Manner(layout, Terminator.ENTER) for layout in Layout}


@given(
    st.lists(
        st.builds(Key, st.sampled_from([2, 3, 28, 29, 30, 42, 56, 58, 82, 100, 26, 59]), st.sampled_from([0, 1, 2]), st.just(0.0)),
        max_size=60,
    ),
    st.data(),
)
def test_any_keys_at_all_are_answered(events, data):
    """Bad input: no exception, and no name of a key."""
    timed = [Key(key.code, key.value, n * data.draw(st.sampled_from([0.001, 0.2, 1.0]))) for n, key in enumerate(events)]
    for layout in Layout:
        said = told(Manner(layout), timed)
        assert all(len(text) <= len(events) for text in texts(said))
