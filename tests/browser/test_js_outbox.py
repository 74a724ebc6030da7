"""Nothing is lost: a scan is kept until it is answered, through dead servers, dead pages and two tabs, and counts once."""

import asyncio

import pytest

from tests.browser.chromium import desk
from tests.browser.fake_counter import SHEET, fake_counter, said
from tests.browser.scanner import Keyboard

NUMBER, OTHER, THIRD = "99999001495781", "99999001495782", "99999001495783"
KEPT = "() => Object.keys(localStorage).filter((key) => key.startsWith('kiosk.outbox/')).length"


@pytest.fixture
def counter():
    with fake_counter() as made:
        yield made


@pytest.fixture
def window(browser):
    with desk(browser) as context:
        yield context


@pytest.fixture
def sheet(window, counter):
    return opened(window, counter)


def opened(window, counter):
    page = window.new_page()
    page.goto(f"{counter.url}/sheets/{SHEET}")
    page.wait_for_selector("html[data-ready]")
    return page


def kept(page):
    return page.evaluate(KEPT)


def wait_kept(page, n):
    page.wait_for_function(f"(n) => ({KEPT})() === n", arg=n)


def wait_rows(page, n):
    page.wait_for_function(
        "n => document.querySelectorAll('#rows > tr[data-place]').length === n && !document.querySelector('.row-asking')", arg=n
    )


def wait_why(page, why):
    page.wait_for_selector(f"#outbox[data-why={why}]:not([hidden])")


def wait_alarm(page, words):
    page.wait_for_function("(words) => document.querySelector('#alarm').textContent.includes(words)", arg=words)


def test_a_scan_is_written_down_before_it_is_sent_and_struck_out_after_its_answer(sheet, counter):
    counter.mood = "hang"
    Keyboard(sheet).burst(NUMBER)
    sheet.wait_for_selector(".row-asking")
    assert kept(sheet) == 1
    assert sheet.locator(".row-asking .mark").count() == 0
    assert sheet.get_attribute(".row-asking", "data-tone") is None  # Q6: no mark before there is an answer
    counter.mood = "well"
    counter.release.set()
    wait_rows(sheet, 1)
    assert kept(sheet) == 0


@pytest.mark.parametrize("mood", ["away", "broken", "html"])
def test_a_kiosk_that_cannot_ask_is_told_and_asked_again(sheet, counter, mood):
    counter.mood = mood
    Keyboard(sheet).burst(NUMBER)
    wait_why(sheet, "away")
    assert said("waiting", 1) in sheet.inner_text("#outbox")
    assert said("why-away") in sheet.inner_text("#alarm")
    assert sheet.inner_text(".row-asking .mark-cell") == said("waits")
    assert sheet.get_attribute("html", "data-tone") == "unasked"
    counter.mood = "well"
    wait_rows(sheet, 1)
    assert len({one["id"] for one in counter.got}) == 1
    assert len(counter.got) >= 2
    assert sheet.inner_text("#alarm") == ""
    assert sheet.locator("#outbox").is_hidden()


def test_a_server_killed_between_scans_gets_each_of_them_once_and_in_order(sheet, counter):
    scanner = Keyboard(sheet)
    scanner.burst(NUMBER)
    wait_rows(sheet, 1)
    counter.kill()
    scanner.burst(OTHER)
    scanner.burst(THIRD)
    wait_why(sheet, "away")
    assert kept(sheet) == 2
    counter.start()
    wait_rows(sheet, 3)
    assert [row["text"] for row in counter.rows] == [NUMBER, OTHER, THIRD]
    assert kept(sheet) == 0


def test_an_answer_that_got_lost_does_not_count_twice(sheet, counter):
    counter.mood = "hangup"
    Keyboard(sheet).burst(NUMBER)
    wait_why(sheet, "away")
    assert len(counter.rows) == 1  # the kiosk has it, the page doesn't know
    counter.mood = "well"
    wait_rows(sheet, 1)
    assert len(counter.rows) == 1


def test_a_kiosk_that_does_not_answer_in_time_is_asked_again(sheet, counter):
    sheet.clock.install()
    counter.mood = "hang"
    sheet.evaluate("navigator.locks.request('x', () => {})")
    Keyboard(sheet).burst(NUMBER)
    sheet.clock.run_for(200)
    sheet.wait_for_selector(".row-asking")
    sheet.clock.run_for(8100)
    wait_why(sheet, "away")
    counter.mood = "well"
    counter.release.set()
    sheet.clock.run_for(600)
    wait_rows(sheet, 1)
    assert len(counter.rows) == 1


