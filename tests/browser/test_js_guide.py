"""What the browser's camera view says while a page is held before it: judged by lines of its picture, in a real browser."""

import numpy as np
import pytest

from tests.browser.chromium import complaints, desk
from tests.browser.fake_counter import SHEET, fake_counter, said
from tests.drivers.pictures import bars

CALLED = "async ([now, before]) => (await import('/static/js/guide.js')).called(now, before)"
NARROW = """async (line) => { const guide = await import('/static/js/guide.js'); return guide.narrow(guide.edges(line)); }"""
EDGES = "async (line) => (await import('/static/js/guide.js')).edges(line).length"
CAMERA = """Object.defineProperty(navigator, 'mediaDevices', { value: {
  getUserMedia: async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
    const pen = canvas.getContext('2d');
    setInterval(() => { pen.fillStyle = window.light ?? '#000'; pen.fillRect(0, 0, 640, 480); }, 50);
    return canvas.captureStream(20);
  },
  enumerateDevices: async () => [{ kind: 'videoinput', deviceId: 'a', label: 'A' }],
} })"""


@pytest.fixture(scope="module")
def page(browser):
    with fake_counter() as counter, desk(browser) as window:
        page = window.new_page()
        page.add_init_script(CAMERA)
        wrong = complaints(page)
        page.goto(f"{counter.url}/sheets/{SHEET}")
        page.wait_for_selector("html[data-ready]")
        yield page
        assert [one for one in wrong if not one.startswith("Failed to load resource")] == []


def line(width, *, low=20, high=230, paper=600, symbology="Code128"):
    """A line of light across a barcode whose narrow bar has so many pixels."""
    fine = bars("99999001495785", symbology, module=20, height=1)[0].astype(float)
    count = int(len(fine) * width / 20)
    part = np.interp((np.arange(count) + 0.5) * 20 / width, np.arange(len(fine)), np.convolve(fine, np.ones(20) / 20, "same"))
    return [high] * paper + [round(low + (high - low) * one / 255) for one in part] + [high] * paper


def blank(light, length=1900):
    return [light] * length


@pytest.mark.parametrize("symbology", ["Code128", "Code39"])
@pytest.mark.parametrize("width", [2.0, 3.0, 5.0])
def test_the_narrow_bar_is_measured_in_pixels(page, width, symbology):
    assert page.evaluate(NARROW, line(width, symbology=symbology)) == pytest.approx(width, rel=0.25)


def test_paper_text_and_noise_are_no_bars(page):
    rng = np.random.default_rng(0)

    for other in (blank(230), [int(n) for n in 200 + rng.normal(0, 8, 1900)], line(3.0)[: 600 + 60]):
        assert page.evaluate(EDGES, other) == 0


@pytest.mark.parametrize(
    ("now", "before", "called"),
    [
        ([line(3.0)] * 6, [line(3.0)] * 6, ""),
        ([line(1.4)] * 6, [], "camera-closer"),
        ([blank(30)] * 6, [], "camera-dark"),
        ([blank(254)] * 6, [], "camera-glare"),
        ([blank(200)] * 6, [blank(120)] * 6, "camera-still"),
        ([blank(200)] * 6, [blank(198)] * 6, ""),
    ],
)
def test_what_is_plainest_is_called_for(page, now, before, called):
    """D3."""
    assert page.evaluate(CALLED, [now, before]) == called


def test_the_view_says_it_while_it_is_so(page):
    """D3: in the words of the page's language."""
    page.click("[data-camera]")
    says = "(words) => document.querySelector('#camera .guide').textContent === words"
    page.wait_for_function(says, arg=said("camera-dark"))
    page.evaluate("window.light = '#aaa'")
    page.wait_for_function(says, arg="")
    page.evaluate("window.light = '#fff'")
    page.wait_for_function(says, arg=said("camera-glare"))
