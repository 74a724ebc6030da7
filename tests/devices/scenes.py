"""What may befall a scanner, scene by scene. A scene's docstring is what it claims; it raises where that does not hold.

What was sent goes into the book as well: the verdict at the end is over all scenes and the storm.
"""

import fcntl
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from drivers.hotplug import present
from tests.devices.keys import LEFT_SHIFT
from tests.devices.ledger import Sent
from tests.devices.opener import give, take
from tests.devices.stage import RESTS, Stage
from tests.devices.station import wait
from tests.devices.storm import PATIENCE, SETTLED, Storm

FOUR = ("wedge", "french", "pos", "ftdi")
"""The four that send at once: two keyboards of two layouts and terminators, a HID-POS scanner, a serial one."""
_EVIOCGRAB = 0x40044590


def each_kind_is_read(stage: Stage) -> None:
    """A code of each kind of scanner is kept: USB wedge, AZERTY wedge, HID-POS, FTDI, CDC-ACM, HID-POS on a cable, uinput."""
    names = [name for name in stage.scanners if name != "qemu"]
    with stage.plugged(*names) as scanners:
        for scanner in scanners:
            stage.scan(scanner, 3)


def an_officers_keyboard_is_left_alone(stage: Stage) -> None:
    """A plain keyboard is not taken; named in kiosk.toml it is, at once, and read."""
    qemu = stage.scanners["qemu"]
    stage.settings("qemu")
    qemu.cable.plug()
    stage.lamp("qemu", "not-taken")
    qemu.cable.send("99999no")
    assert not stage.station.holds(stage.node("qemu"))
    stage.settings()
    stage.lamp("qemu", "ready")
    time.sleep(SETTLED)
    stage.scan(qemu, 2)
    stage.pull(qemu)


def a_late_permission_is_noticed(stage: Stage) -> None:
    """A node without permission has a lamp that says so, no other scanner notices, and it is opened when the permission comes."""
    wedge = stage.scanners["wedge"]
    with stage.plugged("french") as (french,):
        stage.opener.shut = True
        wedge.cable.plug()
        stage.lamp("wedge", "refused", "no-permission")
        stage.opener.shut = False
        stage.scan(french)
        begun = time.monotonic()
        give(stage.node("wedge"))
        wait(lambda: stage.station.holds(stage.node("wedge")), PATIENCE, lambda: "wedge to be opened")
        stage.times["permission -> open"] = time.monotonic() - begun
        time.sleep(SETTLED)
        stage.scan(wedge)
        stage.pull(wedge)


def a_device_held_by_another_program_is_busy(stage: Stage) -> None:
    """A keyboard that another program has grabbed has a lamp that says so; let go, it is read."""
    wedge = stage.scanners["wedge"]
    stage.opener.shut = True
    wedge.cable.plug()
    file = os.open(stage.node("wedge"), os.O_RDONLY)
    fcntl.ioctl(file, _EVIOCGRAB, 1)
    stage.opener.shut = False
    give(stage.node("wedge"))
    stage.lamp("wedge", "refused", "busy")
    os.close(file)
    stage.lamp("wedge", "ready")
    time.sleep(SETTLED)
    stage.scan(wedge)
    stage.pull(wedge)


def shift_held_while_grabbing_changes_no_code(stage: Stage) -> None:
    """Shift is down when a keyboard is grabbed and let go after that: the next code is right."""
    uinput = stage.scanners["uinput"]
    stage.opener.shut = True
    uinput.cable.plug()
    node = stage.node("uinput")
    uinput.cable.key(LEFT_SHIFT, down=True)
    stage.opener.shut = False
    give(node)
    stage.lamp("uinput", "ready")
    uinput.cable.key(LEFT_SHIFT, down=False)
    time.sleep(SETTLED)
    stage.scan(uinput, 2)
    stage.pull(uinput)


def keys_that_the_kernel_dropped_are_no_code(stage: Stage) -> None:
    """The station does not read for a while and the kernel drops keys: a no-read, and the next code is right."""
    with stage.plugged("wedge") as (wedge,):
        stage.station.freeze(on=True)
        for _ in range(3):
            wedge.send(wedge.fresh())
        stage.station.freeze(on=False)
        stage.kept(wedge, None)
        time.sleep(RESTS)
        stage.scan(wedge)


