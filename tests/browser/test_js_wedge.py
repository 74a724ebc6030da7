"""The ear for scanners: bursts are told from typing, and taken whole or refused, wherever the focus is (Q1, Q4)."""

import random
import string
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.browser.chromium import complaints, desk
from tests.browser.fake_counter import SHEET, FakeCounter, fake_counter, said
from tests.browser.scanner import CONTROL, Keyboard, Stroke, strokes

NUMBER = "99999001495785"
LETTERS = string.ascii_uppercase + string.digits + "-"

DECIDE = """async ([events, known]) => {
  const { Wedge } = await import("/static/js/wedge.js");
  const heard = [];
  const wedge = new Wedge((one) => heard.push(one), known);
  const kept = [];
  for (const { kind, ...event } of events) {
    if (kind === "down") kept.push(wedge.press(event));
    else if (kind === "up") wedge.release(event);
    else if (kind === "cut") wedge.cut(event.t);
    else wedge.quiet(event.t);
  }
  wedge.quiet(1e9);
  return { heard: heard.filter((one) => one.kind !== "typed"), kept, ended: wedge.ended };
}"""


@pytest.fixture(scope="module")
def counter():
    with fake_counter() as made:
        yield made


@pytest.fixture(scope="module")
def window(browser):
    with desk(browser) as context:
        yield context


@pytest.fixture(scope="module")
def pure(window, counter):
    page = window.new_page()
    page.goto(f"{counter.url}/plain")
    return lambda events, **known: page.evaluate(DECIDE, [events, known])


@pytest.fixture
def sheet(window, counter: FakeCounter):
    counter.rows, counter.got, counter.mood = [], [], "well"
    page = window.new_page()
    said = complaints(page)
    page.goto(f"{counter.url}/sheets/{SHEET}")
    page.wait_for_selector("html[data-ready]")
    yield page
    page.evaluate("localStorage.clear()")
    page.close()
    assert [one for one in said if "503" not in one] == []


def down(key, t, **more):
    return {"kind": "down", "key": key, "code": more.pop("code", f"K{key}"), "t": t, **more}


def up(key, t, **more):
    return {"kind": "up", "key": key, "code": more.pop("code", f"K{key}"), "t": t, **more}


def keys(text, gap, end="Enter", at=1000.0):
    """Presses without overlap."""
    names = [*text, *([end] if end else [])]
    return [one for i, key in enumerate(names) for one in (down(key, at + i * gap), up(key, at + i * gap + min(gap, 1) / 2))]


def texts(found):
    return [one["text"] for one in found["heard"] if one["kind"] == "scan"]


def whys(found):
    return [one["why"] for one in found["heard"] if one["kind"] == "noread"]


# --- the decision ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["Enter", "Tab", ""])
@pytest.mark.parametrize("gap", [0, 1, 2, 10, 20, 35])
def test_a_burst_at_any_scanner_s_speed_is_a_scan_however_it_ends(pure, gap, end):  # T3
    found = pure(keys(NUMBER, gap, end))
    assert texts(found) == [NUMBER]
    assert found["heard"][0]["keyed"] is False
    assert found["heard"][0]["ms"] == pytest.approx(gap * (len(NUMBER) if end else len(NUMBER) - 1))


@pytest.mark.parametrize("gap", [46, 60, 70, 80, 120, 300])
def test_typing_is_never_a_scan_and_never_kept_from_the_field(pure, gap):
    found = pure(keys(NUMBER, gap))
    assert found["heard"] == []
    assert not any(found["kept"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(LETTERS, min_size=5, max_size=25), st.integers(0, 35), st.sampled_from(["Enter", "Tab"])),
        min_size=1,
        max_size=4,
    )
)
def test_bursts_one_after_another_come_out_whole_and_apart(pure, scans):  # T34
    events, at = [], 1000.0
    for text, gap, end in scans:
        events += keys(text, gap, end, at)
        at = events[-1]["t"] + 1
    assert texts(pure(events)) == [text for text, _, _ in scans]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(46, 200), min_size=3, max_size=20))
def test_no_rhythm_of_a_typist_makes_a_scan(pure, gaps):
    at = [1000.0 + sum(gaps[:i]) for i in range(len(gaps) + 1)]
    found = pure([one for i, t in enumerate(at) for one in (down(str(i % 10), t), up(str(i % 10), t + 40))])
    assert found["heard"] == []


