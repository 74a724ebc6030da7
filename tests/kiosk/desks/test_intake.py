"""The intake: a form is in the record before anything looks into it, and how far it was read is known ever after (Q2, Q10, D4)."""

import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.picture import Dial, Page
from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Conflict, Refusal
from kiosk.core.journal import Entry, FormGivenUp, FormNotRead, FormRead, FormReceived, PageRead
from kiosk.core.sheet import Header
from kiosk.desks.counter import Counter
from kiosk.desks.intake import LONGEST, Intake, State, legible, unique
from tests.fakes import FakeClock, FakeStore, Fragile, scan, transaction

BADGE, NUMBER = "12345", "99999-001495785"
PDF = b"%PDF-1.7 a form"
STARTS = {
    "form.pdf": PDF,
    "form.png": b"\x89PNG\r\n\x1a\n....",
    "form.jpg": b"\xff\xd8\xff\xe0....",
    "form.tif": b"II*\0....",
    "form.bmp": b"BM......",
}


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def journal(tmp_path):
    journal = Fragile(SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}"))
    yield journal
    journal.close()


@pytest.fixture
def counter(journal, clock):
    store = FakeStore(clock)
    store.put(transaction(NUMBER))
    return Counter(store, journal, clock, "K7QD")


@pytest.fixture
def intake(journal, clock):
    return Intake(journal, clock)


@pytest.fixture
def sheet(counter):
    return counter.open(Header("0453"), BADGE).number


def page(form, number=0, pages=1):
    return PageRead(form.document, number, pages, 2, 1, 2550, 3300)


def record(journal, clock, form, *facts):
    journal.append([Entry(form.sheet, clock(), BADGE, fact) for fact in facts])


def refusal(verb, *given):
    with pytest.raises(Refusal) as caught:
        verb(*given)
    return caught.value


def test_a_form_is_kept_as_it_came(intake, sheet, clock):
    """Q10: its bytes lie in the record, in the transaction that says that it came."""
    form = intake.receive(sheet, "form.pdf", PDF, BADGE)

    assert (form.sheet, form.file, form.size, form.by, form.at) == (sheet, "form.pdf", len(PDF), BADGE, clock())
    assert form.document == sha256(PDF).hexdigest()
    assert intake.original(form) == PDF
    assert intake.forms(sheet) == (form,)
    assert (form.state, form.pages, form.next) == (State.WAITING, None, 0)


def test_a_form_that_could_not_be_recorded_was_not_received(intake, sheet, journal):
    """Q10: nothing is half received."""
    journal.healthy = 0
    with pytest.raises(Exception, match="disk-full"):
        intake.receive(sheet, "form.pdf", PDF, BADGE)

    assert intake.forms(sheet) == ()
    assert refusal(journal.document, sha256(PDF).hexdigest()).code == "no-document"


@pytest.mark.parametrize(("file", "data"), STARTS.items())
def test_what_a_file_is_its_first_bytes_say(intake, sheet, file, data):
    assert intake.receive(sheet, "form", data, BADGE).file == file


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "form-empty"),
        (b"%PDF-" + b"x" * 100, "form-too-large"),
        (b"<html>", "not-a-form"),
        (b"GIF89a", "not-a-form"),
        (b"x" * 2000 + PDF, "form-too-large"),
        (b"\x89PN", "not-a-form"),
    ],
)
def test_what_is_no_form_is_refused_at_the_door(journal, clock, sheet, data, code):
    intake = Intake(journal, clock, most=100)

    assert refusal(intake.receive, sheet, "form.pdf", data, BADGE).code == code
    assert intake.forms(sheet) == ()


def test_a_form_has_at_most_its_size(journal, clock, sheet):
    assert Intake(journal, clock, most=len(PDF)).receive(sheet, "form.pdf", PDF, BADGE).size == len(PDF)


def test_the_same_file_twice_is_on_the_sheet_once(intake, counter, sheet):
    """Q7: dropped twice, by two officers, under another name: its rows count once. On another sheet it is another matter."""
    intake.receive(sheet, "form.pdf", PDF, BADGE)
    other = counter.open(Header("0453"), BADGE).number

    assert refusal(intake.receive, sheet, "other.pdf", PDF, "67890") == Refusal("form-again", file="form.pdf")
    assert intake.receive(other, "form.pdf", PDF, BADGE).sheet == other


