"""What every answer carries and every request must fit: nothing from outside, nothing kept, nothing too big (issue 3, 8 and 9)."""

import re

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kiosk.web import security
from kiosk.web.house import Rules
from kiosk.web.security import HEADERS, Shelf, behind_proxy, is_ours

HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "main.js").write_text("import './other.js'")
    (tmp_path / "app.css").write_text("body {}")
    (tmp_path / "marks.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "type.woff2").write_bytes(b"wOF2")
    return tmp_path


class Client(FlaskClient):
    """A client that reads each answer to its end and closes it, as browsers do."""

    def open(self, *args, **more):
        return super().open(*args, buffered=True, **more)


@pytest.fixture
def make(folder):
    """An application with one page, one form and the rules given."""

    def make(**rules):
        app = Flask("small", static_folder=str(folder), static_url_path="/static")
        app.test_client_class = Client
        security.install(app, Rules(**rules))
        app.add_url_rule("/", "page", lambda: "page")
        app.add_url_rule("/from", "from", lambda: f"{request.remote_addr} {request.scheme} {request.host}")
        app.add_url_rule("/forms", "form", lambda: str(len(request.form) + len(request.files)), methods=["POST"])
        app.add_url_rule("/json", "json", lambda: str(len(request.get_json())), methods=["POST"])
        return app

    return make


# --- headers ----------------------------------------------------------------------------------------------------------


def test_every_answer_has_every_header_a_no_and_a_file_too(make):
    client = make().test_client()
    for path in ("/", "/nowhere", "/static/app.css", "/json"):
        answer = client.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (path, name)


def test_the_policy_has_no_exception():
    """Nothing inline, nothing evaluated, nothing from elsewhere, no wildcard."""
    policy = HEADERS["Content-Security-Policy"]

    assert policy.startswith("default-src 'none';")
    assert set(re.findall(r"'[a-z-]+'", policy)) == {"'none'", "'self'"}
    assert not re.search(r"unsafe|https?:|data:|\*|nonce|sha256", policy)


def test_a_page_is_kept_nowhere(make):
    assert make().test_client().get("/").headers["Cache-Control"] == "no-store"


def test_browsers_are_told_to_use_tls_alone_once_they_do(make):
    client = make().test_client()

    assert "Strict-Transport-Security" not in client.get("/").headers
    assert client.get("/", base_url="https://localhost").headers["Strict-Transport-Security"] == "max-age=31536000"


# --- static files -----------------------------------------------------------------------------------------------------


def test_a_static_file_is_kept_for_ever_under_the_address_that_a_page_gives(make):
    app = make()
    with app.test_request_context():
        url = app.jinja_env.from_string("{{ static_url('js/main.js') }}").render(**_globals(app))

    answer = app.test_client().get(url)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_what_a_script_names_beside_itself_has_such_an_address_too(make):
    """`import './other.js'`: the hash is in the path, before the file's own folder."""
    app = make()
    with app.test_request_context():
        url = _globals(app)["static_url"]("js/main.js")

    assert re.fullmatch(r"/static/v[0-9a-f]{12}/js/main\.js", url)
    assert app.test_client().get(url.replace("js/main.js", "app.css")).status_code == 200


def test_the_address_of_another_version_gives_the_file_of_today_and_is_not_kept(make):
    answer = make().test_client().get("/static/v000000000000/app.css")

    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


def test_a_plain_address_is_asked_for_anew_each_time(make):
    client = make().test_client()
    first = client.get("/static/app.css")

    assert "no-cache" in first.headers["Cache-Control"]
    assert client.get("/static/app.css", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("name", "kind"),
    [("js/main.js", "text/javascript"), ("app.css", "text/css"), ("marks.svg", "image/svg+xml"), ("type.woff2", "font/woff2")],
)
def test_a_file_says_what_it_is_on_every_machine(make, name, kind):
    """A browser that is told not to guess refuses a script of another kind."""
    assert make().test_client().get(f"/static/{name}").mimetype == kind


@pytest.mark.parametrize("path", ["../conftest.py", "..%2f..%2fetc/passwd", "v000000000000/../../x", "nothing.css"])
def test_nothing_but_the_folder_is_served(make, path):
    assert make().test_client().get(f"/static/{path}").status_code == 404


def test_the_hash_is_of_names_and_contents(folder):
    before = Shelf(folder).digest
    assert Shelf(folder).digest == before

    (folder / "app.css").write_text("body { color: red }")
    changed = Shelf(folder).digest
    (folder / "app.css").rename(folder / "other.css")

    assert len({before, changed, Shelf(folder).digest}) == 3


# --- the name that was asked for --------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "localhost:8480", "127.0.0.1:8480", "[::1]:8480", "LOCALHOST", "localhost."])
def test_a_request_for_one_of_our_names_is_answered(make, host):
    assert make(hosts=HERE).test_client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:8480", "127.0.0.1.evil.example", "[::2]", "x@y"]
)
def test_a_request_for_another_name_is_refused(make, host):
    """DNS rebinding: a page elsewhere has its own name lead to this machine."""
    assert make(hosts=HERE).test_client().get("/", headers={"Host": host}).status_code in (400, 421)


