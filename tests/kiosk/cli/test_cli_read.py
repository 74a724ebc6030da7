"""`kiosk read` and `kiosk form`: what a kiosk can read of a document, and a form that it can."""

import cv2
import pytest

from kiosk.cli import sources
from kiosk.cli.terminal import Progress
from tests.drivers.pictures import saved, sheet


def test_every_barcode_comes_with_its_page_place_kind_and_meaning(kiosk, tmp_path):
    """D4, Q5, Q8."""
    kiosk("form", "99999-001495785", "XXXX-77001122", "--office", "453", "--out", tmp_path / "form.pdf")

    done = kiosk("read", "--json", tmp_path / "form.pdf")

    (page,) = done.json["pages"]
    assert (page["page"], page["unread"], done.code) == (0, [], 0)
    assert [(one["text"], one["symbology"]) for one in page["symbols"]] == [
        ("99999-001495785", "CODE128"),
        ("XXXX-77001122", "CODE128"),
    ]
    assert [[found["kind"] for found in one["means"]] for one in page["symbols"]] == [["transaction"], ["ccn"]]
    for one in page["symbols"]:
        x0, y0, x1, y1 = one["box"]
        assert 0 <= x0 < x1 <= page["width"]
        assert 0 <= y0 < y1 <= page["height"]


@pytest.mark.parametrize("symbology", ["code128", "code39"])
def test_a_form_that_the_kiosk_makes_is_read_whole(kiosk, tmp_path, symbology):
    """Q2, D4: many rows, both symbologies, over several pages."""
    numbers = [f"XXXX{n:010}" for n in range(45)]
    (tmp_path / "numbers.csv").write_text("number\n" + "\n".join(numbers))
    made = kiosk("form", "--from", tmp_path / "numbers.csv", "--symbology", symbology, "--out", tmp_path / "form.pdf")
    assert made.code == 0

    pages = kiosk("read", "--json", tmp_path / "form.pdf").json["pages"]

    assert sorted(one["text"] for page in pages for one in page["symbols"]) == numbers
    assert len(pages) > 1


def test_equal_barcodes_in_neighbouring_rows_are_two_rows(kiosk, home):
    """Q7: the sample form codes one number in its last two rows; neither may be lost."""
    kiosk("demo", "--no-serve")

    (page,) = kiosk("read", "--json", home / "demo" / "forms" / "sample-form.pdf").json["pages"]

    assert [one["text"][-3:] for one in page["symbols"]] == ["785", "786", "787", "788", "788"]


def test_a_form_is_not_made_of_what_would_be_refused(kiosk, tmp_path):
    """Q4."""
    done = kiosk("form", "99999001495785", "911", "--out", tmp_path / "form.pdf")

    assert done.code == 1
    assert not (tmp_path / "form.pdf").exists()


def test_a_file_that_is_no_document_is_named_and_fails(kiosk, tmp_path):
    (tmp_path / "form.pdf").write_bytes(b"")

    done = kiosk("read", "--json", tmp_path / "form.pdf")

    assert done.code == 1
    assert done.json["pages"][0]["problem"]["code"] == "empty-file"


@pytest.mark.parametrize(("name", "content"), [("empty.pdf", b""), ("text.pdf", b"hello"), ("cut.pdf", b"%PDF-1.7\n1 0 obj\n")])
def test_a_document_that_can_not_be_read_is_a_row_that_forbids_the_stamp(kiosk, tmp_path, name, content):
    """Q4: never a file passed over."""
    (tmp_path / name).write_bytes(content)

    done = kiosk("prove", "99999001495785", tmp_path / name, "--office", "453", "--badge", "12345", "--out", tmp_path / "out")

    assert done.code == 1
    assert "Row 2" in done.err
    assert not (tmp_path / "out").exists()


def test_a_page_without_a_barcode_is_said_to_have_none(kiosk, tmp_path):
    """Q4: a form with no barcode goes back."""
    kiosk("form", "--rows", "10", "--office", "453", "--out", tmp_path / "blank.pdf")

    done = kiosk("query", tmp_path / "blank.pdf")

    assert done.code == 1
    assert "no barcode" in done.out


