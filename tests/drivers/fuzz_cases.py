"""Documents to frighten a reader with: made from a seed, each again by its number alone.

Three families: sound documents with their bytes damaged, documents built to be costly, and sound pictures that show nothing
sound. With each goes what may be read in it; anything else that is read is a wrong number.
"""

import io
import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from tests.drivers import fuzz_pdf
from tests.drivers.pictures import _bars, bars

TEXTS = ("99999-001495785", "8XXXPARS123456", "XXXX7700112")
Maker = Callable[[random.Random], bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """A document, and how it came about."""

    name: str
    data: bytes
    texts: frozenset[str] = frozenset()


def case(seed: int, number: int) -> Case:
    """The case of this number."""
    rng = random.Random(f"{seed}/{number}")
    family = rng.choices((damaged, costly, shown), (70, 15, 15))[0]
    return family(rng)


# --- sound documents, damaged ------------------------------------------------------------------------------------------------


def damaged(rng: random.Random) -> Case:
    kind = rng.choice(sorted(sound()))
    data = sound()[kind]
    ways = [rng.choice(DAMAGES) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    for way in ways:
        data = way(rng, data) or data
    return Case(f"{kind} {'+'.join(way.__name__ for way in ways)}", data, frozenset(TEXTS))


@cache
def sound() -> dict[str, bytes]:
    """Small documents of every kind that is read."""
    page = np.full((320, 640), 255, np.uint8)
    for n, (text, symbology) in enumerate(zip(TEXTS, ("Code128", "Code39", "Code128"), strict=True)):
        symbol = bars(text, symbology, 2, 50)
        page[30 + 95 * n : 80 + 95 * n, 40 : 40 + symbol.shape[1]] = symbol[:, :560]
    grey = Image.fromarray(page)
    return (
        _pictures(grey)
        | _tiffs(grey)
        | {
            "pdf": _pdf(compressed=True),
            "pdf plain": _pdf(compressed=False),
            "pdf of a jpeg": _saved(grey.convert("RGB"), "PDF", resolution=150),
            "pdf of a fax": _saved(grey.convert("1"), "PDF", resolution=150),
        }
    )


def _pictures(grey: Image.Image) -> dict[str, bytes]:
    colour = Image.merge("RGB", (grey, grey, grey))
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    clear = colour.convert("RGBA")
    clear.putalpha(200)
    exif = Image.Exif()
    exif[0x0112] = 6
    return {
        "png grey": _saved(grey, "PNG"),
        "png colour": _saved(colour, "PNG", compress_level=0),
        "png palette": _saved(colour.quantize(16), "PNG"),
        "png black": _saved(grey.convert("1"), "PNG"),
        "png deep": _saved(deep, "PNG"),
        "png clear": _saved(clear, "PNG"),
        "jpeg": _saved(grey, "JPEG", quality=80),
        "jpeg colour": _saved(colour, "JPEG", quality=60, progressive=True),
        "jpeg cmyk": _saved(colour.convert("CMYK"), "JPEG"),
        "jpeg turned": _saved(colour, "JPEG", exif=exif),
        "bmp": _saved(grey, "BMP"),
        "bmp colour": _saved(colour, "BMP"),
        "bmp black": _saved(grey.convert("1"), "BMP"),
    }


def _tiffs(grey: Image.Image) -> dict[str, bytes]:
    black = grey.convert("1")
    ways = {
        "raw": grey,
        "tiff_lzw": grey,
        "tiff_adobe_deflate": grey,
        "packbits": grey,
        "jpeg": grey.convert("RGB"),
        "group4": black,
    }
    single = {f"tiff {way}": _saved(image, "TIFF", compression=way) for way, image in ways.items()}
    return single | {"tiff of three": _saved(grey, "TIFF", compression="tiff_lzw", save_all=True, append_images=[black, grey])}


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _pdf(*, compressed: bool) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(300, 180), invariant=1, pageCompression=int(compressed))
    for _ in range(2):
        for n, text in enumerate(TEXTS[:2]):
            canvas.drawString(20, 160 - 70 * n, text)
            _bars("Code128", text).drawOn(canvas, 20, 120 - 70 * n)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def flipped(rng: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 4, 32, 256))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))]


def hollow(rng: random.Random, data: bytes) -> bytes:
    """A piece of the middle left out, or blanked."""
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.choice((1, 16, 512, 4096)))
    return data[:start] + rng.choice((b"", b"\0" * (end - start), b"\xff" * (end - start))) + data[end:]


def spliced(rng: random.Random, data: bytes) -> bytes:
    """A piece of another document put in, or over."""
    other = sound()[rng.choice(sorted(sound()))]
    start, length = rng.randrange(len(other)), rng.choice((4, 64, 1024, 8192))
    piece, at = other[start : start + length], rng.randrange(len(data))
    return data[:at] + piece + data[at + rng.choice((0, len(piece))) :]


