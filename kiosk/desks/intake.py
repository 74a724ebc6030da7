"""The intake: forms that clients bring as files, kept as they came, and how far each of them has been read (Q2, D4).

What it knows of a form is replayed from the record of its sheet: `FormReceived`, a `PageRead` for each page, `FormRead`. So a form
that was half read when the power went is known, and is read on from there.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from drivers.picture import Dial, Page
from drivers.scan import NoRead, Scan
from kiosk.core.faults import Conflict, Refusal
from kiosk.core.journal import Entry, Fact, FormGivenUp, FormNotRead, FormRead, FormReceived, PageRead
from kiosk.core.replay import replay
from kiosk.core.sheet import check_legible
from kiosk.ports import Clock, Journal

MOST_BYTES: Final = 25_000_000
"""Of one file: ten pages, scanned in colour at 300 dots per inch."""
LONGEST: Final = 80
"""Characters of a file's name, without its ending."""
DAYS: Final = 2
"""A form that was not read to its end is looked for today and yesterday; an older one when its sheet is looked at."""
_TRIES: Final = 20

_KINDS: Final[Mapping[re.Pattern[bytes], tuple[str, ...]]] = {
    re.compile(rb"\x89PNG\r\n\x1a\n"): ("png",),
    re.compile(rb"\xff\xd8\xff"): ("jpg", "jpeg", "jpe", "jfif"),
    re.compile(rb"II\*\0|MM\0\*"): ("tif", "tiff"),
    re.compile(rb"BM"): ("bmp", "dib"),
    re.compile(rb"(?s).{0,1019}%PDF-"): ("pdf",),
}
"""What a file must begin with, and how such a file's name ends: the kinds that `drivers.picture` reads."""


class State(StrEnum):
    """How far a form is."""

    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    ENDED = "ended"
    """It could not be read to its end."""
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class Form:
    """A client's form on a sheet: `document` is its digest, `file` its name there, `by` who put it there."""

    sheet: str
    document: str
    file: str
    size: int
    by: str
    at: datetime
    read: tuple[PageRead, ...] = ()
    state: State = State.WAITING
    why: Refusal | None = None
    """Why it ended, or was given up."""

    @property
    def pages(self) -> int | None:
        """How many pages it has; None before the first was read."""
        return self.read[-1].pages if self.read else None

    @property
    def open(self) -> bool:
        """Whether there is more of it to be read."""
        return self.state in {State.WAITING, State.READING}

    @property
    def next(self) -> int:
        """The page (from 0) to be read next."""
        known = {page.page for page in self.read}
        return next(n for n in range(len(known) + 1) if n not in known)

    def has(self, page: int) -> bool:
        """Whether a page (from 0) was read."""
        return any(one.page == page for one in self.read)

    def facts(self, page: Page, found: Sequence[Scan | NoRead], pages: int) -> list[Fact]:
        """What is recorded with the rows of a page: that it was read, and with the last one, that the whole form was."""
        dial = "" if page.dial is Dial.STRICT else str(page.dial)
        unread = sum(isinstance(one, NoRead) for one in found)
        fact = PageRead(self.document, page.page, pages, len(found) - unread, unread, page.width, page.height, dial)
        whole = {one.page for one in (*self.read, fact)} == set(range(pages))
        return [fact, FormRead(self.document, pages)] if whole else [fact]


