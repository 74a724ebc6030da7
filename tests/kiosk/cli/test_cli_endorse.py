"""`kiosk prove --on`: the client's own files under the stamp, beside the sheet (P1, P2)."""

import pikepdf
import pytest

from tests.kiosk.adapters.endorse_samples import changed

ROWS = ("99999001495785", "99999001495786", "99999001495787")
HEAD = ("--office", "453", "--badge", "12345")


@pytest.fixture
def form(kiosk, home):
    path = home / "form.pdf"
    assert kiosk("form", *ROWS, "--office", "453", "--out", path).code == 0
    return path


def test_a_file_is_stamped_and_the_gate_reads_it_as_the_sheet(kiosk, form, tmp_path):  # P1, P2
    before = form.read_bytes()
    done = kiosk("prove", "--json", form, *HEAD, "--on", "--out", tmp_path)
    (file,) = done.json["files"]

    assert (done.code, file["error"], file["file"], file["cover"]) == (0, None, str(form), False)
    stamped = tmp_path / f"{done.json['sheet']}-1-stamped.pdf"
    assert file["stamped"] == str(stamped)
    assert stamped.read_bytes().startswith(before)
    checked = kiosk("verify", "--json", stamped).json
    assert (checked["genuine"], checked["signature"], checked["sheet"]) == (True, "good", done.json["sheet"])
    assert [row["mark"] for row in checked["rows"]] == ["R", "NR", "N/A"]


@pytest.mark.parametrize(("lang", "said"), [("en", "is not stamped"), ("fr", "n’est pas estampillé")])
def test_a_file_that_can_not_be_stamped_is_told_and_the_sheet_is_there(kiosk, form, tmp_path, lang, said):
    locked = tmp_path / "locked.pdf"
    locked.write_bytes(changed(form.read_bytes(), encryption=pikepdf.Encryption(user="", owner="x")))
    done = kiosk("prove", locked, *HEAD, "--on", "--out", tmp_path / "out", "--lang", lang)

    assert done.code == 1
    assert said in done.err
    assert [one.name.count("stamped") for one in (tmp_path / "out").iterdir()] == [0]


def test_without_the_option_no_file_is_touched(kiosk, form, tmp_path):
    done = kiosk("prove", "--json", form, *HEAD, "--out", tmp_path)

    assert done.json["files"] == []
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".pdf"] == [f"{done.json['sheet']}.pdf"]
