"""A counter with a staff, a real record, and browsers before it: the pages of log-in and users, and a few that need a session."""

import re
from dataclasses import dataclass, field
from typing import ClassVar
from zoneinfo import ZoneInfo

from flask import Flask, g, jsonify
from jinja2 import BytecodeCache

from kiosk.adapters.pins import ArgonPins
from kiosk.core.user import Role, Task
from kiosk.desks.staff import Staff
from kiosk.web import errors, screen, security, session
from kiosk.web.admin import admin
from kiosk.web.house import House, Rules, house, settle
from kiosk.web.login import login
from kiosk.web.look import look
from tests.fakes import FakeClock

PIN, OTHER = "483920", "770183"
FAST = ArgonPins(memory=8, passes=1, lanes=1)


class Compiled(BytecodeCache):
    """The templates, compiled once for all the applications of a run."""

    known: ClassVar = {}

    def load_bytecode(self, bucket):
        """What is known of a template."""
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket):
        """Keep what was compiled."""
        self.known[bucket.key] = bucket.bytecode_to_string()


def staff_of(journal, clock, station="K7QD"):
    """A staff whose PINs are quick to check."""
    return Staff.of(journal, FAST, clock, station)


def hire(staff, badge="A1001", role=Role.ADMINISTRATOR, pin=PIN):
    """Somebody who has chosen his own PIN; an operator of warehouse 9453."""
    staff.add(badge, f"Name of {badge}", role, pin, badge, "9453")
    return staff.find(badge)


@dataclass
class Office:
    """A kiosk with one administrator, A1001; time stands still until it is let pass."""

    journal: object
    rules: Rules = field(default_factory=Rules)
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self):
        self.staff = staff_of(self.journal, self.clock)
        hire(self.staff)
        self.app = app_of(self.staff, self.clock, self.rules)

    def browser(self):
        """A browser that nobody has used yet."""
        return Browser(self.app)

    def at_work(self, badge="A1001", pin=PIN):
        """A browser in which a badge has logged in."""
        browser = self.browser()
        assert browser.log_in(badge, pin).status_code == 303
        return browser

    def facts(self, kind):
        """The facts of a kind that the record has, oldest first."""
        return [one.entry for one in self.journal.find(kind=kind)]


def app_of(staff, clock, rules):
    """The application: our pages as they are, and others' as far as a session has to do with them."""
    nothing = dict.fromkeys(name for name in House.__dataclass_fields__ if name not in {"language", "specimen", "rules"})
    house = House(
        **{**nothing, "staff": staff, "clock": clock, "zone": ZoneInfo("America/Toronto"), "station": "K7QD"}
        | {"office": "0453", "agency": "", "secret": b"only for tests", "rules": rules, "journal": staff.roll.journal}
    )
    app = Flask("kiosk.web", static_folder="static", static_url_path="/static")
    settle(app.extensions, house)
    screen.furnish(app)
    app.jinja_options["bytecode_cache"] = Compiled()
    errors.install(app)
    security.install(app, rules)
    session.install(app)
    for desk in (login, look, admin):
        app.register_blueprint(desk)
    _others(app)
    return app


def _others(app):
    """Pages for whoever works here, an administrator, too."""
    staff = session.needs(Task.DEVICES)
    app.add_url_rule("/", "home", staff(lambda: f"at work: {g.session.badge}"))
    app.add_url_rule("/sheets/<number>", "sheet", staff(lambda number: f"{number} by {g.session.badge}"))
    app.add_url_rule("/sheets/<number>/stamp", "stamp", staff(lambda number: f"{number} stamped"), methods=["POST"])
    app.add_url_rule("/sheets/<number>/scans", "scans", staff(lambda number: jsonify(sheet=number)), methods=["POST"])
    app.add_url_rule("/unsaid", "unsaid", lambda: "for officers")
    app.add_url_rule("/void", "void", session.needs(Task.VOID)(lambda: "voided"), methods=["POST"])
    app.add_url_rule("/bare", "bare", session.free(lambda: "for everybody"))


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies, and sends the token of the page that it last saw."""

    app: Flask

    def __post_init__(self):
        self.client = self.app.test_client()
        self.csrf = ""

    def get(self, path, **headers):
        """Open a page."""
        return self._seen(self.client.get(path, headers=_headers(headers)))

    def post(self, path, headers=None, **fields):
        """Send a form of the last page."""
        return self._seen(self.client.post(path, data={"csrf": self.csrf, **fields}, headers=headers or {}))

    def fetch(self, path, token=None, *, background=False, method="POST"):
        """Ask as a script does."""
        headers = {"Accept": "application/json", "X-CSRF-Token": self.csrf if token is None else token}
        return self.client.open(path, method=method, headers=headers | ({"X-Background": "1"} if background else {}))

    def log_in(self, badge="A1001", pin=PIN, back="/"):
        """Log in by the page."""
        self.get("/login")
        answer = self.post("/login", badge=badge, pin=pin, next=back)
        if answer.status_code == 303 and not answer.location.startswith("/pin"):
            self.csrf = self.fetch("/session", background=True, method="GET").json["csrf"]
        elif answer.status_code == 303:
            self.get(answer.location)
        return answer

    @property
    def ticket(self):
        """The cookie that proves a session."""
        return self.client.get_cookie("session")

    def _seen(self, answer):
        if found := re.search(r'<meta name="csrf" content="([^"]*)"', answer.text):
            self.csrf = found[1]
        return answer


def _headers(named):
    return {name.replace("_", "-"): value for name, value in named.items()}


def whole_app(office):
    """The application with every desk, for an office; parts that no session has to do with are not there."""
    from kiosk.web import create_app

    with office.app.app_context():
        return create_app(house())


GIVEN = {"number": "K7QD.000001", "digest": "0" * 64, "document": "0" * 64, "day": "2026-11-22", "badge": "B2002", "kind": "ccn"}
"""What stands in an address; where nothing is said, 1."""


def address(rule):
    """An address of a route, where nothing is."""
    whole, *parts = rule.split("<")
    for name, _, rest in (one.partition(">") for one in parts):
        whole += ("1" if name.startswith("int:") else GIVEN.get(name.rpartition(":")[2], "1")) + rest
    return whole


def every_address(app):
    """The addresses of an application, with something in their places: method, path, endpoint."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"OPTIONS"}) if rule.endpoint != "static" else ():
            yield method, address(rule.rule), rule.endpoint
