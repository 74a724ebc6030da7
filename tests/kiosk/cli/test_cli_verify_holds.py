"""`kiosk verify` with a hold list: what is on hold, what was taken back, how old the list is; by public files alone (P2, P4)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import cv2
import pytest

from kiosk.adapters.ed25519 import KeyFolder, sign_holds
from kiosk.cli.verify import standings
from kiosk.config import Parts
from kiosk.core.hold import HoldList, digest, listed
from tests.kiosk.desks.gate_samples import drawn, painted

RELEASED, HELD, OTHER = "99999001495785", "99999001495786", "99999001495787"
HEAD = ("--office", "453", "--badge", "12345")


@pytest.fixture
def proof(kiosk, tmp_path, home):
    """A proof of one released and one held row, of an agency that stands behind it."""
    settings = home / "kiosk.toml"
    kiosk("keys", "show")
    settings.write_text(settings.read_text().replace('# agency = ""', 'agency = "Agency of the tests"', 1))
    return kiosk("prove", "--json", RELEASED, HELD, *HEAD, "--out", tmp_path / "out").json["proof"]


def hold_list(home, path, *, numbers=(), sheets=(), ago=timedelta(), serial=1):
    """A hold list of this kiosk's station, signed by its key, in a file."""
    keys, parts = KeyFolder(home), Parts.of(str(home))
    trust = keys.trust()
    issued = datetime.now(UTC) - ago
    found = (listed(digest("transaction", one) for one in numbers), listed(digest("sheet", one) for one in sheets))
    key_from = trust.keys[-1].not_before
    with keys.held() as (key, _, _):
        holds = HoldList(trust.keys[-1].authority, parts.settings.station, serial, max(issued, key_from), *found)
        path.write_bytes(sign_holds(key, holds, trust))
    return path


def apart(kiosk, home, proof, *lists):
    """Verified somewhere else: with the public lists and the root's public key alone."""
    given = [word for path in lists for word in ("--holds", path)]
    root = home / "trust" / "root.pub"
    return kiosk("verify", "--json", proof, "--trust", home / "trust" / "trust.list", "--root", root, *given)


def test_specimens_prove_nothing_whatever_the_list(kiosk, home, proof, tmp_path):
    """Q9: the stub's answers release no goods, with an agency behind them or not."""
    done = apart(kiosk, home, proof, hold_list(home, tmp_path / "h"))

    assert done.code == 0
    assert [row["outcome"] for row in done.json["rows"]] == ["specimen", "specimen"]
    assert (done.json["releasable"], done.json["holds"][0]["serial"]) == ([], 1)


def test_a_sheet_that_the_list_has_as_withdrawn_is_refused(kiosk, home, proof, tmp_path):
    """P4: with the exit code of a forgery."""
    sheet = apart(kiosk, home, proof).json["sheet"]

    done = apart(kiosk, home, proof, hold_list(home, tmp_path / "h", sheets=[sheet]))

    assert (done.code, done.json["genuine"], done.json["code"]) == (1, False, "withdrawn")


def test_of_two_lists_of_a_station_the_newer_counts_in_whichever_order_they_come(kiosk, home, proof, tmp_path):
    """P4: somebody hands in the older one too."""
    sheet = apart(kiosk, home, proof).json["sheet"]
    old, new = hold_list(home, tmp_path / "old", serial=1), hold_list(home, tmp_path / "new", sheets=[sheet], serial=2)

    assert [apart(kiosk, home, proof, *lists).code for lists in ((old, new), (new, old), (old,))] == [1, 1, 0]


def test_a_list_that_was_altered_is_refused(kiosk, home, proof, tmp_path):
    """P4: one character."""
    path = hold_list(home, tmp_path / "h")
    text = path.read_text()
    path.write_text(text[:60] + ("A" if text[60] != "A" else "B") + text[61:])

    assert apart(kiosk, home, proof, path).code == 1


def test_the_age_of_the_list_is_told_to_people_and_programs(kiosk, home, proof, tmp_path):
    """P4."""
    path = hold_list(home, tmp_path / "h")
    told = kiosk("verify", proof, "--trust", home / "trust" / "trust.list", "--root", home / "trust" / "root.pub", "--holds", path)

    assert "known as of 0 min ago" in told.out
    assert "Specimen" in told.out
    assert apart(kiosk, home, proof, path).json["holds"][0]["age_seconds"] < 60
    assert "No hold list of its station" in kiosk("verify", proof, "--key", public(home)).out


def public(home):
    """The public key in use."""
    return KeyFolder(home).trust().keys[-1].public.hex()


def test_a_photocopy_with_another_number_painted_in_is_refused(kiosk, home, proof, tmp_path):
    """P2: from a picture, at the command line too."""
    picture = painted(drawn(Path(proof).read_bytes()), RELEASED, OTHER)
    cv2.imwrite(str(tmp_path / "copy.png"), picture)

    done = kiosk("verify", "--json", tmp_path / "copy.png")

    assert (done.code, done.json["code"]) == (1, "paper-differs")


def test_at_a_kiosk_what_its_record_has_on_hold_counts_beside_a_list_that_is_handed_in(kiosk, home, proof, tmp_path):
    """P4: the list was made before."""
    path = hold_list(home, tmp_path / "h")
    parts = Parts.of(str(home))
    parts.holds.place(RELEASED, "Notice", "12345")

    found = standings(SimpleNamespace(parts=parts), [path], parts.keys.trust(), apart=False)
    alone = standings(SimpleNamespace(parts=parts), [path], parts.keys.trust(), apart=True)

    held = [any(one.holds("transaction", RELEASED) for one in known.values()) for known in (found, alone)]
    assert (held, len(found), len(alone)) == ([True, False], 2, 1)
