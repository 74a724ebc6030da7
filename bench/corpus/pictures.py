"""The pictures of docs/recognition.md, drawn from the corpus and from what the reader says of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from bench.corpus import sheets
from bench.corpus.account import over
from bench.corpus.paper import font
from bench.corpus.truth import Code, Grey, Sheet
from drivers.picture import Limits, Symbol, Unread
from drivers.picture.reading import examined
from drivers.picture.render import opened

SEED = 3
GREEN, RED, BLUE, INK = (0, 130, 60), (200, 30, 30), (40, 80, 190), (40, 40, 40)
DAMAGES = [
    "scan_dpi-150",
    "skew-10",
    "perspective-3",
    "camera-640x480-far",
    "gblur-3",
    "mblur-3",
    "contrast-3",
    "fax-std-drops",
    "jpeg-20",
    "saltpepper-3",
    "noise-3",
    "crumple-3",
    "shadow-3",
    "glare-2",
    "pen-3",
    "highlighter-2",
    "stamp-2",
    "voids-3",
    "spread-p3",
    "spread-m2",
    "short-2",
    "moire-2",
    "dotmatrix-3",
    "thermal-2",
    "ruled-across",
    "tight_box-1.5X",
    "screenshot-96",
    "mix_phone-1",
    "mix_fax-1",
    "mix_any-1",
]
TRAPS = [
    "adv_stacked-1",
    "adv_adjacent-2",
    "adv_partial39-1",
    "adv_doubled-1",
    "adv_split-1",
    "adv_broken-1",
    "adv_overprint-1",
    "adv_texture-1",
    "adv_table-1",
]


def drawn(folder: Path) -> Iterator[Path]:
    """Draws them all into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, Callable[[], Image.Image]] = {
        "damages": lambda: _board([_damage(name) for name in DAMAGES], 5, (300, 120)),
        "page": lambda: _answered(_mixed("mix_phone-3"), 900),
        "profile": lambda: _profiles(("gblur-3", "mblur-3", "dotmatrix-3")),
        "traps": lambda: _board([_trap(name) for name in TRAPS], 3, (520, 200)),
        "limits": lambda: _board(
            list(_limits(("moire-3", "mblur-3", "screenshot-96", "glare-2", "mix_phone-2", "dotmatrix-3"))), 3, (420, 170)
        ),
    }
    for name, draw in made.items():
        file = folder / f"{name}.png"
        draw().quantize(40, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, optimize=True)
        yield file


def _one(name: str, seed: int = SEED) -> Sheet:
    return next(iter(sheets(seed, 1, f"^{name}$")))


def _mixed(name: str) -> Sheet:
    """The first sheet of a family of whose codes most are read, and one or two are not; or just the first."""
    for seed in range(SEED, SEED + 20):
        symbols, unread = _said(sheet := _one(name, seed))
        if len(symbols) > 2 and unread:
            return sheet
    return _one(name)


def _said(sheet: Sheet) -> tuple[tuple[Symbol, ...], tuple[Unread, ...]]:
    return examined(opened(sheet.data, Limits()).picture(0))


def _damage(name: str) -> tuple[str, Grey]:
    """A code of a family, cut out as it stands."""
    sheet = _one(name)
    asked = [code for code in sheet.codes if code.readable] or list(sheet.codes)
    return name, _cut(sheet.grey, min(asked, key=lambda code: code.ppm).box, (300, 120))


