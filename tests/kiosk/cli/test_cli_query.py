"""`kiosk query`: every number gets its answer, and what has none says why."""

import pytest

NUMBERS = ["99999001495785", "99999-001495786", "99999001495787"]


def test_each_number_gets_its_mark(kiosk):
    """Q3, Q8: R, NR and N/A, for transaction numbers and cargo control numbers alike."""
    done = kiosk("query", "--json", *NUMBERS, "XXXX0000012345")

    rows = done.json["rows"]
    assert [row["status"] for row in rows] == ["R", "NR", "N/A", "R"]
    assert [row["kind"] for row in rows] == ["transaction", "transaction", "transaction", "ccn"]
    assert done.code == 0
    assert all(row["as_of"] and row["reason"] and row["refusal"] is None and row["error"] is None for row in rows)


def test_the_text_is_given_as_it_stands_in_the_bars(kiosk):
    done = kiosk("query", "--json", "99999-001495786")

    assert done.json["rows"][0]["text"] == "99999-001495786"
    assert done.json["rows"][0]["number"] == "99999001495786"


@pytest.mark.parametrize(("text", "code"), [
    ("911", "service-option"), ("XXXX", "carrier-code"), ("999990000RM0001", "business-number"),
    ("0141234567500001", "air-waybill-piece"),
    ("A B C D E F", "inner-space"), ("=HYPERLINK(1)", "foreign-character"), ("'; DROP TABLE entries;--", "foreign-character"),
    ("$(touch x)", "foreign-character"), ("<script>alert(1)</script>", "foreign-character"), ("ABCD\x1b[2J1", "foreign-character"),
])  # fmt: skip
def test_what_is_no_reference_is_refused_by_name(kiosk, text, code):
    """Q4: each mistaken or hostile barcode has its own clear answer, and no status."""
    done = kiosk("query", "--json", text)

    row = done.json["rows"][0]
    assert (row["status"], row["refusal"]["code"], done.code) == (None, code, 1)
    assert row["text"] == text


def test_a_hostile_text_does_not_reach_the_terminal_raw(kiosk):
    done = kiosk("query", "ABCD\x1b[2J1")

    assert "\x1b" not in done.out
    assert "\\x1b" in done.out


def test_a_store_that_is_down_gives_no_status_at_all(kiosk, fault):
    """Q6: could not ask is neither NR nor N/A; it has an error of its own and its own exit code."""
    fault("down")

    done = kiosk("query", "--json", *NUMBERS)

    assert [row["status"] for row in done.json["rows"]] == [None, None, None]
    assert {row["error"]["code"] for row in done.json["rows"]} == {"down"}
    assert done.json["error"]["part"] == "store"
    assert done.code == 3


@pytest.mark.parametrize("how", ["html", "truncated", "wrong-number", "missing-row", "unknown-status", "stale", "redirect"])
def test_a_store_that_talks_nonsense_gives_no_status_at_all(kiosk, fault, how):
    """Q6: whatever is not a well-formed answer for exactly what was asked is no answer."""
    fault("garbled", "--how", how)

    done = kiosk("query", "--json", *NUMBERS)

    assert [row["status"] for row in done.json["rows"]] == [None, None, None]
    assert done.code == 3


def test_no_mark_is_shown_in_words_when_the_store_is_down(kiosk, fault):
    """Q6: on the screen too."""
    fault("down")

    done = kiosk("query", NUMBERS[0])

    assert "no status" in done.out
    assert "NR" not in done.out
    assert "N/A" not in done.out


def test_lines_are_answered_one_by_one_and_again_when_scanned_again(kiosk):
    """Q1: a scanner that types into the terminal is enough to work with; AIM identifiers and asterisks are taken off."""
    done = kiosk("query", "--json", typed="99999001495785\r\n\n]C099999001495786\n*XXXX0000012345*\n99999001495785\n")

    assert [row["status"] for row in done.json["rows"]] == ["R", "NR", "R", "R"]
    assert done.code == 0


def test_a_symbology_that_is_not_accepted_is_refused_by_its_kind(kiosk):
    """Q4: fourteen digits in Interleaved 2 of 5 look like a transaction number."""
    done = kiosk("query", "--json", typed="]I099999001495785\n")

    assert done.json["rows"][0]["refusal"]["code"] == "symbology-not-accepted"


def test_a_number_given_twice_is_named_as_a_repeat(kiosk):
    done = kiosk("query", "99999001495785", "99999-001495785")

    assert "Row 2 repeats row 1" in done.out
    assert done.code == 1


def test_both_senses_of_fourteen_digits_are_asked_and_the_careful_one_is_shown(kiosk):
    """Q3: on file as a transaction released and as a cargo control number held, the mark is NR."""
    done = kiosk("query", "--json", "99995001495791")

    row = done.json["rows"][0]
    assert (row["status"], row["kind"]) == ("NR", "ccn")
    assert "both-senses" in row["advice"]


def test_a_row_released_elsewhere_says_so(kiosk, home):
    """Q11."""
    kiosk("query", "99999001495785")
    settings = home / "kiosk.toml"
    settings.write_text(settings.read_text().replace('# office = ""', 'office = "0453"', 1))

    rows = kiosk("query", "--json", "99999001495790", "99999001495785").json["rows"]

    assert [("other-office" in row["advice"], row["office"]) for row in rows] == [(True, "0495"), (False, "0453")]


def test_french_is_spoken_when_asked_for(kiosk):
    assert "Sans mainlevée" in kiosk("--lang", "fr", "query", "99999001495786").out
    assert "Sans mainlevée" in kiosk("query", "--lang", "fr", "99999001495786").out
