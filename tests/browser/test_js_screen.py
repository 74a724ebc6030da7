"""What the scripts do on the page beside hearing and sending: rows, sounds, streams, keys, session, forms, camera, option 1."""

import pytest

from kiosk.words import words
from tests.browser.chromium import complaints, desk
from tests.browser.fake_counter import SHEET, fake_counter, said
from tests.browser.scanner import Keyboard, Stroke

RELEASED, HELD, UNKNOWN = "99999001495781", "99999001495782", "99999001495783"
CAMERA = """Object.defineProperty(navigator, 'mediaDevices', { value: {
  getUserMedia: async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
    canvas.getContext('2d').fillRect(0, 0, 9, 9);
    return (window.stream = canvas.captureStream(5));
  },
  enumerateDevices: async () => [{ kind: 'videoinput', deviceId: 'a', label: 'A' },
    { kind: 'videoinput', deviceId: 'b', label: 'B' }],
} })"""
DENIED = """Object.defineProperty(navigator, 'mediaDevices', { value: {
  getUserMedia: async () => { throw new DOMException('', 'NotAllowedError'); },
} })"""


@pytest.fixture
def counter():
    with fake_counter() as made:
        yield made


@pytest.fixture
def window(browser):
    with desk(browser) as context:
        yield context


@pytest.fixture
def open_page(window, counter):
    pages = []

    def opened(path=f"/sheets/{SHEET}", script=""):
        page = window.new_page()
        if script:
            page.add_init_script(script)
        pages.append(complaints(page))
        page.goto(counter.url + path)
        page.wait_for_selector("html[data-ready]")
        return page

    yield opened
    assert [one for said in pages for one in said if not one.startswith("Failed to load resource")] == []


def wait_rows(page, n):
    page.wait_for_function(
        "n => document.querySelectorAll('#rows > tr[data-place]').length === n && !document.querySelector('.row-asking')", arg=n
    )


def scanned(counter, *texts):
    """Rows that stand there before the page comes."""
    for i, text in enumerate(texts):
        counter.take({"id": f"before-{i}", "text": text})


def test_each_outcome_has_a_tone_of_its_own(open_page, counter):
    page, heard = open_page(), []
    scanner = Keyboard(page)
    for n, number in enumerate((RELEASED, HELD, UNKNOWN), 1):
        scanner.burst(number)
        wait_rows(page, n)
        heard.append(page.get_attribute("html", "data-tone"))
    scanner.send([Stroke("Dead", 0), *(Stroke(key, 2 + i) for i, key in enumerate("12345"))])
    wait_rows(page, 4)
    heard.append(page.get_attribute("html", "data-tone"))
    assert heard == ["released", "held", "unknown", "unread"]
    patterns = page.evaluate(
        "async () => Object.values((await import('/static/js/tones.js')).PATTERNS).map((one) => JSON.stringify(one))"
    )
    assert len(set(patterns)) == len(patterns) == 5


def test_mute_and_volume_are_kept(open_page, counter):
    page = open_page()
    page.click("#mute")
    page.fill("#volume", "25")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.get_attribute("#mute", "aria-pressed") == "true"
    assert page.input_value("#volume") == "25"


def test_each_row_is_announced_once_and_those_of_the_page_itself_never(open_page, counter):
    scanned(counter, RELEASED)
    page = open_page()
    assert page.inner_text("#announce") == ""
    Keyboard(page).burst(HELD)
    wait_rows(page, 2)
    page.evaluate("async () => (await import('/static/js/rows.js')).refresh()")
    assert page.locator("#announce > p").all_inner_texts() == [f"Row 2: {HELD} held"]


def test_a_row_that_another_changed_is_shown_by_the_stream(open_page, counter):
    counter.streams = True
    scanned(counter, HELD)
    page = open_page()
    page.focus("#other")
    counter.change(1, "released")
    page.wait_for_selector("tr[data-tone=released]")
    assert page.evaluate("document.activeElement.id") == "other"
    assert page.get_attribute("#sheet", "data-entries") == str(counter.entries)
    assert page.input_value("input[name=seen] >> nth=0") == str(counter.entries)


def test_without_a_stream_the_page_asks_each_three_seconds(open_page, counter):
    scanned(counter, HELD)
    page = open_page()
    counter.change(1, "released")
    page.wait_for_selector("tr[data-tone=released]")
    assert "rows" in counter.asked