def test_a_reload_with_a_full_outbox_sends_the_rest(sheet, counter):
    counter.mood = "away"
    scanner = Keyboard(sheet)
    for text in (NUMBER, OTHER, THIRD):
        scanner.burst(text)
    wait_kept(sheet, 3)
    sheet.reload()
    sheet.wait_for_selector("html[data-ready]")
    assert sheet.locator(".row-asking").count() == 3
    counter.mood = "well"
    wait_rows(sheet, 3)
    assert [row["text"] for row in counter.rows] == [NUMBER, OTHER, THIRD]
    assert kept(sheet) == 0


def test_a_page_that_crashes_leaves_its_scans_to_the_next(window, counter, sheet):
    counter.mood = "away"
    Keyboard(sheet).burst(NUMBER)
    wait_kept(sheet, 1)
    crashed = window.new_cdp_session(sheet)
    with sheet.expect_event("crash"):
        killed = crashed._impl_obj.send("Page.crash", params={}, timeout=None)
        crashed._sync(_begun(killed))
    counter.mood = "well"
    other = opened(window, counter)
    wait_rows(other, 1)
    assert len(counter.rows) == 1


async def _begun(sending):
    """Sent; nobody is left there who could answer."""
    task = asyncio.ensure_future(sending)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    await asyncio.sleep(0)


def test_back_and_forward_lose_nothing(sheet, counter):
    counter.mood = "away"
    Keyboard(sheet).burst(NUMBER)
    wait_why(sheet, "away")
    sheet.goto(f"{counter.url}/plain")
    assert kept(sheet) == 1
    counter.mood = "well"
    sheet.go_back()
    wait_rows(sheet, 1)
    assert len(counter.rows) == 1


def test_another_page_of_the_kiosk_sends_what_a_sheet_left(sheet, counter):
    counter.mood = "away"
    Keyboard(sheet).burst(NUMBER)
    wait_kept(sheet, 1)
    counter.mood = "well"
    sheet.goto(f"{counter.url}/plain")
    wait_kept(sheet, 0)
    assert [row["text"] for row in counter.rows] == [NUMBER]


def test_two_tabs_send_each_scan_once_and_both_show_it(window, counter, sheet):
    second = opened(window, counter)
    counter.mood = "away"
    Keyboard(sheet).burst(NUMBER)
    Keyboard(second).burst(OTHER)
    wait_why(sheet, "away")
    wait_kept(second, 2)
    counter.mood = "well"
    wait_rows(sheet, 2)
    wait_rows(second, 2)
    assert sorted(row["text"] for row in counter.rows) == [NUMBER, OTHER]


def test_a_tab_that_is_closed_hands_its_scans_to_the_other(window, counter, sheet):
    second = opened(window, counter)
    counter.mood = "away"
    Keyboard(second).burst(NUMBER)
    wait_kept(sheet, 1)
    second.close()
    counter.mood = "well"
    wait_kept(sheet, 0)
    assert [row["text"] for row in counter.rows] == [NUMBER]


def test_a_scan_that_is_refused_is_shown_and_not_sent_again(sheet, counter):
    counter.mood = "refuse"
    Keyboard(sheet).burst(NUMBER)
    sheet.wait_for_selector("#alarm > p")
    assert said("scan-refused", text=NUMBER) in sheet.inner_text("#alarm")
    assert "problem 422" in sheet.inner_text("#alarm")
    wait_kept(sheet, 0)
    assert len(counter.got) == 1
    assert sheet.locator(".row-asking").count() == 0


def test_a_sheet_that_moved_on_is_read_again_before_the_scan_is_sent_again(sheet, counter):
    counter.mood = "moved"
    Keyboard(sheet).burst(NUMBER)
    wait_rows(sheet, 1)
    assert "rows" in counter.asked
    assert len(counter.got) == 2


def test_a_scan_by_somebody_logged_out_waits_for_his_log_in(sheet, counter):
    counter.mood = "login"
    Keyboard(sheet).burst(NUMBER)
    wait_why(sheet, "login")
    assert said("why-login") in sheet.inner_text("#outbox")
    counter.mood = "well"
    wait_rows(sheet, 1)


