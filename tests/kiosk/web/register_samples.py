"""A whole kiosk that keeps a register of warehouses, with a real gate before it; what is on hold is put there from outside."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.adapters.xlsx import workbook
from kiosk.core.hold import HoldList, digest, listed
from kiosk.core.sheet import Header
from kiosk.core.trust import TrustList
from kiosk.core.user import Role
from kiosk.desks.gate import Gate, Known
from kiosk.desks.register import Incoming, Register
from kiosk.settings.gate import Gate as GateSettings
from kiosk.settings.gate import writers
from tests.fakes import AUTHORITY, NOON, FakeClock, FakeSigner, FakeStore, ccn, scan, transaction, trusted
from tests.kiosk.web.api_samples import TORONTO, Kiosk
from tests.kiosk.web.staff_samples import PIN, Browser

BSO, SUPERVISOR, KEEPER = "B1001", "S1001", "W7001"
HERE, THERE = "9453", "9999"
TOKEN = "0123456789abcdef"
CCN, OTHER, RELEASE = "XXXXPARS0000471", "XXXXPARS0000999", "99999001495785"


class RegisterKiosk(Kiosk):
    """Its keeper, W7001, works at warehouse 9453; the machine of warehouse 9453 has a token."""

    def __init__(self, folder, reader=None):
        self.held, self.aged = set(), timedelta()
        clock = FakeClock()
        store = FakeStore(clock)
        store.put(ccn(CCN))
        store.put(transaction(RELEASE))
        super().__init__(folder, reader, store, FakeSigner(), clock)
        self.staff.add(KEEPER, "Name of W7001", Role.WAREHOUSE, PIN, KEEPER, HERE)

    def _house(self, folder, reader, signer):
        self.register = Register(self.heard, self.clock, "K7QD", TORONTO, held=lambda: lambda kind, number: number in self.held)
        gate = Gate(
            self.heard,
            self.clock,
            lambda: Ed25519Seal(TrustList(1, NOON, (trusted()[1],))),
            lambda pdf: "no-signature",
            lambda verdict: Known({"K7QD": self._list()}, "list"),
            reader,
        )
        more = {"register": self.register, "gate": gate, "workbook": workbook, "warehouses": (HERE, THERE)}
        more["writers"] = lambda token: writers(GateSettings(peers=(f"{HERE}:{TOKEN}",)), token)
        return replace(super()._house(folder, reader, signer), **more)

    def _list(self):
        numbers = listed(digest(kind, number) for number in self.held for kind in ("ccn", "transaction"))
        return HoldList(AUTHORITY, "K7QD", 1, self.clock() - self.aged, numbers, b"")

    def stamped(self, *numbers):
        """A sheet that was stamped over these numbers."""
        sheet = self.counter.open(Header("0453", "Fictitious Freight Ltd."), BSO)
        sheet = self.counter.scan(sheet, [scan(number) for number in numbers], BSO)
        self.counter.stamp(sheet, BSO, self.house.press, specimen=False)
        return sheet.number

    def presented(self, *numbers):
        """The id of a proof over these numbers that was just presented."""
        return self.house.gate.present(self.counter.stamping(self.stamped(*numbers)).seals[0], KEEPER).id

    def took_in(self, number=CCN, pieces=10, sub_location=HERE, **more):
        """Goods are inside."""
        return self.register.take_in(Incoming(uuid4().hex, sub_location, number, pieces, **more), KEEPER)

    def browser(self, badge=KEEPER):
        """A browser in which somebody has logged in."""
        browser = Browser(self.app)
        assert browser.log_in(badge).status_code == 303
        return browser


def words_of(html):
    """What stands on a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def fields_of(html, form="/register"):
    """The hidden fields of the first form that posts there."""
    forms = re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL)
    part = next(one for one in forms if re.match(rf'<form[^>]*action="[^"]*{form}', one))
    return dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', part))
