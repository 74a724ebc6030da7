"""The shared vectors, the page that checks proofs alone, and somebody before it who presents things."""

import json
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image, ImageFilter

from kiosk.adapters.ed25519 import Ed25519Seal, KeyFolder
from kiosk.adapters.ed25519.keys import _load
from kiosk.core.proof import Sealed, Statement
from kiosk.core.stamp import Act, Stamp
from kiosk.web.standalone import Edition, Lists
from tests.browser.chromium import complaints
from tests.browser.scanner import Keyboard

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "verifier" / "vectors.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in VECTORS["cases"]}
LISTS: dict[str, str] = VECTORS["lists"]
NOW = datetime.fromisoformat(VECTORS["now"])
LIMIT = VECTORS["limit_hours"] * 3600
ONE = CASES["one page"]["pages"][0][0]
"""A sheet of one page: one row is released, three are not."""
SECOND, FIRST = (page[0] for page in CASES["two pages, the second first"]["pages"])
"""Of another sheet, all rows released."""
CAMERA = (1280, 720)


def page_file(folder: Path, *holds: str, language: str = "en") -> Path:
    """The page, saved, with hold lists by their name in the vectors."""
    lists = Lists(VECTORS["root"], VECTORS["trust"], tuple(LISTS[name] for name in holds))
    file = folder / f"verify-{'-'.join(holds).replace(' ', '_')}-{language}.html"
    file.write_bytes(Edition(lists, LIMIT, "America/Toronto", language).page())
    return file


def picture(*seals: str, scale: int = 3) -> bytes:
    """A page at 200 dpi with codes on it (PNG)."""
    sheet = Image.new("L", (1700, 2200), 255)
    for n, seal in enumerate(seals):
        code = zxingcpp.create_barcode(seal, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=scale)
        sheet.paste(Image.fromarray(code), (900, 100 + 1000 * n))
    file = BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def photo(seal: str) -> bytes:
    """A page as a phone sees it: from one side, turned, a little out of focus, in dim light (JPEG)."""
    flat = Image.open(BytesIO(picture(seal, scale=4))).resize((2550, 3300))
    seen = flat.transform(flat.size, Image.Transform.PERSPECTIVE, (1.05, 0.06, -80, 0.03, 1.1, -60, 2e-5, 3e-5), fillcolor=90)
    dim = (
        seen.rotate(11, Image.Resampling.BICUBIC, fillcolor=90)
        .filter(ImageFilter.GaussianBlur(1.6))
        .point(lambda value: value * 2 // 3 + 20)
    )
    file = BytesIO()
    dim.save(file, "JPEG", quality=70)
    return file.getvalue()


def film(seal: str, file: Path) -> Path:
    """What a camera sees of a page that is held before it (YUV4MPEG)."""
    width, height = CAMERA
    frame = Image.new("L", CAMERA, 170)
    code = zxingcpp.create_barcode(seal, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=6)
    frame.paste(Image.fromarray(code).rotate(7, expand=True, fillcolor=255), (350, 20))
    light = frame.point(lambda value: 16 + value * 219 // 255).tobytes()
    colour = bytes([128]) * (width * height // 2)
    file.write_bytes(b"YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n" % CAMERA + (b"FRAME\n" + light + colour) * 2)
    return file


def sealed_at(home: Path, at: datetime) -> str:
    """A specimen's seal by the kiosk at home there, with its own key."""
    folder = KeyFolder(home)
    trust = folder.trust()
    key, name = trust.keys[-1], trust.keys[-1].kid.hex()
    stamp = Stamp(Act.RELEASED, key.authority, "0453", "B1001", at)
    row = Sealed(1, "R", "99999001495785", "transaction", at, "0453")
    page = Statement("K7QD.000001", 1, 1, "Courtage Exemple", stamp, "1-000000000000", (row,))
    return Ed25519Seal(trust, _load(home / "keys" / f"{name}.seal")).seal(page).decode()


@dataclass
class Checker:
    """Somebody with the page before him."""

    page: Any
    said: list[str]
    keyboard: Keyboard

    @classmethod
    def at(cls, context: Any, address: str, now: datetime | None = NOW) -> "Checker":
        """Open it; its clock stands still at `now`."""
        page = context.new_page()
        if now is not None:
            page.add_init_script(f"Date.now = () => {int(now.timestamp() * 1000)}")
        checker = cls(page, complaints(page), Keyboard(page))
        page.goto(address)
        checker.awake()
        return checker

    def awake(self) -> None:
        """Its script is at work."""
        self.page.wait_for_function("() => document.documentElement.dataset.ready")

    def comes(self, verdict: str, *, says: str = "") -> str:
        """Wait for a verdict, and for words in it; what it says."""
        self.page.wait_for_function(
            "([kind, says]) => { const box = document.querySelector('#verdict');"
            " return box.dataset.verdict === kind && box.textContent.includes(says); }",
            arg=[verdict, says],
        )
        return self.page.inner_text("#verdict")

    def paste(self, text: str) -> None:
        """As somebody does who has the text of a seal or of a list."""
        self.page.fill("#seal", text)
        self.page.click("#typed button:not([type=button])")

    def files(self, *files: tuple[str, str, bytes]) -> None:
        """Choose files: name, type, content."""
        self.page.set_input_files("#files", [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files])

    def pictures(self, *pages: bytes) -> None:
        """Choose pictures of pages."""
        self.files(*((f"{n}.png", "image/png", page) for n, page in enumerate(pages)))

    def rows(self) -> list[tuple[str, str]]:
        """Each row's number, and what it comes to."""
        return [
            (row.query_selector(".number").inner_text(), row.get_attribute("data-outcome"))
            for row in self.page.query_selector_all("#rows > li")
            if row.is_visible()
        ]
