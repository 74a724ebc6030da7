"""A picture that takes the limited process over comes by no file of the kiosk's (fault 4): it is the same user's."""

import subprocess
import sys
from pathlib import Path

from drivers.picture.landlock import version

TRIES = """
import sys
from pathlib import Path
from drivers.picture.child import READABLE
from drivers.picture.landlock import give_up_files

key = Path(sys.argv[1])

def tried(work):
    try:
        return work() or "done"
    except OSError:
        return "refused"

before = tried(key.read_text)
held = give_up_files(READABLE)
listed, moved = lambda: list(key.parent.iterdir()) and "", lambda: key.rename(key.with_name("x")) and ""
after = [tried(one) for one in (key.read_text, listed, moved)]
import colorsys  # what is loaded at first use still is
print(before, held, *after)
"""


def test_what_is_loaded_later_can_be_read_and_a_key_cannot(tmp_path):
    key = tmp_path / "key.seal"
    key.write_text("PRIVATE", "ascii")
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", TRIES, key], cwd=root, capture_output=True, text=True, check=True)

    held = version() > 0
    assert done.stdout.split() == ["PRIVATE", str(held), *(["refused"] * 3 if held else ["PRIVATE", "done", "done"])]