@settings(max_examples=60, deadline=None)
@given(st.text(LETTERS, min_size=5, max_size=25), st.data())
def test_a_burst_with_a_strange_key_anywhere_is_no_read_and_never_a_part(pure, text, data):
    place = data.draw(st.integers(0, len(text)))
    strange = data.draw(st.sampled_from(["Unidentified", "Dead", "Process", "F8", "ArrowLeft", "Backspace", "Escape"]))
    found = pure(
        [
            one
            for i, key in enumerate([*text[:place], strange, *text[place:], "Enter"])
            for one in (down(key, i * 2.0), up(key, i * 2.0 + 1))
        ]
    )
    assert texts(found) == []
    assert whys(found) in (["unknown"], ["torn"])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_two_scanners_at_once_are_refused_at_every_interleaving_that_shows(pure, data):  # T1
    one = [(kind, key, t) for i, key in enumerate(NUMBER) for kind, t in ((down, i * 4.0), (up, i * 4.0 + 2)) for key in [key]]
    shift = data.draw(st.floats(0.25, 12).filter(lambda x: (x % 4) < 1.9))
    other = [
        (kind, key, t + shift)
        for i, key in enumerate("XXXXPARS000471")
        for kind, t in ((down, i * 4.0), (up, i * 4.0 + 2))
        for key in [key]
    ]
    events = sorted(one + other, key=lambda each: each[2])
    assert texts(pure([kind(key, t) for kind, key, t in events] + keys("", 1, "Enter", events[-1][2] + 2))) == []


def test_a_key_that_lies_over_another_makes_a_no_read(pure):
    events = [down("9", 0), down("8", 2), up("9", 3), up("8", 4), *keys("765432", 2, at=6)]
    assert whys(pure(events)) == ["overlap"]


def test_a_key_that_comes_up_but_never_went_down_was_lost(pure):
    events = [*keys("999", 2, "", at=0), up("4", 7), *keys("5678", 2, at=8)]
    assert whys(pure(events)) == ["lost"]


def test_a_key_that_repeats_inside_a_burst_makes_a_no_read(pure):
    events = [down("9", 0), down("9", 2, repeat=True), up("9", 3), *keys("8765432", 2, at=4)]
    assert texts(pure(events)) == []
    assert len(whys(pure(events))) == 1


def test_a_held_key_is_not_a_burst(pure):
    events = [down("9", 0), *(down("9", 500 + i * 30, repeat=True) for i in range(40)), up("9", 1800), down("Enter", 1830)]
    found = pure(events)
    assert found["heard"] == []
    assert not any(found["kept"])


def test_a_burst_whose_beginning_went_elsewhere_is_refused(pure):
    assert whys(pure([{"kind": "cut", "t": 990}, *keys(NUMBER, 2)])) == ["cut"]
    assert whys(pure(keys(NUMBER, 2), since=750)) == ["cut"]
    assert texts(pure(keys(NUMBER, 2), since=749)) == [NUMBER]


def test_a_burst_whose_end_goes_elsewhere_is_refused(pure):
    assert whys(pure([*keys(NUMBER[:9], 2, ""), {"kind": "cut", "t": 1017}])) == ["cut"]


@pytest.mark.parametrize("before", [1, 100, 116, 249, 250])
def test_a_key_within_a_quarter_of_a_second_before_a_burst_may_be_its_beginning(pure, before):
    """A1001, whose A came 116 ms before the rest, is not 1001."""
    found = pure([down("A", 1000), up("A", 1000.5), *keys("1001", 2, at=1000.0 + before)])
    assert texts(found) == ([] if before > 45 else ["A1001"])
    assert whys(found) == (["torn"] if before > 45 else [])


def test_a_key_that_comes_up_alone_before_a_burst_was_its_beginning(pure):
    assert whys(pure([up("A", 900), *keys("1001", 2)])) == ["torn"]
    assert texts(pure([up("A", 740), *keys("1001", 2)])) == ["1001"]


def test_the_rest_of_a_burst_that_the_page_missed_does_not_press_enter(pure):
    found = pure([{"kind": "cut", "t": 990}, *keys("1", 2)])
    assert whys(found) == ["cut"]
    assert found["kept"] == [False, True]


