"""The OpenAPI document is true: schemathesis asks everything that it allows, and everything that it does not."""

import json
import os
from collections import Counter
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
import schemathesis
import schemathesis.engine
from schemathesis.config import SchemathesisConfig
from schemathesis.transport.wsgi import WSGITransport

from acros_stub import database, demo, instant
from drivers.pages import Reader
from kiosk.adapters.acros import Acros
from kiosk.config import clock
from kiosk.core.user import Role, Task, may
from kiosk.web.api import whole
from kiosk.web.api.document import _shapes, statuses
from kiosk.web.api.table import TABLE
from kiosk.web.ticket import Ticket, token_of
from tests.fakes import FakeSigner
from tests.kiosk.web.api_samples import V1, Kiosk
from tests.kiosk.web.staff_samples import PIN, hire

KEPT = Path(__file__).parents[3] / "docs" / "openapi.json"
PAIRS = {
    "admin": {"everybody": "listUsers", "add": "addUser", "one": "getUser", "change": "changeUser", "set_pin": "setPin"}
    | {"dismiss": "dismissUser", "lift": "liftDelay"},
    "counter": {"home": "listOpenSheets", "begin": "openSheet", "clients": "findClients", "show": "getSheet", "rows": "getSheet"}
    | {"begin_one": "openSheet", "one": "getSheet", "scan": "scan", "ask": "askAgain", "remove": "removeRow", "stamp": "stamp"}
    | {"give_back": "returnForm", "hand_over": "printSheet", "void": "voidProof", "document": "getDocument"},
    "clients": {"take": "takeOver"},
    "forms": {"receive": "uploadForms", "progress": "listForms", "again": "readFormAgain", "give_up": "giveFormUp"}
    | {"picture": "getFormPage", "cutout": "getFormCutout", "document_picture": "getDocumentPage"},
    "gate": {"show": "listGateAlarms", "present": "presentProof", "presented": "getPresentation", "told_board": "listGateAlarms"}
    | {"paper": "acceptPaper", "accept": "acceptPaper", "accepted": "getAcceptedPaper", "picture": "getAcceptedPaperPicture"},
    "endorse": {"stamp_document": "stampClientsDocument", "print_document": "getDocument", "place": "stampClientsPaper"}
    | {"overprint": "stampClientsPaper", "notice": "makeReleaseMessage"},
    "health": {"shown": "getHealth"},
    "holds": {"show": "listHolds", "place": "placeHold", "one": "getHold", "lift": "liftHold"},
    "login": {"show": "logIn", "enter": "logIn", "leave": "logOut", "pin": "changePin", "change_pin": "changePin"}
    | {"left": "whoAmI", "stay": "stay"},
    "printing": {"show": "listPrints", "state": "getPrints", "settle": "settlePrint"},
    "record": {"find": "findSheets", "number": "getHistory", "days": "getDay", "day": "getDay", "day_table": "getDayTable"}
    | {"day_paper": "getDayPaper", "entries": "listEntries", "verification": "getVerification", "verify": "verifyRecord"},
    "scanners": {"show": "listKeptScans", "board": "getScanners", "take": "takeScanners", "leave": "leaveScanners"}
    | {"test": "beginTestScan", "put": "placeScans", "aside": "setScansAside", "dismiss": "dismissUnreadScans"},
    "register": {"show": "getOpenLots", "find": "getOpenLots", "lot": "getLot", "correct": "correctLot"}
    | {"differences": "getDifferingLots", "settle": "settleDifference"},
    "goods": {"come": "takeGoodsIn", "take_in": "takeGoodsIn", "go": "letGoodsOut", "let_out": "letGoodsOut"},
    "books": {"show": "getRegisterTable", "paper": "getRegisterPaper", "table": "getRegisterTable"}
    | {"workbook": "getRegisterWorkbook"},
}
"""What a program asks for, where a browser has a page or a button: by desk and view."""
BROWSERS = {"static", "look.choose", "events.stream", "metrics.shown"}
BROWSERS |= {"gate.stream", "gate.take", "gate.leave"}
BROWSERS |= {f"verifier.{view}" for view in ("show", "lists", "save")}
BROWSERS |= {"clients.open_desk", "clients.close_desk"}
BROWSERS |= {f"client.{view}" for view in ("show", "start", "rows", "scan", "remove", "slip", "stamp", "stay", "done")}
"""What has no counterpart: how it looks; a client's screen, which is a browser; and what is read by programs as it is."""
REFUSED = ["2xx", "3xx", "401", "403", "404", "409", "422", "429", "5xx"]
"""422 is a rule of the counter, which no schema can say; 400 is for what does not fit the document."""
BOUNDED = {
    "seed": 7,
    "cache": {"enabled": False},
    "generation": {"max-examples": 2, "database": "none"},
    "checks": {"positive_data_acceptance": {"expected-statuses": REFUSED}},
}


@pytest.fixture
def kiosk(tmp_path):
    """A kiosk over the stub with its demonstration."""
    engine = database.create(f"sqlite:///{tmp_path / 'acros.sqlite3'}")
    demo.load_demo(engine, instant.now())
    engine.dispose()
    store = Acros(clock, authority="acros-stub", app="acros_stub.web:create_app", home=str(tmp_path))
    with Reader() as reader:
        made = Kiosk(tmp_path, reader, store, FakeSigner())
        yield made
        made.close()


NETWORK = frozenset({"max_redirects", "verify", "cert", "proxies", "allow_redirects"})


