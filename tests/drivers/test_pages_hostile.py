"""Bad documents: each has its own reason, costs a bounded time and memory, and takes nobody else down (Q4, D4)."""

import io
import os
import signal
import zlib
from pathlib import Path

import pikepdf
import psutil
import pytest
from PIL import Image

from drivers.pages import Reader
from drivers.picture import Limits
from tests.drivers.test_pages_neighbours import page

GOOD = page(["99999001495785"], 60)


@pytest.fixture(scope="module")
def reader():
    with Reader(Limits(cpu_seconds=4, wall_seconds=8.0)) as reader:
        yield reader


def problem(reader, source):
    """The one problem of a document."""
    pages = list(reader.read(source))
    found = {one.problem.value for one in pages if one.problem}
    assert len(found) == 1, pages
    assert not any(one.symbols for one in pages if one.problem)
    return found.pop()


def pdf(content: bytes = b"", box=(0, 0, 612, 792), resources: bytes = b"<<>>", extra: tuple[bytes, ...] = ()) -> bytes:
    """A PDF of one page, written by hand."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%d %d %d %d] /Contents 4 0 R /Resources %s >>" % (*box, resources),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        *extra,
    ]
    out, places = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, io.SEEK_END)
    for n, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (n, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def bomb() -> bytes:
    """A few kilobytes that want gigabytes: a content stream deflated twice."""
    once = zlib.compress(b"q " * (1 << 29), 9)
    twice = zlib.compress(once, 9)
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(twice), twice)
    whole = pdf(extra=(stream,))
    return whole.replace(b"/Contents 4 0 R", b"/Contents 5 0 R")


def endless() -> bytes:
    """Two kilobytes that draw for ever: forms that draw the next ten times each, eight deep."""
    forms = []
    for n in range(9):
        draws = b"/X Do " * 10 if n < 8 else b"0 0 m 9 9 l S "
        inner = b"<< /XObject << /X %d 0 R >> >>" % (6 + n) if n < 8 else b"<<>>"
        form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources %s /Length %d >>\nstream\n%s\nendstream"
        forms.append(form % (inner, len(draws), draws))
    return pdf(b"/X Do", resources=b"<< /XObject << /X 5 0 R >> >>", extra=tuple(forms))


def encrypted() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


BAD = {
    "nothing": (b"", {"empty-file"}),
    "words": (b"these are only words\n" * 50, {"not-a-picture-or-pdf"}),
    "a PDF cut short": (pdf()[:200], {"truncated", "unreadable-file", "no-pages"}),
    "a picture cut short": (GOOD[: len(GOOD) // 2], {"truncated", "unreadable-file"}),
    "a locked PDF": (encrypted(), {"encrypted"}),
    "a page of 200 by 200 inches": (pdf(box=(0, 0, 14400, 14400)), {"page-too-large"}),
    "a PDF that wants gigabytes": (bomb(), {"too-much-memory", "too-slow", "engine-crashed", "unreadable-file"}),
    "a PDF that draws for ever": (endless(), {"too-slow", "too-much-memory"}),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_document_has_its_reason(reader, name):
    """Q4: what can't be read goes back with a reason."""
    content, reasons = BAD[name]

    assert problem(reader, content) in reasons


@pytest.mark.parametrize("name", BAD)
def test_the_next_document_is_read_as_if_nothing_had_been(reader, name):
    """D4: one poison document stops nobody."""
    list(reader.read(BAD[name][0]))

    (found,) = reader.read(GOOD)

    assert [symbol.text for symbol in found.symbols] == ["99999001495785"]


def test_the_bombs_are_small(reader):
    assert len(bomb()) < 8192
    assert len(endless()) < 4096


def test_a_picture_by_the_name_of_a_pdf_is_read_for_what_it_is(reader, tmp_path):
    """D4: names prove nothing."""
    jpeg = io.BytesIO()
    Image.open(io.BytesIO(GOOD)).save(jpeg, "JPEG", quality=95)
    (tmp_path / "form.pdf").write_bytes(jpeg.getvalue())

    (found,) = reader.read(tmp_path / "form.pdf")

    assert [symbol.text for symbol in found.symbols] == ["99999001495785"]


def test_a_hundred_megabytes_are_refused_unread(reader, tmp_path):
    with (tmp_path / "large.pdf").open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(100 << 20)

    assert problem(reader, tmp_path / "large.pdf") == "file-too-large"


@pytest.mark.parametrize(
    ("path", "reason"), [("missing.pdf", "missing-file"), (".", "unreadable-file"), ("/dev/zero", "unreadable-file")]
)
def test_what_is_no_file_is_not_waited_for(reader, tmp_path, path, reason):
    assert problem(reader, tmp_path / path) == reason


def test_too_many_pages_are_refused(reader):
    with pikepdf.new() as document:
        for _ in range(101):
            document.add_blank_page()
        out = io.BytesIO()
        document.save(out)

    assert problem(reader, out.getvalue()) == "too-many-pages"


def test_a_page_without_a_barcode_has_nothing_and_no_fault(reader):
    out = io.BytesIO()
    Image.new("L", (1700, 2200), 255).save(out, "PNG")

    (found,) = reader.read(out.getvalue())

    assert (found.symbols, found.unread, found.problem) == ((), (), None)


def test_a_barcode_with_control_characters_is_given_as_it_is(reader):
    """Q4: the driver tells what stands in the bars; the kiosk refuses it."""
    (found,) = reader.read(page(["AB\x1b[2J\r\n\0CD"], 60))

    assert [symbol.text for symbol in found.symbols] == ["AB\x1b[2J\r\n\0CD"]


@pytest.mark.parametrize("how", [signal.SIGABRT, signal.SIGKILL, signal.SIGSEGV])
def test_an_engine_that_dies_costs_nothing_but_itself(how):
    """D4: whatever kills the reading process, the next document finds another."""
    with Reader() as reader:
        (first,) = reader.read(GOOD)
        os.kill(reader.pid, how)
        (second,) = reader.read(GOOD)
        third = list(reader.read(GOOD))[-1]

    assert [symbol.text for symbol in first.symbols] == ["99999001495785"]
    assert second.symbols or second.problem
    assert [symbol.text for symbol in third.symbols] == ["99999001495785"]


def test_nothing_is_left_behind():
    """No process, no open file, however often a document kills its reader."""
    me = psutil.Process()
    others = set(me.children(recursive=True))
    with Reader(Limits(cpu_seconds=1, wall_seconds=2.0)) as reader:
        list(reader.read(GOOD))
        before = me.num_fds()
        for _ in range(3):
            list(reader.read(endless()))
            list(reader.read(GOOD))
        assert me.num_fds() <= before + 2
        assert len(set(me.children(recursive=True)) - others) == 1
    assert not set(me.children(recursive=True)) - others


def test_the_same_document_twice_gives_the_same(reader):
    one, other = (list(reader.read(GOOD)) for _ in range(2))

    assert [found.symbols for found in one] == [found.symbols for found in other]


def test_every_page_of_a_tiff_is_read(reader, tmp_path):
    """D4."""
    pages = [Image.open(io.BytesIO(page([f"9999900149578{n}"], 60))) for n in range(3)]
    pages[0].save(tmp_path / "form.tiff", save_all=True, append_images=pages[1:])

    found = list(reader.read(tmp_path / "form.tiff"))

    assert [[symbol.text for symbol in one.symbols] for one in found] == [[f"9999900149578{n}"] for n in range(3)]
    assert [one.page for one in found] == [0, 1, 2]
    assert {Path(one.file).name for one in found} == {"form.tiff"}
