"""The pictures of the counter in the README, made anew: `python -m tests.browser.pictures`. Synthetic numbers only."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image

from kiosk.adapters.pdf import PdfPaper
from kiosk.core.sheet import Header
from tests.browser.chromium import chromium, desk
from tests.browser.conftest import ENVIRONMENT, Officer, Station, arrive, furnish, serving

PICTURES = Path(__file__).parents[2] / "docs" / "counter"
LARGEST = 60_000
CLIENT = {"client_name": "Courtage Exemple", "client_id": "99999"}
RELEASED, HELD, UNKNOWN, CARGO, PART = (
    "99999001495785",
    "99999001495786",
    "99999001495787",
    "XXXXPARS0000471",
    "XXXXPARS0000472",
)
ROWS = [(number, f"{number[:5]}-{number[5:]}") for number in (RELEASED, HELD, UNKNOWN)]
MISPRINT = ("99999001495789", "99999-001495788")
"""Printed is one number, in the bars another (Q7)."""


def form(*rows: tuple[str, str]) -> bytes:
    """A client's form."""
    return PdfPaper().form(Header("0453", *CLIENT.values(), "519-555-0199"), list(rows), "code128", 0)


def put(officer: Officer, name: str, content: bytes) -> None:
    """A form on the page, read to its end."""
    officer.page.set_input_files("#files", [{"name": name, "mimeType": "application/pdf", "buffer": content}])
    officer.page.wait_for_selector("article[data-state=read]")
    officer.page.wait_for_function("() => [...document.querySelectorAll('.page-picture img')].every(one => one.naturalWidth)")
    officer.page.wait_for_function("() => document.querySelectorAll('#uploads li').length === 0")


def empty(officer: Officer) -> None:
    """A sheet that was just begun."""
    officer.begin(**CLIENT)


def marks(officer: Officer) -> None:
    """A form with each mark."""
    officer.begin(**CLIENT)
    put(officer, "form.pdf", form(*ROWS))
    officer.wait_tones("released", "held", "unknown")


def unread(officer: Officer) -> None:
    """A form that goes back: a place is misprinted, a scan was a service option; the slip is one key away."""
    officer.begin(**CLIENT)
    put(officer, "form.pdf", form(ROWS[0], MISPRINT))
    officer.scan("911")
    officer.wait_tones("released", "unread", "unread")


def down(officer: Officer) -> None:
    """The store goes down between two scans: the rows after it have no mark."""
    officer.begin(**CLIENT)
    officer.scan(RELEASED, HELD)
    officer.wait_tones("released", "held")
    officer.station.store("fault", "down")
    officer.scan(CARGO, UNKNOWN)
    officer.wait_tones("released", "held", "unasked", "unasked")


def scanned(officer: Officer) -> None:
    """Rows of every kind."""
    officer.begin(**CLIENT)
    officer.scan(RELEASED, HELD, UNKNOWN, PART, CARGO)
    officer.wait_tones("released", "held", "unknown", "held", "released")


SCENES: dict[str, tuple[Callable[[Officer], None], dict[str, str]]] = {
    "empty": (empty, {"theme": "light"}),
    "marks": (marks, {"theme": "light"}),
    "return": (unread, {"theme": "light"}),
    "french": (scanned, {"theme": "light", "lang": "fr"}),
    "dark": (scanned, {"theme": "dark"}),
    "down": (down, {"theme": "light"}),
}
"""Each with what its officer chose to look at; the store stays down after the last."""


def reduced(picture: bytes) -> bytes:
    """A PNG of few colours."""
    whole = Image.open(BytesIO(picture)).convert("RGB")
    small = BytesIO()
    whole.quantize(64, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


@contextmanager
def station() -> Iterator[Station]:
    """A station with the demonstration's releases, in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder:
        store, home = Path(folder, "store"), Path(folder, "home")
        load = [sys.executable, "-m", "acros_stub", "load", "--demo"]
        subprocess.run(load, env={**ENVIRONMENT, "KIOSK_HOME": str(store)}, check=True, capture_output=True)
        with serving(furnish(home, store / "acros.sqlite3")) as one:
            yield one


def main() -> None:
    """All of them."""
    PICTURES.mkdir(exist_ok=True)
    with station() as one, chromium() as browser:
        for name, (scene, look) in SCENES.items():
            with desk(browser, reduced_motion="reduce") as window:
                window.add_cookies([{"name": key, "value": value, "url": one.address} for key, value in look.items()])
                officer = arrive(window, one)
                scene(officer)
                picture = reduced(officer.page.screenshot())
            if len(picture) > LARGEST:
                raise ValueError(f"{name}.png: expected {LARGEST} bytes at most, got {len(picture)}")
            (PICTURES / f"{name}.png").write_bytes(picture)


if __name__ == "__main__":
    main()
