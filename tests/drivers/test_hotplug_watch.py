"""Devices as they come and go, by real inotify: nothing missed, nothing told twice, no time lost (D5)."""

import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import drivers.hotplug.watch
from drivers.hotplug import Came, Gone, Watch, present
from tests.drivers.machine import Machine, write

LONG = 20
"""Seconds after which a test gives up; none of it is waited where the code is right."""


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.fixture
def watch(machine):
    with Watch(**machine.where()) as watch:
        assert watch.changes() == []
        yield watch


def told(changes):
    """The nodes that came and went, in short."""
    return [f"+{Path(one.device.node).name}" if isinstance(one, Came) else f"-{Path(one.node).name}" for one in changes]


def after(watch, changes):
    """Everything that changes until the watch has nothing more to tell."""
    return [*changes, *(one for more in iter(lambda: watch.changes(0), []) for one in more)]


def test_the_first_call_tells_all_that_is_there_and_does_not_wait(machine):
    machine.keyboard(3)
    machine.serial("ttyACM0", port="1-3")
    with Watch(**machine.where()) as watch:
        assert sorted(told(watch.changes())) == ["+event3", "+ttyACM0"]
        assert watch.changes(0) == []


def test_what_comes_between_the_watch_and_the_list_is_told_once(machine):
    with Watch(**machine.where()) as watch:
        machine.keyboard(3)
        assert told(watch.changes()) == ["+event3"]
        assert watch.changes(0) == []


def test_the_first_input_device_of_a_machine_is_seen_although_its_folder_was_not_there(machine, watch):
    plugged = machine.keyboard(3)
    assert told(watch.changes(LONG)) == ["+event3"]

    machine.unplug(plugged)
    assert told(watch.changes(LONG)) == ["-event3"]
    assert not (machine.dev / "input").exists()

    machine.keyboard(3)
    assert told(watch.changes(LONG)) == ["+event3"]


def test_three_devices_one_of_them_silent_are_all_told(machine, watch):  # T2
    for number in range(3):
        machine.keyboard(number, port=f"1-{number + 1}")

    assert sorted(told(after(watch, watch.changes(LONG)))) == ["+event0", "+event1", "+event2"]


def test_ten_devices_at_once_are_told_each_once(machine, watch):
    for number in range(10):
        machine.keyboard(number, "Scanner", serial="1234567890", port=f"1-1.{number}")
    changes = after(watch, watch.changes(LONG))

    assert sorted(told(changes)) == sorted(f"+event{number}" for number in range(10))
    assert len({one.device.id for one in changes}) == 10


def test_a_replug_is_told_under_the_same_id(machine, watch):
    plugged = machine.keyboard(3, serial="S7204A5")
    (first,) = watch.changes(LONG)
    machine.unplug(plugged)
    assert watch.changes(LONG) == [Gone(first.device.id, first.device.node)]

    machine.keyboard(8, serial="S7204A5", port="1-7")
    (again,) = watch.changes(LONG)
    assert again.device.id == first.device.id
    assert again.device.node != first.device.node


def test_a_replug_that_nobody_saw_in_between_is_told_as_gone_and_come(machine, watch):
    plugged = machine.keyboard(3, serial="S7204A5")
    (first,) = watch.changes(LONG)
    machine.unplug(plugged)
    machine.keyboard(3, serial="S7204A5")

    assert watch.changes(LONG) == [Gone(first.device.id, first.device.node), first]


def test_another_device_under_the_number_of_one_that_left_is_told_as_another(machine, watch):
    plugged = machine.keyboard(3, serial="S7204A5")
    (first,) = watch.changes(LONG)
    machine.unplug(plugged)
    machine.keyboard(3, serial="S9999B1")
    gone, came = watch.changes(LONG)

    assert gone == Gone(first.device.id, first.device.node)
    assert came.device.serial == "S9999B1"


def test_another_serial_scanner_in_the_very_same_place_is_told_as_another(machine, watch):
    plugged = machine.serial("ttyACM0", serial="S7204A5", says="one")
    (first,) = watch.changes(LONG)
    machine.unplug(plugged)
    machine.serial("ttyACM0", serial="S9999B1", says="two")
    gone, came = watch.changes(LONG)

    assert gone == Gone(first.device.id, first.device.node)
    assert (came.device.serial, came.device.name) == ("S9999B1", "two")


