"""What a gate goes by: files checked apart from the keys, and lists that are believed or not (P2, P4)."""

from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from kiosk.adapters.pades import PdfSigner, certificate_der
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.press.foreign import ForeignProcess
from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Forged, Unavailable
from kiosk.core.hold import HoldList
from kiosk.core.sheet import Header
from kiosk.core.trust import TrustList
from kiosk.core.verdict import OWN
from kiosk.desks.holds import Holds
from kiosk.desks.register import Going, Ground, Incoming, Register, Transport
from kiosk.gatehouse import FileCheck, by_lists, certificates, trusted
from kiosk.warehouse import all_inside, held_by_both
from tests.fakes import NOON, FakeClock, FakeStore
from tests.fakes import trusted as trusted_key
from tests.kiosk.adapters.ed25519_samples import identity


@pytest.fixture(scope="module")
def files():
    process = ForeignProcess(FileCheck, 20.0)
    yield process
    process.close()


def test_a_file_is_checked_in_a_process_of_its_own(files):
    """P2: as it was signed, changed, without a signature, and broken."""
    private, certificate = identity()
    plain = PdfPaper().form(Header("0453"), ["99999001495785"], "code128", 1)
    signed = PdfSigner(private, certificate).sign(plain, NOON)
    changed = signed.replace(b"/Producer", b"/Producar", 1) if b"/Producer" in signed else signed[:900] + b" " + signed[901:]
    trusts = [certificate_der(certificate)]

    found = [files.check(pdf, trusts) for pdf in (signed, changed, plain, b"%PDF-1.7 nothing")]

    assert found == ["good", "altered", "no-signature", "no-signature"]
    assert files.check(signed, []) == "unknown-signer"


def test_only_keys_that_are_not_revoked_sign_files():
    """P2."""
    keys = [trusted_key(n, certificate=bytes([n]), revoked_at=NOON if n == 2 else None)[1] for n in (1, 2)]

    assert certificates(TrustList(1, NOON, tuple(keys))) == [b"\1"]


def test_a_trust_list_that_is_not_genuine_makes_no_proof_a_forgery():
    """Q6: nothing can be judged by it, and that is said."""

    def altered():
        raise Forged("bad-signature")

    with pytest.raises(Unavailable, match="keys: corrupt"):
        trusted(altered)()
    assert trusted(lambda: TrustList(1, NOON, ()))().serial == 1


def test_a_warehouse_without_an_office_to_ask_goes_by_its_lists():
    """P4."""
    lists = SimpleNamespace(holds=lambda: (SimpleNamespace(station="K7QD"),))

    known = by_lists(lists)(None)

    assert (known.source, list(known.standings)) == ("list", ["K7QD"])


def test_what_a_warehouses_own_record_has_on_hold_stays(tmp_path):
    """P4: an officer puts it on hold at the very machine that goes by its office's lists."""
    clock = FakeClock()
    journal = SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}")
    holds = Holds(journal, clock, FakeStore(clock), "W7QD")
    lists = SimpleNamespace(holds=lambda: (HoldList("", "K7QD", 1, NOON, b"", b""),))
    holds.place("XXXX42", "Found open", "12345")

    standings = by_lists(lists, holds)(None).standings
    known = held_by_both(lists, holds)

    assert sorted(standings) == [OWN, "K7QD"]
    assert [any(one.holds("ccn", number) for one in standings.values()) for number in ("XXXX42", "XXXX43")] == [True, False]
    assert (known("ccn", "XXXX42"), known("ccn", "XXXX43")) == (True, False)
    journal.close()


def test_goods_of_which_some_have_left_are_not_all_inside(tmp_path):
    """P4: an officer must see to those that are out."""
    journal = SqlJournal(f"sqlite:///{tmp_path / 'record.sqlite3'}")
    register = Register(journal, FakeClock(), "K7QD", ZoneInfo("America/Toronto"))
    register.take_in(Incoming(uuid4().hex, "9453", "XXXX42", 10), "W7001")
    assert all_inside(register, "ccn", "XXXX42")

    transport = Transport(uuid4().hex, "9453", "Exemple")
    register.let_out(transport, [Going("XXXX42", 3, Ground("proof", "ccn", "XXXX42", 7, "K7QD.000001", 1, 1))], "W7001")

    assert not all_inside(register, "ccn", "XXXX42")
    assert not all_inside(register, "ccn", "XXXX43")
    journal.close()
