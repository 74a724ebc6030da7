"""Every component in each language, theme and print, at the counter's size and at 200 %: readable, reachable, within the window."""

import threading
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, Response, request, send_file
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from PIL import Image
from werkzeug.serving import make_server

from kiosk.words import templates, words
from tests.browser.axe import sideways, violations
from tests.browser.chromium import COUNTER, ZOOMED, complaints, desk, outside

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "kiosk" / "web" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; font-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
THEMES = ("light", "dark", "contrast")
SHOWN = ("gallery", "sheet", "one", "login")
TONES = [
    *(("released", "R", "released"), ("held", "NR", "held"), ("unknown", "N/A", "unknown")),
    *(("waiting", "", "unasked"), ("faulty", "", "unread")),
]
WORDS = tomllib.loads((ROOT / "tests" / "kiosk" / "web" / "gallery.toml").read_text(encoding="utf-8"))
TOO_SMALL = """
    [...document.querySelectorAll('button, .button, .places a, .identity, .lamp, select, input:not([type=checkbox])')]
    .filter(one => one.checkVisibility()).map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
    .filter(([, box]) => box.width < 43.9 || box.height < 43.9).map(([what, box]) => `${what} ${box.width} x ${box.height}`)
"""


def screen(show: str, lang: str, theme: str, size: str, tone: int = 0, **more: object) -> str:
    """A page of the gallery, drawn by the product's own base and macros with nothing undefined."""
    folders = [FileSystemLoader(str(templates() / "screens")), FileSystemLoader(ROOT / "tests" / "kiosk" / "web")]
    jinja = Environment(
        loader=ChoiceLoader(folders), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    kind, letters, name = TONES[tone]
    values = {
        "say": words(lang).say, "count": words(lang).count, "lang": lang, "look": {"theme": theme, "print": size},
        "user": SimpleNamespace(badge="12345", role="administrator", may=lambda task: True) if show != "login" else None,
        "csrf": "c", "here": "/gallery",
        "house": SimpleNamespace(agency="", station="K7QD", office="0453", specimen=True),
        "static_url": "/static/{}".format, "places": lambda: (("home", "/"), ("one", "/one"), ("users", "/users")),
        "show": show, "words": SimpleNamespace(**WORDS[lang]), "kind": kind, "letters": letters, "tone": name,
    }  # fmt: skip
    return jinja.get_template(more.pop("template", "gallery.html")).render(values | more)


def site() -> Flask:
    """The gallery and the product's static files under the product's policy; scripts are another test's matter."""
    app = Flask("gallery", static_folder=None)

    @app.get("/gallery")
    def gallery() -> str:
        asked = request.args
        return screen(asked["show"], asked["lang"], asked["theme"], asked["print"], int(asked.get("tone", 0)))

    @app.get("/error")
    def error() -> str:
        status, title = 404, "There is no sheet K7QD.000123."
        return screen("error", "en", "light", "normal", template="error.html", status=status, title=title, sentence="", next="/")

    @app.get("/static/<path:name>")
    def static(name: str) -> Response:
        if name.endswith(".js"):
            return Response("", content_type="text/javascript")
        whole = BytesIO((STATIC / name).read_bytes())  # no file stays open when the browser leaves
        return send_file(whole, download_name=Path(name).name)

    @app.get("/page.png")
    def page() -> Response:
        picture = BytesIO()
        Image.new("RGB", (600, 776), "white").save(picture, "PNG")
        return Response(picture.getvalue(), content_type="image/png")

    app.after_request(lambda reply: reply.headers.set("Content-Security-Policy", POLICY) or reply)
    return app


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser, address):
    with desk(browser, base_url=address, reduced_motion="reduce") as context:
        page = context.new_page()
        said = complaints(page)
        yield page
        assert said == []


def open_look(page):
    page.click("[popovertarget=look]")
    page.wait_for_selector("#look:popover-open")


@pytest.mark.parametrize(
    ("lang", "theme", "size"),  # each of two together once
    [
        ("en", "light", "normal"),
        ("en", "dark", "large"),
        ("en", "contrast", "large"),
        ("fr", "light", "large"),
        ("fr", "dark", "normal"),
        ("fr", "contrast", "normal"),
    ],
)
def test_axe_finds_nothing_and_no_page_scrolls_sideways(page, lang, theme, size):  # P5
    page.goto(f"/gallery?show=gallery&lang={lang}&theme={theme}&print={size}")
    for window in (COUNTER, ZOOMED) if size == "normal" else (ZOOMED, COUNTER):
        page.set_viewport_size(window)
        assert not sideways(page)
    assert violations(page) == []  # normal print as it is at 200 %, large print at the counter's own size


@pytest.mark.parametrize("show", ["sheet", "one", "login"])
@pytest.mark.parametrize(("theme", "size"), [("light", "normal"), ("contrast", "large")])
def test_axe_finds_nothing_on_a_whole_page(page, theme, size, show):
    page.goto(f"/gallery?show={show}&lang=fr&theme={theme}&print={size}")
    for window in (COUNTER, ZOOMED) if size == "normal" else (ZOOMED, COUNTER):
        page.set_viewport_size(window)
        assert not sideways(page)
    assert violations(page) == []  # normal print as it is at 200 %, large print at the counter's own size


