"""Whole forms in the browser: put on the page, read, shown with each row's place, given back (Q4, Q10, D4)."""

import io
import re
from queue import Queue
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pytest
from flask import Flask
from PIL import Image

from drivers.pages import Reader
from kiosk.adapters.pdf import PdfPaper
from kiosk.adapters.sql import SqlJournal
from kiosk.core.faults import Refusal
from kiosk.core.journal import FormReceived
from kiosk.core.sheet import Faulty, Header
from kiosk.core.user import Role
from kiosk.desks.counter import Counter
from kiosk.desks.intake import Intake, State
from kiosk.desks.press import OwnPress
from kiosk.station.forms import FormReader
from kiosk.web import board, bond, counter, errors, forms, login, look, printing, screen, security, session
from kiosk.web.house import House, Rules, settle
from kiosk.web.leaves import MARGIN
from kiosk.web.sheets import Sheets
from tests.drivers.pictures import saved
from tests.drivers.pictures import sheet as drawn
from tests.fakes import FakeClock, FakeSigner, FakeStore, Fragile, real_seal, scan, transaction
from tests.kiosk.web.staff_samples import Browser, hire, staff_of

BADGE, HEADER = "12345", Header("0453", "Fictitious Freight Ltd.", "C-1", "555-0100")
NUMBERS = [f"99999-{n:09d}" for n in range(1, 14)]
WRONG = (NUMBERS[1], NUMBERS[2])
"""Printed is one number, in the bars another."""
LONG = 60


PARTS = "multipart/form-data; boundary=x"


def parts(csrf, files):
    """The body of a request with files, as a browser makes it."""
    head = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    named = [(b"file", b'; filename="' + name.encode() + b'"', content) for name, content in files]
    return b"".join(head % part for part in [(b"csrf", b"", csrf.encode()), *named]) + b"--x--\r\n"


def form(numbers=NUMBERS[:2], blank=0):
    return PdfPaper().form(HEADER, numbers, "code128", blank)


FORM = form()
FAULTY = form([NUMBERS[0], WRONG])
FINE = saved(
    cv2.resize(drawn((NUMBERS[0], "Code39", 300, 400)), None, fx=0.22, fy=0.22, interpolation=cv2.INTER_AREA), dpi=(66, 66)
)
"""A page whose narrow bars are less than a pixel."""


