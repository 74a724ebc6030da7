"""PDFs built to be costly: each small, each a fault of some reader's at one time or other. From a seed to bytes."""

import random
import re
import zlib
from collections.abc import Callable

NUMBERS = re.compile(rb"(?<![\w.-])\d+(?:\.\d+)?")


def made(objects: dict[int, bytes], trailer: bytes = b"/Root 1 0 R", tail: bytes = b"") -> bytes:
    """A file of these objects, with a sound table of where they are."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number in sorted(places):
        out += b"%d 1\n%010d 00000 n \n" % (number, places[number])
    return bytes(out + b"trailer\n<</Size %d %b>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start) + tail)


def stream(content: bytes, words: bytes = b"") -> bytes:
    return b"<</Length %d %b>>\nstream\n%b\nendstream" % (len(content), words, content)


def page(content: bytes, resources: bytes = b"", box: bytes = b"0 0 300 200", words: bytes = b"", **more: bytes) -> bytes:
    """A document of one page. `more`: further objects, from number 5 on, in order."""
    head = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[%b]/Contents 4 0 R/Resources<<%b>>%b>>" % (box, resources, words),
        4: stream(content),
    }
    return made(head | {5 + n: body for n, body in enumerate(more.values())})


def tree(rng: random.Random) -> bytes:
    """Pages that are their own parents, or children, or countless."""
    kids = rng.choice((b"[2 0 R]", b"[3 0 R 2 0 R]", b"[3 0 R 3 0 R 3 0 R]", b"[9 0 R]", b"[]", b"3 0 R", b"[null 3 0 R]"))
    count = rng.choice((b"1", b"-1", b"0", b"99", b"2147483647", b"(many)", b"2 0 R"))
    parent = rng.choice((b"2 0 R", b"3 0 R", b"1 0 R"))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids%b/Count %b/Parent %b>>" % (kids, count, parent),
        3: b"<</Type/Page/Parent %b/MediaBox[0 0 99 99]>>" % parent,
    }
    return made(objects)


def nested(rng: random.Random) -> bytes:
    """Brackets in brackets in brackets."""
    deep = rng.choice((50, 600, 100_000))
    opening, closing = rng.choice(
        ((b"[", b"]"), (b"<</A", b">>"), (b"(", b")"), (b"q ", b"Q "), (b"BT ", b"ET "), (b"/A BMC ", b"EMC "))
    )
    heap = opening * deep + closing * rng.choice((deep, 0))
    return rng.choice((page(heap), page(b"", words=b"/X" + heap), page(b"", resources=b"/X" + heap), made({1: heap, 2: heap})))


def bomb(rng: random.Random) -> bytes:
    """A content that unpacks to much, once or over again."""
    content = rng.choice((b"0 0 m 9 9 l S ", b" ", b"q ", b"(a) Tj "))
    packed = content * ((1 << rng.choice((16, 22, 25))) // len(content))
    layers = rng.choice((1, 2, 3))
    for _ in range(layers):
        packed = zlib.compress(packed, 9)
    filters = b"/Filter[" + b"/FlateDecode" * layers + b"]"
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents[%b]>>" % (b"4 0 R " * rng.choice((1, 40))),
        4: stream(packed, filters),
    }
    return made(objects)


def image(rng: random.Random) -> bytes:
    """A picture of any size and coding, with too little, too much or nonsense in it."""
    side = (1, 7, 640, 20_000, 200_000, 0, -5)
    coding = rng.choice(
        (
            b"FlateDecode",
            b"DCTDecode",
            b"JPXDecode",
            b"CCITTFaxDecode",
            b"JBIG2Decode",
            b"LZWDecode",
            b"RunLengthDecode",
            b"Crypt",
            b"",
        )
    )
    pixels = rng.choice(
        (
            rng.randbytes(500),
            zlib.compress(bytes(1 << 20)),
            zlib.compress(bytes(1 << 26), 1),
            b"",
            b"\xff\xd8\xff\xe0" + rng.randbytes(99),
        )
    )
    colours = rng.choice(
        (
            b"/DeviceGray",
            b"/DeviceRGB",
            b"/DeviceCMYK",
            b"[/Indexed/DeviceRGB 255 5 0 R]",
            b"[/ICCBased 5 0 R]",
            b"/Pattern",
            b"[/Separation/A/DeviceGray 5 0 R]",
        )
    )
    words = (
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d/ColorSpace%b"
        b"/DecodeParms<</K -1/Columns %d/Predictor 15/Colors 99>>"
    ) % (rng.choice(side), rng.choice(side), rng.choice((1, 8, 16, 3, 64)), colours, rng.choice(side))
    words += b"/Filter/" + coding if coding else b""
    words += rng.choice((b"", b"/SMask 5 0 R", b"/Mask[0 1]", b"/ImageMask true", b"/Decode[1 0]"))
    return page(b"q 200 0 0 100 20 20 cm /I Do Q " * rng.choice((1, 30)), b"/XObject<</I 5 0 R>>", image=stream(pixels, words))


def recursion(rng: random.Random) -> bytes:
    """Forms that draw themselves, or one another in the power of ten."""
    deep, wide = rng.choice(((1, 1), (1, 10), (9, 10), (30, 2)))
    forms = {}
    for n in range(deep):
        following = 5 + (n + 1) % deep if deep == 1 else min(5 + n + 1, 4 + deep)
        words = b"/Type/XObject/Subtype/Form/BBox[0 0 300 200]/Resources<</XObject<</F %d 0 R>>>>" % following
        forms[f"form{n}"] = stream(b"0 0 m 300 200 l S " + b"/F Do " * wide, words)
    return page(b"/F Do", b"/XObject<</F 5 0 R>>", **forms)


def paint(rng: random.Random) -> bytes:
    """Drawing that takes long: tiny tiles, tiny dashes, huge strokes, many curves, odd shadings."""
    ways = {
        "dash": b"[0.00001] 0 d 0 0 m 300 200 l S " * 50,
        "wide": b"100000 w 0 0 m 300 200 l S " * 500,
        "curves": b"0 0 m " + b"300 0 0 200 300 200 c 0 200 300 0 0 0 c " * 20_000 + b" S",
        "clip": b"0 0 300 200 re W n " * 30_000,
        "numbers": b"1e39 -1e39 m 99999999999999999999 0 l nan inf l S 0 0 1e30 1e30 re f ",
        "tiles": b"/Pattern cs /P scn 0 0 300 200 re f",
        "shade": b"/S sh",
        "text": b"BT /F 100000 Tf (AAAA) Tj ET " * 300,
    }
    way = rng.choice(sorted(ways))
    tile = stream(
        b"0 0 1 1 re f",
        b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep %b/YStep 0.001/Resources<<>>"
        % rng.choice((b"0.001", b"0", b"-1", b"1e-9")),
    )
    shade = (
        b"<</ShadingType %d/ColorSpace/DeviceRGB/Coords[0 0 0 1 1 999]/Extend[true true]"
        b"/Function<</FunctionType 2/Domain[0 1]/C0[0 0 0]/C1[1 1 1]/N %d>>>>"
    ) % (rng.randrange(9), rng.choice((0, 1, -1, 9999)))
    resources = b"/Pattern<</P 5 0 R>>/Shading<</S 6 0 R>>/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
    return page(ways[way], resources, tile=tile, shade=shade)


def sheet(rng: random.Random) -> bytes:
    """A page of an odd size, turned by an odd angle."""
    sides = ("0", "-1", "1", "300", "14400", "100000", "1e-9", "1e30", "nan", "99999999999999999999", "0.5")
    box = " ".join(rng.choice(sides) for _ in range(rng.choice((3, 4, 4, 4, 4))))
    words = b"/Rotate %d/UserUnit %d/CropBox[%b]" % (
        rng.choice((0, 90, 45, -90, 1 << 31)),
        rng.choice((0, 1, 9999, -1)),
        rng.choice((b"0 0 1 1", b"9 9 5 5", box.encode())),
    )
    return page(b"0 0 m 300 200 l S", box=box.encode(), words=words)


def tables(rng: random.Random) -> bytes:
    """Where things are: in circles, nowhere, or in themselves."""
    sound = page(b"0 0 m 9 9 l S")
    start = int(sound.rsplit(b"startxref\n", 1)[1].split()[0])
    ring = sound.replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev %d" % rng.choice((start, 0, -1, 1 << 31)))
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"2 0 R", 3: b"<</Length 3 0 R>>\nstream\nendstream"}
    packed = stream(
        zlib.compress(b"5 0 5 10 " + b"<</A 5 0 R>>" * 9),
        b"/Type/ObjStm/N %d/First 9/Filter/FlateDecode/Extends 5 0 R" % rng.choice((2, 1 << 30)),
    )
    inside = made({1: b"<</Type/Catalog/Pages 5 0 R>>", 5: packed})
    many = sound + b"".join(b"xref\n0 0\ntrailer\n<</Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (start, start) for _ in range(2000))
    return rng.choice((ring, made(objects), inside, many, b"%PDF-1.7\n%%EOF", b"%PDF-1.7" + b"1 0 obj " * 50_000 + b"%%EOF"))


def locked(rng: random.Random) -> bytes:
    """Says that it is encrypted, in a way that nobody knows."""
    words = b"/Encrypt<</Filter/%b/V %d/R %d/Length %d/P -1/O(%b)/U(%b)>>/ID[(a)(b)]" % (
        rng.choice((b"Standard", b"Other")),
        rng.randrange(7),
        rng.randrange(8),
        rng.choice((0, 40, 128, 1 << 30)),
        b"o" * rng.choice((0, 32, 9999)),
        b"u" * 32,
    )
    return made({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 1>>"}, b"/Root 1 0 R" + words)


def fields(rng: random.Random) -> bytes:
    """A form with fields whose looks are loops, and scripts that nobody runs."""
    look = stream(b"/F Do", b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</XObject<</F 6 0 R>>>>")
    field = b"<</Type/Annot/Subtype/Widget/FT/%b/T(a)/V(b)/Rect[%b]/AP<</N 6 0 R>>/Parent 5 0 R/Kids[5 0 R]>>" % (
        rng.choice((b"Tx", b"Btn", b"Ch", b"Sig")),
        rng.choice((b"0 0 99 99", b"0 0 1e9 1e9", b"9 9 0 0")),
    )
    document = page(b"", words=b"/Annots[5 0 R 5 0 R 6 0 R]", field=field, look=look)
    form = (
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(while(1);)>>/AcroForm<</Fields[5 0 R]/NeedAppearances true%b>>>>"
    )
    return document.replace(b"<</Type/Catalog/Pages 2 0 R>>", form % rng.choice((b"", b"/XFA 4 0 R")))


MAKERS: dict[str, Callable[[random.Random], bytes]] = {
    f"pdf {maker.__name__}": maker for maker in (tree, nested, bomb, image, recursion, paint, sheet, tables, locked, fields)
}
