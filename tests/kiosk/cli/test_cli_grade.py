"""`kiosk grade`: a client sees how well his form is printed before he brings it."""

import pytest

from drivers.picture.grade import Parameter
from drivers.picture.grade.advice import Advice
from kiosk.words import words
from tests.drivers.pictures import bars, saved, sheet

TEXT = "99999-001495785"
LANGUAGES = pytest.mark.parametrize("lang", ["en", "fr"])


@pytest.fixture
def boxed(tmp_path):
    """A scan with a good barcode and one in a tight box."""
    page = sheet((TEXT, "Code128", 300, 300), ("XXXX7700112", "Code39", 300, 700), size=(1700, 1000))
    height, _ = bars(TEXT).shape
    page[300 - 8 : 300 + height + 8, 300 + 18 : 300 + 21] = 0
    (tmp_path / "scan.png").write_bytes(saved(page))
    return tmp_path / "scan.png"


def test_a_form_that_the_kiosk_makes_is_printed_well(kiosk, tmp_path):
    kiosk("form", "99999-001495785", "XXXX-77001122", "--out", tmp_path / "form.pdf")

    done = kiosk("grade", "--json", tmp_path / "form.pdf")

    (page,) = done.json["pages"]
    assert (done.code, page["page"], page["problem"]) == (0, 0, None)
    assert [(one["text"], one["letter"], one["fault"], one["advice"]) for one in page["barcodes"]] == [
        ("99999-001495785", "A", None, []),
        ("XXXX-77001122", "A", None, []),
    ]
    for one in page["barcodes"]:
        assert len(one["lines"]) == 10
        assert one["mil"] >= 10
        assert set(one["parameters"]) >= {"symbol-contrast", "modulation", "defects", "decodability", "quiet-zone", "decode"}


def test_a_grade_is_called_an_estimate_and_a_pdf_is_said_to_be_no_paper(kiosk, tmp_path):
    kiosk("form", "99999-001495785", "--out", tmp_path / "form.pdf")

    done = kiosk("grade", tmp_path / "form.pdf")

    assert "estimate" in done.err
    assert "no calibrated verifier" in done.err
    assert "as it is drawn" in done.err


def test_each_barcode_has_its_grade_what_pulls_it_down_and_what_to_do(kiosk, boxed):
    done = kiosk("grade", "--json", boxed)

    bad, good = done.json["pages"][0]["barcodes"]
    assert (done.code, bad["text"], bad["letter"], bad["fault"]) == (1, TEXT, "F", "quiet-zone")
    assert [one["code"] for one in bad["advice"]] == ["more-white"]
    assert (good["text"], good["letter"], good["fault"]) == ("XXXX7700112", "A", None)


@pytest.mark.parametrize(("lang", "said"), [("en", "of white at both ends"), ("fr", "de blanc aux deux extrémités")])
def test_what_to_do_is_said_once_with_the_numbers_of_its_barcodes(kiosk, boxed, lang, said):
    done = kiosk("grade", "--lang", lang, boxed)

    (line,) = [line for line in done.out.splitlines() if said in line]
    assert line.startswith("1")
    assert "F 0.0" in done.out
    assert "A 4.0" in done.out


def test_a_place_that_was_not_read_is_an_f_with_its_reason(kiosk, tmp_path):
    page = sheet((TEXT, "Code128", 300, 300), size=(1700, 700))
    page[300:390, 450:510] = 0
    (tmp_path / "scan.png").write_bytes(saved(page))

    done = kiosk("grade", "--json", tmp_path / "scan.png")

    places = done.json["pages"][0]["barcodes"]
    assert done.code == 1
    assert places
    assert {(one["text"], one["grade"], one["letter"]) for one in places} == {(None, 0.0, "F")}
    assert all(one["reason"] and one["message"] for one in places)


def test_a_page_without_a_barcode_is_said_to_have_none(kiosk, tmp_path):
    """Q4: never passed over."""
    (tmp_path / "blank.png").write_bytes(saved(sheet(size=(800, 600))))

    done = kiosk("grade", tmp_path / "blank.png")

    assert done.code == 1
    assert "no barcode" in done.out


def test_a_file_that_is_no_document_is_named_with_its_problem(kiosk, tmp_path):
    (tmp_path / "form.pdf").write_bytes(b"hello")

    done = kiosk("grade", tmp_path / "form.pdf", tmp_path / "missing.pdf")

    assert done.code == 1
    assert "form.pdf" in done.out
    assert "neither a PDF nor a picture" in done.out
    assert "no such file" in done.out


def test_a_picture_of_each_barcode_is_written_where_it_is_asked_for(kiosk, boxed, tmp_path):
    done = kiosk("grade", "--json", "--cutouts", tmp_path / "cut", boxed)

    pictures = [one["cutout"] for one in done.json["pages"][0]["barcodes"]]
    assert pictures == [str(tmp_path / "cut" / f"scan-1-{n}.png") for n in (1, 2)]
    assert all((tmp_path / "cut" / f"scan-1-{n}.png").read_bytes().startswith(b"\x89PNG") for n in (1, 2))


@LANGUAGES
@pytest.mark.parametrize("parameter", list(Parameter))
def test_every_parameter_has_its_sentence(lang, parameter):
    """P5."""
    assert words(lang).say(f"grade.fault.{parameter}", value="1", percent=1)


@LANGUAGES
@pytest.mark.parametrize("code", list(Advice))
def test_everything_to_do_has_its_sentence(lang, code):
    assert words(lang).say(f"grade.do.{code}")
