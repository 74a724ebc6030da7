"""A whole kiosk with a real record, and programs that work at it by the API."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from queue import Queue
from zoneinfo import ZoneInfo

from jsonschema_rs import Draft202012Validator
from werkzeug.exceptions import HTTPException

from kiosk.adapters.ed25519 import Ed25519Seal
from kiosk.adapters.ed25519.trust import sign_list
from kiosk.adapters.folder import FolderPrinter
from kiosk.adapters.pades import PdfBinder
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.pdf.overlays import PdfOverlays
from kiosk.adapters.sql import SqlJournal
from kiosk.adapters.xlsx import workbook
from kiosk.config import clock
from kiosk.core.trust import TrustList
from kiosk.core.user import Role
from kiosk.desks.bindery import OwnBindery
from kiosk.desks.client import ClientDesk
from kiosk.desks.counter import Counter
from kiosk.desks.endorsing import Endorsing
from kiosk.desks.gate import Gate, Known
from kiosk.desks.holds import HoldLists, Holds
from kiosk.desks.holds.live import Live
from kiosk.desks.intake import Intake
from kiosk.desks.press import OwnPress
from kiosk.desks.record import Record
from kiosk.desks.register import Register
from kiosk.desks.scanners import Scanners
from kiosk.station.asker import Asker
from kiosk.station.forms import FormReader
from kiosk.station.tray import Tray
from kiosk.web import create_app
from kiosk.web.api import whole
from kiosk.web.api.table import TABLE
from kiosk.web.house import House, Rules
from kiosk.web.overheard import overheard
from kiosk.web.standalone import Lists
from tests.fakes import NOON, FakeShelf, FakeSlips, Fragile, real_seal, trusted
from tests.kiosk.web.staff_samples import PIN, hire, staff_of
from verifier.making import test_key

TORONTO = ZoneInfo("America/Toronto")
ADMINISTRATOR, SUPERVISOR, OFFICER, OPERATOR, CLIENT = "A1001", "S1001", "B1001", "W1001", "C1001"
ROLES = {
    ADMINISTRATOR: Role.ADMINISTRATOR,
    SUPERVISOR: Role.SUPERVISOR,
    OFFICER: Role.BSO,
    OPERATOR: Role.WAREHOUSE,
    CLIENT: Role.CLIENT,
}
V1 = "/api/v1"
STORE_TOKEN = "what the store shows"


class Kiosk:
    """A kiosk with one user of each role; `store` answers, `signer` signs, `reader` reads forms."""

    def __init__(self, folder, reader, store, signer, time=clock):
        self.clock, self.store, self.told, self.slips = time, store, Queue(), FakeSlips()
        self.journal = Fragile(SqlJournal(f"sqlite:///{folder / 'record.sqlite3'}"))
        self.heard = overheard(self.journal)
        self.counter = Counter(store, self.heard, time, "K7QD")
        self.intake = Intake(self.heard, time, most=1_000_000)
        self.forms = FormReader(self.counter, self.intake, reader, self.told.put)
        self.staff = staff_of(self.heard, time)
        for badge, role in ROLES.items():
            hire(self.staff, badge, role)
        self.tray = Tray(folder, Scanners(self.heard, time, "K7QD"), time)
        self.holds, self.shelf = Holds(self.heard, time, store, "K7QD"), FakeShelf()
        self.house = self._house(folder, reader, signer)
        self.app = create_app(self.house)
        self.forms.start()

    def _gate(self, reader):
        def known(verdict):
            return Known({"K7QD": Live(self.clock(), self.holds.read())}, "record")

        opener = Ed25519Seal(TrustList(1, NOON, (trusted()[1],)))
        return Gate(self.heard, self.clock, lambda: opener, lambda pdf: "no-signature", known, reader)

    def _house(self, folder, reader, signer):
        paper, seal = PdfPaper(), real_seal()
        press = OwnPress.of(paper, seal, signer)
        return House(
            gate=self._gate(reader),
            endorsing=Endorsing(self.heard, self.clock, "K7QD"),
            bindery=OwnBindery(PdfOverlays(paper.imprint), PdfBinder(), lambda: nullcontext((seal, signer))),
            holds=self.holds,
            hold_lists=HoldLists(self.holds, self.heard, self.clock, press, self.shelf, timedelta(hours=1)),
            lists=self.lists,
            store_token=STORE_TOKEN,
            counter=self.counter,
            staff=self.staff,
            record=Record(self.journal, self.clock, TORONTO),
            intake=self.intake,
            press=press,
            reader=reader,
            forms=self.forms,
            asker=Asker(self.counter),
            printer=FolderPrinter(folder),
            journal=self.heard,
            clock=self.clock,
            zone=TORONTO,
            station="K7QD",
            office="0453",
            badge="[A-Z0-9]{3,8}",
            agency="",
            authority=self.store.authority,
            secret=b"only for tests",
            rules=Rules(upload_megabytes=2),
            folder=folder,
            tray=self.tray,
            register=Register(self.heard, self.clock, "K7QD", TORONTO),
            warehouses=("9453",),
            workbook=workbook,
            desk=ClientDesk(self.counter, self.slips, "0453", unattended=True),
        )

    def lists(self):
        """What a verifier goes by: the key that seals here, under a root of the tests'."""
        root, held = test_key("root"), self.shelf.text
        trust = sign_list(root, TrustList(1, NOON, (trusted()[1],)))
        return Lists(root.public.hex(), trust.decode(), (held.decode(),) if held else ())

    def program(self, badge=OFFICER):
        """A program that has logged in."""
        program = Program(self.app)
        answer = program.post("/session", badge=badge, pin=PIN)
        assert answer.status_code == 201, answer.json
        program.token = answer.json["token"]
        return program

    def facts(self, kind):
        """The facts of a kind that the record has, oldest first."""
        return [one.entry.fact for one in self.journal.find(kind=kind)]

    def close(self):
        self.journal.healthy = None
        assert self.forms.stop(60)
        self.tray.close()
        self.journal.close()


