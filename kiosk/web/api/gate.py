"""The gate: is this proof genuine, and what may go on it (P1, P2, P4)?"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from flask import g, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from kiosk.core.verdict import Outcome
from kiosk.desks.gate import AcceptedPaper as Accepted
from kiosk.desks.gate import Paper, PaperKind, Presentation, RowShown, Whole
from kiosk.desks.gate.exhibit import MOST_BYTES, Brought
from kiosk.web import gate as web
from kiosk.web.api.asked import ScanId
from kiosk.web.api.operation import PARTS, Png
from kiosk.web.api.shape import LARGEST, Text
from kiosk.web.api.shape import Whole as Number
from kiosk.web.gate import checked_picture, desk
from kiosk.web.screen import spoken
from kiosk.wording import of_office, why

PresentationId = Annotated[int, Number(0, LARGEST)]


@dataclass(frozen=True, slots=True)
class NewPresentation:
    """The text of a seal, or of several, each on its own line, or a sheet's number. Sent twice with one `id`, it counts once."""

    text: Annotated[str, Text(1, 64 * 1024, example="K7QD.000001")]
    id: ScanId


@dataclass(frozen=True, slots=True)
class GateRefusal:
    """Why a proof is refused."""

    code: str
    message: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GateUnasked:
    """Why the office could not be asked for the seals of a sheet: nothing is known of it, and the paper may still be scanned."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class EarlierPresentation:
    """A presentation that was before."""

    presentation: int
    at: datetime
    badge: str
    brought: Brought


@dataclass(frozen=True, slots=True)
class WentOut:
    """Some of a number's goods that went out already."""

    at: datetime
    pieces: int
    to: str
    badge: str


@dataclass(frozen=True, slots=True)
class GateRow:
    """A row as its seal says it, and what it comes to: goods may go on `release` alone. `why` is a code."""

    page: int
    row: int
    number: str
    mark: str
    outcome: Outcome
    why: str
    before: tuple[EarlierPresentation, ...]
    went: tuple[WentOut, ...]


@dataclass(frozen=True, slots=True)
class Presented:
    """A presentation as it is judged now; `verdict` is of the whole. Where it is `refused` or `unasked`, there are no rows.

    `seals_from` says whose seals were judged of a sheet that was named by its number: of this `record`, or of the `office`.
    Holds are known up to `holds_as_of`, from this `record`, the `office`, a `list`, or `none`. `file_signature` is of a PDF.
    """

    presentation: int
    at: datetime
    badge: str
    brought: Brought
    judged_at: datetime
    verdict: Whole
    refusal: GateRefusal | None
    unasked: GateUnasked | None
    seals_from: str
    sheet: str
    office: str
    stamped_at: datetime | None
    rows: tuple[GateRow, ...]
    missing_pages: tuple[int, ...]
    file_signature: str
    holds_from: str
    holds_as_of: datetime | None
    before: tuple[EarlierPresentation, ...]


@dataclass(frozen=True, slots=True)
class GateAlarm:
    """Goods on hold that are still inside."""

    kind: str
    number: str
    pieces: int
    sub_location: str
    since: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class GateAlarms:
    """All of them."""

    alarms: tuple[GateAlarm, ...]


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A stamped paper without a seal of ours: its number, what it is, office and day on its stamp, and why it is accepted."""

    number: Annotated[str, Text(1, 100)]
    paper_kind: PaperKind
    office: Annotated[str, Text(3, 4, "0?[0-9]{3}")]
    stamped_on: date
    reason: Annotated[str, Text(1, 100)]


@dataclass(frozen=True, slots=True)
class AcceptedPaper:
    """A paper that `badge` accepted and answers for: nothing proves it. `document` is the digest of its picture."""

    paper: int
    at: datetime
    badge: str
    number: str
    kind: str
    paper_kind: PaperKind
    office: str
    stamped_on: str
    reason: str
    document: str


def accept_paper(query: NewPaper) -> AcceptedPaper:
    """Accept a stamped paper without a seal of ours, with its picture in a part named `file`."""
    if request.mimetype != PARTS:
        raise UnsupportedMediaType
    file = request.files.get("file")
    if file is None:
        raise BadRequest
    with closing(file):
        picture = file.stream.read(MOST_BYTES + 1)
    checked_picture(picture)
    given = (query.number, query.paper_kind, query.office, query.stamped_on.isoformat(), query.reason)
    return _paper(desk().accept(Paper(*given, picture, file.filename or ""), g.session.badge))


def get_accepted_paper(paper: PresentationId) -> AcceptedPaper:
    """Get a paper that was accepted."""
    return _paper(web.accepted_paper(paper))


def get_accepted_paper_picture(paper: PresentationId) -> Png:
    """Get its picture, drawn in grey."""
    return web.picture(paper)


def _paper(found: Accepted) -> AcceptedPaper:
    shown = (found.number, found.read_as, found.kind, found.office, found.stamped_on, found.reason, found.document)
    return AcceptedPaper(found.id, found.at, found.by, *shown)


def present_proof(body: NewPresentation) -> Presented:
    """Present a proof: the text of its seals, or the number of its sheet.

    What is refused is answered too, with the verdict `refused` and the reason. A warehouse's own machine asks its office for the
    seals of a number; where nothing comes of that, the verdict is `unasked`: nothing is known then.
    """
    return _told(desk().present(body.text, g.session.badge, f"api/{body.id}"))


def present_file() -> Presented:
    """Present a proof as a file: its PDF, or a picture of the paper, in a part named `file`."""
    if request.mimetype != PARTS:
        raise UnsupportedMediaType
    file = request.files.get("file")
    if file is None:
        raise BadRequest
    with closing(file):
        return _told(desk().present(file.stream.read(MOST_BYTES + 1), g.session.badge))


def get_presentation(presentation: PresentationId) -> Presented:
    """Get a presentation, judged anew now: holds may have come since."""
    return _told(web.presentation(presentation))


def list_gate_alarms() -> GateAlarms:
    """List the goods on hold that are still inside, of this user's warehouse or of all."""
    found = desk().alarms(g.session.user.sub_location)
    return GateAlarms(tuple(GateAlarm(one.kind, one.number, one.pieces, one.sub_location, one.since, one.reason) for one in found))


def _told(shown: Presentation) -> Presented:
    page, no = shown.statement, shown.refusal
    return Presented(
        presentation=shown.id,
        at=shown.at,
        badge=shown.by,
        brought=Brought(shown.brought),
        judged_at=shown.judged_at,
        verdict=shown.whole,
        refusal=GateRefusal(no.code, why(spoken(), no), no.fields) if no else None,
        unasked=GateUnasked(shown.unasked.code, of_office(spoken(), shown.sheet, shown.unasked)) if shown.unasked else None,
        seals_from=shown.seals_from,
        sheet=shown.sheet,
        office=page.stamp.office if page else "",
        stamped_at=page.stamp.at if page else None,
        rows=tuple(map(_row, shown.rows)),
        missing_pages=shown.missing,
        file_signature=shown.file_signature,
        holds_from=shown.source,
        holds_as_of=shown.as_of,
        before=tuple(EarlierPresentation(one.id, one.at, one.by, Brought(one.brought)) for one in shown.before),
    )


def _row(row: RowShown) -> GateRow:
    before = tuple(EarlierPresentation(one.id, one.at, one.by, Brought(one.brought)) for one in row.before)
    went = tuple(WentOut(one.at, one.pieces, one.to, one.by) for one in row.went)
    return GateRow(row.page, row.sealed.place, row.sealed.number, row.sealed.mark, row.outcome, row.why, before, went)
