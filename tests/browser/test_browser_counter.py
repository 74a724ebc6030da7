"""The counter as an officer has it before him: scanned, seen, decided, stamped, in a real browser and with nothing mocked."""

import re

import pytest

from tests.browser.axe import violations
from tests.browser.chromium import desk
from tests.browser.conftest import PIN, arrive

RELEASED, HELD, UNKNOWN, CARGO = "99999001495785", "99999001495786", "99999001495787", "XXXXPARS0000471"


def text(officer, selector):
    """The words of one element, as they are seen."""
    return re.sub(r"\s+", " ", officer.page.inner_text(selector)).strip()


def test_every_scan_shows_its_row_with_mark_reason_and_what_to_do(officer):
    """Q3, Q8: word, letters and shape together; the number grouped; the time; the reason; the next step."""
    officer.begin(client_name="Courtage Exemple")
    officer.scan(RELEASED, HELD, UNKNOWN, CARGO)
    officer.wait_tones("released", "held", "unknown", "released")

    assert text(officer, "#row-1 .mark") == "R Released"
    assert text(officer, "#row-2 .mark") == "NR Not released"
    assert text(officer, "#row-3 .mark") == "N/A Not on file"
    shapes = officer.page.eval_on_selector_all("#rows .mark use", "uses => uses.map(use => use.getAttribute('href').split('#')[1])")
    assert shapes == ["released", "held", "unknown", "released"]
    groups = officer.page.eval_on_selector_all("#row-1 .group", "all => all.map(one => one.textContent)")
    assert groups == ["99999", "0014", "95785"]
    assert re.fullmatch(r"[0-2][0-9]:[0-5][0-9]:[0-5][0-9]", text(officer, "#row-1 .as-of"))
    assert "Referred for examination" in text(officer, "#row-2 .why")
    assert "Check the number" in text(officer, "#row-3 .why")


def test_a_burst_needs_no_field_and_leaves_nothing_in_the_one_that_has_the_focus(officer):
    """Q1: the officer has a scanner in his hand, and does not look where the focus is."""
    officer.begin()
    officer.page.focus("#typed")
    officer.scan(RELEASED)
    officer.wait_tones("released")

    assert officer.page.input_value("#typed") == ""
    assert officer.page.query_selector("#row-1 .tag") is None


def test_a_typed_number_is_marked_and_hinders_the_stamp_until_it_is_scanned(officer):
    """Q9: a wrong digit would let other goods out."""
    officer.begin()
    officer.page.fill("#typed", RELEASED)
    officer.page.press("#typed", "Enter")
    officer.wait_tones("released")
    assert text(officer, "#row-1 .tag") == "keyed"
    assert officer.page.is_disabled("#stamp-form button")

    officer.page.click("h1")
    officer.scan(RELEASED)
    officer.page.wait_for_selector("#stamp-form button:enabled")

    officer.wait_tones("released")
    assert officer.page.query_selector("#row-1 .tag") is None


def test_mistaken_barcodes_and_repeats_are_refused_in_words_of_their_own(officer):
    """Q4: each row that goes back says why, and what to mend."""
    officer.begin()
    officer.scan(RELEASED, "911", RELEASED)
    officer.wait_tones("released", "unread", "unread")

    assert "911 is a service option" in text(officer, "#row-2 .why")
    assert "repeats" in text(officer, "#row-3 .why")
    assert officer.page.is_disabled("#stamp-form button")


def test_a_row_is_removed_with_a_reason_by_keyboard_alone(officer):
    """Q10: it stays, struck out."""
    officer.begin()
    officer.scan(RELEASED, "911")
    officer.wait_tones("released", "unread")
    officer.page.focus("#row-2 [data-remove]")
    officer.page.keyboard.press("Enter")
    officer.page.wait_for_selector("dialog#remove[open]")
    officer.page.keyboard.type("not a number", delay=90)
    officer.page.keyboard.press("Enter")
    officer.wait_tones("released", "removed")

    assert "not a number" in text(officer, "#row-2 .why")
    officer.page.wait_for_selector("#stamp-form button:enabled")


def stamped(officer):
    """Stamp with one key; the proof is on the screen then."""
    officer.page.wait_for_selector("#stamp-form button:enabled")
    officer.page.keyboard.press("Alt+s")
    officer.page.wait_for_selector("#proof")
    officer.awake()


def test_one_key_stamps_and_shows_the_proof_as_a_picture(officer):
    """Q9, Q10, P5: asked again, sealed, drawn; the picture is of the document in the record."""
    officer.begin()
    officer.scan(RELEASED, UNKNOWN)
    officer.wait_tones("released", "unknown")
    stamped(officer)

    picture = officer.page.wait_for_selector("#proof figure img")
    assert officer.page.evaluate("image => image.decode().then(() => image.naturalWidth)", picture) > 500
    assert "rows marked R only" in text(officer, "main")
    assert officer.page.query_selector("main a[href$='.pdf']") is None  # whatever leaves the kiosk is counted


