"""`kiosk check`: every part is said, with what to do about it, in both languages; its exit code tells (issue 4, 7)."""

import threading
import tomllib
from contextlib import closing

import pytest

from kiosk.cli import check as checking
from kiosk.cli.check import remedy, sentence
from kiosk.cli.terminal import Terminal
from kiosk.config import Parts
from kiosk.core.faults import Refusal
from kiosk.desks.opening import Part
from kiosk.words import templates, words
from tests.kiosk.station.trigger_samples import until

QUIET = 'sound = "off"'


@pytest.fixture
def silent(home):
    path = home / "kiosk.toml"
    path.write_text(path.read_text().replace("# sound =", "sound =").replace('sound = "auto"', QUIET))
    assert QUIET in path.read_text()
    return home


@pytest.fixture
def made(silent):
    """A kiosk whose keys are made."""
    parts = Parts.of(str(silent))
    with closing(parts.journal):
        assert parts.keys.made
    return silent


def states(run):
    return {part["part"]: (part["state"], part["code"]) for part in run.json["parts"]}


def test_every_part_is_told_and_the_counter_can_open(kiosk, made):
    run = kiosk("check", "--json")
    said = states(run)

    assert run.code == 0
    assert list(said) == ["station", "scanner", "camera", "printer", "store", "record", "clock", "keys", "disk", "reading", "sound"]
    assert {name for name, (state, _) in said.items() if state == "good"} >= {"printer", "store", "record", "keys", "sound"}
    assert run.json["state"] in {"good", "poor"}


@pytest.mark.parametrize(("lang", "word"), [("en", "The counter can open."), ("fr", "Le comptoir peut ouvrir.")])
def test_it_is_said_in_words_with_a_sign_and_what_to_do(kiosk, made, lang, word):
    run = kiosk("check", "--lang", lang)

    assert run.code == 0
    assert word in run.out
    assert "kiosk devices" in run.out
    assert all(line.startswith(("✓", "!", "?", "✗", "    ->")) for line in run.out.splitlines()[:-1])


def test_asking_changes_nothing(kiosk, made):
    """No row, no page, no key, no number."""
    before = sorted(path.relative_to(made) for path in made.rglob("*") if "acros" not in path.name)
    kiosk("check")
    after = sorted(path.relative_to(made) for path in made.rglob("*") if "acros" not in path.name)

    assert {str(path) for path in set(after) - set(before)} <= {
        "station",
        "station/spool.sqlite3",
        "station/spool.lock",
        "keys/lock",
    }


def test_a_store_that_does_not_answer_is_not_known(kiosk, made, fault):
    """Q6: its own exit code."""
    fault("down")
    run = kiosk("check", "--json")

    assert run.code == 3
    assert states(run)["store"][0] == "unknown"


def test_a_new_kiosk_has_no_keys_yet_and_makes_none_by_asking(kiosk, silent):
    run = kiosk("check", "--json")

    assert states(run)["keys"] == ("poor", "not-made")
    assert not (silent / "keys").exists()


def test_a_private_key_that_others_may_read_is_bad(kiosk, made):
    """P2: whose it is now, nobody knows."""
    next((made / "keys").glob("*.seal")).chmod(0o644)
    run = kiosk("check", "--json")

    assert run.code == 1
    assert states(run)["keys"] == ("bad", "keys-open-to-others")


def test_a_printer_whose_folder_is_not_there_is_bad_and_the_others_are_examined(kiosk, made):
    path = made / "kiosk.toml"
    path.write_text(path.read_text().replace("[printer]", '[printer]\nfolder = "/nowhere/at/all"'))
    run = kiosk("check", "--json")

    assert run.code == 1
    assert states(run)["printer"] == ("bad", "gone")
    assert states(run)["disk"][0] == "good"


def test_a_scanner_that_should_be_there_and_is_not_is_bad(kiosk, made):
    path = made / "kiosk.toml"
    path.write_text(path.read_text() + '\n[[scanner]]\ndevice = "nobody"\nname = "Counter 1"\n')
    run = kiosk("check")

    assert run.code == 1
    assert "Counter 1: It is not plugged in." in run.out


def test_a_fault_of_our_own_is_one_part_that_is_bad(kiosk, made, monkeypatch):
    monkeypatch.setattr(checking, "_keys", lambda parts: 1 / 0)
    run = kiosk("check", "--json")

    assert run.code == 1
    assert states(run)["keys"] == ("bad", "broken")
    assert "disk" in states(run)


def test_what_takes_long_is_said_while_it_lasts(kiosk, made, monkeypatch, capfd):
    """Nobody wonders whether it hangs."""
    monkeypatch.setattr(checking, "PATIENCE", 0.0)
    go = threading.Event()
    monkeypatch.setattr(checking, "_sound", lambda parts: go.wait(30) and [])
    heard = []

    def hears():
        until(lambda: heard.append(capfd.readouterr().err) or "Still examining: Sound" in "".join(heard))
        go.set()

    listener = threading.Thread(target=hears)
    listener.start()
    kiosk("check")
    listener.join()


CODES = [
    (table, code)
    for table, said in tomllib.loads((templates() / "words" / "check.en.toml").read_text())["check"]["said"].items()
    for code in said
    if table != "any"
]


@pytest.mark.parametrize(("name", "code"), [*CODES, ("scanner", "busy"), ("camera", "frozen"), ("store", "slow"), ("keys", "held")])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_code_has_its_sentence_and_what_is_not_good_has_a_remedy(home, name, code, lang):
    terminal = Terminal(str(home), lang)
    figures = {"entries": 1, "megabytes": 2, "scans": 3}
    said = sentence(terminal, Part(name, "bad", code, figures=figures))

    assert said.endswith(".")
    assert not said[0].islower()
    assert remedy(words(lang), Part(name, "bad", code, "x")).endswith((".", ")"))
    assert not remedy(words(lang), Part(name, "good", code))


def test_a_refusal_is_said_in_its_own_words(home):
    no = Refusal("keys-open-to-others", expected="mode 0600", got="0644")

    assert "0644" in sentence(Terminal(str(home), "en"), Part("keys", "bad", no.code, no=no))


def test_less_evidence_than_there_could_be_is_said_before_the_counter_opens(kiosk, made):
    """Q4: it is somebody's decision, and no secret."""
    assert states(kiosk("check", "--json"))["reading"] == ("good", "strict")
    settings = made / "kiosk.toml"
    settings.write_text(settings.read_text().replace('# evidence = "strict"', 'evidence = "balanced"'))
    run = kiosk("check")

    assert states(kiosk("check", "--json"))["reading"] == ("poor", "balanced")
    assert "less evidence" in run.out
    assert run.code == 0
