"""Enrolment: what two scans of a known symbol tell of a scanner, and that nothing is guessed (D1, D2)."""

from string import ascii_letters, digits

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from drivers.enrol import FINISH, FULL, HEADROOM, NAMES, PLAIN, Frame, Learned, Lessons, Told, framed, mistaken, pace
from drivers.framing import Frames
from drivers.keymap import Key, Typed, presses, readings, strokes
from drivers.manner import Layout, Manner, Terminator
from drivers.scan import Heard
from kiosk.core.reference import NotAReference, candidates
from tests.strategies import references as any_reference

ENDS = {"\r": Terminator.ENTER, "\t": Terminator.TAB, "": Terminator.NONE, "\r\r": Terminator.ENTER, "\t\t": Terminator.TAB}
AROUND = st.text(ascii_letters + digits, max_size=3)
SHEET = [FULL, PLAIN, *NAMES, FINISH]


def typed(text, layout=Layout.US, rate=0.002):
    return presses(strokes(text, layout), pace=rate)


def taught(*scans):
    """Lessons after these scans, and what the last of them came to."""
    lessons = Lessons()
    for keys in scans:
        told = lessons.keyed(keys) if isinstance(keys, list) else lessons.sent(keys)
    return lessons, told


@pytest.mark.parametrize("layout", Layout)
def test_no_two_layouts_read_the_first_symbol_alike(layout):
    assert [one for one, text in readings(typed(FULL, layout)).items() if FULL in text] == [layout]


@pytest.mark.parametrize("text", SHEET)
def test_no_symbol_of_the_sheet_is_ever_a_reference(text):
    for spelt in (text, text.lower(), f"*{text}*\r\n"):
        with pytest.raises(NotAReference):
            candidates(spelt)


@pytest.mark.parametrize("text", SHEET)
@pytest.mark.parametrize("layout", Layout)
def test_every_symbol_of_the_sheet_can_be_typed_in_every_layout(layout, text):
    assert text in readings(typed(text, layout))[layout]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(Layout), st.sampled_from(list(ENDS)), AROUND, AROUND, st.sampled_from([0.001, 0.02, 0.1]), any_reference)
def test_what_was_learned_reads_every_code_of_the_same_scanner(layout, end, prefix, suffix, rate, reference):  # D1
    assume(end + suffix)

    def scan(text):
        return typed(prefix + text + suffix + end, layout, rate)

    lessons, told = taught(scan(FULL), scan(PLAIN))
    decoder = Typed(lessons.learned.manner)
    keys = scan(str(reference))
    heard = [one for key in keys for one in decoder.feed(key)] + decoder.silent(keys[-1].at + 10)

    assert told == Told("learned")
    assert lessons.learned.code39
    assert lessons.learned.layout is layout
    assert lessons.learned.frame == Frame(prefix, suffix, ENDS[end])
    assert [(type(one), one.text) for one in heard] == [(Heard, str(reference))]


@pytest.mark.parametrize("end", ["\t\r", "\r\t", "Z\t\r"])
def test_tab_and_enter_together_are_read_too(end):
    lessons, _ = taught(typed(FULL + end), typed(PLAIN + end))
    decoder = Typed(lessons.learned.manner)

    assert [one.text for key in typed("XXXX0001" + end) for one in decoder.feed(key)] == ["XXXX0001"]


@given(
    st.sampled_from(["\r", "\n", "\r\n", "\t", "", "\t\r"]),
    AROUND | st.just("\x02"),
    AROUND | st.just("\x03"),
    any_reference,
)
def test_what_was_learned_reads_every_code_of_the_same_line(end, prefix, suffix, reference):  # D2
    assume(end + suffix)
    lessons, _ = taught(*(f"{prefix}{text}{suffix}{end}" for text in (FULL, PLAIN)))
    frames = Frames(lessons.learned.manner)
    heard = frames.feed(f"{prefix}{reference}{suffix}{end}".encode(), 0.0) + frames.silent(10.0)

    assert [(type(one), one.text) for one in heard] == [(Heard, str(reference))]


