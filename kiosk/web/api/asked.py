"""What is asked for: the bodies and the parameters of requests."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from kiosk.core.user import Role
from kiosk.web.api.shape import Text, Whole

SheetNumber = Annotated[str, Text(11, 11, r"[A-Z2-7]{4}\.[0-9]{6}", example="K7QD.000001")]
Digest = Annotated[str, Text(64, 64, "[0-9a-f]{64}")]
Badge = Annotated[str, Text(1, 40)]
Pin = Annotated[str, Text(1, 40, secret=True)]
Line = Annotated[str, Text(0, 200)]
Office = Annotated[str, Text(0, 4, "(0?[0-9]{3})?")]
Row = Annotated[int, Whole(1, 500)]
Page = Annotated[int, Whole(0, 9999)]
ScanId = Annotated[str, Text(8, 64, "[0-9A-Za-z-]{8,64}")]
Seq = Annotated[int, Whole(1)]
Entries = Annotated[int, Whole(1, 999_999_999)]
SubLocation = Annotated[str, Text(0, 4, "([0-9]{4})?", example="9453")]


@dataclass(frozen=True, slots=True)
class LogIn:
    """A badge, as scanned or typed, and its PIN."""

    badge: Badge
    pin: Pin


@dataclass(frozen=True, slots=True)
class PinChange:
    """One's own PIN, and what it is to be."""

    old: Pin
    new: Pin


@dataclass(frozen=True, slots=True)
class NewSheet:
    """The head of a sheet; without an office, the kiosk's own."""

    office: Office = ""
    client_name: Line = ""
    client_id: Line = ""
    client_contact: Line = ""


@dataclass(frozen=True, slots=True)
class NewScan:
    """A scan: its `text` as the scanner sent it. Sent twice with one `id`, it counts once and gets its first answer again.

    `keyed`: typed by hand. `instead`: the faulty row that it stands in for.
    """

    id: ScanId
    text: Annotated[str, Text(1, 4096, example="99999-001495785")]
    keyed: bool = False
    instead: Row | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A scan that came to nothing: the scanner beeped, and its text was lost. Sent twice with one `id`, it counts once."""

    id: ScanId
    reason: Literal["keys-lost"] = "keys-lost"


@dataclass(frozen=True, slots=True)
class Removal:
    """Why a row is struck out; `seen` is how many entries the sheet had when that was decided."""

    seen: Entries
    reason: Line


@dataclass(frozen=True, slots=True)
class Decision:
    """`seen` is how many entries the sheet had when the officer decided: what has changed since, he has not decided about.

    `act`: what he chose the stamp to say, where that is not what the rows say.
    """

    seen: Entries
    act: Literal["authorized-to-move-in-bond"] | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why."""

    reason: Line


@dataclass(frozen=True, slots=True)
class Printing:
    """How the sheet leaves the kiosk: by its printer, or by whatever shows the PDF."""

    how: Literal["printer", "browser"] = "browser"


@dataclass(frozen=True, slots=True)
class Client:
    """The beginning of a client's name or ID."""

    text: Line


@dataclass(frozen=True, slots=True)
class Width:
    """Of a picture, in pixels."""

    width: Annotated[int, Whole(200, 2550)] = 1000


@dataclass(frozen=True, slots=True)
class Search:
    """One text for all (`q`), or field by field."""

    q: Line = ""
    number: Line = ""
    sheet: Line = ""
    client: Line = ""
    badge: Line = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose day; of everybody if it is empty, for those who may see that."""

    badge: Line = ""


@dataclass(frozen=True, slots=True)
class Before:
    """The 50 entries before a position, or the newest."""

    before: Annotated[int, Whole(0)] | None = None


@dataclass(frozen=True, slots=True)
class Against:
    """A checkpoint as printed on a sheet, which the record must still agree with."""

    against: Annotated[str, Text(1, 100)] | None = None


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody new, with a first PIN that he must change; a warehouse operator with the sub-location of his warehouse."""

    badge: Badge
    name: Line
    role: Role
    pin: Pin
    sub_location: SubLocation = ""


@dataclass(frozen=True, slots=True)
class UserChange:
    """Another name, another role, another warehouse, or all of them."""

    name: Line | None = None
    role: Role | None = None
    sub_location: SubLocation | None = None


@dataclass(frozen=True, slots=True)
class NewPin:
    """A first PIN, to be changed at the next log-in."""

    pin: Pin


@dataclass(frozen=True, slots=True)
class Placing:
    """The open sheet that kept scans are put on: one of them, by its `seq`, or all."""

    sheet: SheetNumber
    seq: Seq | None = None


@dataclass(frozen=True, slots=True)
class SettingAside:
    """Why kept scans are set aside: one of them, by its `seq`, or all."""

    reason: Line
    seq: Seq | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """The open sheet that the scanners are to write on; `politely`: only if no other badge has them."""

    sheet: SheetNumber
    politely: bool = False
