"""What happens at the gate: presented, recorded, judged anew later; papers that somebody answers for (P1, P2, P4)."""

import io
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest

from drivers.pages import Reader
from kiosk.adapters.pades import PdfSigner
from kiosk.core.faults import Conflict, Forged, Refusal, Unavailable
from kiosk.core.hold import HoldList
from kiosk.core.journal import PaperAccepted, Presented
from kiosk.desks.gate import Known, Outcome, Paper, PaperKind, Went, Whole
from kiosk.desks.gate.exhibit import of_file, of_text
from tests.fakes import AUTHORITY, NOON
from tests.kiosk.adapters.ed25519_samples import identity
from tests.kiosk.desks.gate_samples import HELD, KEEPER, OTHER, RELEASED, Yard, drawn, joined, png


@pytest.fixture(scope="module")
def reader():
    with Reader(processes=1) as reader:
        yield reader


@pytest.fixture
def yard(reader, tmp_path):
    yard = Yard(tmp_path, reader)
    yard.sheet = yard.stamped(RELEASED, HELD)
    yard.text = yard.seals(yard.sheet)[0]
    yield yard
    yard.journal.close()


def facts(yard):
    return [one.entry.fact for one in yard.journal.find(kind="Presented")]


def test_what_was_presented_is_on_record_with_who_brought_it_and_what_came_of_it(yard):
    """P2: the numbers are those of the seal."""
    shown = yard.present(yard.text)

    (fact,) = facts(yard)
    assert (fact.sheet, fact.brought, fact.code, fact.seals) == (yard.sheet, "text", "", [[yard.text]])
    assert [(row["row"], row["number"], row["outcome"]) for row in fact.outcomes] == [
        ("1", RELEASED, "release"),
        ("2", HELD, "not-released"),
    ]
    assert fact.numbers() == (yard.sheet, RELEASED, HELD)
    assert yard.gate.presented(shown.id).rows == shown.rows


def test_a_refusal_is_on_record_too_and_keeps_nothing_of_what_stood_in_the_seal(yard):
    """P2: anything may stand there."""
    yard.present("RS1XAAAA" + "B" * 500)

    (fact,) = facts(yard)
    assert (fact.sheet, fact.seals, fact.outcomes) == ("", [], [])
    assert fact.code


def test_a_scan_that_is_sent_twice_is_one_presentation(yard):
    """P2: whoever asked again for a lost answer sees no second presentation."""
    first, again = (yard.present(yard.text, scan="scan-0001") for _ in range(2))
    refused = [yard.present("no seal at all", scan="scan-0002").id for _ in range(2)]

    assert (first.id, first.second, again.second) == (again.id, False, False)
    assert refused[0] == refused[1]
    assert len(facts(yard)) == 2


def test_of_two_gates_at_once_one_is_the_second(yard):
    """P2: whoever writes later has seen what the other wrote."""
    yard.journal.before_append = lambda entries: (
        setattr(yard.journal, "before_append", lambda entries: None),
        yard.present(yard.text, by="W7002"),
    )

    shown = yard.present(yard.text)

    assert [one.by for one in shown.before] == ["W7002"]


def test_a_gate_at_which_somebody_is_always_faster_says_so(yard, monkeypatch):
    def busy(*args, **more):
        raise Conflict("moved-on", subject="gate")

    monkeypatch.setattr(yard.journal.real, "append", busy)

    with pytest.raises(Conflict):
        yard.present(yard.text)


def test_a_sheets_number_is_looked_up_in_the_record_at_hand(yard):
    """P2: by its seals, and in whatever case it was typed."""
    shown = yard.present(yard.sheet.lower())

    assert (shown.brought, shown.sheet, shown.whole) == ("sheet", yard.sheet, Whole.SOME)


def test_the_number_of_no_sheet_is_refused_where_nobody_can_be_asked(yard):
    """P2: of a warehouse that asks its office, test_gate_asks_office."""
    assert yard.present("ABCD.000008").refusal == Forged("sheet-unknown", got="ABCD.000008")
    assert yard.present(yard.sheet).seals_from == "record"