@given(st.sampled_from(["\r", "\n", "\r\n", "\t", ""]), AROUND | st.just("\x02"), AROUND | st.just("\x03"))
def test_a_line_shows_what_stands_around_a_code_and_what_ends_it(end, prefix, suffix):  # D2
    lessons, told = taught(f"{prefix}{FULL}{suffix}{end}", f"{prefix}{FULL}{suffix}{end}")
    if not end + suffix:
        assert (told, lessons.learned) == (Told("no-end"), None)  # a code cut short could not be told from a whole one
        return
    expected = Terminator.TAB if end == "\t" else Terminator.ENTER if end else Terminator.NONE

    assert told == Told("learned")
    assert lessons.learned == Learned(None, Frame(prefix, suffix, expected), 0.0)
    assert lessons.learned.manner == Manner(terminator=expected, prefix=prefix, suffix=suffix)


def test_one_scan_alone_teaches_nothing():
    lessons, told = taught(typed(FULL + "\r"))

    assert (told.code, lessons.learned) == ("once", None)


def test_the_second_symbol_alone_does_not_tell_the_layout():
    lessons, told = taught(typed(PLAIN + "\r"), typed(PLAIN + "\r"))

    assert (told.code, lessons.learned) == ("first-first", None)


def test_the_order_of_the_two_does_not_matter():
    assert taught(typed(PLAIN + "\r"), typed(FULL + "\r"))[0].learned == taught(typed(FULL + "\r"), typed(PLAIN + "\r"))[0].learned


@pytest.mark.parametrize(
    ("first", "second", "what"),
    [
        (typed(FULL + "\r"), typed(FULL + "\t"), "terminator"),
        (typed(FULL + "\r"), typed("A" + FULL + "\r"), "prefix"),
        (typed(FULL + "\r"), typed(FULL + "Z\r"), "suffix"),
        (typed(FULL + "\r"), typed(FULL.swapcase() + "\r"), "swapped"),
        (typed(FULL + "\r"), typed(FULL + "\r", Layout.CA_FR), "layout"),
        (FULL + "\r", FULL, "terminator"),
    ],
)
def test_two_scans_that_differ_set_nothing_and_say_in_what(first, second, what):
    lessons, told = taught(first, second)

    assert (told.code, told.fields["what"], lessons.learned) == ("differs", what, None)


def test_after_a_difference_the_later_scan_counts():
    lessons, told = taught(typed(FULL + "\t"), typed(FULL + "\r"), typed(PLAIN + "\r"))

    assert (told.code, lessons.learned.frame.terminator) == ("learned", Terminator.ENTER)


@pytest.mark.parametrize("bad", [typed(FULL.replace("#", "%") + "\r"), FULL.replace("Q", "X") + "\r"])
def test_a_damaged_scan_between_two_good_ones_begins_it_anew(bad):
    good = typed(FULL + "\r") if isinstance(bad, list) else FULL + "\r"

    lessons, told = taught(good, bad, good)

    assert (told.code, lessons.learned) == ("once", None)


def test_another_barcode_between_the_two_does_no_harm():
    lessons, told = taught(FULL + "\r", "12345-001495785\r", PLAIN + "\r")

    assert (told.code, lessons.learned.frame.terminator) == ("learned", Terminator.ENTER)


def test_a_mark_of_the_symbols_kind_is_no_prefix():
    """A scanner that sends j before Code 128 and b before Code 39: a prefix of either would spoil the other."""
    lessons, told = taught(typed("j" + FULL + "\r"), typed("b" + PLAIN + "\r"))

    assert (told.code, told.fields["first"], told.fields["second"], lessons.learned) == ("prefix-varies", "j", "b", None)


def test_aim_identifiers_are_taken_off_by_themselves():
    lessons, _ = taught("]C0" + FULL + "\r", "]A0" + PLAIN + "\r")

    assert lessons.learned.frame == Frame("", "", Terminator.ENTER)


