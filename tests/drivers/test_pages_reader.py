"""The warm reader: documents in, pages out one by one, pictures of places, and one process that is never in the way."""

import io
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from drivers.pages import Reader, texts
from drivers.picture import Limits, Problem, Unopened
from drivers.scan import Symbology
from tests.drivers.pictures import ROWS, form, saved, sheet


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


@pytest.mark.parametrize("symbology", ["Code39", "Code128"])
def test_a_form_comes_back_row_by_row_with_its_printed_numbers(reader, symbology):
    """D4, Q2, Q7."""
    printed = [*ROWS[:4], "XXXX7700113"]

    (page,) = reader.read(form(ROWS, printed, symbology))

    assert [symbol.text for symbol in page.symbols] == list(ROWS)
    assert [symbol.printed for symbol in page.symbols] == [(words, words) for words in printed]
    assert page.unread == ()
    assert page.symbols[0].symbology is (Symbology.CODE39 if symbology == "Code39" else Symbology.CODE128)


def test_pages_come_as_they_are_read(reader):
    """L4: a long document shows progress."""
    pages = reader.read(form(ROWS * 4))
    first = next(pages)

    assert (first.page, len(first.symbols)) == (0, 10)
    assert [page.page for page in pages] == [1]


def test_reading_can_go_on_from_a_page(reader):
    """D4: after a crash of the kiosk, the pages that were read are not read again."""
    assert [(page.page, len(page.symbols)) for page in reader.read(form(ROWS * 4), first=1)] == [(1, 10)]
    assert list(reader.read(form(ROWS * 4), first=2)) == []


def test_how_many_pages_there_are_is_known_before_they_are_read(reader):
    assert reader.pages(form(ROWS * 4)) == 2
    with pytest.raises(Unopened):
        reader.pages(b"no picture")


def test_a_reading_given_up_half_way_is_in_nobodys_way(reader):
    next(reader.read(form(ROWS * 4)))

    assert [len(page.symbols) for page in reader.read(form())] == [5]


def test_the_process_stays_warm(reader):
    before = reader.pid
    list(reader.read(form()))

    assert reader.pid == before


def test_a_cutout_shows_the_place_and_can_be_read_alone(reader):
    """Q4: the client sees which row."""
    page = saved(sheet(("99999-001495785", "Code128", 300, 400)))
    (found,) = reader.read(page)
    box = found.symbols[0].box

    (cut, again) = reader.cutouts(page, 0, [box, box])
    (alone,) = reader.read(cut)

    assert cut == again
    assert Image.open(io.BytesIO(cut)).size == (box[2] - box[0] + 40, box[3] - box[1] + 40)
    assert [symbol.text for symbol in alone.symbols] == ["99999-001495785"]


def test_a_cutout_past_the_edge_is_cut_to_the_page(reader):
    page = saved(sheet(size=(200, 100)))

    (corner, outside) = reader.cutouts(page, 0, [(-50, -50, 20, 20), (500, 500, 600, 600)])

    assert Image.open(io.BytesIO(corner)).size == (40, 40)
    assert Image.open(io.BytesIO(outside)).size


def test_a_picture_of_a_page_is_pixels_and_nothing_of_the_file(reader):
    shown = reader.picture(form(), 0, max_width=600)

    assert Image.open(io.BytesIO(shown)).size == (600, 776)
    assert b"PDF" not in shown


def test_every_symbol_of_a_page_is_told_for_seals(reader):
    """P2."""
    assert reader.codes(form(ROWS[:2])) == [[(Symbology.CODE128, ROWS[0]), (Symbology.CODE128, ROWS[1])]]


@pytest.mark.parametrize("question", ["cutouts", "picture", "codes"])
def test_what_cannot_be_opened_says_so(reader, question):
    asked = {"cutouts": (b"no picture", 0, []), "picture": (b"no picture", 0), "codes": (b"no picture",)}[question]

    with pytest.raises(Unopened) as no:
        getattr(reader, question)(*asked)

    assert no.value.fault.problem is Problem.NOT_A_PICTURE_OR_PDF