@contextmanager
def nobody():
    """Whoever may do everything, for a while as one who may not."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder():
    """A folder that nobody may enter too."""
    folder = Path(tempfile.mkdtemp(prefix="hotplug-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


def test_a_node_that_becomes_readable_later_comes_again(open_folder):  # T7
    with nobody():
        machine = Machine(open_folder / "machine")
        with Watch(**machine.where()) as watch:
            watch.changes()
            plugged = machine.keyboard(3, mode=0o000)
            (shut,) = watch.changes(LONG)
            plugged.node.chmod(0o600)
            (opened,) = watch.changes(LONG)
            plugged.node.chmod(0o000)
            (again,) = watch.changes(LONG)

    assert [one.device.readable for one in (shut, opened, again)] == [False, True, False]
    assert shut.device.id == opened.device.id


def test_a_serial_port_must_be_written_too(open_folder):
    with nobody():
        machine = Machine(open_folder / "machine")
        machine.serial("ttyACM0", mode=0o400)
        machine.keyboard(3, port="1-3", mode=0o400)

        assert {Path(one.node).name: one.readable for one in present(**machine.where())} == {"ttyACM0": False, "event3": True}


@pytest.fixture
def patient(monkeypatch):
    """A watch that looks again for longer than the busiest machine halts a test."""
    monkeypatch.setattr(drivers.hotplug.watch, "SETTLES", LONG)


def test_a_name_that_sysfs_has_a_moment_later_is_looked_for_again(machine, patient, watch):
    plugged = machine.keyboard(3, name="")
    assert told(watch.changes(LONG)) == ["+event3"]

    write(plugged.folder.parent, name="USB Barcode Scanner")  # sysfs tells nobody: no event comes of this
    (named,) = watch.changes(LONG)
    assert named.device.looks == "scanner"


def test_a_node_that_sysfs_knows_a_moment_later_is_looked_for_again(machine, patient, watch):
    plugged = machine.keyboard(3)
    target = plugged.link.readlink()
    plugged.link.unlink()
    assert watch.changes(0) == []

    plugged.link.symlink_to(target)
    assert told(watch.changes(LONG)) == ["+event3"]


def test_an_equal_serial_number_that_shows_up_later_names_both_by_port_for_good(machine, watch):
    machine.keyboard(3, serial="S7204A5", port="1-2")
    (first,) = watch.changes(LONG)
    twin = machine.keyboard(4, serial="S7204A5", port="1-3")
    changes = after(watch, watch.changes(LONG))
    came = {one.device.id for one in changes if isinstance(one, Came)}

    assert [one for one in changes if isinstance(one, Gone)] == [Gone(first.device.id, first.device.node)]
    assert came == {"usb-046d:c31c@0000:00:14.0-2-if00", "usb-046d:c31c@0000:00:14.0-3-if00"}

    machine.unplug(twin)  # and the one that stays is not disturbed when the other's cable is loose
    assert told(after(watch, watch.changes(LONG))) == ["-event4"]


def test_what_is_none_of_ours_wakes_nobody(machine, watch):
    for name in ("sda", "null", "by-id"):
        (machine.dev / name).touch()
    (machine.dev / "sda").unlink()

    assert watch.changes(0) == []


def test_a_queue_that_ran_over_loses_nothing(machine, watch):
    """As the kernel has it when nobody reads for long: its queue is full before the plug, whose event is not in it."""
    others = [machine.dev / name for name in ("null", "zero")]
    for other in others:
        other.touch()
    for _ in range(int(Path("/proc/sys/fs/inotify/max_queued_events").read_text()) // 2 + 1):
        for other in others:  # two in turn: equal events in a row become one
            other.chmod(0o600)
    machine.keyboard(3)

    assert told(after(watch, watch.changes(LONG))) == ["+event3"]


def test_a_wait_is_ended_from_another_thread(machine, watch):
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(watch.changes, None)
        watch.wake()
        assert waiting.result(LONG) == []

    watch.wake()  # and a wake before the wait is not lost
    assert watch.changes(None) == []


def test_a_change_is_told_although_somebody_wakes_the_watch(machine, watch):
    watch.wake()
    machine.keyboard(3)

    assert told(after(watch, watch.changes(LONG))) == ["+event3"]


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_hundred_unplugs_leave_no_file_open(machine):  # T6
    before = open_files()
    with Watch(**machine.where()) as watch:
        watch.changes()
        held = open_files()
        for _ in range(100):
            plugged = machine.keyboard(3, serial="S7204A5")
            assert told(watch.changes(LONG)) == ["+event3"]
            machine.unplug(plugged)
            assert told(watch.changes(LONG)) == ["-event3"]
        assert open_files() == held
    assert open_files() == before


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["keyboard", "serial", "unplug", "chmod", "look"]),
        st.integers(0, 3),
        st.sampled_from(["", "S7204A5", "1234567890"]),
        st.integers(1, 3),
    ),
    max_size=14,
)


@settings(max_examples=40)
@given(STEPS)
def test_the_changes_add_up_to_what_is_there(steps):
    """Whatever comes and goes, seen in between or not: who keeps a list by the changes has all that is there, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        machine, plugged, kept = Machine(Path(folder)), {}, {}
        with Watch(**machine.where()) as watch:
            for step, number, serial, port in [*steps, ("look", 0, "", 0)]:
                act(machine, plugged, step, number, serial, port)
                if step == "look":
                    for one in after(watch, watch.changes(0)):
                        keep(kept, one)
        now = {one.node: one for one in present(**machine.where())}

    assert kept.keys() == now.keys()
    assert all(set(kept[node].also) | {kept[node].id} == set(one.also) | {one.id} for node, one in now.items())
    assert len({one.id for one in kept.values()}) == len(kept)


def act(machine, plugged, step, number, serial, port):
    """One step; what can't be done is left."""
    if step in {"keyboard", "serial"} and number not in plugged:
        used = {one for _, one in plugged.values()}
        if port in used:
            return
        make, name = (machine.keyboard, number) if step == "keyboard" else (machine.serial, f"ttyACM{number}")
        plugged[number] = (make(name, serial=serial, port=f"1-{port}"), port)
    elif step == "unplug" and number in plugged:
        machine.unplug(plugged.pop(number)[0])
    elif step == "chmod" and number in plugged:
        plugged[number][0].node.chmod(0o600)


def keep(kept, one):
    """A list that is kept by the changes. What goes must have been there, by its id."""
    if isinstance(one, Gone):
        assert kept.pop(one.node).id == one.id
    else:
        assert one.device.node not in kept or kept[one.device.node].id == one.device.id
        kept[one.device.node] = one.device
