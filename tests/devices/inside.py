"""What runs in the guest: the whole rig, from the first plug to the verdict, which lies in /run/out/result.json at the end."""

import json
import sys
import time
import traceback
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from drivers.hotplug import present
from drivers.scan import NoRead
from tests.devices.camera import a_camera_reads_each_code_once
from tests.devices.ledger import judged
from tests.devices.opener import Opener
from tests.devices.qmp import Qmp
from tests.devices.scanners import Scanner, scanners
from tests.devices.scenes import FOUR, SCENES
from tests.devices.stage import Stage
from tests.devices.station import Station, wait
from tests.devices.storm import PATIENCE, Storm

OUT = Path("/run/out")
HOME = Path("/run/home")  # memory: the guest has no disk
_BEGUN = time.monotonic()


def say(words: str) -> None:
    """A line for whoever watches, with the seconds since the start."""
    sys.stdout.write(f"{time.monotonic() - _BEGUN:6.1f} s  {words}\n")
    sys.stdout.flush()


def identified(all_: dict[str, Scanner], opener: Opener) -> dict[str, str]:
    """The id of each scanner, as `kiosk devices` knows it: all are plugged in for a moment."""
    for scanner in all_.values():
        scanner.cable.plug()
    nodes = {}
    for name, scanner in all_.items():
        wait(lambda scanner=scanner: opener.node(scanner.place, scanner.kind), PATIENCE, lambda name=name: f"the node of {name}")
        nodes[str(opener.node(scanner.place, scanner.kind))] = name
    ids = {nodes[device.node]: device.id for device in present() if device.node in nodes}
    for scanner in all_.values():
        scanner.cable.pull()
    return ids


def played(stage: Stage) -> dict[str, str]:
    """What went wrong in each scene; nothing: it held."""
    told = {}
    for scene in (*SCENES, a_camera_reads_each_code_once):
        begun, name = time.monotonic(), scene.__name__
        if sys.argv[3:] and name not in sys.argv[3:]:
            continue
        try:
            scene(stage)
            told[name] = ""
        except Exception as error:  # noqa: BLE001 - the other scenes are played all the same
            told[name] = f"{type(error).__name__}: {error}"
            traceback.print_exc()
            say(f"lamps {stage.station.lamps()}, kept last {stage.station.seen()[-10:]}")
        say(f"{'FAILED' if told[name] else 'held'}  {name.replace('_', ' ')}  ({time.monotonic() - begun:.1f} s) {told[name]}")
    return told


def stormed(stage: Stage, codes: int, unplugs: int) -> dict[str, object]:
    """The storm, and what it took."""
    storm = Storm(stage.station, stage.opener, codes, unplugs)
    before = sum(bool(one and one.whole) for name in FOUR for one in stage.scanners[name].sent)
    with stage.plugged(*FOUR) as four:
        took = storm.rage(four)
        time.sleep(2)
    say(f"the storm is over after {took:.0f} s {storm.failed or ''}")
    sent = sum(bool(one and one.whole) for scanner in four for one in scanner.sent) - before
    return {"seconds": took, "failed": storm.failed, "ready": sorted(storm.ready), "sent": sent}


def main(codes: int, unplugs: int) -> int:
    """All of it; 0 if all held."""
    opener = Opener()
    opener.start()
    all_ = scanners(Qmp())
    stage = Stage(Station(HOME, OUT / "station.log"), opener, all_, identified(all_, opener))
    stage.settings()
    stage.times["first start -> lamps lit"] = stage.station.start()
    say(f"the station is up: {', '.join(stage.ids.values())}")
    scenes = played(stage)
    storm = stormed(stage, codes, unplugs)
    kept = stage.station.kept()
    rows = [(one.source.removeprefix("scanner/"), getattr(one, "text", None)) for one in kept]
    verdict = judged({name: one.sent for name, one in all_.items()}, [row for row in rows if row[0] != "camera"])
    reasons = Counter(f"{one.source.removeprefix('scanner/')} {one.reason}" for one in kept if isinstance(one, NoRead))
    stage.times["SIGTERM -> end"] = stage.station.stop()
    sent = {name: sum(bool(one and one.whole) for one in scanner.sent) for name, scanner in all_.items()}
    result = {"sent": sent, "scenes": scenes, "storm": storm, "verdict": asdict(verdict), "reasons": reasons, "times": stage.times}
    (OUT / "result.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    (OUT / "book.json").write_text(json.dumps([{name: [one and one.text for one in s.sent] for name, s in all_.items()}, rows]))
    return bool(verdict.faults or storm["failed"] or any(scenes.values()))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
