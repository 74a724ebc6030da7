"""Whole forms in a real browser: dropped on the page, read before the officer's eyes, mended by hand (Q4, Q10, D4, L4)."""

from contextlib import contextmanager

import pytest

from kiosk.adapters.pdf import PdfPaper
from kiosk.config import Parts, clock
from kiosk.core.faults import Refusal
from kiosk.core.sheet import Header
from kiosk.desks.intake import Intake
from tests.browser.axe import sideways, violations
from tests.browser.chromium import desk
from tests.browser.conftest import arrive

HEADER = Header("0453", "Fictitious Freight Ltd.", "C-1", "555-0100")
RELEASED = "99999001495785"
NUMBERS = [f"99999-{n:09d}" for n in range(300, 330)]
WRONG = (NUMBERS[1], NUMBERS[2])
"""Printed is one number, in the bars another."""
LOOKS = [("en", "contrast"), ("fr", "dark")]


def form(*numbers, blank=0):
    return PdfPaper().form(HEADER, list(numbers), "code128", blank)


def put(officer, *contents):
    """Files, as the officer chooses them."""
    files = [{"name": f"{n}.pdf", "mimeType": "application/pdf", "buffer": content} for n, content in enumerate(contents)]
    officer.page.set_input_files("#files", files)


def wait_read(officer, forms=1):
    officer.page.wait_for_function("n => document.querySelectorAll('article[data-state=read]').length === n", arg=forms)


def wait_rows(officer, rows):
    officer.page.wait_for_function("n => document.querySelectorAll('#rows > tr[data-tone]').length === n", arg=rows)


@contextmanager
def uncomplaining(officer):
    """What follows makes the browser complain of a station that is gone."""
    yield
    officer.complaints.clear()


def test_a_form_put_on_the_page_becomes_rows_beside_its_picture(officer):
    """L4: without a click more; every row has its place on the picture."""
    officer.begin()
    put(officer, form(RELEASED, *NUMBERS[:2]))
    wait_rows(officer, 3)
    wait_read(officer)

    assert officer.tones()[0] == "released"
    assert officer.page.locator(".page-picture .outline").count() == 3
    officer.page.wait_for_function("() => document.querySelector('.page-picture img').naturalWidth === 1000")
    officer.page.wait_for_function("() => document.querySelectorAll('#uploads li').length === 0")


def test_a_dropped_form_is_taken_wherever_it_falls(officer):
    officer.begin()
    data = officer.page.evaluate_handle(
        """bytes => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "dropped.pdf", { type: "application/pdf" }));
            return data;
        }""",
        list(form(RELEASED)),
    )
    for kind in ("dragover", "drop"):
        officer.page.dispatch_event("#sheet-title", kind, {"dataTransfer": data})
    wait_read(officer)

    assert officer.page.inner_text("article h3") == "dropped.pdf"
    assert officer.tones() == ["released"]


def test_row_and_place_point_at_each_other(officer):
    officer.begin()
    put(officer, form(RELEASED, NUMBERS[0]))
    wait_read(officer)
    chosen = officer.page.locator(".outline.chosen")

    officer.page.hover("#row-2 .why")
    assert chosen.evaluate("one => one.parentElement.dataset.place") == "2"
    officer.page.focus("#row-1 button")
    assert chosen.evaluate("one => one.parentElement.dataset.place") == "1"
    officer.page.hover('a[data-place="2"]')
    assert officer.page.get_attribute("#rows tr.chosen", "id") == "row-2"
    officer.page.hover("#typed")
    assert chosen.count() == 0


def test_an_unread_place_is_shown_with_its_reason_and_scanned_by_hand(officer):
    """Q4: cut out, told, and mended from the paper; then nothing hinders the stamp."""
    officer.begin()
    put(officer, form(RELEASED, WRONG))
    wait_read(officer)
    officer.page.wait_for_function("() => document.querySelector('.cutout img')?.naturalWidth > 100")
    assert "differ" in officer.page.inner_text(".cutout")

    officer.page.click(".cutout [data-instead]")
    officer.scan(NUMBERS[1])
    wait_rows(officer, 3)
    officer.page.wait_for_selector(".cutout", state="detached")

    assert officer.tones() == ["released", "removed", "unknown"]
    officer.page.wait_for_selector("#stamp-form button:enabled")


