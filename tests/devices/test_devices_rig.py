"""Real kernel devices and the whole station, in a guest machine (`make rig`): no number is wrong, mixed or lost (D1, D2, D5)."""

import pytest

from tests.devices.camera import a_camera_reads_each_code_once
from tests.devices.rig import CODES, UNPLUGS, run, say, summary
from tests.devices.scenes import SCENES

pytestmark = pytest.mark.devices


@pytest.fixture(scope="module")
def found(pytestconfig):
    """One run, told as it goes, even where pytest keeps output to itself: it takes minutes."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        say("")
        found = run()
        say(summary(found))
    return found


def test_two_thousand_codes_were_sent_by_four_scanners_at_once_with_fifty_unplugs(found):
    assert found["storm"]["failed"] == []
    assert found["storm"]["sent"] >= 4 * CODES >= 2000
    assert len(found["storm"]["ready"]) == 4 * UNPLUGS >= 50


def test_no_number_was_kept_that_nobody_sent(found):
    """D1: shortened, joined or misread, or half a code whose scanner was pulled out."""
    assert found["verdict"]["wrong"] == []


def test_no_number_was_kept_under_another_scanners_name(found):
    assert found["verdict"]["mixed"] == []


def test_no_number_was_lost_without_a_no_read_or_an_unplug(found):
    assert found["verdict"]["lost"] == []


def test_every_number_was_kept_once_and_in_order(found):
    assert (found["verdict"]["doubled"], found["verdict"]["disordered"]) == ([], [])


def test_most_of_what_was_sent_was_kept(found):
    """A station that says no-read to everything would pass the others."""
    assert found["verdict"]["kept"] >= 0.6 * found["verdict"]["sent"]


@pytest.mark.parametrize("scene", [*SCENES, a_camera_reads_each_code_once], ids=lambda scene: scene.__name__.replace("_", " "))
def test_a_scene_holds(found, scene):
    assert found["scenes"].get(scene.__name__, "not played") == ""
