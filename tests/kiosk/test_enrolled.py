"""What enrolment writes into kiosk.toml, and what it leaves alone (D1, D2)."""

import os
import stat
import threading
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.manner import Layout, Manner, Terminator
from kiosk.core.faults import Refusal, Unavailable
from kiosk.settings import load
from kiosk.settings.enrolled import BACKUP, FILE, keep, written

OWN = """\
# The kiosk at the bridge.   Don't touch!
station = "K7QD"   # ours

[web]  # the counter
port = 8480        # as always

[[scanner]]        # the left one
device = "usb-left"    # by its serial number
# slow line
speed = 9600       # baud
ignore = true
"""
MANNERS = st.builds(
    Manner,
    st.sampled_from(Layout),
    st.sampled_from(Terminator),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=3),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=3),
    st.floats(0.1, 2.0).map(lambda gap: round(gap, 3)),
).filter(lambda one: one.suffix or one.terminator is not Terminator.NONE)


@pytest.fixture
def home(tmp_path):
    (tmp_path / FILE).write_text(OWN)
    (tmp_path / FILE).chmod(0o600)
    return tmp_path


def text(home):
    return (home / FILE).read_text()


def test_a_new_table_stands_at_the_end_and_all_else_is_as_it_was(home):
    keep(home, "usb-2", "counter 2", Manner(Layout.CA_FR, Terminator.ENTER, gap=0.1), keys=True)

    assert text(home).startswith(OWN)
    assert written(home, "usb-2") == {
        "device": "usb-2",
        "name": "counter 2",
        "layout": "ca-fr",
        "gap": 0.1,
        "terminator": "enter",
    }


def test_what_was_learned_is_what_the_kiosk_then_uses(home):
    manner = Manner(Layout.FR, Terminator.TAB, "\x02", 'é"\\', 0.4)
    keep(home, "usb-2", "counter 2", manner, keys=True)

    assert next(one for one in load(home).scanner if one.device == "usb-2").manner == manner


@settings(max_examples=80)
@given(MANNERS, st.booleans())
def test_any_manner_comes_back_as_it_was(tmp_path_factory, manner, keys):
    home = tmp_path_factory.mktemp("home")
    (home / FILE).write_text(OWN)
    keep(home, "usb-2", "x", manner, keys=keys)
    expected = manner if keys else replace(manner, layout=Layout.US, gap=0.25)

    assert text(home).startswith(OWN)
    assert next(one for one in load(home).scanner if one.device == "usb-2").manner == expected


def test_a_line_has_neither_layout_nor_gap(home):
    keep(home, "usb-2", "", Manner(terminator=Terminator.TAB), keys=False)

    assert written(home, "usb-2") == {"device": "usb-2", "terminator": "tab"}


def test_a_second_enrolment_replaces_what_the_first_had_learned_and_keeps_the_name(home):
    keep(home, "usb-2", "counter 2", Manner(Layout.FR, Terminator.TAB, "a", "b"), keys=True)
    keep(home, "usb-2", "", Manner(Layout.US, gap=0.1), keys=True)

    assert written(home, "usb-2") == {"device": "usb-2", "name": "counter 2", "layout": "us", "gap": 0.1}
    assert text(home).count("[[scanner]]") == 2


def test_the_same_enrolment_twice_changes_nothing(home):
    keep(home, "usb-2", "counter 2", Manner(), keys=True)
    before = (text(home), (home / BACKUP).read_text(), (home / FILE).stat().st_ino)
    keep(home, "usb-2", "counter 2", Manner(), keys=True)

    assert (text(home), (home / BACKUP).read_text(), (home / FILE).stat().st_ino) == before


def test_of_a_table_that_its_owner_wrote_only_what_was_learned_changes(home):
    keep(home, "usb-left", "counter 1", Manner(prefix="j"), keys=False)
    kept = text(home)

    assert written(home, "usb-left") == {"device": "usb-left", "speed": 9600, "name": "counter 1", "prefix": "j"}
    for line in OWN.splitlines():
        assert line in kept or line == "ignore = true"  # who enrols a scanner wants it read


