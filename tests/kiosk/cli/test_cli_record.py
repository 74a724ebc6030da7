"""`kiosk journal`, `backup`, `restore`: the record shown, searched, exported, verified and kept elsewhere (Q10)."""

import csv
import io
import json
import sqlite3

import pytest


@pytest.fixture
def asked(kiosk):
    """A record with some entries."""
    kiosk("query", "99999001495785", "99999-001495786", "911")


def test_a_number_is_found_in_either_spelling(kiosk, asked):
    """Q10."""
    found = kiosk("journal", "search", "--json", "--number", "99999001495786")

    assert found.code == 0
    assert {entry["fact"] for entry in found.json["entries"]} == {"Scanned", "Answered"}


def test_what_is_not_in_the_record_is_said_to_be_not_there(kiosk, asked):
    done = kiosk("journal", "search", "--number", "00000000000000")

    assert done.code == 1
    assert "Nothing in the record fits 00000000000000" in done.out


def test_every_entry_is_exported(kiosk, asked):
    lines = kiosk("journal", "export").out.splitlines()

    assert [json.loads(line)["position"] for line in lines] == list(range(len(lines)))
    assert len(lines) == 1 + 1 + 3 + 1 + 2


def test_half_a_surrogate_pair_stops_no_export(kiosk):
    """Q10: a keyboard can yield one; whatever stands after it must be had as well."""
    kiosk("query", "9\udcff")

    lines = [json.loads(line)["is"] for line in kiosk("journal", "export").out.splitlines()]
    rows = list(csv.reader(io.StringIO(kiosk("journal", "export", "--format", "csv").out)))

    assert ([one["text"] for one in lines if "raw" in one], len(rows)) == (["9\udcff"], 1 + len(lines))
    assert kiosk("journal", "show", "--json").json["entries"][-1]["position"] == len(lines) - 1


def test_no_spreadsheet_takes_a_barcode_for_a_formula(kiosk):
    kiosk("query", "=HYPERLINK(1)")

    rows = list(csv.reader(io.StringIO(kiosk("journal", "export", "--format", "csv").out)))

    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "-"))]


def test_a_sound_record_is_said_to_be_sound(kiosk, asked):
    done = kiosk("journal", "verify", "--json")

    assert (done.code, done.json["sound"]) == (0, True)


def test_an_altered_entry_is_found(kiosk, home, asked):
    """Q10: whoever can write the database can't change the past unseen."""
    with sqlite3.connect(home / "journal.sqlite3") as record:
        for (name,) in record.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            record.execute(f"DROP TRIGGER {name}")
        (leaf,) = record.execute("SELECT leaf FROM entries WHERE position = 2").fetchone()
        record.execute("UPDATE entries SET leaf = ? WHERE position = 2", (leaf.replace(b"99999001495785", b"99999001495784"),))
    record.close()

    done = kiosk("journal", "verify", "--json")

    assert (done.code, done.json["sound"]) == (1, False)
    assert done.json["findings"][0]["code"] == "altered"


def copied(kiosk, home):
    """A backup, by its file and its checkpoint."""
    done = kiosk("backup", "--json", home / "copies").json
    return done["backup"], done["checkpoint"]


def lose(home):
    for path in home.glob("journal.sqlite3*"):
        path.unlink()


def test_a_record_cut_off_is_found_by_a_checkpoint_on_paper(kiosk, home, asked):
    """Q10: every sheet is a witness."""
    early, head = copied(kiosk, home)
    kiosk("query", "99999001495787")
    printed = kiosk("journal", "checkpoint").out.strip()
    lose(home)
    assert kiosk("restore", early, "--against", head).code == 0

    assert kiosk("journal", "verify", "--against", printed).code == 1


def test_a_restored_record_is_the_record(kiosk, home, asked):
    copy, head = copied(kiosk, home)
    lose(home)

    assert kiosk("restore", copy, "--against", head).code == 0
    assert kiosk("journal", "verify", "--against", head).code == 0
    assert kiosk("journal", "search", "--number", "99999001495785").code == 0


def test_a_copy_is_not_restored_over_a_record_that_knows_more(kiosk, home, asked):
    copy, head = copied(kiosk, home)
    kiosk("query", "99999001495787")

    done = kiosk("restore", copy, "--against", head)

    assert done.code == 1
    assert kiosk("journal", "search", "--number", "99999001495787").code == 0


def test_the_lists_are_made_again(kiosk, home, asked):
    with sqlite3.connect(home / "journal.sqlite3") as record:
        record.execute("DELETE FROM mentions")
    record.close()
    assert kiosk("journal", "search", "--number", "99999001495785").code == 1

    assert kiosk("journal", "rebuild").code == 0
    assert kiosk("journal", "search", "--number", "99999001495785").code == 0