def test_a_scan_is_never_sent_as_another_badge_s(window, counter, sheet):
    """He who scanned answers for it: B's log-in does not take A's scans along."""
    counter.mood = "away"
    scanner = Keyboard(sheet)
    scanner.burst(NUMBER)
    scanner.burst(OTHER)
    wait_kept(sheet, 2)
    sheet.goto("about:blank")
    counter.kill()  # so that nothing of the first page is under way any more
    counter.mood, counter.badge = "well", "67890"
    counter.start()
    later = opened(window, counter)
    wait_alarm(later, said("others", 2, badge="12345"))
    Keyboard(later).burst(THIRD)
    later.wait_for_selector("tr[data-place]")
    assert [row["text"] for row in counter.rows] == [THIRD]
    assert later.locator(".row-asking .mark-cell").all_inner_texts() == [said("waits-for", badge="12345")] * 2
    assert kept(later) == 2

    counter.badge = "12345"
    back = opened(window, counter)
    wait_rows(back, 3)
    assert [row["text"] for row in counter.rows] == [THIRD, NUMBER, OTHER]
    assert back.inner_text("#alarm") == ""
    assert not [one for one in counter.asked if one.startswith("as ")]


def test_a_page_that_stands_there_when_another_logs_in_records_nothing(window, counter, sheet):
    counter.badge = "67890"
    Keyboard(sheet).burst(NUMBER)
    wait_why(sheet, "other")
    assert said("why-other") in sheet.inner_text("#alarm")
    assert counter.rows == []
    assert kept(sheet) == 1


def test_another_badge_s_scans_are_told_before_the_sheet_is_stamped_without_them(window, counter, sheet):
    counter.mood = "away"
    Keyboard(sheet).burst(NUMBER)
    wait_kept(sheet, 1)
    sheet.goto("about:blank")
    counter.mood, counter.badge = "well", "67890"
    later = opened(window, counter)
    later.click("#stamp-form button")
    wait_alarm(later, said("unsent-others"))
    assert later.url.endswith(SHEET)
    later.click("#stamp-form button")
    later.wait_for_url("**/stamped")


def test_what_the_first_store_lost_comes_back_from_the_vault_in_its_order(window, counter, sheet):
    counter.mood = "away"
    scanner = Keyboard(sheet)
    for text in (NUMBER, OTHER, THIRD):
        scanner.burst(text)
    wait_kept(sheet, 3)
    vault = "async () => (await new (await import('/static/js/vault.js')).Vault().all()).length"
    sheet.wait_for_function(f"async () => (await ({vault})()) === 3")
    sheet.goto(f"{counter.url}/static/icon.svg")
    sheet.evaluate(
        "() => { const keys = Object.keys(localStorage); localStorage.removeItem(keys.find((key) => key.includes('outbox'))) }"
    )
    counter.mood = "well"
    later = opened(window, counter)
    wait_rows(later, 3)
    assert [row["text"] for row in counter.rows] == [NUMBER, OTHER, THIRD]
    later.wait_for_function(f"async () => (await ({vault})()) === 0")


def test_a_page_with_an_old_token_gets_the_new_one(sheet, counter):
    sheet.evaluate("document.querySelector('meta[name=csrf]').content = 'old'")
    Keyboard(sheet).burst(NUMBER)
    wait_rows(sheet, 1)
    assert sheet.get_attribute("meta[name=csrf]", "content") != "old"


@pytest.mark.parametrize("mood", ["wrong", "broken"])
def test_one_scan_that_always_fails_does_not_block_the_others(sheet, counter, mood):  # T15
    counter.poison = {NUMBER: mood}
    scanner = Keyboard(sheet)
    scanner.burst(NUMBER)
    scanner.burst(OTHER)
    sheet.wait_for_selector("tr[data-place]")
    assert [row["text"] for row in counter.rows] == [OTHER]
    assert kept(sheet) == 1


@pytest.mark.parametrize("how", ["forbidden", "full"])
def test_a_browser_that_cannot_keep_scans_says_so_and_sends_them_all_the_same(window, counter, how):
    window.add_init_script(FORBIDDEN if how == "forbidden" else FULL)
    counter.mood = "away"
    page = opened(window, counter)
    Keyboard(page).burst(NUMBER)
    wait_why(page, "memory")
    assert said("memory") in page.inner_text("#alarm")
    counter.mood = "well"
    wait_rows(page, 1)
    assert page.inner_text("#alarm") == ""


FORBIDDEN = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"


def test_the_stamp_waits_for_scans_that_are_not_sent(sheet, counter):
    counter.mood = "away"
    scanner = Keyboard(sheet)
    scanner.burst(NUMBER)
    wait_why(sheet, "away")
    sheet.click("#stamp-form button")
    assert said("unsent") in sheet.inner_text("#alarm")
    assert sheet.url.endswith(SHEET)
    counter.mood = "well"
    wait_rows(sheet, 1)
    sheet.click("#stamp-form button")
    sheet.wait_for_url("**/stamped")