def test_tables_that_stand_apart_and_windows_line_ends_are_understood(home):
    apart = b'[[scanner]]\r\ndevice = "usb-1" # one\r\n\r\n[web]\r\nport = 1\r\n\r\n[[scanner]]\r\ndevice = "usb-2"\r\n'
    (home / FILE).write_bytes(b'station = "K7QD"\r\n' + apart)
    keep(home, "usb-2", "right", Manner(), keys=False)

    assert [table["device"] for table in tomllib.loads(text(home))["scanner"]] == ["usb-1", "usb-2"]
    assert written(home, "usb-2") == {"device": "usb-2", "name": "right"}
    assert b"# one\r\n" in (home / FILE).read_bytes()


def test_the_file_as_it_was_stands_beside_it(home):
    keep(home, "usb-2", "x", Manner(), keys=True)

    assert (home / BACKUP).read_text() == OWN


def test_nobody_else_may_read_either_file(home):
    """A password of the record, or a token, may stand in it."""
    keep(home, "usb-2", "x", Manner(), keys=True)

    assert [stat.S_IMODE((home / name).stat().st_mode) for name in (FILE, BACKUP)] == [0o600, 0o600]
    assert {one.name for one in home.iterdir()} == {FILE, BACKUP}


def test_the_files_stay_their_owners(home, monkeypatch):
    """Run by root, it must leave settings that the kiosk's own user can read."""
    owners = []
    monkeypatch.setattr(os, "fchown", lambda _, *owner: owners.append(owner))
    keep(home, "usb-2", "x", Manner(), keys=True)
    was = (home / FILE).stat()

    assert owners == [(was.st_uid, was.st_gid)] * 2


def test_settings_that_would_change_hands_are_not_written(home, monkeypatch):
    def forbidden(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", forbidden)
    with pytest.raises(Unavailable):
        keep(home, "usb-2", "x", Manner(), keys=True)
    assert text(home) == OWN


def test_a_name_that_another_has_is_refused_and_nothing_is_written(home):
    keep(home, "usb-2", "counter 2", Manner(), keys=True)
    before = text(home)

    with pytest.raises(Refusal, match="name-taken") as caught:
        keep(home, "usb-3", "counter 2", Manner(), keys=True)
    assert caught.value.fields == {"got": "counter 2"}
    assert text(home) == before


@pytest.mark.parametrize("name", ["x" * 41, "a\nb"])
def test_a_name_that_the_settings_would_not_take_is_refused(home, name):
    with pytest.raises(Refusal):
        keep(home, "usb-3", name, Manner(), keys=True)
    assert text(home) == OWN


@pytest.mark.parametrize("broken", [b"station = ", b"\xff", b"scanner = 1\n", b'[[scanner]]\nname = "no device"\n'])
def test_a_file_that_is_no_settings_is_refused_and_left_alone(home, broken):
    (home / FILE).write_bytes(broken)

    with pytest.raises(Refusal):
        keep(home, "usb-3", "x", Manner(), keys=True)
    assert (home / FILE).read_bytes() == broken


def test_where_it_cannot_be_written_that_is_said_and_the_old_file_stays(home, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable) as caught:
        keep(home, "usb-3", "x", Manner(), keys=True)

    assert (caught.value.part, caught.value.code) == ("home", "disk-full")
    assert text(home) == OWN
    assert [one.name for one in home.iterdir()] == [FILE]


def test_a_home_without_settings_is_said(tmp_path):
    with pytest.raises(Unavailable, match="gone"):
        keep(tmp_path, "usb-3", "x", Manner(), keys=True)
    with pytest.raises(Unavailable, match="gone"):
        keep(tmp_path / "none", "usb-3", "x", Manner(), keys=True)


def test_ten_enrolments_at_once_all_stand_in_the_file(home):
    names = [f"usb-{n}" for n in range(10)]
    work = [threading.Thread(target=keep, args=(home, name, name, Manner()), kwargs={"keys": True}) for name in names]
    for one in work:
        one.start()
    for one in work:
        one.join()

    assert {one.device for one in load(home).scanner} == {"usb-left", *names}