def test_a_file_that_is_no_form_is_refused_in_words_and_the_next_one_is_taken(officer):
    officer.begin()
    put(officer, b"<html>", form(RELEASED))
    wait_read(officer)

    assert "neither a PDF nor a picture" in officer.page.inner_text("#uploads")
    assert officer.page.locator("article").count() == 1
    officer.complaints[:] = [one for one in officer.complaints if "422" not in one]


def test_a_blank_page_hinders_the_stamp_until_somebody_has_looked(officer):
    """Q4: its rows may be too faint."""
    officer.begin()
    put(officer, form(RELEASED, *NUMBERS[:10], blank=10))
    wait_read(officer)
    wait_rows(officer, 12)

    assert officer.tones()[-1] == "unread"
    assert officer.page.is_disabled("#stamp-form button")


@contextmanager
def intake_of(station):
    """The intake of a station's record, in a process beside it."""
    parts = Parts.of(str(station.home))
    try:
        yield Intake(parts.journal, clock)
    finally:
        parts.journal.close()


def test_a_form_that_could_not_be_read_is_read_again_or_given_up_with_a_reason(officer):
    """Q9: until then nothing is stamped: what its other pages say is not on the sheet."""
    sheet = officer.begin()
    officer.scan(RELEASED)
    officer.wait_tones("released")
    with intake_of(officer.station) as intake:
        for name, content in (("torn.pdf", form(NUMBERS[0])), ("whole.pdf", form(NUMBERS[1]))):
            intake.ended(intake.receive(sheet, name, content, "B1001"), Refusal("form-failed"))
    officer.page.reload()
    officer.awake()
    assert officer.page.is_disabled("#stamp-form button")

    officer.page.click("article >> nth=1 >> form[action$=again] button")
    wait_read(officer)
    officer.page.click("article >> nth=0 >> summary")
    officer.page.fill("article >> nth=0 >> input[name=reason]", "torn in two")
    officer.page.press("article >> nth=0 >> input[name=reason]", "Enter")
    officer.page.wait_for_selector("article[data-state=given-up] >> text=torn in two")

    officer.page.wait_for_function("() => !document.querySelector('#stamp-form button').disabled")
    assert officer.tones() == ["released", "unknown"]


def test_killed_in_the_middle_of_a_form_it_is_read_to_its_end_after_the_start(browser, fragile):
    """Q10: no row is lost, none is doubled, and the officer need do nothing but wait."""
    with desk(browser) as context:
        officer = arrive(context, fragile)
        officer.begin()
        put(officer, form(RELEASED, *NUMBERS))
        officer.page.wait_for_selector(".form-page")
        with uncomplaining(officer):
            fragile.kill()
            fragile.start()
            officer.page.reload()
            officer.awake()
            wait_read(officer)
        wait_rows(officer, 1 + len(NUMBERS))

        shown = [one.replace("-", "").replace(" ", "") for one in officer.page.locator("#rows td.number").all_inner_texts()]
        assert shown == [RELEASED, *(number.replace("-", "") for number in NUMBERS)]


def test_while_the_store_is_down_a_form_is_read_and_its_rows_wait(browser, fragile):
    """Q6: no mark at all; when it is back, they have theirs by themselves."""
    with desk(browser) as context:
        officer = arrive(context, fragile)
        officer.begin()
        fragile.store("fault", "down")
        put(officer, form(RELEASED, NUMBERS[0]))
        wait_read(officer)
        officer.wait_tones("unasked", "unasked")
        assert officer.page.locator('.outline[data-tone="unasked"]').count() == 2
        fragile.store("fault", "off")

        officer.wait_tones("released", "unknown")
        officer.page.wait_for_selector('.outline[data-tone="released"]')
        assert not officer.complaints


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_a_sheet_with_forms_is_for_everyone(browser, station, language, theme):
    """axe-core finds nothing; nothing scrolls sideways, at 1024 x 768 nor at 200 %."""
    with desk(browser) as context:
        officer = arrive(context, station)
        officer.begin()
        cookies = [{"name": name, "value": value, "url": station.address} for name, value in (("lang", language), ("theme", theme))]
        context.add_cookies(cookies)
        officer.page.reload()
        officer.awake()
        put(officer, form(RELEASED, WRONG), b"%PDF-1.4 broken %%EOF")
        wait_read(officer, 2)

        assert violations(officer.page) == []
        for size in ({"width": 1024, "height": 768}, {"width": 512, "height": 384}):
            officer.page.set_viewport_size(size)
            assert not sideways(officer.page)