def _trap(name: str) -> tuple[str, Grey]:
    sheet = _one(name)
    box = sheet.codes[len(sheet.codes) // 2].box if sheet.codes else (200, 300, 700, 480)
    return name, _cut(sheet.grey, box, (520, 200))


def _cut(grey: Grey, box: tuple, size: tuple[int, int]) -> Grey:
    """A part of a picture round a box, of one size, whatever the box's."""
    wide, tall = max(size[0], round(box[2] - box[0]) + 30), max(size[1], round(box[3] - box[1]) + 30)
    scale = max(wide / size[0], tall / size[1])
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    matrix = np.array([[scale, 0, middle[0] - scale * size[0] / 2], [0, scale, middle[1] - scale * size[1] / 2]])
    flags = cv2.WARP_INVERSE_MAP | (cv2.INTER_AREA if scale > 1 else cv2.INTER_NEAREST)
    soft = cv2.GaussianBlur(grey, (0, 0), 0.35 * scale) if scale > 1.2 else grey
    return cv2.warpAffine(soft, matrix, size, flags=flags, borderValue=255)


def _board(cuts: list[tuple[str, Grey]], columns: int, size: tuple[int, int]) -> Image.Image:
    """Cuts beside and under each other, each with its name."""
    wide, tall = size[0] + 8, size[1] + 24
    board = Image.new("RGB", (wide * columns, tall * -(-len(cuts) // columns)), "white")
    pen = ImageDraw.Draw(board)
    for n, (name, grey) in enumerate(cuts):
        x, y = wide * (n % columns) + 4, tall * (n // columns)
        pen.text((x, y + 4), name, fill=INK, font=font("sans", 13))
        board.paste(Image.fromarray(grey), (x, y + 20))
        pen.rectangle((x - 1, y + 19, x + size[0], y + 20 + size[1]), outline=(190, 190, 190))
    return board


def _answered(sheet: Sheet, width: int) -> Image.Image:
    """A page with its verdicts: read in green, named with its reason in red."""
    symbols, unread = _said(sheet)
    page = Image.fromarray(sheet.grey).convert("RGB")
    scale = width / page.width
    page = page.resize((width, round(page.height * scale)), Image.Resampling.LANCZOS)
    pen = ImageDraw.Draw(page)
    for box, words, colour in [(s.box, s.text, GREEN) for s in symbols] + [(u.box, str(u.reason), RED) for u in unread]:
        spot = [scale * v for v in box]
        pen.rectangle([spot[0] - 3, spot[1] - 3, spot[2] + 3, spot[3] + 3], outline=colour, width=3)
        pen.text((spot[0], spot[1] - 20), words, fill=colour, font=font("bold", 15), stroke_width=3, stroke_fill="white")
    return page


def _profiles(names: tuple[str, ...]) -> Image.Image:
    """Of a code each: as it stands, straightened, and the grey of its averaged rows over the widths of the true bars."""
    parts = [_profile(name) for name in names]
    board = Image.new("RGB", (max(p.width for p in parts), sum(p.height for p in parts)), "white")
    for n, part in enumerate(parts):
        board.paste(part, (0, sum(p.height for p in parts[:n])))
    return board


def _profile(name: str, wide: int = 900) -> Image.Image:
    sheet = _one(name)
    code = min([c for c in sheet.codes if c.readable] or list(sheet.codes), key=lambda c: c.ppm)
    flat = _straight(sheet.grey, code, wide, 60)
    curve = flat.mean(axis=0)
    board = Image.new("RGB", (wide, 240), "white")
    pen = ImageDraw.Draw(board)
    pen.text(
        (0, 4),
        f"{name}: {code.symbology}, {code.ppm:.1f} pixels a module; straightened, its averaged rows, their grey",
        fill=INK,
        font=font("sans", 13),
    )
    board.paste(Image.fromarray(flat), (0, 24))
    board.paste(Image.fromarray(np.repeat(curve.astype(np.uint8)[None], 30, axis=0)), (0, 88))
    low, high = curve.min(), max(curve.max(), curve.min() + 1)
    pen.line([(x, 225 - 95 * (v - low) / (high - low)) for x, v in enumerate(curve)], fill=BLUE, width=1)
    return board


def _straight(grey: Grey, code: Code, wide: int, tall: int) -> Grey:
    flat = np.array([(12, 0), (wide - 12, 0), (wide - 12, tall), (12, tall)], np.float32)
    turn = cv2.getPerspectiveTransform(np.asarray(code.corners, np.float32), flat)
    return cv2.warpPerspective(grey, turn, (wide, tall), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _limits(names: tuple[str, ...]) -> Iterator[tuple[str, Grey]]:
    """Codes that an ideal reader could read and this one does not, with what it says of them; at most one of a family."""
    for name in names:
        for seed in range(SEED, SEED + 8):
            sheet = _one(name, seed)
            symbols, unread = _said(sheet)
            texts = {symbol.text for symbol in symbols}
            missed = [code for code in sheet.codes if code.readable and code.text not in texts]
            if missed:
                said = next((str(u.reason) for u in unread if over(u.box, missed[0].box) > 0.2), "silent")
                yield f"{name}: {said}", _cut(sheet.grey, missed[0].box, (420, 170))
                break