@pytest.fixture
def in_process(monkeypatch):
    """schemathesis 4.32 gives its WSGI transport the network's options when it takes a token away."""
    send = WSGITransport.send
    bare = lambda self, case, **more: send(self, case, **{name: one for name, one in more.items() if name not in NETWORK})  # noqa: E731
    monkeypatch.setattr(WSGITransport, "send", bare)


def able(operation):
    """A role that may do it."""
    needed = next((one.who for one in TABLE if f"{one.method} {one.path}" == operation.label.replace(V1, "")), None)
    return Role.ADMINISTRATOR if isinstance(needed, Task) and not may(Role.SUPERVISOR, needed) else Role.SUPERVISOR


def at_the_door(kiosk):
    """A session for schemathesis; that of somebody new when it has logged out, or changed him so that he can't go on."""

    class Door:
        tickets: ClassVar = {}
        serial = count(1)

        def get(self, case, context):
            role, ticket = able(case.operation), self.tickets.get(able(case.operation))
            if ticket is None or kiosk.staff.standing(ticket.badge, ticket.id, ticket.edition) is None:
                session, user = kiosk.staff.log_in(hire(kiosk.staff, f"NEW{next(self.serial)}", role).badge, PIN)
                now = int(kiosk.clock().timestamp())
                self.tickets[role] = ticket = Ticket(session, user.badge, user.edition, now, now, "")
            with kiosk.app.test_request_context():
                return token_of(ticket)

        def set(self, case, data, context):
            case.headers["Authorization"] = f"Bearer {data}"

    return Door


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore:Generating overly large repr")  # schemathesis' own
def test_schemathesis_finds_nothing(kiosk, in_process):
    """Every operation, as a supervisor or as an administrator: between them they may do everything."""
    program = kiosk.program()
    sheet = program.open(client_name="Fictitious Freight Ltd.")  # the one that is the document's example
    for text in ("99999-001495785", "99999-001495786", "911"):
        program.scan(sheet, text)
    schema = schemathesis.openapi.from_wsgi(f"{V1}/openapi.json", kiosk.app, config=SchemathesisConfig.from_dict(BOUNDED))
    schema.auth(refresh_interval=None)(at_the_door(kiosk))
    failures, errors, seen = [], [], Counter()
    for event in schemathesis.engine.from_schema(schema).execute():
        if hasattr(event, "recorder"):
            seen.update(one.response.status_code for one in event.recorder.interactions.values() if one.response)
            checks = [check for each in event.recorder.checks.values() for check in each]
            failures += [f"{event.recorder.label}: {check.failure_info.failure}" for check in checks if check.failure_info]
        errors += [str(getattr(event, "value", None) or event.exception) for _ in [0] if type(event).__name__.endswith("Error")]

    assert (failures, errors) == ([], [])
    assert seen.total() > 500
    assert {200, 201, 202, 204, 400, 401, 404, 405, 409, 415, 422} <= set(seen)


def test_the_document_that_is_kept_is_the_one_that_is_served():
    """Renewed, after a wanted change, by RENEW_GOLDEN=1."""
    text = json.dumps(whole(), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("RENEW_GOLDEN"):
        KEPT.write_text(text, encoding="utf-8")

    assert KEPT.read_text(encoding="utf-8") == text


def test_every_operation_is_described():
    document = whole()
    operations = [one for path in document["paths"].values() for one in path.values()]

    assert len(operations) == len({one["operationId"] for one in operations}) == len(TABLE)
    for one in operations:
        assert one["summary"]
        assert {"400", "503"} <= set(one["responses"])
        assert bool(one["security"]) == ({"401", "403"} <= set(one["responses"]))


def test_every_no_is_a_problem():
    for one in TABLE:
        told = whole()["paths"][one.path][one.method.lower()]["responses"]
        said = {told[str(status)].get("$ref", one.name) for status in statuses(one)}
        assert said == {f"#/components/responses/{status}" for status in statuses(one)} or one.name == "getHealth"
    assert all(list(one["content"]) == ["application/problem+json"] for one in whole()["components"]["responses"].values())


def test_a_name_stands_for_one_shape():
    """Two dataclasses of one name would be one schema, and one of them wrong."""
    shapes = {shape for shape, _ in _shapes(TABLE)}

    assert len({shape.__name__ for shape in shapes}) == len(shapes)


def test_what_comes_in_is_closed_and_what_goes_out_is_whole():
    schemas = whole()["components"]["schemas"]
    asked = {one.body.__name__ for one in TABLE if one.body}

    assert {name for name, one in schemas.items() if one.get("additionalProperties") is False} == asked
    for name in schemas.keys() - asked - {"Problem"}:
        assert schemas[name]["required"] == list(schemas[name]["properties"])


def test_the_document_is_served_to_everybody(kiosk):
    assert kiosk.app.test_client().get(f"{V1}/openapi.json").json == json.loads(json.dumps(whole()))


def test_a_program_can_do_whatever_the_screens_can(kiosk):
    """Issue 3, 9: a new view of a screen stands in the table above, or this fails."""
    views = {rule.endpoint for rule in kiosk.app.url_map.iter_rules() if not rule.endpoint.startswith("api.")}

    assert views - BROWSERS == {f"{desk}.{view}" for desk, pairs in PAIRS.items() for view in pairs}
    assert {name for pairs in PAIRS.values() for name in pairs.values()} <= {one.name for one in TABLE}