def a_stall_in_a_code_gives_no_shorter_one(stage: Stage) -> None:
    """A scanner that falls silent in the middle of a code and then goes on: a no-read, never the rest of it."""
    with stage.plugged("wedge", "french", "pos", "ftdi", "cdc") as scanners:
        for scanner in scanners:
            text = scanner.fresh(long=scanner.long)
            middle = 1 if scanner.long else 6
            scanner.cable.send(text, slice(middle))
            time.sleep(0.6)
            scanner.cable.send(text, slice(middle, None))
            scanner.sent.append(Sent(text, whole=False))
            stage.kept(scanner, None)
        time.sleep(RESTS)
        for scanner in scanners:
            stage.scan(scanner)


def a_flood_is_named_and_disturbs_nobody(stage: Stage) -> None:
    """A scanner that sends more than any hand can is named and passed over, another goes on; in silence it is taken again."""
    with stage.plugged("pos", "wedge") as (pos, wedge):
        burst, before = [pos.fresh() for _ in range(50)], len(stage.heard(pos))
        for text in burst:
            pos.send(text)

        def flooded() -> bool:
            return stage.station.lamps()[stage.ids["pos"]][0] == "flood"

        wait(lambda: flooded() or stage.heard(pos)[before:] == burst, PATIENCE, lambda: "a flood, or all of it kept")
        if not flooded():  # 20 in 3 s were more than this busy host could read
            stage.times["no flood: too slow, all 50 kept"] = 0.0
            return
        stage.scan(wedge)
        stage.times["flood -> ready"] = stage.lamp("pos", "ready")
        stage.scan(pos)


def a_link_in_place_of_a_device_is_no_device(stage: Stage) -> None:
    """Links and files under a device's name are passed over, and the station goes on."""
    links = [Path("/dev/input/event97"), Path("/dev/hidraw97"), Path("/dev/ttyUSB97")]
    for link in links:
        link.symlink_to("/dev/zero")
    Path("/dev/input/event98").write_text("no device")
    with stage.plugged("wedge") as (wedge,):
        stage.scan(wedge)
        assert not any(stage.station.holds(Path("/dev") / name) for name in ("zero", "input/event98"))
    for link in (*links, Path("/dev/input/event98")):
        link.unlink()


def a_permission_taken_away_and_given_again(stage: Stage) -> None:
    """An open scanner goes on when its node is closed to all; plugged in again without permission it waits for it."""
    with stage.plugged("ftdi") as (ftdi,):
        take(stage.node("ftdi"))
        stage.scan(ftdi)


def plugged_in_again_it_is_the_same_scanner(stage: Stage) -> None:
    """Pulled out and plugged in, a scanner has the id it had, is open again, and is read; the times are told."""
    for name in (*FOUR, "cdc", "pos-cable"):
        with stage.plugged(name) as (scanner,):
            took = []
            for _ in range(3):
                stage.pull(scanner)
                took.append(stage.storm.plug(scanner))
            stage.times[f"plug -> open, {name}"] = statistics.median(took)
            ids = {device.node: device.id for device in present()}
            assert ids[str(stage.node(name))] == stage.ids[name]
            stage.scan(scanner)


def killed_it_has_lost_nothing_that_it_had_kept(stage: Stage) -> None:
    """Killed while four scanners send, and started again: all that was kept is there, in its order, and the four are read."""
    with stage.plugged(*FOUR) as scanners:
        for scanner in scanners:
            scanner.unheard = True
        storm = Storm(stage.station, stage.opener, 12, 0)
        hands = storm.begin(scanners)
        time.sleep(2)
        before = list(stage.station.seen())
        stage.station.kill()
        for hand in hands:
            hand.join()
        assert not storm.failed, storm.failed
        stage.times["start -> lamps lit"] = stage.station.start()
        after = [(one.source.removeprefix("scanner/"), getattr(one, "text", None)) for one in stage.station.kept()]
        assert after[: len(before)] == before, f"{len(before)} were kept before it was killed, {len(after)} after that"
        for name, scanner in zip(FOUR, scanners, strict=True):
            stage.lamp(name, "ready")
            scanner.unheard = False
        time.sleep(SETTLED)
        for scanner in scanners:
            stage.scan(scanner)


SCENES: tuple[Callable[[Stage], None], ...] = (
    each_kind_is_read,
    an_officers_keyboard_is_left_alone,
    a_late_permission_is_noticed,
    a_device_held_by_another_program_is_busy,
    shift_held_while_grabbing_changes_no_code,
    keys_that_the_kernel_dropped_are_no_code,
    a_stall_in_a_code_gives_no_shorter_one,
    a_flood_is_named_and_disturbs_nobody,
    a_link_in_place_of_a_device_is_no_device,
    a_permission_taken_away_and_given_again,
    plugged_in_again_it_is_the_same_scanner,
    killed_it_has_lost_nothing_that_it_had_kept,
)
