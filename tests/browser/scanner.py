"""A keyboard-wedge scanner, and a typist, whose keys come at the times that a test wants, however busy the machine is.

Chromium takes the time of a key from who sends it; all keys of a burst are sent at once, so nothing waits and nothing is luck.
Their times lie ahead, so that no timer of the page comes between them; keys that are pressed by hand wait until they are over.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

NAMED = {"\r": "Enter", "\n": "Enter", "\t": "Tab"}
AHEAD = 1.5
"""Seconds. More than the time for which a page that has just come doubts a burst, and than a busy machine takes to bring it."""
EACH = 0.005
"""And so many for each key: the code of a seal has seven hundred."""
PATIENCE = 30_000
"""Milliseconds for a key to arrive: a page that has died never says that it got one."""
CONTROL = 2
ALT = 1
SHIFT = 8


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key that goes down and, after `hold` ms, up; `at` ms after the first. `key` as the page gets it."""

    key: str
    at: float
    hold: float = 0.5
    modifiers: int = 0
    repeat: bool = False
    code: str = ""
    down: bool = True
    up: bool = True


def strokes(text: str, gap: float = 2, end: str = "\r", hold: float = 0.5) -> list[Stroke]:
    """The strokes of a text with its terminator."""
    return [Stroke(NAMED.get(one, one), i * gap, min(hold, gap / 2)) for i, one in enumerate(text + end)]


@dataclass
class Keyboard:
    """Keys for a page. `silence` ms lie between what was sent before and what is sent next."""

    page: Page
    _last: float = 0
    _session: Any = field(default=None)

    def __post_init__(self) -> None:
        """Whoever presses a key by hand does it after what was scanned."""
        for keys, name in [(self.page.keyboard, "press"), (self.page.keyboard, "type"), (self.page, "press")]:
            setattr(keys, name, self._after(getattr(keys, name)))

    def _after(self, act: Callable[..., None]) -> Callable[..., None]:
        def later(*arguments: Any, **options: Any) -> None:
            self.pause()
            act(*arguments, **options)

        return later

    def burst(self, text: str, gap: float = 2, end: str = "\r", silence: float = 400) -> None:
        """A scan."""
        self.send(strokes(text, gap, end), silence)

    def send(self, what: Sequence[Stroke], silence: float = 400) -> None:
        """All these strokes, none of them in the past: the page's timers must not come between keys that a busy machine delays."""
        begin = max(time.time() + AHEAD + EACH * len(what), self._last + silence / 1000)
        events = sorted((one for stroke in what for one in _events(stroke, begin)), key=lambda one: one["timestamp"])
        self._last = events[-1]["timestamp"]
        self._all(events)

    def pause(self, silence: float = 300) -> None:
        """Let the time of what was sent go by: what comes from here on comes `silence` ms after it."""
        time.sleep(max(0.0, self._last + silence / 1000 - time.time()))

    def _all(self, events: Iterable[dict[str, Any]]) -> None:
        session = self._session = self._session or self.page.context.new_cdp_session(self.page)
        send = session._impl_obj.send

        async def together() -> None:
            await asyncio.gather(*(send("Input.dispatchKeyEvent", params=event, timeout=PATIENCE) for event in events))

        session._sync(together())


def _events(stroke: Stroke, begin: float) -> list[dict[str, Any]]:
    key, control = stroke.key, bool(stroke.modifiers & (CONTROL | ALT))
    text = "\r" if key == "Enter" else key if len(key) == 1 and not control else ""
    shared = {"key": key, "code": stroke.code or _code(key), "modifiers": stroke.modifiers}
    shared |= {
        "windowsVirtualKeyCode": {"Enter": 13, "Tab": 9}.get(key, ord(key.upper()) if len(key) == 1 and key.isalnum() else 0)
    }
    down = shared | {
        "type": "keyDown" if text else "rawKeyDown",
        "timestamp": begin + stroke.at / 1000,
        "autoRepeat": stroke.repeat,
    }
    up = shared | {"type": "keyUp", "timestamp": begin + (stroke.at + stroke.hold) / 1000}
    return [down | ({"text": text} if text else {})] * stroke.down + [up] * stroke.up


def _code(key: str) -> str:
    if len(key) != 1:
        return key
    return f"Digit{key}" if key.isdigit() else f"Key{key.upper()}" if key.isalpha() else f"Sign{ord(key)}"