def test_an_open_sheet_proves_nothing(yard):
    """P2: it has a number, and no stamp."""
    from tests.kiosk.desks.gate_samples import BSO, HEADER

    assert yard.present(yard.counter.open(HEADER, BSO).number).refusal.code == "sheet-unknown"


def test_a_withdrawn_sheet_is_refused_with_the_supervisors_reason(yard):
    """P4."""
    yard.counter.void(yard.counter.find(yard.sheet), "wrong client", "S1001")
    yard.sheets = [yard.sheet]

    assert yard.present(yard.text).refusal == Forged("withdrawn", got=yard.sheet, reason="wrong client")


def test_what_could_not_be_judged_is_no_verdict_and_stands_on_no_record(yard):
    """Q6: keys that can't be read are neither release nor refusal."""

    def silent():
        raise Unavailable("keys", "corrupt")

    with pytest.raises(Unavailable):
        replace(yard.gate, opener=silent).present(yard.sheet, KEEPER)
    assert facts(yard) == []


def test_what_of_a_row_went_out_is_shown_with_it(yard):
    """P3: the register's answer."""
    gone = Went(yard.clock(), 3, "Fictitious Haulage", "W7001")
    yard.went = {RELEASED: (gone,)}

    shown = yard.present(yard.text)

    assert [row.went for row in shown.rows] == [(gone,), ()]


def test_a_scan_that_was_not_read_is_no_silence(yard):
    """Q4: whoever has scanned is told."""
    shown = yard.gate.unread("keys-lost", KEEPER)

    assert (shown.whole, shown.refusal) == (Whole.REFUSED, Forged("not-read", why="keys-lost"))


@pytest.mark.parametrize("number", [0, 10**6, -1])
def test_what_is_no_presentation_is_not_shown_as_one(yard, number):
    with pytest.raises(Refusal, match="no-such-presentation"):
        yard.gate.presented(number)


def test_the_newest_of_today_come_first_with_what_was_refused(yard):
    """P2: alarms are looked up by who comes to the gate later."""
    yard.present(yard.text)
    yard.present("not a seal")

    assert [one.refusal and one.refusal.code for one in yard.gate.newest()] == ["not-a-seal", None]
    assert [one.sheet for one in yard.gate.newest(1)] == [""]


@pytest.mark.parametrize(
    ("given", "code"), [(b"", "form-empty"), (b"PK\3\4 a zip", "not-a-form"), (b"\x89PNG\r\n\x1a\n broken", "not-read")]
)
def test_what_is_no_file_of_ours_is_refused_before_anything_is_judged(yard, given, code):
    with pytest.raises(Refusal) as caught:
        yard.present(given)

    assert caught.value.code == code
    assert facts(yard) == []


def test_a_file_that_is_too_large_is_not_even_opened(yard):
    with pytest.raises(Refusal, match="form-too-large"):
        of_file(b"%PDF-" + bytes(25_000_001), yard.reader)
    with pytest.raises(Forged, match="malformed"):
        of_text("RS1X" + "A" * 70_000)


# --- accepted on paper -----------------------------------------------------------------------------------------------


def paper(yard, **more):
    picture = png(drawn(yard.pdf(yard.sheet))[:400])
    given = {"number": OTHER, "kind": PaperKind.CCD, "office": "453", "stamped_on": "2026-11-21", "reason": "confirmed by phone"}
    return Paper(**(given | {"picture": picture, "file": "ccd.png"} | more))


