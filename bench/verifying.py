"""The page that checks proofs alone: how large it is, and how soon a seal's text, or a picture of a page, is a verdict there."""

import gzip
import tempfile
import time
from pathlib import Path

from bench.measure import Report
from kiosk.web.standalone import Edition, Lists
from tests.browser.chromium import chromium, desk
from tests.browser.verifier_samples import LISTS, NOW, ONE, VECTORS, Checker, page_file, picture

KNOWN = {"trust": VECTORS["trust"], "root": VECTORS["root"], "holds": [LISTS["clear"]], "limit": VECTORS["limit_hours"] * 3600}
VERDICTS = """async ([known, seal, now, rounds]) => {
  const key = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  const text = new Uint8Array(300);
  const signature = await crypto.subtle.sign({ name: "Ed25519" }, key.privateKey, text);
  const timed = async (act) => {
    const start = performance.now();
    for (let n = 0; n < 20; n += 1) await act();
    return (performance.now() - start) / 20000;
  };
  const taken = [[], []];
  for (let n = 0; n <= rounds; n += 1) {
    const verdict = await timed(() => kioskVerifier.judge(known, [[seal]], now));
    const floor = await timed(() => crypto.subtle.verify({ name: "Ed25519" }, key.publicKey, signature, text));
    if (n) [taken[0][n - 1], taken[1][n - 1]] = [verdict, floor];
  }
  return taken;
}"""
"""Twenty at a time: a browser's clock is coarse. Every verdict reads trust list and hold list anew."""


def run(report: Report) -> None:
    report.title("the page that checks proofs alone")
    page = Edition(Lists(VECTORS["root"], VECTORS["trust"], (LISTS["clear"],)), 14400, "America/Toronto", "en").page()
    report.value("the page, all in one file", len(page) / 1000, "kB", most=720)
    report.value("the page, as it is sent", len(gzip.compress(page, 6)) / 1000, "kB", most=490)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser, desk(browser) as window:
        checker = Checker.at(window, page_file(Path(folder), "clear").as_uri())
        mine, floor = checker.page.evaluate(VERDICTS, [KNOWN, ONE, int(NOW.timestamp()) * 1_000_000, 30])
        report.line("a seal's text, with both lists -> verdict", mine, floor)
        report.line("floor: one Ed25519 check by the browser", floor)
        report.line("a page as a picture, 200 dpi -> verdict on the screen", [_pictured(checker) for _ in range(12)][1:])


def _pictured(checker: Checker) -> float:
    """Seconds from a chosen picture to its verdict, with what driving the browser takes."""
    checker.page.keyboard.press("Escape")
    checker.comes("ready")
    sheet = picture(ONE)
    start = time.perf_counter()
    checker.pictures(sheet)
    checker.comes("part")
    return time.perf_counter() - start
