"""What opens clients' PDFs has no key and comes by none, and what it says is not believed further than needed (fault 4, P1)."""

import json
from multiprocessing.connection import Pipe

import pytest

from drivers.picture.landlock import version
from kiosk.adapters.press.foreign import BinderProcess
from kiosk.adapters.press.plain import hear
from kiosk.core.endorsement import Original
from kiosk.core.faults import Unavailable
from kiosk.nextdoor import own_bindery
from tests.fakes import NOON
from tests.kiosk.adapters.bindery_samples import Senseless, burglar, senseless


def test_whoever_takes_the_process_over_comes_by_no_key(tmp_path):
    """Fault 4: it runs as the same user, and can neither read the keys, nor the memory of whoever has them, nor move them away."""
    key = tmp_path / "key.seal"
    key.write_text("PRIVATE", "ascii")
    key.chmod(0o600)
    with BinderProcess(burglar) as taken:
        got = json.loads(taken.pictures(Original("", str(key), ())))

    by_landlock = {name: got.pop(name) for name in ("moved", "deleted", "memory")}
    assert got == dict.fromkeys(("opened", "listed", "connected", "run", "more files"), "refused")
    assert not version() or set(by_landlock.values()) == {"refused"}, by_landlock


def test_the_bindery_of_a_home_has_every_client_s_file_opened_next_door(tmp_path):
    bindery = own_bindery(tmp_path)
    with bindery.binder as binder:
        assert type(binder) is BinderProcess
        assert bindery.pictures == binder.pictures


@pytest.mark.parametrize("said", Senseless.SAID, ids=str)
def test_what_no_binder_says_is_a_press_that_failed_and_nothing_else(said):
    """Fault 4: what is said there is never a thing that is made, or done, here."""
    ours, theirs = Pipe()
    theirs.send_bytes(said)
    theirs.send_bytes(b"")
    with pytest.raises(OSError, match="expected an answer or a no"):
        hear(ours)


def test_an_answer_of_another_shape_is_no_answer():
    with BinderProcess(senseless) as binder:
        for ask in (lambda: binder.measure(b"%PDF"), lambda: binder.prepare(b"%PDF", NOON)):
            with pytest.raises(Unavailable) as no:
                ask()
            assert (no.value.part, no.value.code) == ("press", "crashed")