@settings(max_examples=75, deadline=None)
@given(
    text=st.text(LETTERS, min_size=5, max_size=25),
    data=st.data(),
    gap=st.integers(1, 35),
    end=st.sampled_from(["Enter", "Tab", ""]),
    ended=st.booleans(),
    how=st.sampled_from(["lost", "late", "early"]),
)
def test_no_part_of_a_number_is_ever_taken_for_a_number(pure, text, data, gap, end, ended, how):
    """Q4, T3. The first keys are lost while the page wakes, or come late, or early and up to a quarter of a second apart."""
    cut = data.draw(st.integers(1, len(text) - 1))
    head, tail = keys(text[:cut], gap, ""), keys(text[cut:], gap, end, at=1000.0 + cut * gap)
    if how == "lost":
        woke = data.draw(st.floats(head[-1]["t"] - 2 * gap, tail[0]["t"]))
        events = [*({"kind": "up"} | one for one in head[-1:] if one["t"] > woke), *tail]
        heard = texts(pure(events, since=woke, ended=ended))
    elif how == "late":
        apart = data.draw(st.floats(0, 249 - gap))  # sums of floats: not up to the very edge
        heard = texts(pure(head + [one | {"t": one["t"] + apart} for one in tail], ended=ended))
    else:
        steps = data.draw(st.lists(st.floats(46, 249), min_size=cut, max_size=cut))
        slow = [one for i, key in enumerate(text[:cut]) for one in (down(key, sum(steps[:i])), up(key, sum(steps[:i]) + 1))]
        heard = texts(pure(slow + [one | {"t": one["t"] - tail[0]["t"] + sum(steps)} for one in tail], ended=ended))
    assert heard in ([], [text])


@settings(max_examples=60, deadline=None)
@given(text=st.text(LETTERS, min_size=6, max_size=25), data=st.data(), gap=st.integers(1, 35))
def test_a_burst_that_lost_its_end_is_not_read_by_who_knows_the_end(pure, text, data, gap):
    cut = data.draw(st.integers(5, len(text) - 1))
    whole = keys("99999001495785", 2)
    assert texts(pure([*whole, *keys(text[:cut], gap, "", at=5000.0)])) == ["99999001495785"]


def test_a_pause_never_makes_half_a_number(pure):
    head, tail = keys(NUMBER[:4], 2, ""), keys(NUMBER[4:], 2, at=1080)
    assert texts(pure(head + tail)) == []
    assert whys(pure(head + tail)) == ["torn"]
    assert whys(pure([*keys("9", 2, ""), *keys(NUMBER[1:], 2, at=1070)])) == ["torn"]


def test_a_scanner_that_is_known_to_send_enter_is_refused_without_it(pure):
    broken = keys(NUMBER[:9], 2, "")
    found = pure(broken + keys(NUMBER[9:], 2, at=1150), ended=True)
    assert texts(found) == []
    assert whys(found) == ["torn"]
    found = pure(broken + keys(NUMBER[9:], 2, "", at=1350), ended=True)
    assert texts(found) == []
    assert whys(found) == ["torn", "torn"]


def test_the_end_that_a_scanner_sends_is_learned_and_unlearned(pure):
    whole, without = keys(NUMBER, 2), [keys(NUMBER, 2, "", at=2000.0 + 1000 * i) for i in range(4)]
    assert pure(whole)["ended"] is True
    found = pure(whole + [one for scan in without for one in scan])
    assert len(whys(found)) == 3
    assert texts(found) == [NUMBER, NUMBER]
    assert found["ended"] is False


def test_different_texts_without_the_end_never_unlearn_it(pure):
    """A scanner's last key and its end get lost, again and again: not read, however often."""
    events = [one for i in range(8) for one in keys(NUMBER[: 6 + i], 2, "", at=1000.0 + 1000 * i)]
    assert texts(pure(events, ended=True)) == []


def test_a_short_barcode_is_heard_when_it_has_an_end(pure):  # 911: a service option, refused by the kiosk in words
    assert texts(pure(keys("911", 5))) == ["911"]
    assert texts(pure(keys("911", 5, ""))) == []


@pytest.mark.parametrize("end", ["j", "m", "i"])
def test_a_line_end_sent_as_control_and_a_letter_ends_the_burst(pure, end):
    events = [
        *keys(NUMBER, 2, ""),
        down("Control", 1030),
        down(end, 1032, ctrl=True),
        up(end, 1033, ctrl=True),
        up("Control", 1034),
    ]
    found = pure(events)
    assert texts(found) == [NUMBER]
    assert found["kept"][-1]


def test_a_carriage_return_with_its_line_feed_is_one_end(pure):
    found = pure([*keys(NUMBER, 2), down("j", 1032, ctrl=True), down("Enter", 1040)])
    assert texts(found) == [NUMBER]
    assert found["kept"][-2:] == [True, True]