class Post:
    """A kiosk with one officer, in whose browser the counter is open on a sheet."""

    def __init__(self, folder, reader):
        self.clock, self.told = FakeClock(), Queue()
        self.store = FakeStore(self.clock)
        self.store.put(transaction(NUMBERS[0]))
        self.journal = Fragile(SqlJournal(f"sqlite:///{folder / 'record.sqlite3'}"))
        self.counter = Counter(self.store, self.journal, self.clock, "K7QD")
        self.intake, self.reader = Intake(self.journal, self.clock, most=1_000_000), reader
        self.forms = FormReader(self.counter, self.intake, reader, self.told.put)
        self.press = OwnPress.of(PdfPaper(), real_seal(), FakeSigner())
        self.staff = staff_of(self.journal, self.clock)
        hire(self.staff, BADGE, Role.BSO)
        self.app = self._app()
        self.browser = Browser(self.app)
        self.browser.log_in(BADGE)
        self.sheet = self.counter.open(HEADER, BADGE).number
        self.forms.start()

    def _app(self):
        named = {
            "station": "K7QD",
            "office": "0453",
            "badge": "[0-9]+",
            "agency": "",
            "authority": "x",
            "secret": b"only for tests",
        }
        parts = {name: getattr(self, name, None) for name in House.__dataclass_fields__}
        parts |= named | {
            "zone": ZoneInfo("America/Toronto"),
            "language": "en",
            "specimen": True,
            "rules": Rules(upload_megabytes=2),
        }
        app = Flask("kiosk.web", static_folder="static", static_url_path="/static")
        settle(app.extensions, house := House(**parts))
        app.extensions[counter.SHEETS] = Sheets()
        screen.furnish(app)
        errors.install(app)
        security.install(app, parts["rules"])
        session.install(app)
        board.install(app, house)
        printing.install(app)
        bond.install(app)
        for desk in (login.login, look.look, counter.counter, forms.forms):
            app.register_blueprint(desk)
        return app

    def put(self, *files, script=True, browser=None):
        """Files put on the page: pairs of name and bytes."""
        browser = browser or self.browser
        headers = {"Accept": "application/json"} if script else {}
        return browser.client.post(self.url(), data=parts(browser.csrf, files), content_type=PARTS, headers=headers)

    def url(self, *more):
        return "/".join(("/sheets", self.sheet, "forms", *map(str, more)))

    def get(self, path, **headers):
        return self.browser.client.get(path, headers=headers)

    def told_now(self):
        return self.get(self.url(), Accept="application/json").json

    def post(self, path, **fields):
        return self.browser.client.post(path, data={"csrf": self.browser.csrf, **fields}, headers={"Accept": "application/json"})

    def read(self, *contents):
        """Files put on the page and read to their end."""
        for n, content in enumerate(contents):
            assert self.put((f"{n}.pdf", content)).status_code == 200
        while any(one.open for one in self.intake.forms(self.sheet)):
            self.told.get(timeout=LONG)
        return self.intake.forms(self.sheet)

    @property
    def rows(self):
        return self.counter.find(self.sheet).rows

    def close(self):
        self.journal.healthy = None
        assert self.forms.stop(LONG)
        self.journal.close()


@pytest.fixture(scope="module")
def reader():
    with Reader() as reader:
        yield reader


@pytest.fixture
def post(tmp_path, reader):
    post = Post(tmp_path, reader)
    yield post
    post.close()


def size(reply):
    return Image.open(io.BytesIO(reply.data)).size


def test_a_form_put_on_the_page_is_recorded_read_and_told(post):
    """Q4, D4: what came of it is said at once; its rows follow."""
    reply = post.put(("my form.pdf", FORM)).json
    (done,) = post.read()
    now = post.told_now()

    assert (reply["file"], reply["state"], reply["pages"]) == ("my form.pdf", "waiting", None)
    assert reply["forms"][0]["document"] == reply["document"] == done.document
    assert reply["refused"] == []
    assert (now["forms"][0]["state"], now["forms"][0]["page"], now["forms"][0]["pages"]) == ("read", 1, 1)
    (page,) = now["forms"][0]["read"]
    assert page == {"page": 0, "scans": 2, "unread": 0, "width": 2550, "height": 3300, "dial": "strict"}
    assert now["entries"] == post.counter.find(post.sheet).entries
    assert [row.asked.text for row in post.rows] == NUMBERS[:2]


def test_who_put_it_there_is_in_the_record(post):
    post.read(FORM)

    (received,) = post.journal.find(kind="FormReceived")
    assert (received.entry.by, type(received.entry.fact)) == (BADGE, FormReceived)


def test_one_file_that_is_refused_holds_up_no_other(post):
    """Q4: each has words of its own."""
    reply = post.put(("a.pdf", FORM), ("b.pdf", b"<html>"), ("c.pdf", FORM), ("d.pdf", FAULTY))

    assert reply.status_code == 200
    assert [one["file"] for one in reply.json["forms"]] == ["a.pdf", "d.pdf"]
    assert [(one["file"], one["code"]) for one in reply.json["refused"]] == [("b.pdf", "not-a-form"), ("c.pdf", "form-again")]
    assert all(one["title"] and one["detail"] for one in reply.json["refused"])


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "form-empty"),
        (b"GIF89a", 422, "not-a-form"),
        (b"%PDF-" + bytes(1_000_000), 422, "form-too-large"),
        (b"%PDF-" + bytes(3_000_000), 413, "http-413"),
    ],
)
def test_what_is_no_form_is_refused_in_words(post, content, status, code):
    reply = post.put(("a.pdf", content))

    assert (reply.status_code, reply.json["code"], reply.content_type) == (status, code, "application/problem+json")
    assert reply.json["title"]
    assert post.intake.forms(post.sheet) == ()