def doubled(rng: random.Random, data: bytes) -> bytes:
    """A piece of its own, many times."""
    start = rng.randrange(len(data))
    end = start + rng.choice((8, 128, 2048))
    return data[:start] + data[start:end] * rng.choice((2, 16, 200)) + data[end:]


def enlarged(rng: random.Random, data: bytes) -> bytes:
    """A number near the head, where sizes and offsets stand, made odd."""
    at = rng.randrange(min(len(data), 300))
    odd = rng.choice((0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF))
    piece = struct.pack(rng.choice(("<I", ">I")), odd)[: rng.choice((2, 4, 4))]
    return data[:at] + piece + data[at + len(piece) :]


def counted(rng: random.Random, data: bytes) -> bytes:
    """A number written in words of digits, as PDFs have them, made odd."""
    runs = list(fuzz_pdf.NUMBERS.finditer(data))
    if not runs:
        return data
    run = rng.choice(runs)
    odd = rng.choice((b"0", b"-1", b"1e9", b"2147483647", b"4294967296", b"99999999999999999999", b"0.0000001", b"."))
    return data[: run.start()] + odd + data[run.end() :]


def sealed(rng: random.Random, data: bytes) -> bytes:
    """A PNG whose header says something odd, with a right check sum."""
    if not data.startswith(b"\x89PNG"):
        return data
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    side = rng.choice((0, 1, 3, 8000, 60_000, 1_000_000, 0x7FFFFFFF))
    head = rng.choice(
        ((side, height, depth, colour), (width, side, depth, colour), (width, height, rng.choice((1, 2, 4, 16)), rng.randrange(7)))
    )
    chunk = b"IHDR" + struct.pack(">IIBB", *head) + b"\0\0" + bytes([rng.randrange(2)])
    return data[:12] + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:]


DAMAGES = (flipped, flipped, cut, hollow, spliced, doubled, enlarged, enlarged, counted, sealed)


# --- documents built to be costly --------------------------------------------------------------------------------------------


