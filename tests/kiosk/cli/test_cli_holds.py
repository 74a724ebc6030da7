"""`kiosk holds` at a terminal: shown, placed, lifted, and the list that a gate believes (P4)."""

from datetime import UTC, datetime

from kiosk.adapters.ed25519 import KeyFolder, read_holds

RELEASED = "99999001495785"


def test_a_hold_is_placed_shown_and_lifted(kiosk):
    placed = kiosk("holds", "place", RELEASED, "--reason", "Notice by fax", "--badge", "12345", "--json")
    assert (placed.code, placed.json["reason"], placed.json["by"]) == (0, "Notice by fax", "12345")
    assert ["transaction", RELEASED] in placed.json["said"]
    assert RELEASED in kiosk("holds", "show").out
    assert kiosk("holds", "show", "99999-001495785", "--json").json["holds"][0]["hold"] == placed.json["hold"]
    assert kiosk("holds", "show", "XXXX77", "--json").json["holds"] == []

    assert kiosk("holds", "lift", placed.json["hold"], "--reason", "Examined", "--badge", "12345").code == 0
    assert kiosk("holds", "show", "--json").json["holds"] == []


def test_what_is_out_is_told_with_the_hold(kiosk, tmp_path):
    """P4: the proofs that were given out."""
    head = ["--office", "0453", "--client", "Fictitious Freight", "--out", str(tmp_path)]
    sheet = kiosk("prove", RELEASED, *head, "--badge", "12345", "--json")
    assert sheet.code == 0, sheet.err
    told = kiosk("holds", "place", RELEASED, "--reason", "why", "--badge", "12345")
    assert (told.code, sheet.json["sheet"] in told.out) == (0, True)


def test_what_can_t_be_done_is_refused_with_its_reason(kiosk):
    assert kiosk("holds", "place", "911", "--reason", "why", "--badge", "12345").code == 1
    assert kiosk("holds", "place", RELEASED, "--reason", "why", "--badge", "?").code == 1
    assert kiosk("holds", "lift", "none", "--reason", "why", "--badge", "12345").code == 1
    assert kiosk("holds", "place", RELEASED).code == 2


def test_no_list_is_exported_before_the_store_was_asked(kiosk, tmp_path):
    """Q6: nothing is known of what the store has referred."""
    assert kiosk("holds", "export", "--out", str(tmp_path)).code == 1
    assert not (tmp_path / "hold.list").exists()


def test_without_a_feed_the_list_that_is_exported_is_believed_under_the_root(kiosk, home, tmp_path):
    settings = home / "kiosk.toml"
    settings.write_text(settings.read_text().replace("# exam_feed = true", "exam_feed = false"))
    kiosk("holds", "place", RELEASED, "--reason", "why", "--badge", "12345")

    assert kiosk("holds", "export", "--out", str(tmp_path)).code == 0

    keys = KeyFolder(home)
    found = read_holds((tmp_path / "hold.list").read_bytes(), keys.trust(), datetime.now(UTC))
    assert found.holds("transaction", RELEASED)
    assert keys.published_holds() == (tmp_path / "hold.list").read_bytes().strip()
