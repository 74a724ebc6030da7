"""A signed checkpoint: the record's head in a note that leaves the machine (Q10)."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.adapters.ed25519 import origin, read_note, write_note
from kiosk.adapters.ed25519.cose import SigningKey, kid_of
from kiosk.core.faults import Forged
from kiosk.core.proof import Checkpoint
from kiosk.core.trust import TrustedKey, TrustList

NOW = datetime(2026, 1, 5, tzinfo=UTC)
HEAD = Checkpoint(14, bytes(range(32)))
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(b"\7" * 32))


def trusting(key, revoked_at=None):
    kid = kid_of(key.public)
    return TrustList(1, NOW, (TrustedKey(kid, key.public, "acros-stub", "K7QD", NOW, NOW + timedelta(days=9), revoked_at),))


NOTE = write_note(KEY, origin("K7QD"), HEAD)


def test_a_note_says_the_head_it_was_made_of():
    """Q10."""
    assert read_note(NOTE, trusting(KEY)) == HEAD


def test_a_note_is_a_c2sp_checkpoint():
    """Three lines, an empty one, and a signature line with the name and the key's hint."""
    name, size, root, empty, signature, end = NOTE.split("\n")

    assert (name, size, empty, end) == ("release-kiosk/K7QD", "14", "", "")
    assert len(root) == 44
    assert signature.startswith("— release-kiosk/K7QD ")


@pytest.mark.parametrize("place", range(0, len(NOTE), 3))
def test_no_character_of_a_note_can_be_changed(place):
    """P2: signed whole."""
    other = "A" if NOTE[place] != "A" else "B"
    changed = NOTE[:place] + other + NOTE[place + 1 :]

    try:
        read = read_note(changed, trusting(KEY))
    except Forged:
        return
    assert read == HEAD, "only bits that base64 leaves unused may differ"


def test_a_note_of_an_unknown_or_revoked_key_is_not_believed():
    other = SigningKey(Ed25519PrivateKey.from_private_bytes(b"\x08" * 32))

    for trust in (trusting(other), trusting(KEY, revoked_at=NOW)):
        with pytest.raises(Forged, match="unknown-key"):
            read_note(NOTE, trust)


@pytest.mark.parametrize("text", ["", "release-kiosk/K7QD\n14\n", NOTE + "more", NOTE.replace("14", "014")])
def test_what_is_no_note_is_refused(text):
    with pytest.raises(Forged, match="malformed"):
        read_note(text, trusting(KEY))
