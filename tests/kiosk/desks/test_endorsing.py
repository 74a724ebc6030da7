"""The stamp on other paper: never before the sheet's own, never after it was taken back, and in the record first (P1, P6, Q10)."""

import json
from contextlib import nullcontext
from dataclasses import replace
from hashlib import sha256

import pikepdf
import pytest

from drivers.pages import scans
from kiosk.adapters.pades import PdfBinder, PdfSigner, certificate_der, check, make_identity
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.pdf.overlays import PdfOverlays
from kiosk.adapters.sql import SqlJournal
from kiosk.core.answer import Reason
from kiosk.core.endorsement import Endorsement, Onto, Overprint, Stamped
from kiosk.core.faults import Conflict, Forged, Refusal
from kiosk.core.journal import Endorsed, Entry, GivenOut, HandedOver, Noticed, Overprinted, Voided
from kiosk.core.printing import PRINTER
from kiosk.core.sheet import Header
from kiosk.desks.bindery import OwnBindery
from kiosk.desks.counter import Counter
from kiosk.desks.dispatch import Dispatch
from kiosk.desks.endorsing import START, Endorsing, check_same
from kiosk.desks.papers import drawn
from kiosk.desks.press import OwnPress
from tests.fakes import NOON, FakeClock, FakeStore, ccn, real_seal, scan
from tests.kiosk.adapters import endorse_samples as samples
from tests.printers import FakePrinter

BADGE, HEADER = "12345", Header("0453", "Fictitious Freight Ltd.")
KEY, CERTIFICATE = make_identity("Release kiosk K7QD", "0453", NOON, 400)
TRUSTED = [certificate_der(CERTIFICATE)]
SEAL = real_seal()
CCD = samples.ccd()
HELD = samples.ccd("8XXX-000002")


@pytest.fixture(scope="module")
def reader():
    with samples.reader() as reader:
        yield reader


class Office:
    """A counter, its record, and the desk for other paper."""

    def __init__(self, folder):
        self.clock = FakeClock()
        self.store = FakeStore(self.clock)
        self.journal = SqlJournal(f"sqlite:///{folder / 'record.sqlite3'}")
        self.counter = Counter(self.store, self.journal, self.clock, "K7QD")
        paper, signer = PdfPaper(), PdfSigner(KEY, CERTIFICATE)
        self.press = OwnPress.of(paper, SEAL, signer)
        self.bindery = OwnBindery(PdfOverlays(paper.imprint), PdfBinder(), lambda: nullcontext((SEAL, signer)))
        self.desk = Endorsing(self.journal, self.clock, "K7QD")
        for n, reason in ((1, Reason.RELEASED), (2, Reason.EXAM), (3, Reason.RELEASED)):
            self.store.put(ccn(f"8XXX-00000{n}"), reason)

    def sheet(self, reader, **documents):
        """A sheet with the rows of these documents on it, not stamped yet."""
        sheet = self.counter.open(HEADER, BADGE)
        for file, document in documents.items():
            for page in reader.read(document, file=f"{file}.pdf", compare=False):
                name = f"{sheet.number}-{file}"
                found = list(scans(page, clock=self.clock, number=lambda name=name: name))
                sheet = self.counter.scan(sheet, found, BADGE)
        return sheet

    def stamped(self, reader, **documents):
        return self.counter.stamp(self.sheet(reader, **documents), BADGE, self.press).sheet.number

    def endorse(self, number, document, reader, file="ccd.pdf", bindery=None):
        return self.desk.endorse(number, document, file, reader, bindery or self.bindery, BADGE)

    def facts(self, number, kind):
        return [one.entry.fact for one in self.journal.entries(number) if isinstance(one.entry.fact, kind)]


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    yield office
    office.journal.close()


def test_a_document_is_stamped_once_and_is_on_record_before_anybody_has_it(office, reader):  # P1, Q10
    number = office.stamped(reader, ccd=CCD)
    fact = office.endorse(number, CCD, reader)
    pdf = drawn(office.journal, fact.document)

    assert pdf.startswith(CCD)
    assert check(pdf, TRUSTED).genuine
    assert (fact.file, fact.act, fact.badge, fact.pages, fact.rows, fact.cover) == ("ccd.pdf", "released", BADGE, [1], [1], False)
    assert office.endorse(number, CCD, reader) == fact
    assert office.facts(number, Endorsed) == [fact]
    assert office.journal.verify() == ()


def test_the_seal_on_it_is_the_sheets_own(office, reader):  # P2
    number = office.stamped(reader, ccd=CCD)
    pdf = drawn(office.journal, office.endorse(number, CCD, reader).document)
    (statement,) = {SEAL.open(text.encode()) for page in reader.codes(pdf) for _, text in page if text.startswith("RS1X")}

    assert (statement.sheet, [row.mark for row in statement.rows]) == (number, ["R"])


