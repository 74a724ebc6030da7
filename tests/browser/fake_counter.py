"""A counter that does as a test wants: answers, refuses, is away, hangs up, forgets who is at work; under the product's policy.

It keeps what it got (`got`), counts a scan once by its id (`rows`), and can be killed and started again on its port.
"""

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from kiosk.words import templates, words

ROOT = Path(__file__).parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; font-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
SHEET = "K7QD.000001"
TONES = {"1": "released", "2": "held", "3": "unknown"}
"""By the last digit of the number."""
BODY = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title><meta name="csrf" content="token">
{badge}
<link rel="icon" href="/static/icon.svg"><script type="module" src="/static/js/main.js"></script></head><body data-page="{page}">
<div id="alarm" role="alert"></div><div id="announce" role="status"></div>
<button id="letters" aria-pressed="true">l</button>
<button id="mute" aria-pressed="false">m</button><input id="volume" type="range" min="0" max="100">
<button id="keys-open" data-key="?" hidden>?</button>
<dialog id="keys"><dl id="keys-list"></dl><form method="dialog"><button>x</button></form></dialog>
<main>{main}</main><a id="lamp" href="/health">State</a>{words}</body></html>"""


def script_words(lang: str) -> str:
    """The words of the scripts, as base.html has them."""
    jinja = Environment(loader=FileSystemLoader(str(templates() / "screens")), undefined=StrictUndefined, autoescape=True)
    return jinja.get_template("script_words.html").render(say=words(lang).say)


def said(key: str, n: int | None = None, **fields: Any) -> str:
    """What the scripts say, in English, however it is worded this week."""
    spoken = words("en")
    return spoken.say(f"screen.script.{key}", **fields) if n is None else spoken.count(f"screen.script.{key}", n, **fields)


class Silent(WSGIRequestHandler):
    """Nobody reads its log."""

    def log_request(self, *_: object) -> None:
        pass


@dataclass
class FakeCounter:
    """One sheet. `mood`: well, away (503), hangup, hang, login, refuse, moved, broken (500), wrong (400), html."""

    mood: str = "well"
    lang: str = "en"
    badge: str = "12345"
    """Who is at work; "" for nobody."""
    health: str | None = "good"
    """None: it can't be asked."""
    rows: list[dict[str, Any]] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    uploads: list[tuple[str, int]] = field(default_factory=list)
    session: dict[str, int] = field(default_factory=lambda: {"idle": 1800, "shift": 28800})
    streams: bool = False
    poison: dict[str, str] = field(default_factory=dict)
    """The mood for a number of its own."""
    release: threading.Event = field(default_factory=threading.Event)
    moved: threading.Condition = field(default_factory=threading.Condition)
    port: int = 0
    _server: BaseWSGIServer | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def entries(self) -> int:
        return 1 + 2 * len(self.rows) + sum(row["tone"] != row["first"] for row in self.rows)

    def start(self) -> None:
        self.release.clear()
        self._server = make_server("127.0.0.1", self.port, self.app(), threaded=True, request_handler=Silent)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def kill(self) -> None:
        self.release.set()
        with self.moved:
            self.moved.notify_all()
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    def change(self, place: int, tone: str) -> None:
        """Somebody else's doing: the row has another answer now."""
        with self.moved:
            self.rows[place - 1]["tone"] = tone
            self.moved.notify_all()

    def take(self, scan: dict[str, Any]) -> dict[str, Any]:
        """The row of a scan; sent twice, it counts once."""
        found = next((row for row in self.rows if row["scan"] == scan["id"]), None)
        if found is None:
            text = scan.get("text", "")
            tone = "unread" if "noread" in scan else TONES.get(text[-1:], "released")
            found = {"place": len(self.rows) + 1, "scan": scan["id"], "text": text, "tone": tone, "first": tone}
            if scan.get("instead"):
                found["place"] = scan["instead"]
                self.rows[scan["instead"] - 1] = found
            else:
                self.rows.append(found)
        return found

    def told(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        return {"sheet": SHEET, "entries": self.entries, "rows": [_told(row) for row in rows], "state": self.state()}

    def state(self) -> str:
        return f'<div id="state" class="stack">{len(self.rows)} rows<input type="hidden" name="seen" value="{self.entries}"></div>'

    def page(self, page: str, main: str) -> str:
        badge = f'<meta name="badge" content="{self.badge}">' if self.badge else ""
        return BODY.format(lang=self.lang, title=page, page=page, badge=badge, main=main, words=script_words(self.lang))

    def app(self) -> Flask:
        """The counter's addresses."""
        app = Flask(__name__, static_folder=None)
        app.after_request(_strict)

        def add(path: str, view_func: Any, methods: tuple[str, ...] = ("GET",)) -> None:
            app.add_url_rule(path, endpoint=path, view_func=view_func, methods=methods)

        add("/static/<path:path>", view_func=_static)
        add("/plain", view_func=lambda: self.page("home", "<p>home</p>"))
        add("/login", view_func=lambda: self.page("login", LOGIN))
        add("/health", view_func=self._health)
        add("/session", view_func=self._session)
        add("/session/stay", view_func=self._stay, methods=("POST",))
        add("/events", view_func=self._events)
        add("/one", view_func=lambda: self.page("one", ONE))
        add("/sheets", view_func=lambda: jsonify(sheet=SHEET, url=f"/one/{SHEET}"), methods=("POST",))
        add(f"/one/{SHEET}", view_func=lambda: self.page("one", self._one()))
        add(f"/sheets/{SHEET}", view_func=lambda: self.page("sheet", self._sheet()))
        add(f"/sheets/{SHEET}/rows", view_func=self._rows)
        add(f"/sheets/{SHEET}/scans", view_func=self._scan, methods=("POST",))
        add(f"/sheets/{SHEET}/forms", view_func=self._upload, methods=("POST",))
        add(f"/sheets/{SHEET}/rows/<int:row>/remove", view_func=self._remove, methods=("POST",))
        add("/stamped", view_func=lambda: self.page("proof", "stamped"), methods=("POST",))
        return app

    def _sheet(self) -> str:
        logout = '<form action="/logout" method="post"></form>'
        html = "".join(_told(row)["html"] for row in self.rows)
        return logout + SHEET_MAIN.format(sheet=SHEET, entries=self.entries, rows=html, state=self.state())

    def _one(self) -> str:
        row = self.rows[-1]
        known = f'data-place="{row["place"]}" data-scan="{row["scan"]}" data-tone="{row["tone"]}"'
        answer = f'<div class="answer" {known}>{row["text"]}</div>'
        urls = f'data-sheet="{SHEET}" data-entries="{self.entries}"'
        urls += f' data-scans-url="/sheets/{SHEET}/scans" data-rows-url="/sheets/{SHEET}/rows"'
        return ONE.replace('data-mode="one"', f'data-mode="one" {urls}').replace(
            '<div id="rows"></div>', f'<div id="rows">{answer}</div>'
        )

    def _scan(self) -> Any:
        if request.get_json()["badge"] != self.badge:
            self.asked.append(f"as {request.get_json()['badge']}")
            return _problem(401, "other-badge")
        self.got.append(request.get_json())
        mood = self.poison.get(request.get_json().get("text"), self.mood)
        if request.headers["X-CSRF-Token"] != "token":
            return _problem(403)
        match mood:
            case "hang":
                self.release.wait(20)
                return _problem(503)
            case "hangup":  # taken, but the answer gets lost
                self.take(request.get_json())
                request.environ["werkzeug.socket"].shutdown(2)
                return ""
            case "moved":
                self.mood = "well"
                return _problem(409)
            case "html":
                return "<p>a proxy's page</p>"
            case "well":
                return jsonify(self.told([self.take(request.get_json())]))
        return _problem({"away": 503, "login": 401, "refuse": 422, "broken": 500, "wrong": 400}[mood])

    def _rows(self) -> Any:
        assert request.headers["X-Background"] == "1"
        self.asked.append("rows")
        return jsonify(self.told(self.rows)) if self.mood == "well" else _problem(503)

    def _remove(self, row: int) -> Any:
        if not request.form["reason"]:
            return _problem(422)
        self.rows[row - 1]["tone"] = "removed"
        return jsonify(self.told(self.rows))

    def _upload(self) -> Any:
        file = request.files["file"]
        if file.filename.endswith(".txt"):
            return _problem(422)
        self.uploads.append((file.filename, len(file.read())))
        return jsonify(document="d" * 64)

    def _health(self) -> Any:
        assert (request.headers["X-Background"], request.headers["Accept"]) == ("1", "application/json")
        return jsonify(state=self.health) if self.health else _problem(503)

    def _session(self) -> Any:
        assert request.headers["X-Background"] == "1"
        return jsonify(self.session | {"badge": "12345", "csrf": "token"})

    def _stay(self) -> Any:
        self.session = {"idle": 1800, "shift": 28800}
        return jsonify(self.session | {"badge": "12345", "csrf": "token"})

    def _events(self) -> Any:
        self.asked.append("events")
        if not self.streams:
            return Response("", 503)

        def told(known: int) -> Iterator[str]:
            yield "retry: 100\n\n"
            while not self.release.is_set():
                with self.moved:
                    self.moved.wait_for(lambda known=known: self.entries != known or self.release.is_set(), 20)
                if self.entries != known:
                    known = self.entries
                    yield f'event: moved\nid: {known}\ndata: {{"sheet": "{SHEET}", "entries": {known}}}\n\n'

        return Response(told(int(request.args["entries"])), content_type="text/event-stream")


def _static(path: str) -> Response:
    """Read at once: a browser that leaves in the middle of an answer leaves no file open."""
    return Response((ROOT / "kiosk" / "web" / "static" / path).read_bytes(), mimetype=mimetypes.guess_type(path)[0])


def _strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _problem(status: int, code: str = "x") -> Response:
    body = jsonify(title=f"problem {status}", status=status, code=code, detail="")
    body.status_code, body.content_type = status, "application/problem+json"
    return body


def _told(row: dict[str, Any]) -> dict[str, Any]:
    html = (
        f'<tr id="row-{row["place"]}" class="row" data-place="{row["place"]}" data-scan="{row["scan"]}" data-tone="{row["tone"]}" '
        f'data-as-of="2026-11-22T15:04:05+00:00" data-stale="old">'
        f'<th class="place">{row["place"]}</th><td class="number">{row["text"]}</td>'
        f'<td class="mark-cell">{row["tone"]}</td><td class="as-of">15:04</td><td class="acts">'
        f'<button type="button" data-instead="{row["place"]}">i</button><button type="button" data-remove="{row["place"]}" '
        f'aria-label="Remove row {row["place"]}">x</button></td></tr>'
    )
    kind = "faulty" if row["tone"] == "unread" else "line"
    said = f"Row {row['place']}: {row['text']} {row['tone']}"
    return {"place": row["place"], "scan": row["scan"], "kind": kind, "tone": row["tone"], "html": html, "said": said}


SHEET_MAIN = """<section id="sheet" data-mode="sheet" data-sheet="{sheet}" data-entries="{entries}"
data-scans-url="/sheets/{sheet}/scans"
data-rows-url="/sheets/{sheet}/rows" data-events-url="/events?sheet={sheet}" data-forms-url="/sheets/{sheet}/forms">
<div id="outbox" hidden></div>
<div id="instead" hidden data-said="stands for row {{row}}"><span></span><button data-instead-off="">x</button></div>
<table><tbody id="rows">{rows}</tbody></table>{state}
<form id="type"><input id="typed" name="typed"></form>
<form id="note"><input id="other"><select id="chosen"><option>A</option><option>9</option></select>
<button type="button" id="go" data-key="g">Go</button></form>
<form id="stamp-form" method="post" action="/stamped"><button data-key="s">Stamp</button></form>
<ul id="uploads"></ul><div class="drop"><input type="file" id="files" multiple></div><button data-camera>Camera</button>
<dialog id="camera"></dialog>
<dialog id="remove"><form id="remove-form" method="post" data-action="/sheets/{sheet}/rows/ROW/remove">
<input type="hidden" name="seen" value="1">
<p id="remove-what"></p><input name="reason" id="reason"><button>Remove</button></form></dialog></section>"""
ONE = '<section id="sheet" data-mode="one" data-begin-url="/sheets"><div id="outbox" hidden></div><div id="rows"></div></section>'
LOGIN = '<form id="login"><input id="badge" name="badge" data-scan-into="next"><input id="pin" type="password" name="pin"></form>'


@contextmanager
def fake_counter(**more: Any) -> Iterator[FakeCounter]:
    """A counter at work; killed at the end."""
    counter = FakeCounter(**more)
    counter.start()
    try:
        yield counter
    finally:
        counter.kill()