def test_whoever_listens_everywhere_has_every_address_and_no_foreign_name(make):
    client = make(hosts=frozenset({"0.0.0.0", "kiosk.example"})).test_client()

    statuses = {
        host: client.get("/", headers={"Host": host}).status_code for host in ("192.0.2.7:8480", "kiosk.example", "evil.example")
    }
    assert statuses == {"192.0.2.7:8480": 200, "kiosk.example": 200, "evil.example": 421}


@given(st.text(max_size=40))
def test_only_a_name_itself_is_ours(host):
    if is_ours(host, HERE):
        assert re.fullmatch(r"(localhost|127\.0\.0\.1|\[?::1\]?)\.*(:.*)?|\[::1\].*|:.*", host.lower()), host


# --- behind a proxy ---------------------------------------------------------------------------------------------------

FORWARDED = {
    "X-Forwarded-For": "198.51.100.9, 203.0.113.5",
    "X-Forwarded-Proto": "http, https",
    "X-Forwarded-Host": "a.example, b.example",
}


def test_without_a_proxy_nobody_is_believed_who_he_is(make):
    """`/metrics` is for this machine alone, and the delay of a log-in is for who failed."""
    assert make().test_client().get("/from", headers=FORWARDED).text == "127.0.0.1 http localhost"


def test_behind_a_proxy_one_hop_is_believed_and_not_two(make):
    app = make()
    behind_proxy(app)

    assert app.test_client().get("/from", headers=FORWARDED).text == "203.0.113.5 https b.example"


# --- limits -----------------------------------------------------------------------------------------------------------


def status(app, path, **sent):
    return app.test_client().post(path, **sent).status_code


def multipart(*fields):
    """A form as browsers send it. (The test client would keep a large one in a file, and leave it open.)"""
    parts = [f"--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n" for head, value in fields]
    return {"data": "".join([*parts, "--x--\r\n"]).encode(), "content_type": "multipart/form-data; boundary=x"}


def test_a_form_may_be_as_large_as_is_set_and_no_larger(make):
    app = make(upload_megabytes=1)
    fits, bursts = (multipart(('name="form"; filename="form.pdf"', "x" * size)) for size in (1_000_000, 1_100_000))

    assert (status(app, "/forms", **fits), status(app, "/forms", **bursts)) == (200, 413)


def test_what_is_no_form_is_small(make):
    """A scan has a few hundred bytes; 40 MB of JSON is nobody's."""
    app = make()

    assert status(app, "/json", json=["x" * 1000]) == 200
    assert status(app, "/json", json=["x" * 600_000]) == 413


def test_a_form_has_no_thousand_fields_and_no_endless_one(make):
    app = make()
    fields = [[(f'name="field{n}"', "x") for n in range(count)] for count in (150, 1000)]

    assert [status(app, "/forms", **multipart(*some)) for some in fields] == [200, 413]
    assert status(app, "/forms", **multipart(('name="field"', "x" * 600_000))) == 413


def _globals(app):
    found = {}
    for function in app.template_context_processors[None]:
        found |= function()
    return found
