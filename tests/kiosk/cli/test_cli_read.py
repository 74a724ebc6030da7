"""`kiosk read` and `kiosk form`: what a kiosk can read of a document, and a form that it can."""

import pytest


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
