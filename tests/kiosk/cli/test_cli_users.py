"""`kiosk users`: who may work here, by terminal."""

import os
import pty
import sys
import time

import pytest

from kiosk.adapters.pins import ArgonPins
from kiosk.adapters.sql import SqlJournal
from kiosk.cli import users
from kiosk.cli.terminal import Terminal
from kiosk.config import clock
from kiosk.core.faults import Refusal
from kiosk.core.journal import Entry, LogInFailed

PIN, OTHER = "483920", "770183"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """PINs that are quick to check."""
    monkeypatch.setattr(ArgonPins.__init__, "__defaults__", (8, 1, 1))


@pytest.fixture
def added(kiosk):
    """An administrator and an officer."""
    assert (
        kiosk("users", "add", "a1001", "--name", "Ann Example", "--role", "administrator", "--pin-stdin", typed=f"{PIN}\n").code
        == 0
    )
    assert kiosk("users", "add", "B2002", "--name", "Ben Example", "--pin-stdin", typed=f"{PIN}\r\n").code == 0


def everybody(kiosk):
    """The list, by badge."""
    return {user["badge"]: user for user in kiosk("users", "list", "--json").json["users"]}


def test_nobody_is_there_at_first(kiosk):
    done = kiosk("users", "list")

    assert (done.code, done.out) == (0, "There is nobody yet.\n")
    assert kiosk("users", "list", "--json").json == {"users": []}


def test_who_was_added_is_listed_and_must_change_the_pin(kiosk, added):
    assert everybody(kiosk)["B2002"] == {
        "badge": "B2002",
        "name": "Ben Example",
        "role": "bso",
        "sub_location": "",
        "active": True,
        "state": "first-pin",
        "wait": 0,
    }
    shown = kiosk("users", "list").out.splitlines()
    assert shown[0].split() == ["Badge", "Name", "Role", "State"]
    assert "Ann Example" in shown[1]
    assert "must change the PIN" in shown[1]


def test_no_answer_holds_a_pin_or_its_hash(kiosk, added, home):
    said = [kiosk(*words) for words in (["users", "list", "--json"], ["users", "list"], ["journal", "export"], ["journal", "show"])]
    spoken = "".join(run.out + run.err for run in said)

    assert "argon2" not in spoken
    assert PIN not in spoken


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_record_hands_no_hash_out_as_a_document(kiosk, added, home, tmp_path, lang):
    record = SqlJournal(f"sqlite:///{home / 'journal.sqlite3'}")
    digest = record.find(kind="PinSet")[0].entry.fact.document
    record.close()
    for asked in ("user/A1001", "USER/A1001", "A1001", digest):
        done = kiosk("journal", "document", asked, "--out", tmp_path / "out", "--lang", lang)

        assert done.code == 1
        assert "argon2" not in done.out + done.err
    assert not (tmp_path / "out").exists()


def test_the_record_with_users_is_sound(kiosk, added):
    """Q10."""
    assert kiosk("journal", "verify", "--json").json["sound"]


def test_another_role_another_pin_and_a_dismissal(kiosk, added):
    assert kiosk("users", "role", "b2002", "supervisor").out == "Badge B2002: Ben Example, Supervisor.\n"
    assert kiosk("users", "pin", "B2002", "--pin-stdin", typed=OTHER).code == 0
    assert kiosk("users", "dismiss", "B2002").code == 0
    assert everybody(kiosk)["B2002"] | {"name": ""} == {
        "badge": "B2002",
        "name": "",
        "role": "supervisor",
        "sub_location": "",
        "active": False,
        "state": "dismissed",
        "wait": 0,
    }


def test_an_operator_has_a_warehouse_of_his_own(kiosk, added):
    """Issue 6, 8."""
    named = ["users", "add", "W3003", "--name", "Wil Example", "--role", "warehouse", "--pin-stdin"]

    assert "4 digits" in kiosk(*named, typed=f"{PIN}\n").err
    assert kiosk(*named, "--sub-location", "9453", typed=f"{PIN}\n").code == 0
    assert kiosk("users", "role", "W3003", "warehouse").out == "Badge W3003: Wil Example, Warehouse operator 9453.\n"
    assert kiosk("users", "role", "W3003", "warehouse", "--sub-location", "9454").code == 0
    assert everybody(kiosk)["W3003"]["sub_location"] == "9454"
    assert kiosk("users", "role", "B2002", "bso", "--sub-location", "9454").code == 0
    assert everybody(kiosk)["B2002"]["sub_location"] == ""


def test_the_last_administrator_stays(kiosk, added):
    dismissed, demoted = kiosk("users", "dismiss", "A1001"), kiosk("users", "role", "A1001", "bso")

    assert (dismissed.code, demoted.code) == (1, 1)
    assert "last administrator" in dismissed.err
    assert everybody(kiosk)["A1001"]["role"] == "administrator"


