"""Event files as a recorder writes them, played back: what each key said is in the file, found by xkb's tables and not by ours."""

import json
from pathlib import Path

import pytest

from drivers.keymap import Dropped, Key, Typed
from drivers.manner import Layout, Manner, Terminator
from drivers.scan import Broken, Heard

FILES = sorted(path for path in (Path(__file__).parent / "keys").glob("*.jsonl") if path.stem != "xkb")


def event(line):
    return Dropped(line["at"], line["held"]) if "dropped" in line else Key(**line)


def played(path):
    head, *lines = map(json.loads, path.read_text("utf-8").splitlines())
    manner = head["manner"] | {"layout": Layout(head["manner"]["layout"])}
    if "terminator" in manner:
        manner["terminator"] = Terminator(manner["terminator"])
    typed = Typed(Manner(**manner))
    said = [one for line in lines for one in typed.feed(event(line))]
    return head["heard"], said + typed.silent(lines[-1]["at"] + 60)


def in_short(one):
    return {"broken": one.reason} if isinstance(one, Broken) else {"text": one.text, "symbology": one.symbology}


def test_there_are_files():
    assert len(FILES) >= 14


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_recording_says_what_was_scanned(path):
    """D1, T3, T5, T33, T34."""
    expected, said = played(path)

    assert [in_short(one) for one in said] == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_was_sent_is_kept_beside_what_was_heard(path):
    """Promise 3 of a driver."""
    assert all(one.text.encode() in one.raw for one in played(path)[1] if isinstance(one, Heard))