def test_the_stars_of_a_code_39_are_no_prefix():
    assert framed(f"x*{PLAIN}*y\r", PLAIN) == Frame("x", "y", Terminator.ENTER)


def test_letters_in_the_other_case_are_told():
    lessons, _ = taught(typed(FULL.swapcase() + "\r"), typed(PLAIN.swapcase() + "\r"))

    assert lessons.learned.frame.swapped


@pytest.mark.parametrize(("rate", "gap"), [(0.001, 0.1), (0.02, 0.1), (0.1, 0.4), (0.9, 2.0)])
def test_the_gap_has_headroom_over_the_slowest_pause_that_was_seen(rate, gap):
    lessons, _ = taught(typed(FULL + "\r", rate=rate), typed(FULL + "\r", rate=rate / 2))

    assert lessons.learned.pace == pytest.approx(rate)
    assert lessons.learned.manner.gap == pytest.approx(gap)
    assert lessons.learned.manner.gap >= min(HEADROOM * rate, 2.0) - 1e-3


def test_what_no_layout_reads_is_told_character_by_character():
    lessons, told = taught(typed(FULL.replace("#", "%") + "\r"))

    assert (told.code, lessons.learned) == ("no-layout", None)
    assert told.fields == {"wrong": "# → %", "near": "us"}


def test_a_damaged_line_is_told_character_by_character():
    assert mistaken({None: FULL.replace("Q", "\xff\x00Q") + "\r"}).code == "garbled"


def test_keys_without_a_character_in_any_layout_are_told():
    assert taught([Key(59, 1, 0.0), Key(59, 0, 0.1)])[1].code in {"unknown-keys", "other-code"}


@pytest.mark.parametrize("text", ["12345-001495785", "hello", "K7QD.000123", "\r", ""])
def test_another_code_is_another_code(text):
    assert taught(text + "\r")[1] == Told("other-code", {"got": text.strip()})


@pytest.mark.parametrize(("code", "name"), NAMES.items())
@pytest.mark.parametrize("layout", [Layout.US, Layout.FR])
def test_a_name_is_taken_once_the_scanner_is_known(layout, code, name):
    def scan(text):
        return typed(f"j{text}k\r", layout)

    early, refused = taught(scan(FULL), typed(code + "\r"))
    lessons, told = taught(scan(FULL), scan(PLAIN), scan(code))

    assert (refused.code, early.name) == ("first-first", "")
    assert (told, lessons.name) == (Told("named", {"name": name}), name)


def test_the_last_symbol_ends_it_for_a_scanner_that_nobody_knows_too():
    assert taught(typed(FINISH + "\r"))[0].finished
    assert taught("]C0" + FINISH + "\r\n")[0].finished


def test_a_second_enrolment_replaces_the_first():
    lessons, _ = taught(typed(FULL + "\r"), typed(PLAIN + "\r"), typed(FULL + "\t", Layout.DE), typed(PLAIN + "\t", Layout.DE))

    assert (lessons.learned.layout, lessons.learned.frame.terminator) == (Layout.DE, Terminator.TAB)


@given(st.lists(st.text() | st.sampled_from(SHEET), max_size=4))
def test_whatever_a_line_sends_there_is_an_answer_and_no_guess(texts):
    lessons = Lessons()
    for text in texts:
        assert lessons.sent(text).code
    if sum(FULL in text or FULL.swapcase() in text or PLAIN in text or PLAIN.swapcase() in text for text in texts) < 2:
        assert lessons.learned is None


@given(st.lists(st.builds(Key, st.integers(1, 120), st.sampled_from([0, 1, 2]), st.floats(0, 5)), max_size=40))
def test_whatever_keys_come_there_is_an_answer_and_nothing_is_learned(keys):
    lessons = Lessons()

    assert lessons.keyed(sorted(keys, key=lambda key: key.at)).code
    assert lessons.learned is None


def test_the_pace_of_one_key_is_none():
    assert pace([Key(30, 1, 1.0)]) == 0.0
