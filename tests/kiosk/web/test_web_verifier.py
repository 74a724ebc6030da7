"""The page that checks proofs alone, as it is made and served: all in one, under a policy that names its one script (P2, P5)."""

import base64
import gzip
import json
import re
from datetime import timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from kiosk.core.stamp import Act
from kiosk.core.verdict import Outcome
from kiosk.web import errors, screen, security, session, standalone
from kiosk.web.house import House, Rules, settle
from kiosk.web.standalone import Edition, Lists
from kiosk.web.verifier import verifier
from kiosk.words import LANGUAGES, words

ZONE = "America/Toronto"
LISTS = Lists("00" * 32, "RT1XAAAA", ("RH1XAAAA", "RH1XBBBB"))
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in (standalone.sources() / "js").iterdir()}
VECTORS = json.loads((standalone.sources().parent / "vectors.json").read_text(encoding="utf-8"))


@pytest.fixture
def known():
    """The lists of the moment; a test may change them."""
    return [LISTS]


@pytest.fixture
def client(known):
    nothing = dict.fromkeys(name for name in House.__dataclass_fields__ if name not in {"language", "specimen", "rules"})
    house = House(
        **nothing
        | {"zone": ZoneInfo(ZONE), "secret": b"only for tests", "lists": lambda: known[0], "list_limit": timedelta(hours=4)}
        | {"agency": "", "station": "K7QD", "office": "0453"}
    )
    app = Flask("kiosk.web", static_folder="static", static_url_path="/static")
    settle(app.extensions, house)
    screen.furnish(app)
    errors.install(app)
    security.install(app, Rules())
    session.install(app)
    app.register_blueprint(verifier)
    return app.test_client()


def page(lists=LISTS, language="en"):
    return Edition(lists, 14400, ZONE, language).page().decode()


def block(text, name):
    """The content of a block of data."""
    return re.search(rf'<script [^>]*id="{name}">(.*?)</script>', text, re.DOTALL)[1]


def told(text):
    return json.loads(block(text, "given"))


# --- what it may do


def test_the_policy_names_the_one_script_and_the_one_style_and_lets_nothing_else_in(client):
    """The exception of this page alone is WebAssembly."""
    answer = client.get("/verify")
    said = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    text = answer.text
    [script] = re.findall(r'<script type="module">(.*?)</script>', text, re.DOTALL)
    [style] = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)

    digests = [base64.b64encode(sha256(one.encode()).digest()).decode() for one in (script, style)]
    assert said == {
        "default-src": "'none'",
        "script-src": f"'sha256-{digests[0]}' 'wasm-unsafe-eval'",
        "style-src": f"'sha256-{digests[1]}'",
        "img-src": "blob: data:",
        "connect-src": "'self'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert answer.headers["Content-Security-Policy"].startswith(re.search(r'Policy" content="([^"]*)"', text)[1])


def test_every_other_page_keeps_the_policy_without_exception(client):
    for address in ("/verify/lists", "/verify/nowhere"):
        assert client.get(address).headers["Content-Security-Policy"] == security.POLICY


def test_the_page_holds_all_that_it_needs_and_no_address_of_anybody():
    text = page()
    names = re.sub(r"http://www\.w3\.org/(2000/svg|1999/xhtml)", "", text)

    assert re.findall(r"(?:https?|wss?)://[^ ]{0,40}", names) == []
    assert not re.search(r"""\son[a-z]+=["']|\bsrc=|@import|url\(|\beval\(|new Function|innerHTML|document\.write""", text)
    assert gzip.decompress(base64.b64decode(block(text, "zxing"))).startswith(b"\0asm")


def test_what_is_kept_beside_the_reader_says_what_it_is():
    table = (standalone.sources() / "zxing" / "README.md").read_text(encoding="utf-8")
    for name in ("zxing_reader.js", "zxing_reader.wasm"):
        assert sha256((standalone.sources() / "zxing" / name).read_bytes()).hexdigest() in table
    assert "MIT License" in (standalone.sources() / "zxing" / "LICENSE").read_text(encoding="utf-8")


def test_the_page_is_no_larger_than_it_was():
    whole = page().encode()

    assert len(whole) <= 720_000
    assert len(gzip.compress(whole, 6)) <= 490_000


# --- what is in it


def test_nothing_in_a_list_ends_its_block():
    nasty = Lists("00" * 32, "RT1X</script><script>alert(1)</script><!--", ("<style>", "\u2028"))

    assert told(page(nasty))["trust"] == nasty.trust
    assert told(page(nasty))["holds"] == list(nasty.holds)
    assert page(nasty).count("<script") == page().count("<script")


