"""Odd ways to use the commands: pages put together anew, pages turned, input that breaks in the middle, a world that moves on."""

import subprocess
import sys

import pikepdf
import pytest
from reportlab.graphics.barcode import code128
from reportlab.pdfgen import canvas

from kiosk.desks.counter import Counter

HEAD = ("--office", "453", "--badge", "12345")
RELEASED, HELD = "99999001495785", "99999001495786"


def stamped(kiosk, folder, *numbers: str) -> str:
    return kiosk("prove", "--json", *numbers, *HEAD, "--out", folder).json["proof"]


def bound(path, *pages: tuple[str, int]):
    """A PDF of pages of others; a page of "" is blank."""
    sources = {source: pikepdf.open(source) for source, _ in pages if source}
    with pikepdf.new() as document:
        for source, number in pages:
            if not source:
                document.add_blank_page()
                continue
            page = sources[source].pages[number]
            if "/Annots" in page:  # the signature's field: it stays behind with the file that was signed
                del page["/Annots"]
            document.pages.append(page)
        document.save(path)
    return path


@pytest.fixture
def long_proof(kiosk, tmp_path):
    """A proof of two pages."""
    return stamped(kiosk, tmp_path / "long", *(f"XXXX{n:08}" for n in range(25)))


def test_pages_of_two_sheets_in_one_file_are_not_genuine(kiosk, tmp_path, long_proof):
    """P2: a released row of one sheet can't be carried over to another."""
    other = stamped(kiosk, tmp_path / "other", RELEASED)

    done = kiosk("verify", "--json", bound(tmp_path / "two.pdf", (long_proof, 0), (other, 0)))

    assert (done.code, done.json["code"]) == (1, "mixed-sheets")


def test_a_page_slipped_in_makes_the_document_not_genuine(kiosk, tmp_path, long_proof):
    """P2: whatever the page without a seal says, nobody sealed it."""
    done = kiosk("verify", "--json", bound(tmp_path / "more.pdf", (long_proof, 0), ("", 0), (long_proof, 1)))

    assert (done.code, done.json["code"]) == (1, "page-without-seal")


def test_one_page_twice_does_not_stand_for_the_other(kiosk, tmp_path, long_proof):
    """P2."""
    done = kiosk("verify", "--json", bound(tmp_path / "twice.pdf", (long_proof, 0), (long_proof, 0)))

    assert (done.json["pages"], done.json["missing"]) == ([1], [2])


def test_a_print_to_pdf_is_judged_by_its_seals_and_said_to_be_unsigned(kiosk, tmp_path, long_proof):
    """P2: the seals hold on any copy; the file's signature does not come with it."""
    done = kiosk("verify", "--json", bound(tmp_path / "again.pdf", (long_proof, 0), (long_proof, 1)))

    assert (done.json["genuine"], done.json["signature"], done.json["missing"]) == (True, "no-signature", [])


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_misprint_is_found_however_the_page_is_turned(kiosk, tmp_path, turn):
    """Q5, Q7: the printed number is looked for where the bars are, on a page of any orientation."""
    sheet = canvas.Canvas(str(tmp_path / "plain.pdf"))
    code128.Code128(RELEASED, barHeight=40, barWidth=1.2).drawOn(sheet, 260, 600)
    sheet.drawString(60, 615, "99999-001495786")
    sheet.save()
    with pikepdf.open(tmp_path / "plain.pdf") as document:
        document.pages[0].Rotate = turn
        document.save(tmp_path / "form.pdf")

    (row,) = kiosk("query", "--json", tmp_path / "form.pdf").json["rows"]

    assert (row["status"], row["refusal"]["code"]) == (None, "printed-differs")


def test_the_same_file_twice_is_a_form_of_repeats_and_not_stamped(kiosk, tmp_path):
    """Q4: nothing is merged in silence."""
    kiosk("form", RELEASED, "--office", "453", "--out", tmp_path / "form.pdf")

    done = kiosk("prove", "--json", tmp_path / "form.pdf", tmp_path / "form.pdf", *HEAD, "--out", tmp_path / "out")

    assert (done.code, done.json["proof"]) == (1, None)
    assert [row["refusal"] and row["refusal"]["code"] for row in done.json["rows"]] == [None, "repeat"]


def test_every_line_of_a_broken_input_is_answered(kiosk):
    """Q3, Q4: a line that is no text stands between two that are, ends of line differ, and the last one has none."""
    typed = f"{RELEASED}\r\n\udcff\udcfe\0\n\n{HELD}"

    rows = kiosk("query", "--json", typed=typed.encode(errors="surrogateescape").decode("latin-1")).json["rows"]

    assert [(row["status"], row["refusal"] and row["refusal"]["code"]) for row in rows] == [
        ("R", None),
        (None, "foreign-character"),
        ("NR", None),
    ]


def test_a_row_that_changed_since_it_was_shown_is_said_and_not_stamped(kiosk, home, tmp_path, monkeypatch):
    """Q6, Q9: released when it was scanned, held when it was to be stamped."""
    feed = home / "feed.csv"
    feed.write_text(
        "transaction_number,ccn,service_option,release_office,sub_location,indicator,processed_at\n"
        f"{RELEASED},,911,0453,9453,5,2199-01-01T00:00:00+00:00\n"
    )
    scan = Counter.scan

    def overtaken(counter, *words):
        sheet = scan(counter, *words)
        load = [sys.executable, "-m", "acros_stub", "load", str(feed)]
        subprocess.run(load, env={"KIOSK_HOME": str(home), "PATH": "/usr/bin:/bin"}, check=True, capture_output=True)
        return sheet

    monkeypatch.setattr(Counter, "scan", overtaken)

    done = kiosk("prove", "--json", RELEASED, *HEAD, "--out", tmp_path / "out")

    assert (done.code, done.json["proof"], done.json["error"]["code"]) == (1, None, "changed")
    assert [row["status"] for row in done.json["rows"]] == ["NR"]
    assert not list((tmp_path / "out").glob("*.pdf"))


def test_the_record_is_searched_by_sheet_and_by_badge(kiosk, tmp_path):
    """Q10."""
    sheet = kiosk("prove", "--json", RELEASED, *HEAD, "--out", tmp_path).json["sheet"]
    kiosk("prove", HELD, "--office", "453", "--badge", "54321", "--out", tmp_path)

    assert {one["by"] for one in kiosk("journal", "search", "--badge", "54321", "--json").json["entries"]} == {"54321"}
    assert {one["subject"] for one in kiosk("journal", "search", "--sheet", sheet, "--json").json["entries"]} == {sheet}
    assert kiosk("journal", "search", "--sheet", sheet, "--badge", "54321").code == 1
