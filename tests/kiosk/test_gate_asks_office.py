"""A gate on a warehouse's own machine is given a sheet's number, and asks its office: a real kiosk, over a real line (P2, P4)."""

import json
import socket
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread
from types import SimpleNamespace

import pytest
from werkzeug.serving import make_server

from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Forged, Unavailable
from kiosk.core.hold import HoldList
from kiosk.core.journal import Entry
from kiosk.core.trust import TrustList
from kiosk.desks.gate import Whole
from kiosk.gatehouse import gate_of
from kiosk.settings import Gate
from tests.fakes import AUTHORITY, NOON, real_seal, trusted
from tests.kiosk.adapters.test_peer_http import answering, http
from tests.kiosk.web.register_samples import CCN, RELEASE, SUPERVISOR, TOKEN, RegisterKiosk

KEEPER = "W7001"
UNKNOWN = "K7QD.999999"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An office's kiosk at an address, and two sheets that it stamped."""
    kiosk = RegisterKiosk(tmp_path_factory.mktemp("office"))
    server = make_server("127.0.0.1", 0, kiosk.app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    kiosk.address = f"http://127.0.0.1:{server.port}"
    kiosk.sheet, kiosk.second = kiosk.stamped(CCN), kiosk.stamped(RELEASE)
    yield kiosk
    server.shutdown()
    kiosk.close()


@pytest.fixture
def machine(office, tmp_path, monkeypatch):
    """Makes the gate of a warehouse's own machine: its record is empty, and of the office it has the lists alone."""
    monkeypatch.setattr("kiosk.gatehouse.clock", office.clock)
    journal = SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}")

    def made(address=office.address, token=TOKEN, key=1, voided=b""):
        parts = SimpleNamespace(settings=SimpleNamespace(gate=Gate(office=address, token=token)))
        trust = TrustList(1, NOON, (trusted(key)[1],))
        held = HoldList(AUTHORITY, "K7QD", 1, office.clock(), b"", voided)
        return gate_of(parts, journal, None, None, lists=SimpleNamespace(trust=lambda: trust, holds=lambda: (held,)))

    made.journal = journal
    yield made
    journal.close()


def facts(machine):
    """What stands on the record of the machine: under what, and what it is."""
    return [(one.entry.subject, one.entry.fact) for one in machine.journal.find(kind="Presented")]


def seals(office, sheet):
    """The seals of a sheet, as the office has them."""
    return list(office.counter.stamping(sheet).seals)


def answered(sheet, seals, withdrawn=None):
    """What an office would answer."""
    return http(200, json.dumps({"sheet": sheet, "seals": seals, "withdrawn": withdrawn}).encode())


@contextmanager
def silent():
    """An office that takes the question and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_the_seals_of_a_number_are_asked_of_the_office_and_judged_here(office, machine):
    """P2: as if they had been scanned; and it says where they come from, now and when it is judged anew."""
    gate = machine()
    scanned, shown = gate.present(seals(office, office.sheet)[0], KEEPER), gate.present(office.sheet.lower(), KEEPER)

    assert (shown.whole, shown.verdict) == (Whole.RELEASE, scanned.verdict)
    assert [(row.outcome, row.why) for row in shown.rows] == [(row.outcome, row.why) for row in scanned.rows]
    assert (scanned.seals_from, shown.seals_from, gate.presented(shown.id).seals_from) == ("", "office", "office")
    assert [fact.seals_from for _, fact in facts(machine)] == ["", "office"]


def test_the_offices_word_is_never_enough(office, machine):
    """P2, fault 4: a key that is not trusted here proves nothing, whoever gave its seal."""
    shown = machine(key=2).present(office.sheet, KEEPER)

    assert (shown.whole, shown.refusal.code, shown.releasable) == (Whole.REFUSED, "unknown-key", ())
    assert [(fact.code, fact.seals_from) for _, fact in facts(machine)] == [("unknown-key", "office")]


def test_a_sheet_that_the_office_never_stamped_is_told_as_that(office, machine):
    """P2: the office was asked, and says so."""
    shown = machine().present(UNKNOWN, KEEPER)

    assert shown.refusal == Forged("sheet-not-at-office", got=UNKNOWN)
    assert facts(machine)[0][1].code == "sheet-not-at-office"


def test_a_sheet_that_the_office_took_back_is_withdrawn_though_no_list_knows_it(office, machine):
    """P4: by the seals' own answer, also where nothing more can be asked."""
    sheet = office.stamped(CCN)
    office.counter.void(office.counter.find(sheet), "wrong client", SUPERVISOR)
    with answering(answered(sheet, seals(office, sheet), "wrong client")) as address:
        alone = machine(address).present(sheet, KEEPER)

    assert machine().present(sheet, KEEPER).refusal == alone.refusal == Forged("withdrawn", got=sheet, reason="wrong client")


def test_whatever_an_office_says_of_why_can_be_kept(office, machine):
    """Q10: half a surrogate pair fits no record, and a book no screen."""
    with answering(answered(office.sheet, seals(office, office.sheet), "\ud800" * 1000)) as address:
        shown = machine(address).present(office.sheet, KEEPER)

    assert (shown.refusal.code, shown.refusal.fields["reason"]) == ("withdrawn", "?" * 200)


@pytest.mark.parametrize("token", ["", "x" * 16])
def test_an_office_that_does_not_know_the_machine_could_not_be_asked(office, machine, token):
    """Q6."""
    assert machine(token=token).present(office.sheet, KEEPER).unasked.code == "unknown-token"


