"""The record itself: its entries, its checkpoint, its verification."""

import json
from dataclasses import asdict

from flask import g

from kiosk.desks.record import Examined as Examination
from kiosk.ports import Found
from kiosk.web.api.asked import Against, Before
from kiosk.web.api.reports import Checkpoint, Entries, Entry, Examined, Finding, Verification
from kiosk.web.house import house
from kiosk.web.record import examination


def list_entries(query: Before) -> Entries:
    """List the record's entries, newest first."""
    shown = house().record.page(query.before)
    return Entries(tuple(map(_entry, shown.entries)), shown.size, shown.newer, shown.older)


def get_checkpoint() -> Checkpoint:
    """Get the head of the record."""
    head = house().journal.checkpoint()
    return Checkpoint(head.size, head.root.hex(), head.short)


def get_verification() -> Verification:
    """Get how far the verification is, or what it found."""
    state = examination().state
    return Verification(_examined(state) if state else None)


def verify_record(body: Against) -> Verification:
    """Begin to verify the record, unless that is under way."""
    return Verification(_examined(examination().begin(g.session.badge, body.against)))


def _entry(found: Found) -> Entry:
    whole = json.loads(found.entry.encode().decode(errors="surrogatepass"))
    return Entry(found.position, whole["at"], whole["subject"], whole["by"], whole["fact"], whole["is"])


def _examined(state: Examination) -> Examined:
    findings = None if state.findings is None else tuple(Finding(**asdict(one)) for one in state.findings)
    known = {name: getattr(state, name) for name in Examined.__slots__}
    return Examined(**known | {"findings": findings})
