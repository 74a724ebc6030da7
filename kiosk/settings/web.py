"""What is set of the counter in the browser: the table `[web]`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_address
from typing import Any

from kiosk.core.faults import Refusal

_KINDS: Mapping[type[object], str] = {str: "text", int: "a whole number", bool: "true or false", tuple: "a list of names"}
_FROM_TO = {
    "port": (0, 65_535),
    "shift_hours": (1, 24),
    "idle_minutes": (1, 24 * 60),
    "upload_megabytes": (1, 1000),
    "threads": (26, 1000),
}
"""The numbers of `[web]`: from, to. A port of 0 is any free one."""


@dataclass(frozen=True, slots=True)
class Web:
    """What is set of the counter in the browser."""

    host: str = "127.0.0.1"
    port: int = 8480
    names: tuple[str, ...] = ()
    certificate: str = ""
    key: str = ""
    proxy: bool = False
    shift_hours: int = 12
    idle_minutes: int = 30
    upload_megabytes: int = 40
    keyed: bool = False
    threads: int = 48
    metrics_token: str = ""

    def check(self) -> None:
        """Refuse what would carry badge, PIN and answers over the network in clear, and half of a certificate."""
        if bool(self.certificate) != bool(self.key):
            missing = "web.key" if self.certificate else "web.certificate"
            raise Refusal("bad-setting", name=missing, expected="a PEM file: certificate and key go together", got="''")
        if not (self.loopback or self.certificate or self.proxy):
            raise Refusal("plain-http", got=self.host)

    @property
    def loopback(self) -> bool:
        """Whether it is reached from this machine alone."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by TLS, here or at the proxy."""
        return bool(self.certificate) or self.proxy

    @property
    def hosts(self) -> frozenset[str]:
        """The names that a request may be for; none is any: a proxy knows its own."""
        if self.proxy and not self.names:
            return frozenset()
        return frozenset(name.lower() for name in ("localhost", "127.0.0.1", "::1", self.host, *self.names))


def web_table(table: dict[str, Any]) -> Web:
    """The table of the counter in the browser, each value of the kind of its default."""
    kinds = {one.name: type(one.default) for one in fields(Web)}
    for name, value in table.items():
        if name not in kinds:
            raise Refusal("unknown-setting", expected=", ".join(kinds), got=f"web.{name}")
        low, high = _FROM_TO.get(name, (0, 0))
        if not (_is_names(value) if name == "names" else type(value) is kinds[name]):
            raise Refusal("bad-setting", name=f"web.{name}", expected=_KINDS[kinds[name]], got=repr(value))
        if name in _FROM_TO and not low <= value <= high:
            raise Refusal("bad-setting", name=f"web.{name}", expected=f"{low} to {high}", got=value)
    web = Web(**{**table, "names": tuple(table.get("names", ()))})
    web.check()
    return web


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)