def test_an_office_that_can_not_be_reached_or_says_nothing_could_not_be_asked(office, machine, monkeypatch):
    """Q6, fault 2: it is neither an unknown sheet nor a refused one, and it stands on record as what it is."""
    nobody = machine("http://127.0.0.1:1")
    shown = [nobody.present(office.sheet, KEEPER, "scan-0001") for _ in range(2)]
    monkeypatch.setattr("kiosk.gatehouse.ASKING", 0.2)
    with silent() as address:
        again = machine(address).present(office.sheet, KEEPER, "scan-0002")

    assert [one.unasked.code for one in (*shown, again)] == ["gone", "gone", "slow"]
    assert shown[0].id == shown[1].id, "a scan that is sent twice counts once"
    for one in (*shown, again):
        assert (one.whole, one.refusal, one.genuine, one.releasable) == (Whole.UNASKED, None, False, ())
    assert [(subject, fact.code, fact.office_silent) for subject, fact in facts(machine)] == [
        (f"gate/unasked/{NOON.date()}", "", "gone"),
        (f"gate/unasked/{NOON.date()}", "", "slow"),
    ]
    assert machine().presented(again.id).unasked.code == "slow", "what was not asked is not judged later"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "gone"),
        (http(200, b"<html>"), "strange"),
        (http(200, b"[]"), "strange"),
        (http(302), "strange"),
        (http(404, b'{"code": "not-found"}', b"application/problem+json"), "strange"),
        (http(422, b'{"code": "bad-field"}', b"application/problem+json"), "strange"),
        (http(429, b'{"code": "too-many-unknown"}', b"application/problem+json"), "too-soon"),
        (http(500, b"{}", b"application/problem+json"), "choked"),
        (http(200, b'{"sheet": "%s", "withdrawn": null}' % UNKNOWN.encode()), "strange"),
        (http(200, b'{"sheet": "%s", "seals": [], "withdrawn": 7}' % UNKNOWN.encode()), "strange"),
        (answered(UNKNOWN, "RS1X"), "strange"),
        (answered(UNKNOWN, [7]), "strange"),
        (answered(UNKNOWN, ["\ud800"]), "strange"),
        (answered(UNKNOWN, ["RS1XAAAA"] * 501), "strange"),
        (answered(UNKNOWN, ["hello"]), "strange"),
        (answered(UNKNOWN, ["RS1XA"]), "strange"),
        (answered(UNKNOWN, ["RS1XAAAA"]), "strange"),
        (answered("K7QD.999998", []), "other-sheet"),
        (answered(None, []), "strange"),
    ],
)
def test_an_answer_that_answers_something_else_is_no_answer(machine, answer, code):
    """Q6, fault 2: garbage is not *no such sheet*."""
    with answering(answer) as address:
        shown = machine(address).present(UNKNOWN, KEEPER)

    assert (shown.whole, shown.unasked.code, shown.refusal, shown.sheet) == (Whole.UNASKED, code, None, UNKNOWN)
    assert facts(machine)[0][1].office_silent == code


@pytest.mark.parametrize("status", [404, 422])
@pytest.mark.parametrize("code", ["\ud800", "x" * 10_000])
def test_what_an_office_calls_its_no_stays_off_the_record_unless_it_is_a_code(machine, status, code):
    """Q10: the record grows by no answer's length, and whoever exports it is not stopped by half a surrogate pair."""
    with answering(http(status, json.dumps({"code": code}).encode(), b"application/problem+json")) as address:
        machine(address).present(UNKNOWN, KEEPER)

    ((_, fact),) = facts(machine)
    assert (fact.office_silent, fact.fields["detail"]) == ("strange", str(status))


def test_a_number_that_this_machine_once_gave_a_sheet_of_its_own_is_asked_of_the_office_too(office, machine):
    """P2, fault 2: its own key is none of the office's, and that forges no paper of the office's."""
    theirs = office.counter.stamping(office.sheet)
    own = replace(theirs, seals=[real_seal(2).seal(real_seal().open(one.encode())).decode() for one in theirs.seals])
    gate = machine()
    machine.journal.append([Entry(office.sheet, NOON, "B1001", own)])

    shown, nobody = gate.present(office.sheet, KEEPER), machine("http://127.0.0.1:1").present(office.sheet, KEEPER)

    assert (shown.whole, shown.seals_from) == (Whole.RELEASE, "office")
    assert (nobody.whole, nobody.unasked.code) == (Whole.UNASKED, "gone")


def test_the_seals_of_another_sheet_prove_nothing_of_this_one(office, machine):
    """P2, fault 4: genuine, and not what was asked for; and that other sheet was not presented."""
    with answering(answered(office.sheet, seals(office, office.second))) as address:
        shown = machine(address).present(office.sheet, KEEPER)

    assert (shown.whole, shown.unasked.code, shown.unasked.detail) == (Whole.UNASKED, "other-sheet", office.second)
    assert machine().earlier(office.second) == machine().earlier(office.sheet) == ()


def test_whoever_could_not_ask_scans_the_paper_and_is_judged_by_the_list(office, machine):
    """P2, P4: what is advised works without the office."""
    gate = machine("http://127.0.0.1:1")
    assert gate.present(office.sheet, KEEPER).whole is Whole.UNASKED

    shown = gate.present(seals(office, office.sheet)[0], KEEPER)

    assert (shown.whole, shown.source, shown.before) == (Whole.RELEASE, "list", ())


def test_without_a_trust_list_nothing_is_judged(office, machine):
    """Q6: whatever the office gives."""

    def none():
        raise Unavailable("office", "no-list")

    gate = machine()
    object.__setattr__(gate, "opener", none)
    with pytest.raises(Unavailable, match="no-list"):
        gate.present(office.sheet, KEEPER)