def test_the_lists_the_limit_and_the_zone_of_the_kiosk_are_inside(client):
    found = told(client.get("/verify").text)

    assert {key: found[key] for key in ("root", "trust", "holds", "limit", "zone", "language")} == {
        "root": "00" * 32,
        "trust": "RT1XAAAA",
        "holds": ["RH1XAAAA", "RH1XBBBB"],
        "limit": 14400,
        "zone": ZONE,
        "language": "en",
    }


def test_a_new_list_is_in_the_next_page_that_is_asked_for(client, known):
    """P4: a page that is kept in memory is no page of an hour ago."""
    client.get("/verify")
    known[0] = Lists(LISTS.root, LISTS.trust, ("RH1XCCCC",))

    assert told(client.get("/verify").text)["holds"] == ["RH1XCCCC"]
    assert client.get("/verify/lists").text == "RT1XAAAA\nRH1XCCCC\n"


def test_the_page_speaks_first_as_the_kiosk_was_told_to(client):
    client.set_cookie("lang", "fr")

    assert told(client.get("/verify").text)["language"] == "fr"


def test_whoever_takes_no_compression_gets_the_same_page(client):
    packed = client.get("/verify", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/verify", headers={"Accept-Encoding": "identity"})

    assert gzip.decompress(packed.data) == plain.data
    assert {packed.headers["Cache-Control"], plain.headers["Cache-Control"]} == {"no-store"}


def test_the_page_to_be_kept_is_the_same_as_a_file(client):
    answer = client.get("/verify/page", headers={"Accept-Encoding": "identity"})

    assert answer.headers["Content-Disposition"] == 'attachment; filename="release-kiosk-verify.html"'
    assert answer.data == client.get("/verify", headers={"Accept-Encoding": "identity"}).data


def test_a_kiosk_without_keys_says_that_it_cannot(client, known):
    known[0] = None
    client.application.extensions["house"] = House(**{**vars_of(client), "lists": None})

    assert client.get("/verify").status_code == 503


def vars_of(client):
    house = client.application.extensions["house"]
    return {name: getattr(house, name) for name in House.__dataclass_fields__}


def test_a_module_that_joins_in_another_way_is_refused():
    with pytest.raises(ValueError, match=r"x\.js: expected imports and exports by name, got 'import \* as"):
        standalone._scoped("x.js", 'import * as show from "./show.js";\n')


# --- its words


FRAME = (standalone.sources() / "page.html").read_text(encoding="utf-8")
SOURCE = "\n".join((*SCRIPTS.values(), FRAME))
TABLES = {
    "row": {row["why"] for case in VECTORS["cases"] for row in case["rows"] or []},
    "outcome": set(Outcome),
    "tally": {*Outcome, "empty"},
    "verdict": {"ready", "busy", "unable", "unread", "refused", "withdrawn", "release", "part", "none", "ask", "specimen"},
    "todo": {"release", "part", "none", "ask", "specimen", "again", "refused"},
    "camera": {"denied", "none", "busy", "failed"},
    "fact": {"sheet", "pages", "client", "act", "at", "office", "badge", "authority", "station", "checkpoint"},
}
"""Words that are named by a code."""


def spoken():
    """The words that scripts and frame name outright."""
    yield from re.findall(r'(?:\b(?:say|count)\(|data-(?:say|label)=)"([a-z0-9.-]+)"', SOURCE)
    yield from {"compare", "compare-file"} & set(re.findall(r'"([a-z-]+)"', SOURCE))
    yield from re.findall(r'"((?:age|lists|line|trust)\.[a-z-]+)"', SOURCE)


def codes():
    """Every reason for which the page may refuse what is presented."""
    found = {one["forged"] for one in VECTORS["cases"]} | {one["refused"] for one in VECTORS["list_cases"]}
    return found - {None} | set(re.findall(r'new Forged\("([a-z-]+)"', SOURCE)) | {"pdf", "large", "unknown-file"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_the_page_may_say_is_inside_in_each_language(language):
    """P5: no code is shown where a sentence could stand."""
    inside = {re.sub(r"\.(one|other)$", "", key) for key in told(page())["words"][language]} | {"language.other"}

    assert {*spoken(), *(f"{table}.{code}" for table, known in TABLES.items() for code in known)} <= inside
    assert {f"act.{act}" for act in Act} <= inside
    assert {code for code in codes() if not {f"why.{code}", f"refusal.{code}"} & inside} == set()


def test_every_word_of_the_catalogue_is_said():
    said = {*spoken(), *(f"{table}.{code}" for table, known in TABLES.items() for code in known)}
    said |= {f"why.{code}" for code in codes() | {"ready", "busy", "no-ed25519", "not-secure"}} | {"language.other"}
    own = {key.removeprefix(standalone.OWN) for key in words("en").sentences if key.startswith(standalone.OWN)}

    assert {key for key in own if not {key, re.sub(r"\.(one|other)$", "", key)} & said} == set()
