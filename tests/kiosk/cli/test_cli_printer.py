"""`kiosk printer`: how it is, and a test page that proves nothing (P7)."""

import pypdfium2
import pytest

from kiosk.adapters.ipp import IppPrinter
from kiosk.cli import printer as command
from kiosk.config import Parts
from kiosk.core.condition import Condition
from kiosk.core.printing import State
from kiosk.words import words
from tests.printers import FakePrinter

EN, FR = words("en"), words("fr")


@pytest.fixture
def fake(monkeypatch):
    """A printer that a test drives, in place of the one that is set."""
    made = FakePrinter()
    monkeypatch.setattr(Parts, "printer", made)
    monkeypatch.setattr(command, "EACH", 0.001)
    return made


def test_a_printer_that_is_well_is_told_by_its_name(kiosk, home):
    said = kiosk("printer")

    assert (said.code, said.out) == (0, f"{home / 'printed'}\n{EN.say('printer.lamp.good')}\n")


def test_what_is_wrong_with_it_is_told_in_words_and_in_the_exit_code(kiosk, fake):
    fake.now = Condition(("media-empty", "toner-low", "acme-thing"))
    said = kiosk("printer", "--lang", "fr")
    assert said.code == 1
    for text in ("printer.lamp.bad", "printer.why.media-empty", "printer.why.toner-low"):
        assert FR.say(text) in said.out
    assert "acme-thing" in said.out

    fake.now = Condition(("toner-low",))
    assert kiosk("printer").code == 0
    assert kiosk("printer", "--json").json["reasons"] == ["toner-low"]


def test_a_printer_that_does_not_answer_is_not_known(kiosk, fake):
    fake.down = "unreachable"
    said = kiosk("printer")

    assert said.code == 3
    assert EN.say("unavailable.unreachable") in said.err


def test_a_test_page_comes_out_and_says_that_it_proves_nothing(kiosk, home):
    """A page that nobody can take for a proof: SPECIMEN in both languages, and no seal."""
    said = kiosk("printer", "--test")
    (path,) = (home / "printed").iterdir()
    page = pypdfium2.PdfDocument(path)[0].get_textpage().get_text_bounded()

    assert said.code == 0
    assert EN.say("printer.state.done") in said.out
    for text in (EN.say("cli.printer.specimen"), FR.say("cli.printer.specimen"), "SPECIMEN", "SPÉCIMEN"):
        assert text in page
    assert path.name.startswith("SPECIMEN")


def test_a_test_page_is_followed_to_its_end_or_as_long_as_somebody_waits(kiosk, fake, monkeypatch):
    words_of = iter([State.PRINTING, State.FAILED])
    real = fake.word

    def word(job, name):
        fake.says(next(words_of), "aborted-by-system")
        return real(job, name)

    monkeypatch.setattr(fake, "word", word)
    said = kiosk("printer", "--test")
    assert said.code == 1
    assert EN.say("printer.state.printing") in said.out
    assert EN.say("printer.why.aborted-by-system") in said.out

    monkeypatch.undo()
    monkeypatch.setattr(Parts, "printer", fake)
    monkeypatch.setattr(command, "SECONDS", 0.0)
    assert kiosk("printer", "--test", "--json").json["state"] == "unknown"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('kind = "ipp"\nuri = "http://x/"', "ipp://host"),
        ('kind = "ipp"', "uri"),
        ("originals = 3", "1 or 2"),
    ],
)
def test_a_printer_that_is_set_wrongly_is_told(kiosk, home, table, said):
    settings = home / "kiosk.toml"
    settings.write_text(settings.read_text().replace("[printer] ", f"[printer]\n{table}\n# "))
    told = kiosk("printer")

    assert told.code != 0
    assert said in told.out + told.err


def test_an_ipp_printer_is_made_from_its_settings(home):
    settings = home / "kiosk.toml"
    table = 'kind = "ipp"\nuri = "ipps://printer.example:8631/ipp/print"\npin = "' + "ab" * 32 + '"\noriginals = 2\n'
    settings.write_text(settings.read_text().replace("[printer] ", f"[printer]\n{table}# "))
    parts = Parts.of(str(home))

    assert isinstance(parts.printer, IppPrinter)
    assert (parts.printer.name, parts.originals) == ("ipps://printer.example:8631/ipp/print", 2)


def test_the_opening_asks_a_printer_of_the_network_how_it_is(kiosk, home, fake):
    """Before the first client comes, and not with his sheet."""
    settings = home / "kiosk.toml"
    settings.write_text(settings.read_text().replace("[printer] ", '[printer]\nkind = "ipp"\nuri = "ipp://x/"\n# '))
    fake.now = Condition(("media-empty",))
    assert EN.say("printer.why.media-empty") in kiosk("check").out
    fake.now = Condition()
    assert EN.say("check.said.printer.answers") in kiosk("check").out
    fake.down = "unreachable"

    assert EN.say("unavailable.unreachable") in kiosk("check").out