@dataclass
class Program:
    """Somebody's program: it keeps no cookies, and shows its token."""

    app: object
    token: str = ""

    def ask(self, method, path, **more):
        """A request."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        client = self.app.test_client(use_cookies=False)
        answer = client.open(V1 + path, method=method, headers=headers | more.pop("headers", {}), **more)
        conforms(self.app, method, V1 + path, answer)
        return answer

    def get(self, path, **query):
        return self.ask("GET", path, query_string=query)

    def post(self, path, **body):
        """With a body, if there is one, in JSON."""
        return self.send("POST", path, body)

    def send(self, method, path, body):
        return self.ask(method, path, json=body) if body else self.ask(method, path)

    def open(self, **head):
        """A new sheet; its path."""
        answer = self.ask("POST", "/sheets", json=head)
        assert answer.status_code == 201, answer.json
        return f"/sheets/{answer.json['sheet']}"

    def scan(self, sheet, text, **more):
        """A scan with an id of its own."""
        return self.post(f"{sheet}/scans", **{"id": f"scan-{next(_serial):06}", "text": text} | more)

    def seen(self, sheet):
        """How many entries a sheet has."""
        return self.get(sheet).json["entries"]


_serial = count(1)


def conforms(app, method, path, answer):
    """Whatever is answered stands in the document: its status, its media type, and the shape of its body."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(path, method)
    except HTTPException:
        return
    told = next((whole()["paths"][one.path][method.lower()]["responses"] for one in TABLE if endpoint == f"api.{one.name}"), None)
    if told is None or answer.status_code == 500:
        return
    said = told[str(answer.status_code)]
    said = whole()["components"]["responses"][said["$ref"].rpartition("/")[2]] if "$ref" in said else said
    content = said.get("content", {})
    assert list(content) == ([answer.mimetype] if answer.data else [])
    for media in content.values():
        if answer.is_json and media["schema"]:
            whole_schema = media["schema"] | {"components": whole()["components"]}
            Draft202012Validator(whole_schema, validate_formats=True).validate(answer.json)
