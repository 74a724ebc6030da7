"""A kiosk with a gate, a stamped sheet, and somebody of a warehouse; what is on hold and what went out is set from outside."""

from dataclasses import replace
from datetime import timedelta

from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.core.hold import HoldList, digest, listed
from kiosk.core.sheet import Header
from kiosk.core.trust import TrustList
from kiosk.core.user import Role
from kiosk.desks.gate import Gate, Known
from tests.fakes import AUTHORITY, NOON, FakeClock, FakeSigner, FakeStore, scan, transaction, trusted
from tests.kiosk.desks.gate_samples import HELD, RELEASED
from tests.kiosk.web.api_samples import Kiosk
from tests.kiosk.web.staff_samples import Browser, hire

BSO, KEEPER = "B1001", "W7001"


class GateKiosk(Kiosk):
    """A kiosk with a gate; `held` numbers, `aged` list, what went out and what rings are set from outside."""

    def __init__(self, folder, reader):
        self.held, self.aged, self.went, self.rings = [], timedelta(), {}, ()
        clock = FakeClock()
        store = FakeStore(clock)
        store.put(transaction(RELEASED))
        super().__init__(folder, reader, store, FakeSigner(), clock)
        hire(self.staff, KEEPER, Role.WAREHOUSE)
        self.sheet = self._stamped(RELEASED, HELD)
        self.text = self.counter.stamping(self.sheet).seals[0]

    def _house(self, folder, reader, signer):
        gate = Gate(
            self.heard,
            self.clock,
            lambda: Ed25519Seal(TrustList(1, NOON, (trusted()[1],))),
            lambda pdf: "no-signature",
            self._known,
            reader,
            gone=lambda kind, number: self.went.get(number, ()),
            alarms=lambda sub_location: self.rings,
        )
        return replace(super()._house(folder, reader, signer), gate=gate)

    def _known(self, verdict):
        numbers = listed(digest("transaction", number) for number in self.held)
        return Known({"K7QD": HoldList(AUTHORITY, "K7QD", 1, self.clock() - self.aged, numbers, b"")}, "list")

    def _stamped(self, *numbers):
        sheet = self.counter.open(Header("0453", "Fictitious Freight Ltd."), BSO)
        sheet = self.counter.scan(sheet, [scan(number) for number in numbers], BSO)
        self.counter.stamp(sheet, BSO, self.house.press, specimen=False)
        return sheet.number

    def browser(self, badge=KEEPER):
        """A browser in which somebody has logged in."""
        browser = Browser(self.app)
        assert browser.log_in(badge).status_code == 303
        return browser
