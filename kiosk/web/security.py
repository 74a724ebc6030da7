"""What every answer carries and every request must fit: nothing from outside, nothing kept, nothing framed, nothing too big.

The policy has no exception. What never changes has its content's hash in its address and may be kept for ever; pages may not.
"""

import gzip
import mimetypes
from collections.abc import Mapping
from functools import cache, cached_property
from hashlib import sha256
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, abort, request, send_from_directory, url_for
from flask.json.provider import DefaultJSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix

from kiosk.web.house import Rules

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; font-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",  # a form that was sent too late leads back to its own page
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), usb=(), serial=(), payment=(), display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
YEAR: Final = 365 * 24 * 3600
FORM_PARTS: Final = 200
"""Fields and files of one request."""
FIELD_BYTES: Final = 500_000
"""All fields of a form together, without its files."""
FILES: Final = ("/forms", "/gate", "/gate/paper", "/gate/files", "/gate/papers")
"""The ends of the addresses that take files: only files are large."""
_ANY: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - not to listen there, but to know who does
_KINDS: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
"""A machine's own list may name others, and a browser that is told not to guess would refuse them."""

_TEXTS: Final = frozenset({".js", ".css", ".svg"})
"""What compression makes smaller; nothing that a page says is compressed, since what is secret could be guessed by its size."""


class Shallow(DefaultJSONProvider):
    """JSON that nobody could have meant, since it is too deep to be read, is not understood: the asker's fault, not ours."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:  # noqa: ANN401 - JSON
        """What it says; ValueError for what can't be understood."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


class Shelf:
    """The files that never change while the kiosk runs; their address holds a hash of all of them, so that one may name another."""

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder

    @cached_property
    def digest(self) -> str:
        """12 hexadecimal digits of the names and contents of all files."""
        whole = sha256()
        for path in sorted(one for one in self.folder.rglob("*") if one.is_file()):
            content = path.read_bytes()
            whole.update(f"{path.relative_to(self.folder)}\0{len(content)}\0".encode() + content)
        return whole.hexdigest()[:12]

    @cache  # noqa: B019 - there is one shelf
    def packed(self, name: str) -> bytes:
        """A file that is text, compressed once."""
        return gzip.compress((self.folder / name).read_bytes(), mtime=0)


def install(app: Flask, rules: Rules) -> None:
    """Headers, limits, the check of the name that was asked for, and the addresses of static files."""
    app.config["MAX_CONTENT_LENGTH"] = rules.upload_megabytes * 1024 * 1024
    app.config["MAX_FORM_MEMORY_SIZE"] = FIELD_BYTES
    app.config["MAX_FORM_PARTS"] = FORM_PARTS
    app.json = Shallow(app)
    for ending, kind in _KINDS.items():
        mimetypes.add_type(kind, ending)

    @app.before_request
    def check() -> None:
        if rules.hosts and not is_ours(request.host, rules.hosts):
            abort(HTTPStatus.MISDIRECTED_REQUEST)
        if not (request.url_rule and request.url_rule.rule.endswith(FILES)):  # who may send nothing is not to fill the disk
            request.max_content_length = FIELD_BYTES

    app.after_request(_finished)
    _shelve(app)


def is_ours(host: str, names: frozenset[str]) -> bool:
    """Whether a request for this host is for us: else a page elsewhere could have its own name lead here (DNS rebinding).

    Who listens at every address of the machine has any of them; an address can't be made to lead elsewhere.

    >>> is_ours("localhost:8480", frozenset({"localhost"})), is_ours("evil.example:8480", frozenset({"localhost"}))
    (True, False)
    >>> is_ours("192.0.2.7", frozenset({"0.0.0.0"})), is_ours("[::1]:8480", frozenset({"::1"}))
    (True, True)
    """
    name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    name = name.lower().rstrip(".")
    return name in names or (bool(names & _ANY) and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


def behind_proxy(app: Flask) -> None:
    """Believe the one proxy in front of us, and nobody before it, who asks, by what scheme and for what name."""
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1, x_port=0, x_prefix=0)  # type: ignore[method-assign]


def _finished(answer: Response) -> Response:
    """Put on the headers that are not there yet."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        answer.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    return answer


def _shelve(app: Flask) -> None:
    """Serve the static folder under an address that changes with it; under its own, it is asked for anew each time."""
    if app.static_folder is None:
        return
    shelf = Shelf(Path(app.static_folder))

    def shelved(filename: str, digest: str = "") -> Response:
        answer = send_from_directory(shelf.folder, filename, conditional=True)
        if answer.status_code == HTTPStatus.OK and Path(filename).suffix in _TEXTS and request.accept_encodings.quality("gzip"):
            answer.close()
            answer = Response(shelf.packed(filename), content_type=answer.content_type, headers={"Content-Encoding": "gzip"})
        answer.vary.add("Accept-Encoding")
        if digest == shelf.digest:  # else a page of another version asks: what it gets is not to be kept for it
            answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return answer

    def static_url(name: str) -> str:
        return url_for("static", digest=shelf.digest, filename=name)

    app.add_url_rule("/static/v<string(length=12):digest>/<path:filename>", endpoint="static")
    app.view_functions["static"] = shelved
    app.context_processor(lambda: {"static_url": static_url})
