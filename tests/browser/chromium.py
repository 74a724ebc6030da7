"""Debian's Chromium driven by Playwright: started once for a test process, and with no way out of this machine.

Most tests drive the Chromium that has no windows of its own (`SHELL`): the same pages for half of the time. What goes by a
browser's windows, its death or its folder drives the `WHOLE` one.

    @pytest.fixture(scope="session")
    def browser():
        with chromium() as browser:
            yield browser

    @pytest.fixture
    def window(browser):
        with desk(browser) as context:      # its own cookies; fails the test if anything outside was asked for
            yield context

A page tells what it complained of with `complaints(page)`: a list that grows, of console errors, uncaught errors and refusals of
the Content-Security-Policy.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
HERE = frozenset({"127.0.0.1", "localhost"})
SHELL, WHOLE = "chromium-headless-shell", "chromium"
OPEN: set[BrowserContext] = set()
"""The windows of tests that are under way: what stood on them when one failed is told with it."""
COUNTER = {"width": 1024, "height": 768}
ZOOMED = {"width": 512, "height": 384}
"""The same screen at 200 %."""


@contextmanager
def chromium(*flags: str, name: str = SHELL) -> Iterator[Browser]:
    """A browser; more flags are Chromium's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(name), args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


def installed(name: str) -> str:
    """Where a browser is."""
    path = shutil.which(name)
    if path is None:
        raise FileNotFoundError(f"expected Debian's {name} on the PATH (make test installs it), got none")
    return path


@contextmanager
def desk(browser: Browser, **options: object) -> Iterator[BrowserContext]:
    """A window of its own at the counter's size; options are Playwright's `new_context`. Nothing outside may be asked for."""
    context = browser.new_context(**{"viewport": COUNTER, **options})
    asked = outside(context)
    OPEN.add(context)
    try:
        yield context
    except BaseException:
        sys.stderr.write(seen(context))
        raise
    finally:
        OPEN.discard(context)
        context.close()
    assert not asked, f"expected nothing from outside this machine, got {asked}"


def seen(context: BrowserContext) -> str:
    """What stands on the pages of a window."""
    return "\n\n".join(map(_standing, context.pages))


def _standing(page: Page) -> str:
    try:
        return f"{page.url}\n{page.title()}\n{page.inner_text('body', timeout=2000)}"
    except Error as error:
        return f"{page.url}\n{error}"


def outside(context: BrowserContext) -> list[str]:
    """The addresses outside this machine that pages ask for from now on; the resolver refuses each of them."""
    asked: list[str] = []

    def note(address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in HERE:
            asked.append(address)

    context.on("request", lambda request: note(request.url))
    return asked


def complaints(page: Page) -> list[str]:
    """What the page complains of from now on: console errors, uncaught errors, refusals of its security policy."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said