def test_a_delay_is_shown_and_lifted(kiosk, added, home):
    staff = users.staff_of(Terminal(home=str(home)))
    for _ in range(3):
        with pytest.raises(Refusal, match="wrong-badge-or-pin"):
            staff.log_in("B2002", OTHER)
    now, station = clock(), staff.door.station
    entry = Entry(f"door/B2002/{now.date()}", now, station, LogInFailed("wrong-pin", station))
    staff.roll.journal.append([entry] * 8)

    assert everybody(kiosk)["B2002"]["wait"] > 0
    assert "waits" in kiosk("users", "list").out
    assert kiosk("users", "lift", "b2002").out == "The delay of badge B2002 is lifted.\n"
    assert everybody(kiosk)["B2002"]["wait"] == 0
    staff.roll.journal.close()


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [
        (["add", "C3003", "--name", "Cid", "--pin-stdin"], "123456\n", "pin-too-simple"),
        (["add", "C3003", "--name", "Cid", "--pin-stdin"], "", "pin-form"),
        (["add", "C3003", "--name", " ", "--pin-stdin"], PIN, "no-name"),
        (["add", "C", "--name", "Cid", "--pin-stdin"], PIN, "bad-badge"),
        (["add", "B2002", "--name", "Cid", "--pin-stdin"], PIN, "user-there"),
        (["add", "C3003", "--name", "Cid"], PIN, "no-terminal"),
        (["pin", "Z9999", "--pin-stdin"], PIN, "no-such-user"),
        (["role", "Z9999", "bso"], None, "no-such-user"),
        (["dismiss", "Z9999"], None, "no-such-user"),
        (["lift", "Z9999"], None, "no-such-user"),
    ],
)
def test_what_is_refused_is_said_and_changes_nothing(kiosk, added, words, typed, code):
    before = everybody(kiosk)
    done = kiosk("users", *words, "--json", typed=typed)

    assert done.code == 1
    assert done.json["error"]["code"] == code
    assert everybody(kiosk) == before


def test_a_pin_can_not_be_given_in_the_command(kiosk):
    """It would stand in the shell's history and in the list of processes."""
    assert kiosk("users", "add", "C3003", "--name", "Cid", "--pin", PIN).code == 2
    assert kiosk("users", "pin", "C3003", PIN).code == 2


def test_a_role_that_is_none_is_misuse(kiosk, added):
    done = kiosk("users", "role", "B2002", "chief", "--lang", "fr")

    assert done.code == 2
    assert "bso, supervisor, administrator" in done.err


def test_without_a_terminal_nobody_can_be_asked_to_be_the_first(kiosk, home, monkeypatch):
    with open(os.devnull) as nothing:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdin", nothing)
        with pytest.raises(Refusal, match="no-user"):
            users.first_administrator(Terminal(home=str(home)))


def test_where_there_is_an_administrator_nobody_is_asked(kiosk, added, home, monkeypatch):
    before = kiosk("users", "list", "--json").json
    with open(os.devnull) as nothing:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdin", nothing)
        users.first_administrator(Terminal(home=str(home)))

    assert kiosk("users", "list", "--json").json == before


FIRST = """
from kiosk.adapters.pins import ArgonPins
from kiosk.cli import users
from kiosk.cli.terminal import Terminal
ArgonPins.__init__.__defaults__ = (8, 1, 1)
users.first_administrator(Terminal())
"""


def at_a_terminal(answers):
    """What a person sees who starts the first kiosk and types these lines, each when he is asked."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-c", FIRST])
    seen, end = b"", time.monotonic() + 60
    for asked, typed in answers:
        while asked not in seen.rpartition(b"\x00")[2]:
            assert time.monotonic() < end
            seen += os.read(terminal, 1000)
        os.write(terminal, typed.encode() + b"\n")
        seen += b"\x00"
    try:
        while more := os.read(terminal, 1000):
            seen += more
    except OSError:  # the other end has closed it
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), seen.decode()


def test_the_first_administrator_is_made_at_the_terminal_without_echo(kiosk, home):
    """Asked again where something is refused; no PIN is ever seen."""
    answers = [
        (b"Badge:", "a1001"),
        (b"Name:", "Ann Example"),
        (b"shown):", "123456"),
        (b"again:", "123456"),
        (b"Badge:", "a1001"),
        (b"Name:", "Ann Example"),
        (b"shown):", PIN),
        (b"again:", PIN),
    ]
    code, seen = at_a_terminal(answers)

    assert code == 0
    assert "Anybody would try this PIN first" in seen
    assert PIN not in seen
    assert "123456" not in seen
    assert everybody(kiosk)["A1001"] | {"name": ""} == {
        "badge": "A1001",
        "name": "",
        "role": "administrator",
        "sub_location": "",
        "active": True,
        "state": "active",
        "wait": 0,
    }
