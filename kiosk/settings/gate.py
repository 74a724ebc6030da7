"""What is set of checking proofs, holds and the warehouse's register: the table `[gate]` (P2, P3, P4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from kiosk.core.faults import Refusal
from kiosk.settings.table import read_table

_LIMITS = {"list_hours": (0.1, 24 * 7), "general_days": (1, 400), "perishable_days": (1, 400)}


@dataclass(frozen=True, slots=True)
class Gate:
    """What is set of the gate. `office` is the address of the office's kiosk, for a warehouse that works apart from it."""

    list_hours: float = 4.0
    """A hold list that is older lets nothing out."""
    general_days: int = 40
    perishable_days: int = 4
    sub_locations: tuple[str, ...] = ()
    """The warehouses that are worked here, 4 digits each."""
    office: str = ""
    token: str = ""
    """What the office knows this machine by."""
    peers: tuple[str, ...] = ()
    """At the office: the machines that may send what they wrote and ask for the seals of a sheet, `9453:TOKEN` each."""
    exam_feed: bool = True
    """The store tells what it refers for exam when it is asked; else such notices come on paper, and holds by hand alone."""
    store_token: str = ""
    """What the store shows when it tells of itself; empty: nothing is taken from it."""
    root: str = ""
    """The root key of the office, pinned: 64 hexadecimal digits."""


def writers(gate: Gate, token: str) -> frozenset[str]:
    """The warehouses that whoever shows a token may write for.

    >>> writers(Gate(peers=("9453:0123456789abcdef",)), "0123456789abcdef")
    frozenset({'9453'})
    """
    known = (one.split(":", 1) for one in gate.peers)
    return frozenset(place for place, theirs in known if compare_digest(theirs.encode(), token.encode("utf-8", "replace")))


def gate_table(table: Mapping[str, Any]) -> Gate:
    """The table `[gate]`.

    >>> gate_table({"list_hours": 2, "sub_locations": ["9453"]}).sub_locations
    ('9453',)
    """
    gate = read_table(Gate, "gate", table, _LIMITS)
    for name, values, form, expected in (
        ("sub_locations", gate.sub_locations, "[0-9]{4}", "4 digits each"),
        ("office", (gate.office,), "(https?://[^ @]+)?", "https://host:port, without a name or password"),
        ("peers", gate.peers, "[0-9]{4}:[!-~]{16,200}", "4 digits, a colon, and a token of 16 characters or more"),
        ("store_token", (gate.store_token,), "([!-~]{16,200})?", "16 characters or more"),
        ("root", (gate.root,), "([0-9a-f]{64})?", "64 hexadecimal digits"),
    ):
        for value in values:
            if not re.fullmatch(form, value, re.ASCII):
                secret = name in {"peers", "store_token"} or "@" in value
                got = f"{len(value)} characters" if secret else repr(value)
                raise Refusal("bad-setting", name=f"gate.{name}", expected=expected, got=got)
    if gate.token and gate.office.startswith("http://") and not _is_here(gate.office):  # whoever reads it along could write
        raise Refusal("bad-setting", name="gate.office", expected="https://…, since a token goes there", got=repr(gate.office))
    return gate


def _is_here(url: str) -> bool:
    """Whether an address is of this machine itself."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