def test_a_paper_without_a_seal_is_on_record_with_its_picture_and_who_answers_for_it(yard):
    """P1, P7: accepted, and proven by nothing."""
    accepted = yard.gate.accept(paper(yard), KEEPER)

    (found,) = yard.journal.find(kind="PaperAccepted")
    fact = found.entry.fact
    assert isinstance(fact, PaperAccepted)
    assert (fact.number, fact.read_as, fact.office, fact.stamped_on) == (OTHER, "transaction", "0453", "2026-11-21")
    assert yard.journal.document(fact.document) == paper(yard).picture
    assert (accepted.by, yard.gate.accepted(accepted.id), yard.gate.papers(OTHER)) == (KEEPER, accepted, (accepted,))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"number": "911"}, "service-option"),
        ({"reason": "  "}, "paper-no-reason"),
        ({"reason": "x" * 101}, "long-text"),
        ({"picture": b""}, "paper-no-picture"),
        ({"picture": bytes(25_000_001)}, "form-too-large"),
        ({"stamped_on": "yesterday"}, "not-a-day"),
        ({"office": "45"}, "bad-office"),
    ],
)
def test_a_paper_that_nobody_could_answer_for_is_not_accepted(yard, more, code):
    """P1: without number, picture or reason it is no record."""
    with pytest.raises(Refusal) as caught:
        yard.gate.accept(paper(yard, **more), KEEPER)

    assert caught.value.code == code
    assert yard.journal.find(kind="PaperAccepted") == ()


def test_a_signed_file_with_a_page_that_has_no_seal_is_judged_anew_as_it_was(yard):
    """P1: the client's own pages stand in an endorsed document; its signature vouches for them, later too."""
    into = io.BytesIO()
    with pikepdf.open(io.BytesIO(joined((yard.pdf(yard.sheet), 0)))) as document:
        document.add_blank_page()
        document.save(into)
    shown = yard.present(PdfSigner(*identity()).sign(into.getvalue(), NOON))

    assert (shown.file_signature, shown.whole) == ("good", Whole.SOME)
    assert yard.gate.presented(shown.id).whole is Whole.SOME


def test_goods_leave_on_a_paper_only_where_holds_are_known_and_have_not_come_since(yard):
    """P1, P4: it was accepted an hour ago."""
    accepted = yard.gate.accept(paper(yard, number="XXXX0042"), KEEPER)
    unknown = replace(yard.gate, known=lambda _: Known())
    assert (yard.gate.lets_out(accepted), unknown.lets_out(accepted)) == (True, False)

    yard.numbers = [("ccn", "XXXX0042")]

    assert not yard.gate.lets_out(accepted)
    with pytest.raises(Refusal, match="paper-held"):
        yard.gate.check_lets_out(accepted)


def test_on_a_paper_too_an_old_list_lets_nothing_out(yard):
    """P4, P1: it can't be told whether its goods are on hold, whoever answers for the paper; nor by one station's list of two."""
    accepted = yard.gate.accept(paper(yard, number="XXXX0042"), KEEPER)
    yard.listed_at = NOON - yard.gate.limit
    assert yard.gate.stands(accepted) == (Outcome.RELEASE, "released")

    yard.listed_at = NOON - yard.gate.limit - timedelta(seconds=1)

    assert yard.gate.stands(accepted) == (Outcome.ASK, "old-list")
    with pytest.raises(Refusal, match="paper-ask"):
        yard.gate.check_lets_out(accepted)
    old, fresh = yard.known(None).standings["K7QD"], HoldList(AUTHORITY, "M2XB", 1, NOON, b"", b"")
    for lists in ({"K7QD": old, "M2XB": fresh}, {"M2XB": fresh, "K7QD": old}):
        assert not replace(yard.gate, known=lambda _, lists=lists: Known(lists)).lets_out(accepted)
    yard.listed_at = NOON + timedelta(minutes=6)  # the clock was set back since
    assert not yard.gate.lets_out(accepted)


def test_no_paper_is_accepted_for_goods_on_hold(yard):
    """P4."""
    yard.numbers = [("transaction", OTHER)]

    with pytest.raises(Refusal, match="paper-held"):
        yard.gate.accept(paper(yard), KEEPER)


def test_a_presentation_is_no_accepted_paper(yard):
    shown = yard.present(yard.text)

    with pytest.raises(Refusal, match="no-such-paper"):
        yard.gate.accepted(shown.id)
    assert isinstance(facts(yard)[0], Presented)