class Eager(Progress):
    """Has waited its two seconds."""

    def __init__(self, terminal, key):
        super().__init__(terminal, key)
        self._next = 0.0


def test_a_long_document_says_how_far_it_is_beside_what_was_asked_for(kiosk, tmp_path, monkeypatch):
    """D4: on the other stream, so that a pipe gets rows only."""
    monkeypatch.setattr(sources, "Progress", Eager)
    kiosk("form", *[f"XXXX{n:010}" for n in range(25)], "--out", tmp_path / "form.pdf")
    (tmp_path / "torn.pdf").write_bytes(b"%PDF-1.7")

    done = kiosk("read", "--json", tmp_path / "form.pdf", tmp_path / "torn.pdf")

    assert "reading: 1 of 3 pages" in done.err
    assert "reading:" not in done.out
    assert [page["page"] for page in done.json["pages"]] == [0, 1, 0]


@pytest.fixture
def coarse(tmp_path):
    """A scan whose narrow bars are less than a pixel."""
    page = cv2.resize(sheet(("99999001495785", "Code39", 300, 400)), None, fx=0.22, fy=0.22, interpolation=cv2.INTER_AREA)
    (tmp_path / "coarse.png").write_bytes(saved(page, dpi=(66, 66)))
    return tmp_path / "coarse.png"


@pytest.mark.parametrize(
    ("language", "wrong", "todo"), [("en", "66 dpi they cannot", "Scan at"), ("fr", "66 ppp, on ne", "Numérisez")]
)
def test_a_place_that_was_not_read_says_why_in_figures_and_what_to_do(kiosk, coarse, language, wrong, todo):
    """Q4: for the client, before he drives to the border."""
    (page,) = kiosk("read", "--json", "--lang", language, coarse).json["pages"]
    (one,) = page["unread"]
    shown = kiosk("read", "--lang", language, coarse)

    assert (one["reason"], one["dpi"] > 66, 5 < one["mil"] < 20, 0 < one["narrow"] < 2) == ("too-fine", True, True, True)
    assert wrong in one["message"]
    assert todo in one["next"]
    assert one["message"].split(". ")[-1] in shown.out
    assert one["next"] in shown.out


def test_how_much_evidence_a_text_needed_and_has_is_told(kiosk, home, tmp_path):
    """Q4: as set, or as asked for; strict where nothing is said."""
    kiosk("form", "99999-001495785", "--office", "453", "--out", tmp_path / "form.pdf")

    def dial(*more):
        (page,) = kiosk("read", "--json", *more, tmp_path / "form.pdf").json["pages"]
        assert len(page["symbols"][0]["evidence"]["witnesses"]) >= 2
        return page["dial"]

    assert dial() == "strict"
    assert dial("--evidence", "balanced") == "balanced"
    settings = home / "kiosk.toml"
    settings.write_text(settings.read_text().replace('# evidence = "strict"', 'evidence = "balanced"'))
    assert dial() == "balanced"
    assert dial("--evidence", "strict") == "strict"
    assert kiosk("read", "--evidence", "lax", tmp_path / "form.pdf").code == 2


def test_no_home_is_made_for_reading(kiosk, home, tmp_path):
    kiosk("read", "--home", tmp_path / "elsewhere", home / "kiosk.toml")

    assert not (tmp_path / "elsewhere").exists()


def test_what_was_read_with_less_evidence_is_marked_in_the_record(kiosk, home, tmp_path):
    """Q4, Q10."""
    kiosk("form", "99999-001495785", "--office", "453", "--out", tmp_path / "form.pdf")
    settings = home / "kiosk.toml"
    for evidence in ("strict", "balanced"):
        settings.write_text(settings.read_text().replace('# evidence = "strict"', f'evidence = "{evidence}"'))
        number = kiosk("query", "--json", tmp_path / "form.pdf").json["sheet"]
        entries = kiosk("journal", "show", "--json", number).json["entries"]
        assert [one["is"]["dial"] for one in entries if one["fact"] == "Scanned"] == ["" if evidence == "strict" else evidence]
        settings.write_text(settings.read_text().replace(f'evidence = "{evidence}"', '# evidence = "strict"'))
