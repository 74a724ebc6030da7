"""The pictures of the counter in the README, made anew: `python -m tests.browser.pictures`. Synthetic numbers only."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext

from kiosk.adapters.pdf import PdfPaper
from kiosk.config import Parts, clock
from kiosk.core.sheet import Header
from kiosk.core.user import Role
from kiosk.desks.staff import Staff
from tests.browser.chromium import chromium, desk
from tests.browser.conftest import ENVIRONMENT, FAST, PIN, Officer, Station, arrive, furnish, serving
from tests.browser.test_browser_gate import AUTHORITY, KEEPER, keeper, stamped, verdict

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


def client(officer: Officer) -> None:
    """A client before a screen that was left to him."""
    officer.go("/client")
    officer.page.click("form[action='/client/open'] button")
    officer.page.click("form:has(input[value=en]) button")
    officer.page.wait_for_selector("#client-rows")
    for number, mark in ((HELD, "held"), (RELEASED, "released")):
        officer.keyboard.burst(number)
        officer.page.wait_for_selector(f".mark-{mark}")


def gate(officer: Officer) -> None:
    """A proof is presented; one of its rows is released."""
    officer.scan(stamped(officer.station)[0])
    verdict(officer, "some")


def register(officer: Officer) -> None:
    """What is in a warehouse, and until when."""
    for number, pieces, place in ((CARGO, "10", "A-12"), (PART, "3", "C-02"), ("XXXXPARS0000473", "24", "B-07")):
        officer.go("/register/in")
        for name, value in {"number": number, "pieces": pieces, "place": place, "carrier": "Transport Exemple"}.items():
            officer.page.fill(f"input[name={name}]", value)
        officer.page.set_checked("input[name=perishable]", number == PART)
        officer.page.keyboard.press("Enter")
        officer.page.wait_for_selector("#taken")
    officer.go("/register")


def verify(officer: Officer) -> None:
    """The same proof on the page that checks alone."""
    officer.page.goto(f"{officer.station.address}/verify")
    officer.awake()
    officer.page.fill("#seal", stamped(officer.station)[0])
    officer.page.click("#typed button:not([type=button])")
    officer.page.wait_for_selector("#verdict[data-verdict=part]")


Scenes = dict[str, tuple[Callable[[Officer], None], dict[str, str]]]
SCENES: Scenes = {
    "empty": (empty, {"theme": "light"}),
    "marks": (marks, {"theme": "light"}),
    "return": (unread, {"theme": "light"}),
    "french": (scanned, {"theme": "light", "lang": "fr"}),
    "dark": (scanned, {"theme": "dark"}),
    "client": (client, {"theme": "light"}),
    "down": (down, {"theme": "light"}),
}
"""Each with what its officer chose to look at; the store stays down after the last."""
AT_A_WAREHOUSE = {
    name: (scene, {"theme": "light"}) for name, scene in {"gate": gate, "register": register, "verify": verify}.items()
}
CLIENTS = {"# self_service = false": "self_service = true"}
PROVES = {
    '# agency = ""': 'agency = "Agency of the examples"',
    '# authority = "acros-stub"': f'authority = "{AUTHORITY}"',
    "# exam_feed = true": "exam_feed = false",
}
"""An office whose sheets are no specimens."""


def reduced(picture: bytes) -> bytes:
    """A PNG of few colours."""
    whole = Image.open(BytesIO(picture)).convert("RGB")
    small = BytesIO()
    whole.quantize(64, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


@contextmanager
def station(settings: dict[str, str]) -> Iterator[Station]:
    """A station with the demonstration's releases, some settings of its own and a keeper, in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder:
        store, home = Path(folder, "store"), Path(folder, "home")
        load = [sys.executable, "-m", "acros_stub", "load", "--demo"]
        subprocess.run(load, env={**ENVIRONMENT, "KIOSK_HOME": str(store)}, check=True, capture_output=True)
        furnish(home, store / "acros.sqlite3")
        text = (home / "kiosk.toml").read_text()
        for old, new in settings.items():
            text = text.replace(old, new, 1)
        (home / "kiosk.toml").write_text(text)
        parts = Parts.of(str(home))
        Staff.of(parts.journal, FAST, clock, parts.settings.station).add(KEEPER, "Keeper", Role.WAREHOUSE, PIN, KEEPER, "9453")
        parts.journal.close()
        with serving(home) as one:
            yield one


def take(one: Station, browser: Browser, scenes: Scenes, come: Callable[[BrowserContext, Station], Officer]) -> None:
    """A picture of each scene."""
    for name, (scene, look) in scenes.items():
        with desk(browser, reduced_motion="reduce") as window:
            window.add_cookies([{"name": key, "value": value, "url": one.address} for key, value in look.items()])
            officer = come(window, one)
            scene(officer)
            picture = reduced(officer.page.screenshot())
        if len(picture) > LARGEST:
            raise ValueError(f"{name}.png: expected {LARGEST} bytes at most, got {len(picture)}")
        (PICTURES / f"{name}.png").write_bytes(picture)


def main() -> None:
    """All of them."""
    PICTURES.mkdir(exist_ok=True)
    with chromium() as browser:
        with station(CLIENTS) as one:
            take(one, browser, SCENES, arrive)
        with station(PROVES) as one:
            take(one, browser, AT_A_WAREHOUSE, keeper)


if __name__ == "__main__":
    main()