@pytest.mark.parametrize("theme", THEMES)
def test_each_answer_is_legible_on_its_own_ground(page, theme):  # Q3
    page.goto(f"/gallery?show=answers&lang=fr&theme={theme}&print=normal")
    assert violations(page) == []


def test_the_answer_to_one_number_fills_the_screen(page):  # Q1
    page.goto("/gallery?show=one&lang=fr&theme=light&print=normal")
    box = page.locator(".answer").bounding_box()
    assert (box["width"] > 900, box["height"] > 380) == (True, True)


@pytest.mark.parametrize("theme", THEMES)
def test_the_look_menu_opens_without_a_script_and_is_sound(page, theme):
    page.goto(f"/gallery?show=sheet&lang=fr&theme={theme}&print=large")
    open_look(page)
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert page.locator("#look:popover-open").count() == 0


def test_the_error_page_says_what_happened_and_where_to_go(page):
    page.goto("/error")
    assert violations(page) == []
    assert page.get_by_role("link", name="Go back").get_attribute("href") == "/"
    assert page.get_by_role("heading", level=1).inner_text() == "There is no sheet K7QD.000123."


@pytest.mark.parametrize("window", [COUNTER, ZOOMED])
@pytest.mark.parametrize("show", SHOWN)
def test_whatever_is_pressed_is_large_enough_for_a_finger(page, show, window):
    page.set_viewport_size(window)
    page.goto(f"/gallery?show={show}&lang=fr&theme=light&print=normal")
    small = page.evaluate(TOO_SMALL)
    assert small == []


def test_the_focus_is_seen_wherever_the_keyboard_goes(page):
    page.goto("/gallery?show=sheet&lang=en&theme=light&print=normal")
    for _ in range(25):
        page.keyboard.press("Tab")
        style = page.evaluate("(one => [one.outlineStyle, one.outlineWidth])(getComputedStyle(document.activeElement))")
        assert style == ["solid", "3px"]


def test_the_counter_fills_the_screen_and_its_rows_scroll_by_themselves(page):
    page.goto("/gallery?show=sheet&lang=fr&theme=light&print=normal")
    assert page.evaluate("document.documentElement.scrollHeight") <= COUNTER["height"]
    assert page.evaluate("(one => one.scrollHeight > one.clientHeight)(document.querySelector('.rows-region'))")


def test_a_mark_is_told_by_its_shape_alone(page):
    page.goto("/gallery?show=gallery&lang=en&theme=light&print=normal")
    shapes = page.locator(".rows .mark .shape").all()
    pictures = [shape.screenshot() for shape in shapes]
    assert len(set(map(_silhouette, pictures))) == len(TONES) + 1


def _silhouette(png: bytes) -> bytes:
    """Black and white: where the shape's darkness is, whatever its colour."""
    grey = Image.open(BytesIO(png)).convert("L")
    low, high = grey.getextrema()
    return grey.point(lambda value: 255 * (value > (low + high) / 2)).tobytes()


def test_a_removed_number_is_struck_out(page):  # and so is each of its groups: a line does not reach into a box of its own
    page.goto("/gallery?show=gallery&lang=en&theme=light&print=normal")
    struck = "getComputedStyle(document.querySelector('.row-removed .group')).textDecorationLine"
    assert page.evaluate(struck) == "line-through"


def test_with_forced_colours_nothing_breaks(browser, address):
    with desk(browser, base_url=address, forced_colors="active") as context:
        page = context.new_page()
        page.goto("/gallery?show=sheet&lang=en&theme=auto&print=normal")
        assert page.locator(".mark .shape").first.is_visible()
        assert not sideways(page)


def test_the_theme_auto_follows_the_device(browser, address):
    grounds = []
    for scheme in ("light", "dark"):
        with desk(browser, base_url=address, color_scheme=scheme) as context:
            page = context.new_page()
            page.goto("/gallery?show=sheet&lang=en&theme=auto&print=normal")
            grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(242, 242, 242)", "rgb(26, 26, 26)"]


def test_a_page_that_asks_for_something_outside_is_caught_and_gets_nothing(browser, address):
    context = browser.new_context(base_url=address, bypass_csp=True)
    asked = outside(context)
    page = context.new_page()
    page.goto("/error")
    answer = page.evaluate("fetch('http://outside.invalid/').then(() => 'got', error => error.message)")
    context.close()
    assert (answer, asked) == ("Failed to fetch", ["http://outside.invalid/"])


def test_a_printed_screen_says_that_it_is_no_proof(page):  # what leaves the kiosk leaves it by the press, and is recorded
    page.goto("/gallery?show=proof&lang=fr&theme=dark&print=normal")
    assert not page.locator(".print-only").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".print-only").inner_text() == "Écran imprimé de la borne. Ce n’est pas une preuve de mainlevée."
    assert not page.locator(".beside").is_visible()
    assert not page.locator(".tools").is_visible()


@pytest.mark.parametrize("width", [COUNTER["width"], ZOOMED["width"], 1600])
def test_a_table_stays_a_table_for_those_who_listen(page, width):  # however it is laid out
    page.set_viewport_size({"width": width, "height": 768})
    page.goto("/gallery?show=sheet&lang=en&theme=light&print=normal")
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in tree if not node["ignored"]]
    assert (roles.count("table"), roles.count("row"), roles.count("rowheader"), roles.count("columnheader")) == (1, 15, 14, 6)
