"""Sheets, slips and forms to be drawn in tests, and eyes to look at what was drawn. All numbers are synthetic."""

import io
from datetime import UTC, date, datetime, timedelta

import pypdfium2
from PIL import Image, ImageDraw

from kiosk.adapters.pdf import PdfPaper
from kiosk.core.answer import Answer, Reason
from kiosk.core.day import BadgeFigures, DayReport, Outage
from kiosk.core.faults import Refusal
from kiosk.core.proof import Checkpoint
from kiosk.core.reference import candidates
from kiosk.core.sheet import Asked, Faulty, Header, Line, QuerySheet, Removed, Where
from kiosk.core.stamp import Act, Stamp
from kiosk.ports import Fault

AT = datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC)
NUMBER = "S.0453-000123"
HEADER = Header("0453", "Example Brokerage", "12345", "Jo Doe 519-555-0100")
CHECKPOINT = Checkpoint(1234, bytes(range(32)))
LONGEST = "XXXXPARSABCDEFGHJKLMNPQRS"
PAPER = PdfPaper("America/Toronto")


def line(text, reason=Reason.RELEASED, office="0453", *, keyed=False, also=None, as_of=AT):
    meant = candidates(text)
    where = None if reason is Reason.NOT_ON_FILE else office
    return Line(Asked(text, text, meant, keyed), Answer(meant[0], reason, as_of, where, also=also))


def row(n):
    """Every kind of row, in turn."""
    text = f"99999-{n:09d}"
    match n % 10:
        case 2:
            return line(LONGEST[:-3] + f"{n:03d}", Reason.EXAM, office="0409", keyed=True)
        case 4:
            return line(f"8XXX{n:08d}", Reason.NOT_ON_FILE)
        case 5:
            return Removed(line(text), "the driver has left; the client will ask again")
        case 7:
            other = Answer(candidates("8XXX0000001")[0], Reason.EXAM, AT, "0453")
            return line(f"99999{n:09d}", Reason.PART_RELEASED, keyed=True, office="0409", also=other)
        case 8:
            return line(text, list(Reason)[1 + n // 10 % 11])
        case 9:
            return Removed(Faulty("s", None, Refusal("not-read", why="blurred")), "unreadable")
        case _:
            return line(text)


def sheet(n, header=HEADER):
    return QuerySheet(NUMBER, header, tuple(row(i) for i in range(1, n + 1)))


def stamp(*, specimen=True, act=Act.RELEASED):
    return Stamp(act, "acros-stub", "0453", "12345", AT, specimen)


def seal(length, page=1):
    return ("RS1X" + "ABCDEFGHJKLMNPQRSTUVWXYZ234567" * 200)[page : length + page].encode()


def drawn(query, *, specimen=True, length=800, act=Act.RELEASED, **issue):
    seals = [seal(length, page) for page in range(-(-len(query.rows) // PAPER.rows_per_page))]
    return PAPER.sheet(query, stamp(specimen=specimen, act=act), seals, CHECKPOINT.short, **issue)


def cutout(width=900, height=160):
    picture = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(picture)
    for x in range(20, width - 20, 9):
        pen.rectangle((x, 20, x + x * 7 % 6, height - 40), fill=0)
    pen.rectangle((300, 0, 340, height), fill=140)
    into = io.BytesIO()
    picture.save(into, "PNG")
    return into.getvalue()


FAULTS = [
    Fault(
        5,
        "99999-001495788",
        "printed-differs",
        {"bars": "99999-001495788", "printed": "99999001495789"},
        Where("form.pdf", 0, (1, 2, 3, 4)),
        cutout(),
    ),
    Fault(
        7,
        None,
        "not-read",
        {"why": "too-fine", "narrow": "0.8", "mil": "7.5", "now": "100", "dpi": "300"},
        Where("form.pdf", 1, (1, 2, 3, 4)),
        cutout(400, 300),
    ),
    Fault(9, "ABC#12345", "foreign-character", {"got": "'#'", "place": "4", "expected": "A to Z"}, None, None),
    Fault(11, "911", "service-option", {"got": "911", "expected": "a number"}, None, b"no picture at all"),
    Fault(12, "99999-001495785", "repeat", {"row": "12", "of": "2", "got": "99999-001495785"}, None, cutout()),
]
FORM = ["99999001495785", "99999-001495786", LONGEST, "8XXX32201095", ("99999001495789", "99999-001495788")]


DAY = DayReport(
    day=date(2026, 11, 22),
    badge=None,
    scans=417,
    keyed=12,
    hours=(0, 0, 0, 0, 0, 3, 14, 33, 58, 61, 40, 22, 9, 31, 55, 47, 28, 12, 4, 0, 0, 0, 0, 0),
    sources={"scanner": 300, "form.pdf": 97, "keyboard": 20},
    symbologies={"CODE128": 350, "CODE39": 55, "unknown": 12},
    marks={"R": 320, "NR": 44, "N/A": 21},
    unanswered=2,
    refusals={"repeat": 12, "service-option": 9, "air-waybill-piece": 5, "printed-differs": 4},
    unread={"blurred": 6, "low-contrast": 2},
    changed={("NR", "R"): 3, ("R", "NR"): 1},
    unasked=17,
    outages=(Outage(AT, AT + timedelta(minutes=5), 6),),
    sheets={"opened": 41, "stamped": 37, "returned": 3, "voided": 1},
    removed=5,
    not_stamped={"not-stampable": 4, "changed": 2},
    handed_over=37,
    copies=2,
    badges={f"BSO{n:02}": BadgeFigures(90 - n, 3, 2, 9, 9 - n % 3, 1, n % 2) for n in range(24)},
    waits=tuple(timedelta(seconds=13 * n) for n in range(4, 40)),
)


def pages(pdf):
    """How many pages a PDF has."""
    return len(pypdfium2.PdfDocument(pdf))


def text(pdf, page=0):
    """What a page says, by its text layer."""
    return pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()


def picture(pdf, page=0, dpi=300):
    """A page as a grey picture."""
    return pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72, grayscale=True).to_pil()


def crop(image, box, dpi=300):
    """The part of a page's picture that a box of the layout (mm) covers."""
    dots = dpi / 25.4
    return image.crop(tuple(round(edge * dots) for edge in (box.x, box.y, box.right, box.bottom)))