def test_a_large_form_is_taken_whole(post):
    """More than what is held in memory while it comes."""
    large = saved(np.random.default_rng(1).integers(0, 255, (900, 900), np.uint8))
    (done,) = post.read(large)

    assert len(large) > 500_000
    assert post.intake.original(done) == large


def test_no_file_at_all_is_refused_in_words(post):
    assert post.post(post.url()).json["code"] == "form-empty"


def test_without_a_script_it_goes_back_to_the_page(post):
    assert post.put(("a.pdf", FORM), script=False).location == f"/sheets/{post.sheet}"
    assert post.put(("a.pdf", FORM), script=False).status_code == 422


@pytest.mark.parametrize("how", ["token", "session"])
def test_nobody_puts_a_form_there_who_has_not_logged_in_at_this_page(post, how):
    """Q10."""
    stranger = Browser(post.app)
    if how == "token":
        stranger.client.set_cookie("session", post.browser.ticket.value)
        stranger.csrf = "wrong"
    reply = post.put(("a.pdf", FORM), browser=stranger)

    assert reply.status_code in {401, 403}
    assert post.intake.forms(post.sheet) == ()


def test_every_picture_needs_somebody_at_work(post):
    """A client's form is nobody else's business."""
    (done,) = post.read(FORM)
    stranger = post.app.test_client()

    for path in (
        post.url(),
        post.url(done.document, "0.png"),
        post.url(done.document, 0, "cutouts", "1.png"),
        f"/documents/{'0' * 64}/0.png",
    ):
        assert stranger.get(path, headers={"Accept": "application/json"}).status_code == 401


def test_a_page_is_shown_as_pixels_and_nothing_of_the_file(post):
    """D4: a client's bytes go to no browser."""
    (done,) = post.read(FORM)
    reply = post.get(post.url(done.document, "0.png"))

    assert (reply.status_code, reply.content_type, size(reply)) == (200, "image/png", (1000, 1294))
    assert size(post.get(post.url(done.document, "0.png?width=400"))) == (400, 518)
    assert post.get(post.url(done.document, "0.png?width=100000")).status_code == 400
    assert Image.open(io.BytesIO(reply.data)).mode == "L"
    assert b"PDF" not in reply.data


def test_a_client_s_own_file_is_served_at_no_address(post):
    (done,) = post.read(FORM)

    for path in (f"/documents/{done.document}.pdf", f"/documents/{done.document}/0.png", f"/documents/{done.document}"):
        assert post.get(path).status_code == 404


def test_a_picture_that_the_browser_has_is_not_drawn_again(post):
    (done,) = post.read(FORM)
    first = post.get(post.url(done.document, "0.png"))
    again = post.get(post.url(done.document, "0.png"), If_None_Match=first.headers["ETag"])

    assert (again.status_code, again.data) == (304, b"")
    assert {"private", "no-cache"} <= set(re.split(r", ?", first.headers["Cache-Control"]))
    assert first.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["1.png", "0/cutouts/1.png", "0/cutouts/9.png", "0/cutouts/0.png", "1/cutouts/2.png"])
def test_what_is_not_there_is_not_found(post, path):
    """Row 1 was typed in, row 2 is not on page 2."""
    post.counter.scan(post.counter.find(post.sheet), [scan(NUMBERS[9])], BADGE)
    (done,) = post.read(FAULTY)

    assert post.get(post.url(done.document, path)).status_code == 404
    assert post.get(post.url("ab" * 32, path)).status_code == 404


