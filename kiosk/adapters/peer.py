"""The office's kiosk over HTTP, as a warehouse's own machine asks it. Nothing is tried twice here, and nothing is believed.

What the office refuses for what it says (400, 422, and 409 for an id that is another entry's) it will always refuse; everything
else may be another tomorrow: a network, a proxy, a token that is not set yet.
"""

import json
import re
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final
from urllib.parse import quote

import urllib3

from kiosk.core.faults import Refusal, Unavailable

API: Final = "/api/v1"
PROBLEM: Final = "application/problem+json"
SECONDS: Final = 10.0
"""How long an answer may take; nobody waits for it at a counter."""
MOST: Final = 16 << 20
"""Bytes of an answer: a list of a million holds."""
LISTS: Final = 12
"""How many times as long as another answer a list may take: it may be large, and the line slow."""
PAGES: Final = 500
"""Seals of a sheet at most: a row a page."""
LINE: Final = 200
"""Characters of a reason."""
_FOR_EVER: Final = frozenset({400, 422})
_CODE: Final = re.compile("[a-z0-9-]{1,40}")
"""What a code can be: it goes on record, where anything else that an office says does not belong."""
Reply = tuple[int, str, bytes]
"""Status, kind and bytes."""


class HttpPeer:
    """The `Peer` at an address, `https://host[:port]`; `token` is what it knows this machine by."""

    def __init__(self, url: str, token: str, seconds: float = SECONDS) -> None:
        self._url: Final = url.rstrip("/")
        self._seconds: Final = seconds
        self._timeout: Final = urllib3.Timeout(connect=min(seconds, 5.0), read=seconds)
        self._pool: Final = urllib3.PoolManager(retries=False, maxsize=2)
        self._headers: Final = {"Authorization": f"Bearer {token}"}

    def close(self) -> None:
        """Close every connection; harmless twice."""
        self._pool.clear()

    def trust(self) -> bytes:
        """Its trust list."""
        return self._text("/trust")

    def holds(self) -> bytes:
        """Its hold list."""
        return self._text("/holds")

    def standing(self, sheet: str) -> tuple[bool, frozenset[int]]:
        """Whether the proof of a sheet was taken back, and which of its rows are on hold, by its word just now."""
        status, _, body = self._asked("GET", f"/standing?sheet={quote(sheet, safe='')}", None)
        said = _said(body)
        voided, held = said.get("voided"), said.get("held")
        if status != 200 or not isinstance(voided, bool) or not isinstance(held, list) or not all(type(one) is int for one in held):
            raise Unavailable("office", "strange", f"{self._url}/standing: {status}")
        if said.get("sheet", sheet) != sheet:
            raise Unavailable("office", "other-sheet", ascii(said["sheet"])[:40])
        return voided, frozenset(held)

    def seals(self, sheet: str) -> tuple[tuple[bytes, ...], str | None]:
        """The seals of a sheet, unchecked, none where it stamped no such sheet; and why it took it back, None where it did not."""
        try:
            status, _, body = self._asked("GET", f"/seals?sheet={quote(sheet, safe='')}", None)
        except Refusal as no:  # of a question that it should understand
            raise Unavailable("office", "strange", str(no)) from no
        said = _said(body)
        seals, why, whose = said.get("seals"), said.get("withdrawn"), said.get("sheet")
        if status != 200 or not _are_texts(seals) or not isinstance(why, str | None) or not isinstance(whose, str):
            raise Unavailable("office", "strange", f"{self._url}/seals: {status}")
        if whose != sheet:
            raise Unavailable("office", "other-sheet", ascii(whose[:40]))
        return tuple(one.encode() for one in seals or ()), None if why is None else why.encode("utf-8", "replace").decode()[:LINE]

    def push(self, entry: Mapping[str, Any]) -> None:
        """Give it an entry."""
        status, _, body = self._asked("POST", "/register/entries", json.dumps(entry).encode())
        if status != 200 or _said(body).get("entry") != entry["entry"]:
            raise Unavailable("office", "strange", f"{self._url}: {status}")

    def _text(self, path: str) -> bytes:
        status, _, body = self._asked("GET", path, None, LISTS)
        if status != 200:
            raise Unavailable("office", "strange", f"{self._url}{path}: {status}")
        return body

    def _asked(self, method: str, path: str, body: bytes | None, times: int = 1) -> Reply:
        """An answer that is no problem, within so many times the seconds that one may take; raises what the problem is."""
        answer = self._within(lambda: self._replied(method, path, body), self._seconds * times)
        _check(*answer)
        return answer

    def _within(self, work: Callable[[], Reply], seconds: float) -> Reply:
        """What comes of it, waited for no longer than that altogether: a socket's own time-out starts anew at each byte."""
        done = SimpleQueue[Reply | BaseException]()

        def do() -> None:
            try:
                done.put(work())
            except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
                done.put(error)

        Thread(target=do, name="office", daemon=True).start()
        try:
            found = done.get(timeout=seconds)
        except Empty:
            raise Unavailable("office", "slow", f"{self._url}: no answer in {seconds:g} s") from None
        if isinstance(found, BaseException):
            raise found
        return found

    def _replied(self, method: str, path: str, body: bytes | None) -> Reply:
        headers = self._headers | ({"Content-Type": "application/json"} if body else {})
        try:
            got = self._pool.request(
                method,
                f"{self._url}{API}{path}",
                body=body,
                headers=headers,
                timeout=self._timeout,
                redirect=False,
                preload_content=False,
            )
            answer = got.status, got.headers.get("Content-Type", ""), got.read(MOST + 1)
            got.release_conn() if len(answer[2]) <= MOST else got.close()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            timeouts, refused = urllib3.exceptions.TimeoutError, urllib3.exceptions.NewConnectionError
            late = isinstance(error, timeouts) and not isinstance(error, refused)
            raise Unavailable("office", "slow" if late else "gone", f"{self._url}: {type(error).__name__}") from error
        if len(answer[2]) > MOST:
            raise Unavailable("office", "strange", f"{self._url}{path}: more than {MOST} bytes")
        return answer


def _check(status: int, kind: str, body: bytes) -> None:
    """Raise what an answer says that is a no."""
    if status < 400:
        return
    said = str(_said(body).get("code", "")) if kind.startswith(PROBLEM) else ""
    code = said if _CODE.fullmatch(said) else ""
    if code and (status in _FOR_EVER or code == "entry-differs"):
        raise Refusal(code, got="the office")
    named = {401: "unknown-token", 403: "unknown-token", 429: "too-soon", 500: "choked"}.get(
        status, "strange" if status < 500 else "gone"
    )
    raise Unavailable("office", named, f"{status} {code}".strip())


def _are_texts(given: object) -> bool:
    """Whether something can be the seals of a sheet."""
    return isinstance(given, list) and len(given) <= PAGES and all(isinstance(one, str) and one.isascii() for one in given)


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
