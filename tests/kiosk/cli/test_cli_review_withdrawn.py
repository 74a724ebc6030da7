"""A proof that was taken back, at the terminal: it is not given out as if it held, and does not verify."""

import pytest

from kiosk.config import Parts
from kiosk.desks.counter import Counter

ROWS = ("99999-001495785",)
HEAD = ("--office", "453", "--client", "Example", "--badge", "12345")


@pytest.fixture
def proven(kiosk, tmp_path):
    return kiosk("prove", "--json", *ROWS, *HEAD, "--out", tmp_path).json


@pytest.fixture
def voided(proven, home):
    """The same, taken back at the counter."""
    parts = Parts.of(str(home))
    counter = parts.counter
    assert isinstance(counter, Counter)
    counter.void(counter.find(proven["sheet"]), "wrong client", "90001")
    parts.journal.close()
    return proven


def test_a_proof_that_holds_verifies_and_is_given_out(kiosk, proven, tmp_path):
    assert kiosk("verify", "--json", proven["proof"]).json["genuine"]
    assert kiosk("journal", "document", proven["sheet"], "--out", tmp_path / "again").code == 0


def test_a_proof_that_was_taken_back_does_not_verify_where_that_is_on_record(kiosk, voided):
    """P2: though every seal on it is genuine."""
    done = kiosk("verify", "--json", voided["proof"])

    assert (done.code, done.json["genuine"], done.json["code"], done.json["rows"]) == (1, False, "withdrawn", [])


@pytest.mark.parametrize(("lang", "said"), [("en", "taken back"), ("fr", "annulée")])
def test_it_is_said_why_in_the_language_asked_for(kiosk, voided, lang, said):
    done = kiosk("verify", voided["proof"], "--lang", lang)

    assert said in done.out + done.err
    assert "wrong client" in done.out + done.err


def test_a_proof_that_was_taken_back_is_not_given_out(kiosk, voided, tmp_path):
    done = kiosk("journal", "document", voided["sheet"], "--out", tmp_path / "again")

    assert done.code == 1
    assert not (tmp_path / "again").exists()