def test_a_place_is_cut_out_with_its_margin(post):
    """Q4: the client sees which row."""
    (done,) = post.read(FAULTY)
    x0, y0, x1, y1 = post.rows[1].where.box

    assert post.rows[1].refusal.code == "printed-differs"
    assert size(post.get(post.url(done.document, 0, "cutouts", "2.png"))) == (x1 - x0 + 40, y1 - y0 + 40)


def test_each_row_s_place_is_outlined_on_the_picture(post):
    """Q4: in the picture's own pixels, with colour, pattern and number."""
    post.read(FAULTY)
    html = post.told_now()["html"]
    x0, y0, x1, y1 = post.rows[0].asked.where.box

    assert 'viewBox="0 0 2550 3300"' in html
    outline = f'x="{x0 - MARGIN}" y="{y0 - MARGIN}" width="{x1 - x0 + 2 * MARGIN}" height="{y1 - y0 + 2 * MARGIN}"'
    assert f'<rect class="outline" data-tone="released" {outline}' in html
    assert re.search(r'data-tone="unread" x="\d+".*?stroke-dasharray="10 3 3 3"', html)
    assert re.search(r'href="#row-1".*?>1 R</text>', html)
    assert html.count('class="cutout"') == 1
    assert 'data-instead="2"' in html
    assert "style=" not in html


def test_a_removed_row_keeps_its_place_and_wants_no_hand(post):
    post.read(FAULTY)
    post.counter.remove(post.counter.find(post.sheet), 2, "misprint", BADGE)
    html = post.told_now()["html"]

    assert 'class="outline" data-tone="removed"' in html
    assert 'class="cutout"' not in html


def test_a_form_that_cannot_be_drawn_is_shown_without_a_picture(post):
    (done,) = post.read(b"%PDF-1.4 broken %%EOF")
    told = post.told_now()

    assert told["forms"][0]["state"] == "read"
    assert "<img" not in told["html"]
    assert "There is no picture of this page." in told["html"]
    assert post.get(post.url(done.document, "0.png")).status_code == 404
    assert isinstance(post.rows[0], Faulty)