def test_a_change_by_another_between_two_scans_is_not_overlooked(open_page, counter):
    scanned(counter, RELEASED)
    page = open_page()
    told = counter.told([])
    counter.change(1, "held")
    row = counter.take({"id": "another-scan", "text": UNKNOWN})
    reply = counter.told([row]) | {"before": told["entries"] + 1}
    page.evaluate("async (reply) => (await import('/static/js/rows.js')).apply(reply)", reply)
    page.wait_for_selector("#row-1[data-tone=held]")
    assert page.get_attribute("#sheet", "data-entries") == str(counter.entries)


def test_an_answer_that_was_overtaken_does_not_put_the_old_row_back(open_page, counter):
    scanned(counter, RELEASED)
    page = open_page()
    old = counter.told(counter.rows)
    counter.change(1, "held")
    page.evaluate("async (reply) => (await import('/static/js/rows.js')).apply(reply, { whole: true })", counter.told(counter.rows))
    page.evaluate("async (reply) => (await import('/static/js/rows.js')).apply(reply)", old)
    assert page.get_attribute("#row-1", "data-tone") == "held"


def test_rows_are_walked_by_arrow_keys_and_removed_with_a_reason(open_page, counter):
    scanned(counter, RELEASED, HELD, UNKNOWN)
    page = open_page()
    assert page.locator("tr[tabindex='0']").count() == 1
    page.focus("#row-3")
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "End", "Home", "ArrowDown"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.id") == "row-2"
    page.keyboard.press("Delete")
    page.wait_for_selector("#remove[open]")
    assert page.inner_text("#remove-what") == "Remove row 2"
    page.fill("#reason", "scanned by mistake")
    page.keyboard.press("Enter")
    page.wait_for_selector("#row-2[data-tone=removed]")
    assert not page.is_visible("#remove")


def test_the_question_mark_lists_every_shortcut(open_page, counter):
    page = open_page()
    Keyboard(page).send([Stroke("?", 0)])
    page.wait_for_selector("#keys[open]")
    assert page.locator("#keys-list kbd").all_inner_texts() == ["?", "G", "S"]
    assert page.locator("#keys-list dd").all_inner_texts() == ["?", "Go", "Stamp"]
    page.keyboard.press("Escape")
    page.wait_for_selector("#keys", state="hidden")


def test_letters_alone_are_turned_off_and_stay_off_and_alt_still_works(open_page, counter):
    """WCAG 2.1.4: somebody's voice control or unsteady hand must not press buttons."""
    page = open_page()
    page.click("#letters")
    assert page.get_attribute("#letters", "aria-pressed") == "false"
    for n in (1, 2):
        page.evaluate(
            "window.pressed = []; document.querySelector('#go').addEventListener('click', () => window.pressed.push('go'))"
        )
        keyboard = Keyboard(page)
        keyboard.send([Stroke("g", 0)])
        keyboard.send([Stroke("g", 0, modifiers=1)])
        page.wait_for_function("() => window.pressed.length")
        keyboard.burst(RELEASED)
        wait_rows(page, n)
        assert page.evaluate("window.pressed") == ["go"]
        page.reload()
        page.wait_for_selector("html[data-ready]")
    assert page.get_attribute("#letters", "aria-pressed") == "false"


@pytest.mark.parametrize(("state", "lamp"), [("good", "well"), ("unknown", "well"), ("poor", "ill"), ("bad", "ill"), (None, "ill")])
def test_the_lamp_tells_whether_the_kiosk_is_well(open_page, counter, state, lamp):
    counter.health = state
    page = open_page("/plain")
    page.wait_for_selector(f"#lamp[data-lamp={lamp}]")
    assert page.inner_text("#lamp") == words("en").say(f"screen.look.lamp-{lamp}")


def test_the_lamp_is_asked_for_each_minute(open_page, counter):
    page = open_page("/plain", script="window.setInterval = new Proxy(setInterval, { apply: (real, self, [act, ms]) => "
                     "Reflect.apply(real, self, [act, ms === 60000 ? 50 : ms]) })")  # fmt: skip
    page.wait_for_selector("#lamp[data-lamp=well]")
    counter.health = "bad"
    page.wait_for_selector("#lamp[data-lamp=ill]")
    assert page.inner_text("#lamp") == words("en").say("screen.look.lamp-ill")