def test_nothing_is_stamped_before_the_sheet_is(office, reader):  # the order of things
    sheet = office.sheet(reader, ccd=CCD)
    for stamps in (
        lambda: office.endorse(sheet.number, CCD, reader),
        lambda: office.desk.overprint(sheet.number, replace(START, row=1), "browser", office.bindery, BADGE),
        lambda: office.desk.notice(sheet.number, "browser", office.bindery, BADGE),
    ):
        with pytest.raises(Refusal, match="endorse-not-stamped"):
            stamps()
    assert office.facts(sheet.number, Endorsed | Overprinted | Noticed) == []


def test_what_was_made_of_a_sheet_that_is_taken_back_is_given_out_nowhere(office, reader):  # fault 4
    number = office.stamped(reader, ccd=CCD)
    made = [
        office.endorse(number, CCD, reader).document,
        office.desk.overprint(number, replace(START, row=1), "browser", office.bindery, BADGE)[0].document,
        office.desk.notice(number, "browser", office.bindery, BADGE)[0].document,
    ]
    assert all(drawn(office.journal, digest) for digest in made)
    office.counter.void(office.counter.find(number), "wrong client", "S2001")

    for digest in made:
        with pytest.raises(Refusal, match="proof-voided"):
            drawn(office.journal, digest)
    with pytest.raises(Refusal, match="endorse-voided"):
        office.endorse(number, HELD, reader)
    with pytest.raises(Refusal, match="endorse-voided"):
        office.desk.notice(number, "browser", office.bindery, BADGE)


def test_a_sheet_that_is_taken_back_meanwhile_gets_no_more_stamps(office, reader):  # fault 4
    number = office.stamped(reader, ccd=CCD)

    class Slow:
        def endorse(self, *given):
            office.journal.append([Entry(number, office.clock(), "S2001", Voided("x", "wrong client"))])
            return office.bindery.endorse(*given)

    with pytest.raises(Conflict):
        office.endorse(number, CCD, reader, bindery=Slow())
    assert office.facts(number, Endorsed) == []


def test_a_document_whose_row_is_not_released_bears_no_word_of_release(office, reader):  # fault 1
    number = office.stamped(reader, ccd=CCD, held=HELD)
    fact = office.endorse(number, HELD, reader, file="held.pdf")
    pdf = drawn(office.journal, fact.document)

    assert (fact.act, fact.rows) == ("status-given", [2])
    assert reader.pages(pdf) == 1
    assert "RELEASED\r\nMAINLEVÉE" not in _text(pdf)
    assert "STATUS GIVEN" in _text(pdf)
    assert "NOT RELEASED" in _text(pdf)


def _text(pdf):
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as opened:
        return opened[0].get_textpage().get_text_range()


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (samples.ccd("8XXX-000009"), "endorse-nothing"),
        (samples.changed(CCD, encryption=pikepdf.Encryption(user="", owner="x")), "endorse-encrypted"),
        (samples.changed(CCD, encryption=pikepdf.Encryption(user="x", owner="x")), "endorse-encrypted"),
        (PdfSigner(KEY, CERTIFICATE).sign(CCD, NOON), "endorse-certified"),
        (CCD[: len(CCD) // 2], "not-read"),
        (b"%PDF-1.7 nothing", "not-read"),
    ],
)
def test_what_can_not_be_stamped_is_refused_with_its_reason(document, code, office, reader):
    number = office.stamped(reader, ccd=CCD)
    file = "other.pdf" if code == "endorse-nothing" else "ccd.pdf"
    with pytest.raises(Refusal, match=code):
        office.endorse(number, document, reader, file=file)
    assert office.facts(number, Endorsed) == []


def test_a_page_that_bends_what_is_drawn_on_it_gets_a_cover_page(office, reader):  # P1: the seal is read again before it goes out
    def bend(document):
        page = document.pages[0]
        page.obj.Contents = pikepdf.Array([page.obj.Contents, document.make_stream(b" q q 0.3 0.2 -0.1 0.4 90 400 cm")])

    bent = samples.changed(CCD, whole=bend)
    number = office.stamped(reader, ccd=bent)
    fact = office.endorse(number, bent, reader)

    assert (fact.cover, fact.pages) == (True, [1])
    assert drawn(office.journal, fact.document).startswith(bent)


def test_a_document_whose_seal_nobody_can_read_is_not_given_out(office, reader):
    number = office.stamped(reader, ccd=CCD)

    class Blind:
        def endorse(self, *given):
            return Endorsement(CCD, Stamped((1,), (1,), cover=False))

    with pytest.raises(Refusal, match="endorse-unreadable"):
        office.endorse(number, CCD, reader, bindery=Blind())
    assert office.facts(number, Endorsed) == []