def test_what_a_client_calls_his_file_is_shown_and_not_obeyed(post):
    post.put(("<img src=x onerror=alert(1)>.pdf", FORM))
    post.read()

    assert "<img src=x" not in post.told_now()["html"]
    assert "&lt;img src=x" in post.told_now()["html"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_state_has_its_words(post, language):
    """A form that is read, one that waits, one that ended, one that was given up."""
    post.read(FORM)
    post.journal.healthy = None
    for n, name in enumerate(("waits", "ended", "given-up")):
        one = post.intake.receive(post.sheet, f"{name}.pdf", FAULTY + bytes([n]), BADGE)
        if name == "ended":
            post.intake.ended(one, Refusal("form-failed"))
        if name == "given-up":
            post.intake.give_up(post.sheet, one.document, "torn", BADGE)
    post.browser.client.set_cookie("lang", language)
    post.forms.stop(LONG)
    html = post.told_now()["html"]

    assert [one["state"] for one in post.told_now()["forms"]] == ["read", "waiting", "ended", "given-up"]
    assert all(one["title"] for one in post.told_now()["forms"])
    assert html.count("/again") == 1
    assert html.count("/give-up") == 2
    assert post.get(f"/sheets/{post.sheet}").status_code == 200


def test_a_form_that_nobody_reads_is_read_on_when_its_sheet_is_looked_at(post):
    """Q10: older than what a start looks for."""
    post.intake.receive(post.sheet, "a.pdf", FORM, BADGE)
    post.told_now()

    assert post.read()[0].state is State.READ


def test_a_form_that_ended_can_be_read_again_and_one_that_is_not_there_cannot(post):
    one = post.intake.receive(post.sheet, "a.pdf", FORM, BADGE)
    post.intake.ended(one, Refusal("form-failed"))
    reply = post.post(post.url(one.document, "again"))
    while post.intake.form(post.sheet, one.document).state is not State.READ:
        post.told.get(timeout=LONG)

    assert reply.status_code == 200
    assert len(post.rows) == 2
    assert post.post(post.url("ab" * 32, "again")).status_code == 404


def test_the_rest_of_a_form_is_given_up_with_a_reason_only(post):
    """Q9: until then the sheet can't be stamped."""
    one = post.intake.receive(post.sheet, "a.pdf", FORM, BADGE)
    bare = post.post(post.url(one.document, "give-up"))
    said = post.post(post.url(one.document, "give-up"), reason="torn")

    assert (bare.status_code, bare.json["code"]) == (422, "form-no-reason")
    assert (said.status_code, said.json["state"]) == (200, "given-up")
    assert post.counter.find(post.sheet).unread == frozenset()


def test_the_slip_shows_the_places_of_the_rows(post):
    """Q4: a picture for each row that has a place, and of a page without any; none of a page that can't be drawn, or of a scan."""
    post.counter.scan(post.counter.find(post.sheet), [scan("?")], BADGE)
    post.read(FAULTY, b"%PDF-1.4 broken %%EOF", saved(drawn()))
    with post.app.test_request_context():
        found = forms.cutouts(post.counter.find(post.sheet))

    assert [type(row) for row in post.rows].count(Faulty) == 4
    assert [row.refusal.fields.get("why") for row in post.rows[3:]] == ["unreadable-file", "no-barcode"]
    assert sorted(found) == [3, 5]
    assert all(one.startswith(b"\x89PNG") for one in found.values())
    assert Image.open(io.BytesIO(found[5])).size == (1000, 1294)


def test_a_place_that_was_not_read_says_why_in_figures_and_what_to_do(post):
    """Q4: beside its picture, in the row and on the page."""
    post.read(FINE)
    place, row = next((n, row) for n, row in enumerate(post.rows, 1) if isinstance(row, Faulty))
    page = post.get(f"/sheets/{post.sheet}").text
    (one,) = post.intake.forms(post.sheet)

    assert row.refusal.fields["why"] == "too-fine"
    assert {"narrow", "mil", "now", "dpi"} <= set(row.refusal.fields)
    assert page.count(f"mil; at {row.refusal.fields['now']} dpi they cannot be told apart.") == 2
    assert page.count(f"Scan at {row.refusal.fields['dpi']} dpi or more") == 2
    assert size(post.get(post.url(one.document, 0, "cutouts", f"{place}.png")))[0] > 40


def test_a_slip_is_drawn_though_a_form_is_no_longer_kept(post):
    post.read(FAULTY)
    post.clock.let_pass(days=7 * 366)
    post.journal.expire(post.clock(), "station")
    with post.app.test_request_context():
        assert forms.cutouts(post.counter.find(post.sheet)) == {}


def test_the_stamped_sheet_is_shown_as_pictures_beside_the_original(post):
    post.read(FORM)
    post.counter.stamp(post.counter.find(post.sheet), BADGE, post.press)
    digest = post.counter.stamping(post.sheet).document

    assert size(post.get(f"/documents/{digest}/0.png"))[0] == 1000
    assert post.get(f"/documents/{digest}/9.png").status_code == 404
    assert post.get(f"/documents/{'0' * 64}/0.png").status_code == 404
    shown = post.get(f"/sheets/{post.sheet}").text
    assert f"/documents/{digest}/0.png" in shown
    assert post.put(("b.pdf", FAULTY)).json["code"] == "stamped-already"


def test_the_page_itself_shows_forms_and_where_to_drop_them(post):
    post.read(FAULTY)
    page = post.get(f"/sheets/{post.sheet}").text

    assert 'id="files"' in page
    assert "data-camera" in page
    assert page.count('class="outline"') == 2
    assert "not read to" not in page