def test_a_group_separator_is_part_of_the_text(pure):
    events = [*keys("0199999", 2, ""), down("]", 1014, ctrl=True), up("]", 1015), *keys("21AB", 2, at=1016)]
    assert texts(pure(events)) == ["0199999\x1d21AB"]


def test_capitals_that_caps_lock_turned_are_turned_back(pure):
    events = [one | {"caps": True} for one in keys("xxxxpars0000471", 2)]
    assert texts(pure(events)) == ["XXXXPARS0000471"]


def test_characters_sent_by_alt_and_the_keypad_are_read(pure):
    events, t = [], 0.0
    for character in "XXXX-PARS 1":
        events.append(down("Alt", t, code="AltLeft"))
        for digit in f"{ord(character):03}":
            t += 3
            events += [down(digit, t, code=f"Numpad{digit}", alt=True), up(digit, t + 1, code=f"Numpad{digit}", alt=True)]
        t += 3
        events.append(up("Alt", t, code="AltLeft"))
    assert texts(pure([*events, down("Enter", t + 3)])) == ["XXXX-PARS 1"]


def test_what_an_input_method_composes_is_no_read(pure):
    events = keys(NUMBER, 2)
    events[6] |= {"composing": True}
    assert whys(pure(events)) == ["unknown"]


def test_a_shifted_burst_with_slow_modifiers_is_whole(pure):
    events, t = [], 0.0
    for letter in "XXXXPARS":
        events += [down("Shift", t), down(letter, t + 30), up(letter, t + 31), up("Shift", t + 60)]
        t += 90
    assert texts(pure([*events, down("Enter", t)])) == ["XXXXPARS"]


# --- in the page ---------------------------------------------------------------------------------------------------------------


def got(counter, n):
    """What was sent, each scan once."""
    return [one.get("text", one.get("noread")) for one in {one["id"]: one for one in counter.got}.values()][:n]


def wait_rows(page, n):
    page.wait_for_function(
        "n => document.querySelectorAll('#rows > tr[data-place]').length === n && !document.querySelector('.row-asking')", arg=n
    )


@pytest.mark.parametrize(("gap", "end"), [(0, "\r"), (2, "\t"), (10, "\r"), (30, ""), (35, "\r")])
def test_a_burst_anywhere_on_the_page_makes_a_row(sheet, counter, gap, end):
    Keyboard(sheet).burst(NUMBER, gap, end)
    wait_rows(sheet, 1)
    assert got(counter, 9) == [NUMBER]
    assert counter.got[0] == {"id": counter.got[0]["id"], "text": NUMBER, "keyed": False, "instead": None, "badge": "12345"}


def test_typing_in_the_field_is_keyed(sheet, counter):
    sheet.focus("#typed")
    Keyboard(sheet).send(strokes(NUMBER, 70))
    wait_rows(sheet, 1)
    assert (counter.got[0]["text"], counter.got[0]["keyed"]) == (NUMBER, True)
    assert sheet.input_value("#typed") == ""


def test_pasting_into_the_field_is_keyed(sheet, counter):
    sheet.focus("#typed")
    sheet.keyboard.insert_text(NUMBER)
    Keyboard(sheet).send([Stroke("Enter", 0)])
    wait_rows(sheet, 1)
    assert counter.got[0]["keyed"] is True


@pytest.mark.parametrize("field", ["#other", "#typed"])
def test_a_burst_while_typing_leaves_the_field_as_it_was_typed(sheet, counter, field):
    sheet.focus(field)
    scanner = Keyboard(sheet)
    scanner.send(strokes("abc", 90, ""))
    scanner.burst(NUMBER, 5, silence=251)
    wait_rows(sheet, 1)
    assert sheet.input_value(field) == "abc"
    assert sheet.evaluate("document.activeElement.id") == field[1:]
    assert got(counter, 9) == [NUMBER]
    assert sheet.url.endswith(SHEET)


def test_a_burst_does_not_press_the_button_that_has_the_focus(sheet, counter):
    sheet.evaluate("window.pressed = 0; document.querySelector('#go').addEventListener('click', () => (window.pressed += 1))")
    sheet.focus("#go")
    Keyboard(sheet).burst("GGGG 12345", 2)  # its letter is a shortcut, its space and its end press buttons
    wait_rows(sheet, 1)
    assert sheet.evaluate("window.pressed") == 0
    assert got(counter, 9) == ["GGGG 12345"]