def test_seals_that_say_something_else_are_stamped_nowhere(office, reader):  # P2: a record that was altered
    number = office.stamped(reader, ccd=CCD)
    sealed = office.desk.find(number)
    other = replace(sealed.sheet, number="K7QD.000099")
    for stamps in (
        lambda: office.bindery.notice(other, sealed.stamp, sealed.seals, sealed.checkpoint, 1, NOON),
        lambda: office.bindery.overprint(START, other, sealed.stamp, sealed.seals, sealed.checkpoint, NOON),
    ):
        with pytest.raises(Forged, match="copy-differs"):
            stamps()


def test_each_overprint_is_counted_and_its_place_is_remembered_at_the_station(office, reader):  # P6, Q1
    number = office.stamped(reader, ccd=CCD)
    assert office.desk.last_place("K7QD") == START
    first, _ = office.desk.overprint(number, Overprint(1, "letter", 30, 40), "browser", office.bindery, BADGE)
    second, pdf = office.desk.overprint(number, Overprint(1, "a4", 12.5, 40, across=True), "browser", office.bindery, BADGE)

    assert (first.copy, second.copy, second.paper) == (1, 2, "a4-across")
    assert "COPY 2" in _text(pdf)
    last = office.desk.last_place("K7QD")
    assert (last.paper, last.x, last.y, last.across) == ("a4", 12.5, 40, True)
    assert office.desk.last_place("ZZZZ") == START


def test_a_row_that_is_not_released_gets_neither_stamp_nor_message(office, reader):  # fault 1
    number = office.stamped(reader, ccd=CCD, held=HELD)
    with pytest.raises(Refusal, match="endorse-not-released"):
        office.desk.overprint(number, Overprint(2, "letter", 30, 40), "browser", office.bindery, BADGE)
    with pytest.raises(Refusal, match="endorse-one-row"):
        office.desk.notice(number, "browser", office.bindery, BADGE)
    alone = office.stamped(reader, held=HELD)
    with pytest.raises(Refusal, match="endorse-not-released"):
        office.desk.notice(alone, "browser", office.bindery, BADGE)


def test_a_message_is_found_by_its_number_and_a_second_one_is_a_copy(office, reader):  # P1, Q10
    number = office.stamped(reader, ccd=CCD)
    first, pdf = office.desk.notice(number, "browser", office.bindery, BADGE)
    _, again = office.desk.notice(number, "browser", office.bindery, BADGE)

    assert check(pdf, TRUSTED).genuine
    assert ("COPY" in _text(pdf), "COPY 2" in _text(again)) == (False, True)
    assert [one.entry.fact for one in office.journal.find(kind="Noticed", number="8XXX-000001")][:1] == [first]


def _document(office, number, reader):
    office.journal.append([], {sha256(CCD).hexdigest(): CCD})  # as when it came, by the counter's intake
    return office.desk.hand_over(number, office.endorse(number, CCD, reader).document, PRINTER, reader, office.bindery, BADGE)


OUT = {
    "document": _document,
    "paper": lambda office, number, _: office.desk.overprint(number, replace(START, row=1), PRINTER, office.bindery, BADGE)[0],
    "notice": lambda office, number, _: office.desk.notice(number, PRINTER, office.bindery, BADGE)[0],
}
TITLES = {"document": "ccd.pdf", "paper": "8XXX-000001", "notice": "8XXX-000001"}


@pytest.mark.parametrize("kind", OUT)
def test_what_goes_to_the_printer_is_in_the_queue_in_one_stroke_with_what_it_is(kind, office, reader):  # P7
    number = office.stamped(reader, ccd=CCD)
    made = OUT[kind](office, number, reader)
    printer = FakePrinter()
    dispatch = Dispatch(office.journal, printer, office.clock, "K7QD")
    (job,) = dispatch.of(number)
    at = [one.position for one in office.journal.find(kind="GivenOut")]
    assert [one.position for one in office.journal.find(kind="PrintAsked")] == [at[0] + 1]
    assert (job.kind, job.title, job.copy, job.document) == (kind, TITLES[kind], 1, made.document)

    printer.no = "not-accepting"
    dispatch.send(job)
    assert OUT[kind](office, number, reader).copy == 1  # it has it not, for sure
    printer.no = ""
    dispatch.send(dispatch.of(number)[0])
    office.desk.again(number, dispatch.of(number)[0].document, reader, office.bindery, BADGE)
    assert [job.copy for job in dispatch.of(number)] == [2, 1, 1]
    assert "COPY 2" in _text(drawn(office.journal, dispatch.of(number)[0].document))
    office.counter.hand_over(office.counter.find(number), PRINTER, office.press, BADGE)
    assert (dispatch.of(number)[0].kind, dispatch.of(number)[0].copy) == ("sheet", 1)