def costly(rng: random.Random) -> Case:
    makers: dict[str, Maker] = fuzz_pdf.MAKERS | PICTURES
    name = rng.choice(sorted(makers))
    return Case(name, makers[name](rng), frozenset(TEXTS))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, pixels: bytes, depth: int = 8, colour: int = 0, extra: bytes = b"") -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def png_bomb(rng: random.Random) -> bytes:
    """Within the pixels that are allowed, or beyond; the pixels all there, or too few, or too many."""
    width, height = rng.choice(((7000, 7000), (60_000, 900), (900, 60_000), (30_000, 30_000), (100, 100)))
    rows = min(1 << 26, (width + 1) * height)
    return _png(width, height, zlib.compress(bytes(rng.choice((rows, rows // 3, 1 << 26))), 1))


def png_comments(rng: random.Random) -> bytes:
    """Words that unpack to much, and a colour profile that does."""
    much = zlib.compress(bytes(rng.choice((1 << 20, 1 << 26))), 1)
    extra = _chunk(b"zTXt", b"a\0\0" + much) * rng.choice((1, 8)) + _chunk(b"iCCP", b"b\0\0" + much)
    return _png(64, 64, zlib.compress(bytes(65 * 64)), extra=extra)


def tiff_ring(rng: random.Random) -> bytes:
    """Its pages lead back to one another, or never end."""
    out = bytearray(b"II*\0" + struct.pack("<I", 8))
    pages = rng.choice((1, 2, 50, 3000))
    for n in range(pages):
        tags = [(256, 64), (257, 64), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 64), (279, 4096)]
        out += struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
        out += struct.pack("<I", 8 if n == pages - 1 else len(out) + 4)
    return bytes(out) + bytes(4096)


def tiff_odd(rng: random.Random) -> bytes:
    """Any number behind any tag."""
    tags = sorted(
        (tag, rng.choice((1, 3, 4, 5, 12)), rng.choice((0, 1, 2, 1 << 20)), rng.choice((0, 1, 8, 64, 9000, 0xFFFFFFFF)))
        for tag in range(254, 340, rng.choice((1, 3)))
    )
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(5000)


def jpeg_scans(rng: random.Random) -> bytes:
    """A large progressive one, its scans many times over."""
    side = rng.choice((200, 2000, 5000))
    data = _saved(Image.new("L", (side, side), 200), "JPEG", progressive=True)
    start = data.index(b"\xff\xda")
    return data[:-2] + data[start:-2] * rng.choice((10, 200)) + data[-2:]


def jpeg_large(rng: random.Random) -> bytes:
    """Its header promises more than there is."""
    data = bytearray(sound()["jpeg"])
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", *rng.choice(((65_535, 65_535), (7_000, 8_000), (65_500, 500), (0, 0), (1, 65_535))))
    return bytes(data)


def bmp_odd(rng: random.Random) -> bytes:
    """Upside down, run-length coded, deep, enormous."""
    data = bytearray(sound()["bmp"])
    data[18:26] = struct.pack("<ii", rng.choice((640, -640, 0, 1 << 30, 7000)), rng.choice((320, -320, 0, -(1 << 31), 7000)))
    data[28:34] = struct.pack("<HI", rng.choice((1, 4, 8, 16, 24, 32, 64)), rng.choice((0, 1, 2, 3, 4)))
    return bytes(data)


def stranger(rng: random.Random) -> bytes:
    """A format that is not read, or noise that begins like one that is."""
    heads = (
        b"GIF89a",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"8BPS",
        b"%!PS-Adobe",
        b"\0\0\0\x0cjP  ",
        b"BM",
        b"MM\0*",
        b"\xff\xd8\xff\xe0",
        b"P6 9 9 255 ",
        b"PK\3\4",
    )
    return rng.choice(heads) + rng.randbytes(rng.choice((0, 10, 5000)))


PICTURES: dict[str, Maker] = {
    maker.__name__: maker for maker in (png_bomb, png_comments, tiff_ring, tiff_odd, jpeg_scans, jpeg_large, bmp_odd, stranger)
}


# --- sound pictures of nothing sound -----------------------------------------------------------------------------------------


def shown(rng: random.Random) -> Case:
    """A picture of odd content, size and colours, of which nothing can be read."""
    texture = rng.choice(TEXTURES)
    shape = rng.choice(
        ((300, 400), (1, 1), (1, 5000), (5000, 1), (2, 900), (20_000, 12), (12, 20_000), (16, 16), (700, 1000), (2200, 1700))
    )
    pixels = texture(np.random.default_rng(rng.getrandbits(64)), shape).astype(np.uint8)
    image = Image.fromarray(pixels).convert(rng.choice(("L", "L", "1", "RGB", "P", "LA", "RGBA", "I", "F")))
    saved = _saved(image, "TIFF") if image.mode in {"I", "F"} else _saved(image, "PNG", compress_level=1)
    return Case(f"{texture.__name__} {shape} {image.mode}", saved)


def flat(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return np.full(shape, rng.integers(256))


def noise(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return rng.integers(0, 256, shape)


def specks(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return 255 * (rng.random(shape) > rng.uniform(0, 0.5))


def stripes(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Bars of random widths, over the whole page: no code has them."""
    edges = np.cumsum(rng.integers(1, rng.choice((3, 6, 30)), shape[1] + 1))
    row = np.searchsorted(edges, np.arange(shape[1])) % 2 * 255
    return np.repeat(row[None], shape[0], axis=0)


def grating(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Waves of one direction, as of a screen taken with a camera."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    turn, step = rng.uniform(0, np.pi), rng.uniform(0.02, 3)
    return 127 + 127 * np.sin(step * (x * np.cos(turn) + y * np.sin(turn)))


def rings(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    y, x = np.mgrid[: shape[0], : shape[1]]
    return 127 + 127 * np.sin(rng.uniform(0.001, 0.2) * ((x - shape[1] / 2) ** 2 + (y - shape[0] / 2) ** 2) ** rng.choice((0.5, 1)))


def board(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    y, x = np.mgrid[: shape[0], : shape[1]]
    side = rng.integers(1, 20)
    return 255 * ((x // side + y // side) % 2)


def barred(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """A page strewn with patches of random bars, at random places."""
    page = np.full(shape, 255)
    for _ in range(int(rng.integers(1, 60))):
        height, width = (int(rng.integers(1, max(2, side // 2))) for side in shape)
        y, x = (int(rng.integers(0, max(1, side - own))) for side, own in zip(shape, (height, width), strict=True))
        page[y : y + height, x : x + width] = stripes(rng, (height, width))
    return page


def scraps(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Beginnings, middles and ends of real symbols, none of them whole."""
    page = np.full(shape, 255)
    symbol = bars("XXXX7700112", str(rng.choice(("Code39", "Code128"))), 2, 40)
    for _ in range(int(rng.integers(1, 30))):
        start = int(rng.integers(0, symbol.shape[1] // 2))
        piece = symbol[:, start : start + symbol.shape[1] // 3]
        y, x = (int(rng.integers(0, side)) for side in shape)
        room = page[y : y + 40, x : x + piece.shape[1]]
        room[:] = piece[: room.shape[0], : room.shape[1]]
    return page


TEXTURES = (flat, noise, specks, stripes, stripes, grating, rings, board, barred, barred, scraps)