@dataclass(frozen=True, slots=True)
class Intake:
    """Where forms come in: each is recorded, its bytes with it, before anything looks into it."""

    journal: Journal
    clock: Clock
    most: int = MOST_BYTES

    def receive(self, sheet: str, name: str, data: bytes, by: str) -> Form:
        """A form, recorded on a sheet with its bytes; `Refusal` for what is none, for one that is there, or no open sheet."""
        suffixes = _suffixes(data, self.most)
        digest = hashlib.sha256(data).hexdigest()

        def received(before: Sequence[Entry]) -> Fact:
            replay(sheet, before).check_open()
            forms = forms_of(before)
            for form in forms:
                if form.document == digest:
                    raise Refusal("form-again", file=form.file)
            file = unique(legible(name, suffixes), [form.file for form in forms])
            return FormReceived(digest, file, len(data))

        self._append(sheet, received, by, {digest: data})
        return self.form(sheet, digest)

    def forms(self, sheet: str) -> tuple[Form, ...]:
        """The forms of a sheet, in the order in which they came."""
        return forms_of(self._entries(sheet))

    def form(self, sheet: str, document: str) -> Form:
        """One form of a sheet, as the record has it now; `Refusal` where there is none."""
        return _one(self.forms(sheet), document)

    def unfinished(self) -> tuple[Form, ...]:
        """The forms of the last days that were not read to their end, as a crash leaves them; the oldest first."""
        days = [(self.clock() - timedelta(days=n)).date().isoformat() for n in reversed(range(DAYS))]
        sheets = {one.entry.subject: None for day in days for one in self.journal.find(kind="FormReceived", day=day)}
        found = [form for sheet in sheets for form in self.forms(sheet) if form.open]
        return tuple(sorted(found, key=lambda form: form.at))

    def original(self, form: Form) -> bytes:
        """A form as it came; `Refusal` when its time of keeping is over. These are a client's bytes: show them to no browser."""
        return self.journal.document(form.document)

    def ended(self, form: Form, no: Refusal) -> None:
        """Record that a form could not be read to its end, and why."""
        self._append(form.sheet, lambda _: FormNotRead(form.document, no.code, no.fields), form.by)

    def give_up(self, sheet: str, document: str, reason: str, by: str) -> None:
        """The officer does without the rest of a form: nothing of it hinders the stamp but the rows that were read."""
        reason = reason.strip()
        if not reason:
            raise Refusal("form-no-reason")
        check_legible("reason", reason)

        def given_up(before: Sequence[Entry]) -> Fact:
            replay(sheet, before).check_open()
            form = _one(forms_of(before), document)
            if not form.open and form.state is not State.ENDED:
                raise Refusal("form-done", file=form.file)
            return FormGivenUp(document, reason)

        self._append(sheet, given_up, by)

    def _entries(self, sheet: str) -> list[Entry]:
        found = [one.entry for one in self.journal.entries(sheet)]
        if not found:
            raise Refusal("no-such-sheet", got=sheet)
        return found

    def _append(
        self, sheet: str, decide: Callable[[Sequence[Entry]], Fact], by: str, documents: Mapping[str, bytes] | None = None
    ) -> None:
        """Record a fact that was decided on what the sheet is now; decided anew when somebody else was at it meanwhile."""
        for turn in range(_TRIES):
            before = self._entries(sheet)
            entry = Entry(sheet, self.clock(), by, decide(before))
            try:
                self.journal.append([entry], documents, {sheet: len(before)})
            except Conflict:
                if turn == _TRIES - 1:
                    raise
            else:
                return


def forms_of(entries: Iterable[Entry]) -> tuple[Form, ...]:
    """The forms of a sheet, from its entries."""
    forms: dict[str, Form] = {}
    for entry in entries:
        fact = entry.fact
        match fact:
            case FormReceived():
                forms[fact.document] = Form(entry.subject, fact.document, fact.file, fact.bytes, entry.by, entry.at)
            case PageRead() | FormRead() | FormNotRead() | FormGivenUp():
                forms[fact.document] = _after(forms[fact.document], fact)
            case _:
                pass
    return tuple(forms.values())


def _after(form: Form, fact: PageRead | FormRead | FormNotRead | FormGivenUp) -> Form:
    """A page that is read after all takes back that it could not be; what was given up stays so."""
    if isinstance(fact, PageRead):
        pages = (*(page for page in form.read if page.page != fact.page), fact)
        form = replace(form, read=tuple(sorted(pages, key=lambda page: page.page)))
    if form.state in {State.READ, State.GIVEN_UP}:
        return form
    match fact:
        case PageRead():
            return replace(form, state=State.READING, why=None)
        case FormRead():
            return replace(form, state=State.READ, why=None)
        case FormNotRead():
            return replace(form, state=State.ENDED, why=Refusal(fact.code, **fact.fields))
        case FormGivenUp():
            return replace(form, state=State.GIVEN_UP, why=Refusal("form-given-up", reason=fact.reason))


def _one(forms: Iterable[Form], document: str) -> Form:
    for form in forms:
        if form.document == document:
            return form
    raise Refusal("no-such-form", got=document[:16])


def _suffixes(data: bytes, most: int) -> tuple[str, ...]:
    """How the names of such files end; `Refusal` for a file that is no form."""
    if not data:
        raise Refusal("form-empty")
    if len(data) > most:
        raise Refusal("form-too-large", expected=f"{most / 1e6:g} MB", got=f"{len(data) / 1e6:.1f} MB")
    for beginning, suffixes in _KINDS.items():
        if beginning.match(data):
            return suffixes
    raise Refusal("not-a-form")


def legible(name: str, suffixes: Sequence[str]) -> str:
    r"""A file's name as it can stand on a screen and a slip: no folder, no control character, not too long, ending as it should.

    >>> legible("C:\\Users\\x\\Form\t1.PDF", ["pdf"]), legible("../../etc/passwd", ["png"]), legible("\u202e.pdf", ["pdf"])
    ('Form 1.PDF', 'passwd.png', 'form.pdf')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = " ".join("".join(one if one.isprintable() else " " for one in last).split())
    stem, _, suffix = shown.rpartition(".")
    if suffix.lower() not in suffixes:
        stem, suffix = shown, suffixes[0]
    return f"{stem[:LONGEST].strip(' .') or 'form'}.{suffix}"


def unique(file: str, taken: Iterable[str]) -> str:
    """A file's name that no other has.

    >>> unique("form.pdf", []), unique("form.pdf", ["Form.PDF", "form (2).pdf"])
    ('form.pdf', 'form (3).pdf')
    """
    stem, _, suffix = file.rpartition(".")
    others = {one.casefold() for one in taken}
    n, name = 1, file
    while name.casefold() in others:
        n += 1
        name = f"{stem} ({n}).{suffix}"
    return name