@pytest.mark.parametrize("kind", OUT)
def test_what_waits_for_the_printer_stays_here_once_its_goods_are_held_or_its_proof_is_taken_back(kind, office, reader):  # P4
    number, printer = office.stamped(reader, ccd=CCD), FakePrinter()
    dispatch = Dispatch(office.journal, printer, office.clock, "K7QD", held=lambda _: True)
    OUT[kind](office, number, reader)
    assert dispatch.send(dispatch.of(number)[0]).code == "on-hold"
    OUT[kind](office, number, reader)
    office.counter.void(office.counter.find(number), "wrong client", "S2001")

    assert dispatch.send(dispatch.of(number)[0]).code == "proof-voided"
    assert printer.jobs == {}


def test_a_sheet_that_is_out_stays_out_whatever_becomes_of_its_other_papers(office, reader):  # P7: no second original
    number = office.stamped(reader, ccd=CCD)
    office.counter.hand_over(office.counter.find(number), "browser", office.press, BADGE)
    OUT["notice"](office, number, reader)
    dispatch = Dispatch(office.journal, FakePrinter(no="not-accepting"), office.clock, "K7QD")
    dispatch.send(dispatch.of(number)[0])

    assert office.counter.hand_over(office.counter.find(number), "browser", office.press, BADGE)[1] == 2


def test_the_sheets_own_copies_are_counted_apart(office, reader):  # P7
    number = office.stamped(reader, ccd=CCD)
    fact = office.endorse(number, CCD, reader)
    office.desk.given_out(number, fact.document, "browser", BADGE)
    _, copy = office.counter.hand_over(office.counter.find(number), "browser", office.press, BADGE)

    assert copy == 1
    assert [one.how for one in office.facts(number, GivenOut)] == ["browser"]
    assert len(office.facts(number, HandedOver)) == 1


def test_another_file_in_the_place_of_the_one_that_was_read_is_found(office, reader):  # fault 1: R beside other bars
    number = office.stamped(reader, ccd=CCD)
    sheet = office.counter.find(number)

    check_same(reader, CCD, sheet, "ccd.pdf")
    with pytest.raises(Refusal, match="endorse-changed"):
        check_same(reader, HELD, sheet, "ccd.pdf")


def test_a_row_that_was_scanned_by_hand_stands_on_no_document(office, reader):
    sheet = office.counter.scan(office.counter.open(HEADER, BADGE), [scan("8XXX-000001")], BADGE)
    number = office.counter.stamp(sheet, BADGE, office.press).sheet.number

    with pytest.raises(Refusal, match="endorse-nothing"):
        office.endorse(number, CCD, reader)


def test_an_old_record_makes_no_copy_twice(office, reader):  # P7
    """It does not say which copy a message was, and a stamp for a paper may have come out before it was said to be given out."""
    number = office.stamped(reader, ccd=CCD)
    stamp = Overprinted("0" * 64, 1, "8XXX-000001", "released", BADGE, "letter", 60.0, 225.0, 1)
    message = json.dumps({"badge": BADGE, "document": "1" * 64, "number": "8XXX-000001", "row": 1})
    told = [Noticed(**json.loads(message)), GivenOut("1" * 64, PRINTER)] * 2
    office.journal.append([Entry(number, NOON, BADGE, fact) for fact in (stamp, *told)])

    fact, _ = office.desk.overprint(number, replace(START, row=1), "browser", office.bindery, BADGE)
    assert fact.copy == 2
    assert [office.desk.notice(number, "browser", office.bindery, BADGE)[0].copy for _ in range(2)] == [3, 4]


class Meddler(PdfBinder):
    """A binder in a stranger's hands: it does its work, and then something more."""

    def __init__(self, to, cover):
        self.to, self.cover = to, cover

    def measure(self, pdf):
        return tuple(replace(page, steady=not self.cover) for page in super().measure(pdf))

    def bind(self, pdf, overlay, onto):
        return super().bind(super().bind(pdf, overlay, onto), samples.ccd("8XXX-000009"), [self.to])


@pytest.mark.parametrize(
    ("to", "cover"),
    [(Onto(1, "on"), False), (Onto(1, "after"), False), (Onto(0, "on"), True)],
    ids=["a page without a stamp", "a page more", "our own page"],
)
def test_what_the_binder_adds_of_its_own_goes_nowhere(office, reader, to, cover):  # fault 4, P1
    document = samples.ccd(pages=2)
    sheet = office.counter.remove(office.sheet(reader, ccd=document), 2, "no bars there", BADGE)
    number = office.counter.stamp(sheet, BADGE, office.press).sheet.number
    with pytest.raises(Refusal, match="endorse-unreadable"):
        office.endorse(number, document, reader, bindery=replace(office.bindery, binder=Meddler(to, cover)))
    assert office.facts(number, Endorsed) == []