def test_two_forms_of_one_name_are_told_apart(intake, sheet):
    files = [
        intake.receive(sheet, name, PDF + name.encode() + bytes([n]), BADGE).file
        for n, name in enumerate(["a.pdf", "A.pdf", "a.pdf"])
    ]

    assert files == ["a.pdf", "A (2).pdf", "a (3).pdf"]


def test_two_officers_who_drop_at_the_same_moment_both_get_their_form_in(intake, sheet, journal, clock):
    """D5: decided anew, under a name of its own."""

    def meanwhile(entries):
        journal.before_append = lambda entries: None
        Intake(journal, clock).receive(sheet, "form.pdf", PDF + b" of another", "67890")

    journal.before_append = meanwhile

    assert intake.receive(sheet, "form.pdf", PDF, BADGE).file == "form (2).pdf"
    assert [form.by for form in intake.forms(sheet)] == ["67890", BADGE]


def test_who_is_always_too_late_is_told(intake, sheet, journal, clock):
    def meanwhile(entries):
        journal.real.append([Entry(sheet, clock(), "67890", FormRead("", 1))])

    record(journal, clock, intake.receive(sheet, "x.pdf", b"%PDF-x", BADGE))
    journal.before_append = lambda entries: journal.real.append(
        [Entry(sheet, clock(), "67890", PageRead(sha256(b"%PDF-x").hexdigest(), 0, 9, 0, 0, 0, 0))]
    )

    with pytest.raises(Conflict):
        intake.receive(sheet, "form.pdf", PDF, BADGE)


def test_no_form_comes_on_a_stamped_sheet(intake, counter, sheet, journal, clock):
    from kiosk.core.journal import Stamped

    journal.append([Entry(sheet, clock(), BADGE, Stamped("released", "a", "0453", BADGE, True, "00", [], "0-000000000000", {}))])

    assert refusal(intake.receive, sheet, "form.pdf", PDF, BADGE).code == "stamped-already"


def test_a_sheet_that_is_not_there_has_no_forms(intake):
    assert refusal(intake.forms, "K7QD.000099").code == "no-such-sheet"
    assert refusal(intake.receive, "K7QD.000099", "form.pdf", PDF, BADGE).code == "no-such-sheet"


def test_how_far_a_form_is_the_record_says(intake, sheet, journal, clock):
    form = intake.receive(sheet, "form.pdf", PDF, BADGE)

    record(journal, clock, form, page(form, 0, 2))
    half = intake.form(sheet, form.document)
    record(journal, clock, form, page(form, 1, 2), FormRead(form.document, 2))
    whole = intake.form(sheet, form.document)

    assert (half.state, half.next, half.pages, half.open) == (State.READING, 1, 2, True)
    assert (whole.state, whole.next, whole.pages, whole.open) == (State.READ, 2, 2, False)
    assert [one.page for one in whole.read] == [0, 1]
    assert refusal(intake.form, sheet, "ab" * 32) == Refusal("no-such-form", got="ab" * 8)


def test_after_a_crash_the_unfinished_are_known(intake, counter, sheet, journal, clock):
    """Q10: those of yesterday too; what is read, ended or given up is not read again by itself."""
    forms = [intake.receive(sheet, f"{n}.pdf", PDF + bytes([n]), BADGE) for n in range(5)]
    record(journal, clock, forms[0], page(forms[0]), FormRead(forms[0].document, 1))
    record(journal, clock, forms[1], FormNotRead(forms[1].document, "sheet-full", {}))
    record(journal, clock, forms[2], FormGivenUp(forms[2].document, "torn"))
    record(journal, clock, forms[3], page(forms[3], 0, 2))
    clock.let_pass(days=1)
    other = intake.receive(counter.open(Header("0453"), BADGE).number, "5.pdf", PDF, BADGE)

    assert [form.file for form in intake.unfinished()] == ["3.pdf", "4.pdf", other.file]
    clock.let_pass(days=2)
    assert intake.unfinished() == ()


def test_a_page_that_is_read_after_all_takes_back_that_it_could_not_be(intake, sheet, journal, clock):
    form = intake.receive(sheet, "form.pdf", PDF, BADGE)
    intake.ended(form, Refusal("form-pages-missing", expected=2, got=0))
    ended = intake.form(sheet, form.document)
    record(journal, clock, form, page(form, 0, 2))

    assert (ended.state, ended.why) == (State.ENDED, Refusal("form-pages-missing", expected=2, got=0))
    assert (intake.form(sheet, form.document).state, intake.form(sheet, form.document).why) == (State.READING, None)


