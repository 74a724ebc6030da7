"""The gate, the register and the free routes with an enemy's eyes (issue 6, 8)."""

import struct
import zlib

import pytest

from drivers.pages import Reader
from kiosk.core.sheet import Header
from kiosk.core.user import Role
from tests.fakes import NOON
from tests.kiosk.desks.gate_samples import OTHER, drawn, png
from tests.kiosk.web.gate_kiosk import BSO, KEEPER, GateKiosk
from tests.kiosk.web.staff_samples import PIN, Browser

LARGE = 700_000
"""Bytes: what a phone's camera makes has a few times as many."""


@pytest.fixture(scope="module")
def reader():
    with Reader(processes=1) as reader:
        yield reader


@pytest.fixture
def kiosk(reader, tmp_path):
    kiosk = GateKiosk(tmp_path, reader)
    yield kiosk
    kiosk.close()


def large(picture):
    """The same picture with something in it that nobody sees, as cameras put it there."""
    about = b"tEXtComment\0" + b"x" * LARGE
    chunk = struct.pack(">I", len(about) - 4) + about + struct.pack(">I", zlib.crc32(about))
    return picture[:33] + chunk + picture[33:]


def parts(file, **fields):
    """A form as browsers send it. (The test client would keep a large one in a file, and leave it open.)"""
    texts = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields.items())
    head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    return {"data": (texts + head).encode() + file + b"\r\n--x--\r\n", "content_type": "multipart/form-data; boundary=x"}


def test_a_photograph_of_the_paper_may_be_as_large_as_cameras_make_them(kiosk):
    """P2: half a megabyte was the most that the gate took."""
    picture = large(png(drawn(kiosk.journal.document(kiosk.counter.stamping(kiosk.sheet).document).split(b"\nsigned")[0])))
    browser, program = kiosk.browser(), kiosk.program(KEEPER)
    browser.get("/gate")
    paper = {"number": OTHER, "paper_kind": "ccd", "office": "453", "stamped_on": str(NOON.date()), "reason": "by phone"}

    answer = browser.client.post("/gate", **parts(picture, csrf=browser.csrf))
    assert (answer.status_code, "RELEASE 1 OF 2" in browser.get(answer.location).text) == (303, True)
    assert browser.client.post("/gate/paper", **parts(picture, csrf=browser.csrf, **paper)).status_code == 303
    assert program.ask("POST", "/gate/files", **parts(picture)).json["verdict"] == "some"
    assert program.ask("POST", "/gate/papers", query_string=paper, **parts(picture)).status_code == 201


# --- an operator and other warehouses ---------------------------------------------------------------------------------


def test_what_was_brought_to_another_warehouse_is_none_of_an_operator_s_business(kiosk):
    """Issue 6, 8: the seals name the client and his goods, and the presentations are numbered one after the other."""
    kiosk.staff.add("W8001", "Somebody else's", Role.WAREHOUSE, PIN, "A1001", "8888")
    picture = png(drawn(kiosk.house.press.slip(Header("0453"), [], NOON))[:400])
    query = {"number": OTHER, "paper_kind": "ccd", "office": "453", "stamped_on": str(NOON.date()), "reason": "by phone"}
    kiosk.staff.change_pin("W8001", PIN, "428317")
    ours, officer = kiosk.program(KEEPER), kiosk.program(BSO)
    seal = ours.post("/gate/presentations", text=kiosk.text, id="scan-000001").json["presentation"]
    paper = ours.ask("POST", "/gate/papers", query_string=query, **parts(picture)).json["paper"]
    by_officer = officer.post("/gate/presentations", text=kiosk.text, id="scan-000002").json["presentation"]
    theirs = Browser(kiosk.app)
    assert theirs.log_in("W8001", "428317").status_code == 303

    hidden = (f"/gate/{seal}", f"/gate/paper/{paper}", f"/gate/paper/{paper}.png", f"/register/out?presentation={seal}")
    told = (f"/api/v1/gate/presentations/{seal}", f"/api/v1/gate/papers/{paper}", f"/api/v1/gate/papers/{paper}/picture")
    assert [theirs.client.get(path).status_code for path in (*hidden, *told)] == [404] * 7
    assert f"/gate/{seal}" not in theirs.get("/gate").text
    assert theirs.get(f"/gate/{by_officer}").status_code == 200  # who let it in may have handed it over
    operator = kiosk.browser()
    assert {operator.client.get(path).status_code for path in (*hidden[:3], *told)} == {200}


# --- a screen that is left to clients ---------------------------------------------------------------------------------


def test_who_stands_at_a_client_s_screen_keeps_no_officer_from_logging_in(kiosk):
    """Fault 5: badges stand on every stamped sheet, and ten wrong PINs there cost an officer a quarter of an hour at his desk."""
    screen = Browser(kiosk.app)
    screen.log_in(BSO)
    assert screen.post("/client/open").status_code == 303
    screen.get("/login")
    said = [screen.post("/login", badge=BSO, pin="999999").status_code for _ in range(31)]

    assert set(said) == {422, 429}
    desk = Browser(kiosk.app)
    assert desk.log_in(BSO).status_code == 303
    assert screen.post("/login", badge=BSO, pin=PIN).status_code == 429  # there, nobody tries PINs faster for it