def test_an_answer_that_changed_is_shown_before_anything_is_stamped(officer):
    """Q9: fault number one. What the officer saw as R is held now: he sees that, and nothing was stamped."""
    number = "99999002000017"
    officer.station.release(number)
    sheet = officer.begin()
    officer.scan(number)
    officer.wait_tones("released")
    officer.station.release(number, "5")

    officer.page.keyboard.press("Alt+s")

    officer.wait_tones("held")  # the stream may tell of the row before the stamp's own answer is there
    officer.page.wait_for_function("() => document.querySelector('#alarm').textContent.includes('1: R → NR')")
    assert officer.page.url.endswith(sheet)
    assert officer.page.query_selector("#proof") is None
    officer.page.keyboard.press("Alt+s")
    officer.page.wait_for_function("() => document.querySelector('#alarm').textContent.includes('have just changed')")
    officer.page.wait_for_selector("#stamp-form button:not([aria-disabled])")
    stamped(officer)
    assert "Status sheet" in text(officer, "h1")
    assert officer.complaints == ["Failed to load resource: the server responded with a status of 409 (CONFLICT)"]
    officer.complaints.clear()


def test_a_move_in_bond_is_chosen_by_keys_alone_and_reads_as_no_release(officer):
    """P5, P6: one key shows what it means, and the stamp is a control of its own behind it."""
    page = officer.page
    officer.begin()
    officer.scan("8XXX-000009")
    officer.wait_tones("unknown")
    page.wait_for_selector("#stamp-form button:enabled")
    assert not page.is_visible("#in-bond button")

    page.keyboard.press("Alt+b")
    page.wait_for_selector("#in-bond button:visible")
    assert "This is no release" in text(officer, "#in-bond")
    assert not violations(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "authorized-to-move-in-bond"
    page.keyboard.press("Enter")

    page.wait_for_selector("#proof")
    assert "Authorized to move in bond" in text(officer, "h1")
    assert "This is no release" in text(officer, "main")


def test_keys_that_walk_the_page_are_no_scan(officer):
    """Q4: Tab pressed fast, or held, makes no row."""
    officer.begin()
    officer.keyboard.burst("\t\t\t\t\t\t", gap=10, end="")
    officer.scan(RELEASED)
    officer.wait_tones("released")

    assert officer.page.eval_on_selector_all("#rows > tr", "rows => rows.length") == 1


def test_an_outage_in_the_middle_leaves_rows_without_a_mark_which_are_asked_again_by_themselves(browser, fragile):
    """Q6: could not ask is neither N/A nor NR; when the store is back, the rows get their marks and nobody does anything."""
    with desk(browser) as window:
        officer = arrive(window, fragile)
        officer.begin()
        officer.scan(RELEASED)
        officer.wait_tones("released")
        fragile.store("fault", "down")
        officer.scan(HELD, CARGO)
        officer.wait_tones("released", "unasked", "unasked")
        assert officer.page.query_selector("#row-2 .mark b") is None
        assert "Could not ask" in text(officer, "#row-2 .mark")
        assert officer.page.is_disabled("#stamp-form button")

        fragile.store("fault", "off")

        officer.wait_tones("released", "held", "released")
        officer.page.wait_for_selector("#stamp-form button:enabled")
        assert not officer.complaints


def test_the_server_is_killed_and_no_scan_is_lost_or_counted_twice(browser, fragile):
    """Q10: what was scanned while nobody listened is on the sheet when somebody does again, once, in its order."""
    with desk(browser) as window:
        officer = arrive(window, fragile)
        officer.begin()
        officer.scan(RELEASED)
        officer.wait_tones("released")
        fragile.kill()
        officer.scan(HELD, CARGO)
        officer.page.wait_for_function("() => document.querySelector('#outbox').textContent.includes('2')")

        fragile.start()

        officer.wait_tones("released", "held", "released")
        officer.page.wait_for_selector("#outbox", state="hidden")
        officer.page.reload()
        officer.wait_tones("released", "held", "released")
        assert HELD in text(officer, "#row-2")


def test_the_browser_dies_with_scans_unsent_and_sends_them_when_it_comes_back(browser, fragile):
    """Q10: written down before they are sent."""
    with desk(browser) as window:
        officer = arrive(window, fragile)
        sheet = officer.begin()
        fragile.kill()
        officer.scan(RELEASED, HELD)
        officer.page.wait_for_selector("#outbox:not([hidden])")
        officer.page.close(run_before_unload=False)

        fragile.start()
        again = officer.__class__(window.new_page(), fragile, [], officer.keyboard)
        again.go(f"/sheets/{sheet}")

        again.wait_tones("released", "held")
        assert RELEASED in text(again, "#row-1")


def test_two_tabs_and_two_officers_see_each_other_and_disturb_nobody(browser, station):
    """Q10: each scan is a row of its own, whoever made it; both screens show both."""
    with desk(browser) as first, desk(browser) as second:
        one, other = arrive(first, station, "B1001"), arrive(second, station, "B1002")
        sheet = one.begin()
        other.go(f"/sheets/{sheet}")
        one.scan(RELEASED)
        other.wait_tones("released")
        other.scan(HELD)
        one.wait_tones("released", "held")

        tab = one.__class__(first.new_page(), station, [], None)
        tab.go(f"/sheets/{sheet}")
        tab.wait_tones("released", "held")
        assert text(tab, "#row-2 .mark") == text(one, "#row-2 .mark") == text(other, "#row-2 .mark")


def test_an_officer_never_stamps_a_row_that_he_has_not_seen(browser, station):
    """Q9: another's scan between his look and his key is shown to him first."""
    with desk(browser) as first, desk(browser) as second:
        one, other = arrive(first, station, "B1001"), arrive(second, station, "B1002")
        sheet = one.begin()
        one.scan(RELEASED)
        one.wait_tones("released")
        seen = one.page.get_attribute("#sheet", "data-entries")
        other.go(f"/sheets/{sheet}")
        other.scan(CARGO)
        other.wait_tones("released", "released")

        csrf = one.page.get_attribute("meta[name=csrf]", "content")
        reply = one.page.request.post(
            f"{station.address}/sheets/{sheet}/stamp", form={"seen": seen, "csrf": csrf}, headers={"Accept": "application/json"}
        )

        assert (reply.status, reply.json()["code"]) == (409, "moved-on")


def test_reload_and_back_lose_nothing(officer):
    sheet = officer.begin()
    officer.scan(RELEASED, HELD)
    officer.wait_tones("released", "held")
    officer.page.reload()
    officer.wait_tones("released", "held")
    officer.go("/")
    officer.page.go_back()
    officer.wait_tones("released", "held")
    assert officer.page.url.endswith(sheet)


def test_language_and_look_change_without_losing_the_sheet(officer):
    """P5: French and English on every screen."""
    sheet = officer.begin()
    officer.scan(RELEASED)
    officer.wait_tones("released")
    officer.page.click("button[name=lang]")
    officer.page.wait_for_selector("html[lang=fr]")
    officer.awake()

    assert officer.page.url.endswith(sheet)
    assert text(officer, "#row-1 .mark") == "R Mainlevée"
    officer.scan(HELD)
    officer.wait_tones("released", "held")
    assert text(officer, "#row-2 .mark") == "NR Non mainlevé" or "mainlev" in text(officer, "#row-2 .mark").lower()


def test_one_document_one_scan_the_answer_fills_the_screen(officer):
    """Q1: Option 1; the next scan begins another sheet, and never stands on the first."""
    officer.go("/one")
    officer.scan(RELEASED)
    officer.page.wait_for_selector(".answer[data-tone=released]")
    first = officer.page.get_attribute("#sheet", "data-sheet")
    box = officer.page.query_selector(".answer").bounding_box()
    assert box["height"] > 0.4 * 768

    officer.scan(HELD)
    officer.page.wait_for_selector(".answer[data-tone=held]")
    assert officer.page.get_attribute("#sheet", "data-sheet") != first

    officer.go(f"/one/{first}")
    stamped(officer)
    assert "Proof of release" in text(officer, "h1")


def test_the_first_print_is_the_original_and_the_next_says_copy_two(officer):
    """P7."""
    officer.begin()
    officer.scan(RELEASED)
    officer.wait_tones("released")
    stamped(officer)
    for copy in (1, 2):
        officer.page.click("form[data-print=printer] button:has-text('Send to the printer')")
        done = "n => document.querySelectorAll('[data-part=panel] [data-print-state=done]').length === n"
        officer.page.wait_for_function(done, arg=copy)
    assert "copy 2" in text(officer, "[data-part=panel] li:first-child")

    printed = sorted((officer.station.home / "printed").glob("*.pdf"), key=lambda path: path.stat().st_mtime_ns)
    assert len(printed) >= 2
    assert printed[-1].read_bytes() != printed[-2].read_bytes()


def sent_to_print(reply):
    """The kiosk's own answer: the viewer of PDFs opens the same address within itself."""
    return reply.request.method == "POST" and reply.url.endswith("/print")


def test_a_print_at_the_counter_opens_in_a_tab_of_its_own_and_the_second_is_copy_two(officer):
    """P7: by mouse and by key."""
    sheet = officer.begin()
    officer.scan(RELEASED)
    officer.wait_tones("released")
    stamped(officer)
    names = []
    for press in (lambda: officer.page.click("form[data-print=here] button"), lambda: officer.page.keyboard.press("Alt+p")):
        with officer.page.context.expect_event("response", sent_to_print) as printed:
            press()
        assert (printed.value.status, printed.value.headers["content-type"]) == (200, "application/pdf")
        names.append(printed.value.headers["content-disposition"])
    assert names == [f'inline; filename="{sheet}.pdf"', f'inline; filename="{sheet}-copy-2.pdf"']
    assert officer.page.url.endswith(sheet)


def test_a_print_that_is_refused_says_so_in_its_tab(officer):
    officer.begin()
    officer.scan(RELEASED)
    officer.wait_tones("released")
    stamped(officer)
    tab = officer.page.context.new_page()
    other = officer.__class__(tab, officer.station, [], None).begin()
    officer.page.evaluate("(other) => { document.querySelector('form[data-print=here]').action = `/sheets/${other}/print` }", other)
    with officer.page.expect_popup() as opened:
        officer.page.click("form[data-print=here] button")
    opened.value.wait_for_selector("main h1")
    assert "stamped" in opened.value.inner_text("main")
    assert opened.value.query_selector("a[href='/']")


def test_only_a_supervisor_takes_a_proof_back_and_the_screen_says_so(browser, station):
    """P2: with a reason; it is on record who did it."""
    with desk(browser) as first, desk(browser) as second:
        officer, supervisor = arrive(first, station), arrive(second, station, "S2001")
        sheet = officer.begin()
        officer.scan(RELEASED)
        officer.wait_tones("released")
        stamped(officer)
        assert officer.page.query_selector("details form[action$=void]") is None

        supervisor.go(f"/sheets/{sheet}")
        supervisor.page.click("details:has(#void-reason) summary")
        supervisor.page.fill("#void-reason", "wrong client")
        supervisor.page.click("form[action$=void] button")
        supervisor.page.wait_for_selector(".banner-error")

        officer.page.reload()
        assert "proves nothing. Reason: wrong client" in text(officer, ".banner-error")


def test_a_row_that_can_not_be_read_is_scanned_by_hand(officer):
    """Q4: the next scan stands for the row."""
    officer.begin()
    officer.scan("911")
    officer.wait_tones("unread")
    officer.page.click("[data-instead='1']")
    officer.page.wait_for_selector("#instead:not([hidden])")
    officer.scan(RELEASED)

    officer.wait_tones("removed", "released")
    assert "→ 2" in text(officer, "#row-1 .why")


def test_the_shortcuts_are_listed_by_a_question_mark(officer):
    officer.begin()
    officer.scan(RELEASED)
    officer.page.wait_for_selector("#stamp-form button:enabled")
    officer.page.keyboard.press("?")
    officer.page.wait_for_selector("dialog#keys[open]")

    listed = text(officer, "#keys-list")
    assert "S" in listed
    assert "Stamp" in listed


def test_each_row_is_announced_once(officer):
    """Live regions: what was there at load is not said again."""
    officer.begin()
    officer.page.evaluate(
        "() => { window.said = []; new MutationObserver(all => all.forEach(one => one.addedNodes.forEach(node => window.said.push("
        "node.textContent)))).observe(document.querySelector('#announce'), {childList: true, subtree: true}) }"
    )
    officer.scan(RELEASED, HELD)
    officer.wait_tones("released", "held")
    officer.page.wait_for_function("() => window.said.join(' ').includes('95786')")

    said = [line for line in officer.page.evaluate("() => window.said") if "95785" in line]
    assert said == ["Row 1: 99999 0014 95785. Released. Release on file"]


@pytest.mark.parametrize("badge", ["B1001"])
def test_an_idle_session_ends_at_the_log_in_page_and_comes_back_to_the_sheet(browser, station, badge):
    """The open sheet stays: log out, log in, go on."""
    with desk(browser) as window:
        officer = arrive(window, station, badge)
        sheet = officer.begin()
        officer.scan(RELEASED)
        officer.wait_tones("released")
        officer.page.click("form[action='/logout'] button")
        officer.page.wait_for_selector("input[name=pin]")
        officer.page.goto(f"{station.address}/sheets/{sheet}")
        officer.page.fill("input[name=badge]", badge)
        officer.page.fill("input[name=pin]", PIN)
        officer.page.keyboard.press("Enter")
        officer.page.wait_for_selector("#row-1")
        assert officer.page.url.endswith(sheet)