def test_what_was_given_up_stays_given_up(intake, sheet, journal, clock):
    """A page that was just being read adds its rows and nothing more."""
    form = intake.receive(sheet, "form.pdf", PDF, BADGE)
    intake.give_up(sheet, form.document, " torn ", BADGE)
    record(journal, clock, form, page(form), FormRead(form.document, 1))
    intake.ended(form, Refusal("form-failed"))
    now = intake.form(sheet, form.document)

    assert (now.state, now.why, len(now.read)) == (State.GIVEN_UP, Refusal("form-given-up", reason="torn"), 1)


def test_who_gives_up_a_form_says_why_and_only_where_there_is_something_to_give_up(intake, sheet, journal, clock):
    form = intake.receive(sheet, "form.pdf", PDF, BADGE)

    assert refusal(intake.give_up, sheet, form.document, "  ", BADGE).code == "form-no-reason"
    assert refusal(intake.give_up, sheet, form.document, "a\x07b", BADGE).code == "bad-text"
    assert refusal(intake.give_up, sheet, "ab" * 32, "torn", BADGE).code == "no-such-form"
    record(journal, clock, form, page(form), FormRead(form.document, 1))
    assert refusal(intake.give_up, sheet, form.document, "torn", BADGE).code == "form-done"


def test_no_sheet_is_stamped_while_a_form_is_not_read_to_its_end(intake, counter, sheet, journal, clock):
    """Q9: what stands on the other pages would be lost without a word; an officer may do without it, with his reason."""
    form = intake.receive(sheet, "form.pdf", PDF, BADGE)
    now = counter.scan(counter.find(sheet), [scan(NUMBER)], BADGE)

    assert refusal(now.check_stampable) == Refusal("form-unread", forms=1)
    intake.ended(form, Refusal("form-failed"))
    assert refusal(counter.find(sheet).check_stampable).code == "form-unread"
    intake.give_up(sheet, form.document, "torn", BADGE)
    counter.find(sheet).check_stampable()


def test_a_sheet_whose_forms_are_read_can_be_stamped(intake, counter, sheet, journal, clock):
    form = intake.receive(sheet, "form.pdf", PDF, BADGE)
    record(journal, clock, form, page(form), FormRead(form.document, 1))

    counter.scan(counter.find(sheet), [scan(NUMBER)], BADGE).check_stampable()


def test_a_form_is_found_by_its_digest(intake, sheet, journal):
    form = intake.receive(sheet, "form.pdf", PDF, BADGE)

    assert [one.entry.fact for one in journal.find(number=form.document)] == [FormReceived(form.document, "form.pdf", len(PDF))]
    assert journal.verify() == ()


def test_forms_are_kept_as_long_as_sheets(intake, sheet, journal, clock):
    form = intake.receive(sheet, "form.pdf", PDF, BADGE)
    clock.let_pass(days=6 * 365)
    assert journal.expire(clock(), "station") == 0
    clock.let_pass(days=4)

    assert journal.expire(clock(), "station") == 1
    assert refusal(intake.original, form).code == "document-expired"
    assert journal.verify() == ()


NAMES = st.text(max_size=200) | st.text(st.sampled_from("./\\ \0\n\t\u202e\ud800aÉ."), max_size=30)


@given(NAMES, st.sampled_from([("pdf",), ("jpg", "jpeg")]))
def test_a_file_s_name_is_legible_whatever_the_client_wrote(name, suffixes):
    file = legible(name, suffixes)
    stem, _, suffix = file.rpartition(".")

    assert file.isprintable()
    assert not re.search(r"[/\\]", file)
    assert suffix.lower() in suffixes
    assert 1 <= len(stem) <= LONGEST
    assert stem == stem.strip(" .")
    file.encode()
    assert legible(file, suffixes) == file


@given(st.lists(NAMES, max_size=8))
def test_no_two_forms_of_a_sheet_have_one_name(names):
    taken = []
    for name in names:
        taken.append(unique(legible(name, ["pdf"]), taken))

    assert len({one.casefold() for one in taken}) == len(names)


@pytest.mark.parametrize(("dial", "told"), [(Dial.STRICT, ""), (Dial.BALANCED, "balanced")])
def test_a_page_that_was_read_on_less_evidence_says_so_in_the_record(intake, sheet, dial, told):
    """Q4, Q10."""
    form = intake.receive(sheet, "form.pdf", PDF, BADGE)
    fact, _ = form.facts(Page("form.pdf", 0, 9, 9, dial=dial), [], 1)

    assert fact.dial == told