def test_an_answer_two_minutes_old_says_so(open_page, counter):
    scanned(counter, RELEASED)
    page = open_page()
    look = "async (later) => (await import('/static/js/stale.js')).mark(performance.now() + later)"
    page.evaluate("document.querySelector('#row-1').dataset.asOf = new Date().toISOString()")
    page.evaluate("document.querySelector('#row-1').replaceWith(document.querySelector('#row-1').cloneNode(true))")
    page.evaluate(look, 0)
    page.evaluate("document.querySelector('#row-1').classList.remove('stale')")
    page.evaluate(look, 119000)
    assert "stale" not in page.get_attribute("#row-1", "class")
    page.evaluate(look, 121000)
    assert "stale" in page.get_attribute("#row-1", "class")
    assert "old" in page.inner_text("#row-1 .as-of")


def test_the_end_of_the_session_is_told_before_and_put_off(open_page, counter):
    counter.session = {"idle": 90, "shift": 8000}
    page = open_page()
    page.wait_for_selector("#leaving[open]")
    assert said("leaving-idle", 2) in page.inner_text("#leaving h2")
    page.click("#leaving button")
    page.wait_for_selector("#leaving", state="hidden")


def test_a_shift_that_ends_cannot_be_put_off(open_page, counter):
    counter.session = {"idle": 90, "shift": 45}
    page = open_page()
    page.wait_for_selector("#leaving[open]")
    assert said("leaving-shift", 1) in page.inner_text("#leaving h2")
    assert not page.is_visible("#leaving button")


def test_files_dropped_anywhere_are_sent_and_a_bad_one_is_named_until_put_away(open_page, counter):
    page = open_page()
    page.wait_for_load_state("networkidle")
    page.evaluate("""() => {
      const files = new DataTransfer();
      files.items.add(new File(['%PDF-1'], 'good.pdf'));
      files.items.add(new File(['x'], 'bad.txt'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }));
    }""")
    page.wait_for_selector("#uploads .fault")
    assert "bad.txt" in page.inner_text("#uploads .fault")
    assert "problem 422" in page.inner_text("#alarm")
    assert counter.uploads == [("good.pdf", 6)]
    page.click("#uploads .fault button")
    page.wait_for_selector("#uploads .fault", state="detached")


def test_a_page_taken_by_the_camera_is_sent_at_full_size(open_page, counter):
    page = open_page(script=CAMERA)
    page.wait_for_load_state("networkidle")
    page.click("[data-camera]")
    page.wait_for_selector("#camera button:enabled >> nth=0")
    assert page.locator("#camera select option").count() == 2
    page.click("#camera button >> nth=0")
    page.wait_for_selector("#uploads li")
    page.wait_for_function("(words) => document.querySelector('#uploads').textContent.includes(words)", arg=said("reading"))
    assert [name for name, _ in counter.uploads] == ["camera-1.png"]
    page.click("#camera button >> nth=1")
    page.wait_for_function("() => window.stream.getTracks().every((track) => track.readyState === 'ended')")


def test_a_camera_that_is_forbidden_says_what_to_do(open_page, counter):
    page = open_page(script=DENIED)
    page.wait_for_load_state("networkidle")
    page.click("[data-camera]")
    page.wait_for_function("(words) => document.querySelector('#camera').textContent.includes(words)", arg=said("camera-denied"))
    assert page.query_selector("#camera video[src]") is None


def test_one_document_is_one_scan_and_its_answer_fills_the_screen(open_page, counter):
    page = open_page("/one")
    scanner = Keyboard(page)
    scanner.burst(RELEASED)
    page.wait_for_selector(".answer[data-tone=released]")
    assert page.url.endswith(f"/one/{SHEET}")
    scanner.burst(HELD)
    page.wait_for_selector(".answer[data-tone=held]")
    assert [one["text"] for one in counter.got] == [RELEASED, HELD]


def test_one_document_waits_where_the_kiosk_is_away(open_page, counter):
    page = open_page("/one")
    counter.mood = "away"
    Keyboard(page).burst(RELEASED)
    page.wait_for_selector("#outbox[data-why=away]:not([hidden])")
    assert page.locator("[data-tone=released]").count() == 0
    counter.mood = "well"
    page.wait_for_selector(".answer[data-tone=released]")


def test_the_scripts_speak_the_language_of_the_page(open_page, counter):
    counter.lang = "fr"
    counter.mood = "away"
    page = open_page()
    Keyboard(page).burst(RELEASED)
    page.wait_for_selector("#outbox:not([hidden])")
    assert words("fr").count("screen.script.waiting", 1) in page.inner_text("#outbox")
