"""`kiosk prove` and `kiosk return`: the stamped sheet, or row by row why not; the slip."""

import sqlite3

import pypdfium2
import pytest

from tests.drivers.pictures import saved
from tests.drivers.pictures import sheet as blank

HEAD = ("--office", "453", "--badge", "12345", "--client", "Example Brokerage")
ROWS = ("99999001495785", "99999001495786", "99999001495787")


def text_of(path) -> str:
    document = pypdfium2.PdfDocument(path)
    return "\n".join(document[n].get_textpage().get_text_range() for n in range(len(document)))


@pytest.fixture
def form(kiosk, home):
    """A client's form, as the kiosk makes it."""
    path = home / "form.pdf"
    assert kiosk("form", *ROWS, "--office", "453", "--out", path).code == 0
    return path


@pytest.fixture
def sample(kiosk, home):
    """The sample form, whose last row prints one number and codes another."""
    assert kiosk("demo", "--no-serve").code == 0
    return home / "demo" / "forms" / "sample-form.pdf"


def test_a_form_becomes_a_stamped_sheet_with_a_mark_for_each_row(kiosk, form, tmp_path):
    """Q2, Q3, Q9, Q10, P1, P5: the whole line, from a client's PDF to the proof."""
    done = kiosk("prove", "--json", form, *HEAD, "--out", tmp_path / "out")

    assert done.code == 0
    assert [row["status"] for row in done.json["rows"]] == ["R", "NR", "N/A"]
    text = text_of(done.json["proof"])
    for said in ("Proof of release only for the rows marked R", "Example Brokerage", "12345", "SPECIMEN", done.json["sheet"]):
        assert said in text


def test_the_proof_is_genuine_and_says_the_same_rows(kiosk, form, tmp_path):
    """P2, Q9: what the seal says is what the store said."""
    proof = kiosk("prove", "--json", form, *HEAD, "--out", tmp_path).json["proof"]

    checked = kiosk("verify", "--json", proof)

    assert checked.code == 0
    assert checked.json["genuine"]
    assert checked.json["specimen"]
    assert checked.json["signature"] == "good"
    assert [(row["mark"], row["number"]) for row in checked.json["rows"]] == list(zip(["R", "NR", "N/A"], ROWS, strict=True))
    assert checked.json["released"] == [ROWS[0]]


def test_a_form_with_a_refused_row_is_not_stamped(kiosk, sample, tmp_path):
    """Q4, Q7: the sample form's last row is named with both numbers, and no sheet is made."""
    done = kiosk("prove", sample, *HEAD, "--out", tmp_path / "out")

    assert done.code == 1
    assert "printed 99999001495789, barcode 99999-001495788" in done.err
    assert not list(tmp_path.glob("out/*.pdf"))


def test_a_removed_row_stays_on_the_sheet_and_under_the_seal(kiosk, sample, home, tmp_path):
    """Q7, Q10: struck out, with its reason; it is not proven."""
    done = kiosk("prove", "--json", sample, *HEAD, "--remove", "5=misprint", "--out", tmp_path, "--home", home / "demo")

    assert done.code == 0
    assert "misprint" in text_of(done.json["proof"])
    rows = kiosk("verify", "--json", done.json["proof"], "--home", home / "demo").json["rows"]
    assert (rows[4]["mark"], rows[4]["reason"]) == ("removed", "misprint")


def test_nothing_is_stamped_while_the_store_is_down(kiosk, form, fault, tmp_path):
    """Q6: a row without an answer forbids the stamp."""
    fault("down")

    done = kiosk("prove", form, *HEAD, "--out", tmp_path / "out")

    assert done.code == 3
    assert "no status can be given" in done.err
    assert not (tmp_path / "out").exists()


def test_a_number_that_was_only_typed_proves_nothing_where_no_setting_allows_it(kiosk, home, tmp_path):
    """Q9: one wrong digit would let other goods out."""
    settings = home / "kiosk.toml"
    settings.write_text(settings.read_text().replace("keyed = true", "keyed = false"))

    done = kiosk("prove", "99999001495785", "--office", "0453", "--badge", "12345", "--out", tmp_path, "--json")

    assert (done.code, done.json["error"]["code"], done.json["proof"]) == (1, "keyed-rows", None)
    assert not list(tmp_path.glob("*.pdf"))


def test_a_keyed_number_says_so_on_the_sheet_and_under_the_seal(kiosk, tmp_path):
    done = kiosk("prove", "--json", ROWS[0], *HEAD, "--out", tmp_path)

    assert "keyed" in text_of(done.json["proof"])
    assert kiosk("verify", "--json", done.json["proof"]).json["rows"][0]["keyed"]


def test_a_sheet_without_a_released_row_does_not_say_released(kiosk, tmp_path):
    """Q9: no stamp says released over nothing."""
    done = kiosk("prove", "--json", ROWS[1], *HEAD, "--out", tmp_path)

    assert "MAINLEVÉE ACCORDÉE" not in text_of(done.json["proof"])
    assert kiosk("verify", "--json", done.json["proof"]).json["released"] == []


@pytest.mark.parametrize(("wrong", "said"), [
    (("--office", "9999"), "9999 is not an office number"), (("--badge", "!"), "! is not a badge number"),
    (("--remove", "x"), "'x' should be ROW=REASON"), (("--remove", "9=gone"), "There is no row 9"),
])  # fmt: skip
def test_a_wrong_argument_is_named(kiosk, tmp_path, wrong, said):
    done = kiosk("prove", ROWS[0], *HEAD, *wrong, "--out", tmp_path / "out")

    assert done.code == 1
    assert said in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("client", ["\udcff", "a\x1b[2Jb", "x" * 101, "two\nlines"])
