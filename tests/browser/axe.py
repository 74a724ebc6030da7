"""axe-core on a page: what it finds against WCAG 2.2 AA and good practice; and whether the page scrolls sideways."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _source() -> str:
    return (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, *, within: str = "html") -> list[str]:
    """What axe-core finds, a line for each element: rule, where, what is wrong. Empty when all is well.

    The script is evaluated by the debugger, so that a page's Content-Security-Policy stays as strict as it is.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found = page.evaluate(
        "([within, tags]) => axe.run(within, {runOnly: tags, resultTypes: ['violations']}).then(found => found.violations)",
        [within, TAGS],
    )
    return [f"{one['id']}: {node['target'][-1]}: {node['failureSummary']}" for one in found for node in one["nodes"]]


def sideways(page: Page) -> bool:
    """Whether the page scrolls sideways: wider than its window, by more than a rounding."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"))