def test_threads_share_a_reader_without_mixing_their_documents(reader):
    """D5: several at once, no mixing."""
    documents = {n: form([f"9999900149578{n}"] * 2) for n in range(4)}
    found = {}

    def read(n):
        found[n] = [symbol.text for page in reader.read(documents[n]) for symbol in page.symbols]

    threads = [threading.Thread(target=read, args=(n,)) for n in documents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {n: [f"9999900149578{n}"] * 2 for n in documents}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGABRT])
def test_a_process_that_ended_while_idle_costs_no_page(how):
    """D4."""
    with Reader() as reader:
        os.kill(reader.pid, how)
        os.waitid(os.P_PID, reader.pid, os.WEXITED | os.WNOWAIT)

        assert [len(page.symbols) for page in reader.read(form())] == [5]


def test_a_process_stopped_in_the_middle_is_too_slow_and_only_for_that_page():
    """D4: pages already read are kept, the next page finds a new process."""
    with Reader(Limits(wall_seconds=4), processes=1) as reader:
        pages = reader.read(form(ROWS * 6))
        first = next(pages)
        os.kill(reader.pid, signal.SIGSTOP)
        second, third = pages

    assert len(first.symbols) == 10
    assert (second.problem, second.symbols) == (Problem.TOO_SLOW, ())
    assert len(third.symbols) == 10


def test_a_document_that_kills_again_and_again_is_given_up():
    """D4: the rest is told as unread, page by page."""
    with Reader(Limits(crashes=2, wall_seconds=0.0), processes=1) as reader:
        reader._pages = lambda document: 4
        found = list(reader.read(form()))

    assert [page.problem for page in found] == [Problem.TOO_SLOW] * 2 + [Problem.ENGINE_CRASHED] * 2
    assert [page.page for page in found] == [0, 1, 2, 3]


def test_too_long_a_document_is_told_page_by_page():
    """D4: none is left out without a word. What counts is the time of reading, not that of whoever looks at the pages."""
    ticks = iter([0.0, 100.0])
    with Reader(Limits(document_seconds=50), clock=lambda: next(ticks)) as reader:
        found = list(reader.read(form(ROWS * 4)))

    assert [page.problem for page in found] == [None, Problem.TOO_SLOW]


def test_too_long_a_document_keeps_nobody_at_the_gate():
    """P2: a hundred pages that each take all that a page may are half an hour."""
    ticks = iter([0.0, 0.0, 100.0])
    with Reader(Limits(document_seconds=50), clock=lambda: next(ticks)) as reader, pytest.raises(Unopened) as no:
        reader.codes(form(ROWS * 4))

    assert no.value.fault.problem is Problem.TOO_SLOW


def test_closing_twice_is_harmless_and_a_closed_reader_starts_again():
    reader = Reader()
    reader.close()
    reader.close()

    assert [len(page.symbols) for page in reader.read(form())] == [5]
    reader.close()
    assert reader.pid is None


def test_the_kiosk_itself_never_loads_a_decoder():
    """D4: importing the driver brings no decoder into this process, and starts fast."""
    heavy = "cv2,numpy,PIL,pypdfium2,zxingcpp,pyzbar"
    code = f"import sys, drivers.pages; print([m for m in '{heavy}'.split(',') if m in sys.modules])"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_process_knows_no_secret_of_its_parent(monkeypatch):
    """D4: only what it needs goes to where clients' bytes are."""
    monkeypatch.setenv("KIOSK_SECRET", "sesame")
    with Reader() as reader:
        environ = Path(f"/proc/{reader.pid}/environ").read_bytes()

    assert b"sesame" not in environ


def test_texts_of_a_file_for_scoring(tmp_path):
    (tmp_path / "form.pdf").write_bytes(form(ROWS[:1]))

    assert texts(tmp_path / "form.pdf") == [{"text": ROWS[0], "format": "Code128"}]