def test_a_burst_does_not_choose_from_the_list_that_has_the_focus(sheet):
    sheet.focus("#chosen")
    Keyboard(sheet).burst(NUMBER)
    wait_rows(sheet, 1)
    assert sheet.input_value("#chosen") == "A"


def test_a_burst_does_not_move_the_focus_with_its_tab(sheet):
    sheet.focus("#other")
    Keyboard(sheet).burst(NUMBER, 2, "\t")
    wait_rows(sheet, 1)
    assert sheet.evaluate("document.activeElement.id") == "other"


def test_a_burst_in_a_dialog_is_a_scan_too(sheet):  # T26
    sheet.evaluate("document.querySelector('#remove').showModal(); document.querySelector('#reason').focus()")
    Keyboard(sheet).burst(NUMBER)
    wait_rows(sheet, 1)
    assert sheet.input_value("#reason") == ""
    assert sheet.evaluate("document.querySelector('#remove').open")


def test_control_j_from_a_scanner_opens_nothing_and_ends_the_scan(sheet, counter, window):
    whole = [*strokes(NUMBER, 2, ""), Stroke("j", 30, modifiers=CONTROL)]
    Keyboard(sheet).send(whole)
    wait_rows(sheet, 1)
    assert got(counter, 9) == [NUMBER]


def test_two_bursts_back_to_back_are_two_scans(sheet, counter):
    scanner = Keyboard(sheet)
    scanner.burst(NUMBER, 2)
    scanner.burst("XXXXPARS0000471", 2, silence=2)
    wait_rows(sheet, 2)
    assert got(counter, 9) == [NUMBER, "XXXXPARS0000471"]


def test_random_bursts_come_in_order_and_whole(sheet, counter):
    some = random.Random(3)  # the same in every run
    scanner = Keyboard(sheet)
    wanted = ["".join(some.choices(LETTERS, k=some.randint(5, 25))) for _ in range(25)]
    for text in wanted:
        scanner.burst(text, some.choice([0, 1, 3, 8, 20]), some.choice("\r\t"), silence=some.choice([5, 150]))
    wait_rows(sheet, 25)
    assert got(counter, 99) == wanted
    assert all(a["place"] + 1 == b["place"] for a, b in pairwise(counter.rows))


def test_a_broken_burst_is_told_aloud_and_the_next_scan_takes_its_place(sheet, counter):
    scanner = Keyboard(sheet)
    whole = strokes(NUMBER, 3)
    scanner.send([*whole[:5], Stroke("Dead", 13.5), *whole[5:]])
    wait_rows(sheet, 1)
    assert said("noread") in sheet.inner_text("#alarm")
    sheet.wait_for_selector("#instead:not([hidden])")
    scanner.burst(NUMBER)
    sheet.wait_for_selector("tr[data-tone=released]")
    assert got(counter, 9) == ["keys-lost", NUMBER]
    assert counter.got[-1]["instead"] == 1  # the last: a slow answer to the first may have made it be sent twice
    assert len(counter.rows) == 1
    assert sheet.inner_text("#alarm") == ""


def test_a_letter_alone_is_its_shortcut_and_in_a_field_it_is_not(sheet):
    sheet.evaluate("window.pressed = 0; document.querySelector('#go').addEventListener('click', () => (window.pressed += 1))")
    keyboard = Keyboard(sheet)
    keyboard.send([Stroke("g", 0)])
    sheet.wait_for_function("() => window.pressed === 1")
    sheet.focus("#other")
    keyboard.send([Stroke("g", 0)])
    sheet.wait_for_function("() => document.querySelector('#other').value === 'g'")
    keyboard.send([Stroke("g", 0, modifiers=1)])
    sheet.wait_for_function("() => window.pressed === 2")
    assert sheet.input_value("#other") == "g"


def test_a_badge_is_scanned_into_its_field_and_the_pin_is_next(window, counter):
    page = window.new_page()
    page.goto(f"{counter.url}/login")
    page.wait_for_selector("html[data-ready]")
    Keyboard(page).burst("12345")
    page.wait_for_function("() => document.querySelector('#badge').value === '12345'")
    assert page.evaluate("document.activeElement.id") == "pin"
    page.close()


def test_a_scan_where_no_sheet_is_open_is_refused_aloud(window, counter):  # T26
    page = window.new_page()
    page.goto(f"{counter.url}/plain")
    page.wait_for_selector("html[data-ready]")
    Keyboard(page).burst(NUMBER)
    page.wait_for_selector("#alarm > p")
    assert said("no-sheet") in page.inner_text("#alarm")
    page.close()
