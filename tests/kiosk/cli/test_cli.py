"""The command line itself: help in both languages, misuse named, exit codes."""

import pytest

from kiosk.cli import COMMANDS


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_has_its_help_in_both_languages(kiosk, command, language):
    done = kiosk("--lang", language, command, "--help")

    assert done.code == 0
    assert done.out.startswith("Usage: " if language == "en" else "Emploi : ")
    assert "--json" in done.out


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["query", "--nonsense"], ["prove"], ["prove", "1"], ["form", "--rows", "x"], []]
)
def test_misuse_is_said_and_ends_with_2(kiosk, arguments):
    done = kiosk(*arguments)

    assert done.code == 2
    assert done.err


def test_the_help_makes_no_home(kiosk, home, monkeypatch):
    monkeypatch.setenv("KIOSK_HOME", str(home / "never"))

    kiosk("--help")

    assert not (home / "never").exists()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_demonstration_shows_all_three_marks_and_the_refusal(kiosk, home, language):
    """Q1, Q2, Q3, Q7: what a newcomer sees before the counter opens."""
    done = kiosk("--lang", language, "demo", "--no-serve")

    assert done.code == 0
    for said in ("R   ", "NR  ", "N/A ", "99999001495789", ".pdf"):
        assert said in done.out
    assert len(list((home / "demo" / "sheets").glob("*.pdf"))) == 1


def test_the_demonstration_can_be_run_again(kiosk, home):
    kiosk("demo", "--no-serve")

    assert kiosk("demo", "--no-serve").code == 0
    assert len(list((home / "demo" / "sheets").glob("*.pdf"))) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["form", "--rows", "501"], "--rows : attendu un nombre de 0 à 500."),
        (["form", "--symbology", "itf"], "attendu code128, code39."),
        (["form", "--from", "nowhere.csv"], "--from : attendu un fichier qui existe."),
        (["query", "--nonsense"], "Il n’y a pas d’option --nonsense."),
        (["prove", "1"], "--badge manque."),
    ],
)
def test_misuse_is_said_in_french_too(kiosk, arguments, said):
    done = kiosk("--lang", "fr", *arguments)

    assert done.code == 2
    assert said in done.err


def test_a_blank_form_leaves_the_office_to_be_written_by_hand(kiosk, tmp_path):
    """Q2."""
    import pypdfium2

    assert kiosk("form", "--rows", "5", "--out", tmp_path / "blank.pdf").code == 0

    assert "000" not in pypdfium2.PdfDocument(tmp_path / "blank.pdf")[0].get_textpage().get_text_range()


def test_a_home_that_can_not_be_looked_at_is_no_crash(kiosk):
    """Somebody else's, or a name that no disk takes: the language is found without it, and who needs it says so."""
    done = kiosk("check", "--home", "a" * 300)

    assert (done.code, done.out) == (3, "")
    assert "Traceback" not in done.err
