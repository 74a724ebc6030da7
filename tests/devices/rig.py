"""The rig: a guest machine, its devices, the station inside, and the verdict. `make rig` runs it; so does its test.

python -m tests.devices.rig [--codes 500] [--unplugs 13] [SCENE...]
"""

import argparse
import json
import shutil
import signal
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from tests.devices.guest import CACHE, booted, status
from tests.devices.kernel import Missing

CODES, UNPLUGS = 510, 13
"""Of each of the four scanners: 2,040 codes in all at least, and 52 unplugs."""
SECONDS = 1500
"""After which the guest is switched off: four times what a busy machine takes."""
FAILED = CACHE / "failed"
"""What a run that failed leaves behind: the station's log, the book, the console."""


def run(codes: int = CODES, unplugs: int = UNPLUGS, scenes: tuple[str, ...] = ()) -> dict[str, Any]:
    """All of it in a guest, told as it goes: what it found, with `status` and `seconds`. `Missing` where there can be no guest."""
    from tests.devices.pictures import pictures

    files = {f"pictures/{name}": picture for name, picture in pictures().items()}
    begun = time.monotonic()
    command = [str(Path(sys.prefix) / "bin/python"), "-m", "tests.devices.inside", str(codes), str(unplugs), *scenes]
    with booted(command, files, SECONDS) as (folder, lines):
        for line in lines:
            say(line.rstrip("\n"))
        found: dict[str, Any] = {"status": status(folder), "seconds": time.monotonic() - begun}
        result = folder / "out/result.json"
        found |= json.loads(result.read_text(encoding="utf-8")) if result.exists() else {}
        if found["status"]:
            _left(folder)
    return found


def say(*lines: str) -> None:
    """Tell whoever watches."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _left(folder: Path) -> None:
    """Keep what tells why, and show the end of it."""
    shutil.rmtree(FAILED, ignore_errors=True)
    shutil.copytree(folder / "out", FAILED, ignore=shutil.ignore_patterns("pictures"))
    shutil.copy(folder / "console", FAILED / "console")
    for name in ("station.log", "console"):
        if (FAILED / name).exists():
            tail = (FAILED / name).read_text(errors="replace").splitlines()[-25:]
            say(f"--- the end of {FAILED / name}", *tail)


def summary(found: dict[str, Any]) -> str:
    """What was found, for people."""
    if "verdict" not in found:
        return f"the guest came to no verdict: status {found['status']} after {found['seconds']:.0f} s"
    verdict, ready, scenes = found["verdict"], found["storm"]["ready"], found["scenes"]
    lines = [
        f"scenes          {sum(not told for told in scenes.values())} of {len(scenes)} held",
        f"sent whole      {verdict['sent']} by {len(found['sent'])} scanners, {found['storm']['sent']} of them by four at once",
        f"kept            {verdict['kept']}",
        f"no-reads        {verdict['no_reads']}: {', '.join(f'{what} {times}' for what, times in found['reasons'].items())}",
        f"unplugs         {verdict['unplugs']}, {len(ready)} of them in the storm",
        f"void            {verdict['void']} sent whole and not kept, each followed by a no-read or an unplug",
        *(
            f"{what:16}{len(verdict[what])} {' '.join(verdict[what][:5])}"
            for what in ("wrong", "mixed", "lost", "doubled", "disordered")
        ),
        *(f"{what:34}{seconds:6.2f} s" for what, seconds in found["times"].items()),
        *([f"{'plug -> open, in the storm':34}{statistics.median(ready):6.2f} s, at most {max(ready):.2f} s"] if ready else []),
        f"storm {found['storm']['seconds']:.0f} s, in all {found['seconds']:.0f} s (of an emulated machine, 20 times slower)",
    ]
    return "\n".join(lines)


def main() -> int:
    """Run it; 0 if all held, 1 if not, 2 if there can be no guest here."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--codes", type=int, default=CODES)
    asked.add_argument("--unplugs", type=int, default=UNPLUGS)
    asked.add_argument("scenes", nargs="*")
    given = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the guest goes too
    try:
        found = run(given.codes, given.unplugs, tuple(given.scenes))
    except Missing as missing:
        say(f"rig: {missing}")
        return 2
    say(summary(found))
    return 1 if found["status"] else 0


if __name__ == "__main__":
    sys.exit(main())