def test_a_client_who_can_not_be_written_is_refused_at_the_door(kiosk, tmp_path, client):
    """P5: what can't stand on paper and under the seal never gets that far."""
    done = kiosk("prove", ROWS[0], *HEAD[:4], "--client", client, "--out", tmp_path / "out")

    assert done.code == 1
    assert "field 'client'" in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "client", ["=HYPERLINK(1)", "<b>bold</b> & co", "'; DROP TABLE entries;--", "$(touch x)", "Ünïcode Łódź 東京"]
)
def test_a_hostile_client_name_is_only_text(kiosk, tmp_path, client):
    """P5, Q10: markup, formulas and commands are drawn and sealed as they are."""
    done = kiosk("prove", "--json", ROWS[0], *HEAD[:4], "--client", client, "--out", tmp_path / "out")

    assert done.code == 0
    assert kiosk("verify", "--json", done.json["proof"]).json["client"] == client


def test_a_folder_that_takes_no_file_loses_nothing(kiosk, home, tmp_path):
    """Q10: the sheet is in the record before it is anywhere else, and can be had again."""
    (tmp_path / "file").write_text("a file where a folder should be")

    done = kiosk("prove", ROWS[0], *HEAD, "--out", tmp_path / "file" / "out")

    assert done.code == 3
    sheet = kiosk("journal", "search", "--json", "--badge", "12345").json["entries"][0]["subject"]
    again = kiosk("journal", "document", sheet, "--json", "--out", tmp_path / "elsewhere")
    assert (again.code, again.json["copy"]) == (0, 1)
    assert kiosk("verify", "--json", again.json["document"]).json["genuine"]


def test_the_record_holds_who_stamped_what_with_which_answers(kiosk, tmp_path):
    """Q10: stamp, badge, office, time, answers, in the record."""
    sheet = kiosk("prove", "--json", *ROWS, *HEAD, "--out", tmp_path).json["sheet"]

    entries = kiosk("journal", "show", sheet, "--json").json["entries"]

    facts = [entry["fact"] for entry in entries]
    assert facts == ["Opened", *["Scanned"] * 3, *["Answered"] * 6, "Stamped", "HandedOver"]
    stamped = next(entry for entry in entries if entry["fact"] == "Stamped")
    assert (stamped["is"]["badge"], stamped["is"]["office"], stamped["is"]["marks"]) == (
        "12345",
        "0453",
        {"R": 1, "NR": 1, "N/A": 1},
    )


def test_the_slip_shows_each_faulty_row_in_both_languages(kiosk, sample, home, tmp_path):
    """Q4: the form goes back with the row, the reason, and what to mend."""
    done = kiosk("return", "--json", sample, "--office", "453", "--client", "Example", "--out", tmp_path, "--home", home / "demo")

    text = text_of(done.json["slip"])
    assert done.code == 0
    assert [row["row"] for row in done.json["rows"]] == [5]
    for said in ("99999001495789", "99999-001495788", "Find out which number is right", "numéro"):
        assert said in text.replace("\r\n", " ")


def test_the_slip_has_a_picture_of_the_place(kiosk, sample, home, tmp_path):
    done = kiosk("return", "--json", sample, "--office", "453", "--out", tmp_path, "--home", home / "demo")

    page = pypdfium2.PdfDocument(done.json["slip"])[0]
    assert any(found.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE for found in page.get_objects())


def test_the_slip_has_a_picture_of_a_page_on_which_there_is_no_barcode(kiosk, tmp_path):
    """Q4: the client sees which of his pages it is."""
    (tmp_path / "bare.png").write_bytes(saved(blank()))
    done = kiosk("return", "--json", tmp_path / "bare.png", "--office", "453", "--out", tmp_path)

    page = pypdfium2.PdfDocument(done.json["slip"])[0]
    assert [row["refusal"]["fields"] for row in done.json["rows"]] == [{"why": "no-barcode"}]
    assert sum(found.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE for found in page.get_objects()) == 1
    assert "no picture" not in text_of(done.json["slip"])


def test_a_form_without_a_fault_is_not_returned(kiosk, form, tmp_path):
    done = kiosk("return", form, "--office", "453", "--out", tmp_path / "out")

    assert done.code == 1
    assert "nothing to return" in done.err


def test_a_clock_behind_the_record_stamps_nothing(kiosk, home, tmp_path, monkeypatch):
    """Q10: set back two weeks, the kiosk refuses to stamp, in words."""
    from datetime import UTC, datetime, timedelta

    kiosk("query", ROWS[0])
    monkeypatch.setattr("kiosk.config.clock", lambda: datetime.now(UTC) - timedelta(weeks=2))

    done = kiosk("prove", ROWS[0], *HEAD, "--out", tmp_path / "out")

    assert done.code == 1
    assert "clock" in done.err
    with sqlite3.connect(home / "journal.sqlite3") as record:
        assert record.execute("SELECT count(*) FROM entries WHERE kind = 'Stamped'").fetchone() == (0,)
    record.close()


def test_a_move_in_bond_is_authorized_by_its_option_and_checked_as_no_release(kiosk, tmp_path):
    """P6, fault 1: what the store has nothing on file about may move; what is released may not be stamped so."""
    done = kiosk("prove", "8XXX-000001", "--in-bond", *HEAD, "--out", tmp_path)
    (proof,) = tmp_path.glob("*.pdf")
    checked = kiosk("verify", proof)

    assert done.code == 0
    assert "Authorized to move in bond. This is no release." in done.out
    assert "This is no release" in text_of(proof)
    assert "this is no release" in checked.out
    refused = kiosk("prove", "--json", "XXXX0000012345", "--in-bond", *HEAD, "--out", tmp_path)
    assert (refused.code, refused.json["error"]["code"]) == (1, "bond-released")
