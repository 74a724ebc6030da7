"""Entries for records, and the fixtures that hold a record on each engine."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from kiosk.core.journal import Answered, Entry, Returned, Scanned, Stamped

START = datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC)


def after(seconds):
    """A time of the day."""
    return START + timedelta(seconds=seconds)


def scanned(n, text="99999001495785", subject="0453.1", by="12345"):
    """The n-th second's scan."""
    return Entry(subject, after(n), by, Scanned(f"scan-{n}", text, "", "wedge", None, False, None, False))


def answered(n, number="99999001495785", subject="0453.1"):
    """The n-th second's answer."""
    return Entry(subject, after(n), "12345", Answered(f"scan-{n}", number, "R", {"number": number}))


def digest_of(content):
    """As documents are named."""
    return sha256(content).hexdigest()


def stamped(n, content, checkpoint, subject="0453.1"):
    """A stamp of the n-th second over a document."""
    fact = Stamped("released", "stub", "0453", "12345", True, digest_of(content), ["RS1X"], checkpoint, {"R": 1})
    return Entry(subject, after(n), "12345", fact)


def returned(n, content, subject="0453.2"):
    """A slip of the n-th second."""
    return Entry(subject, after(n), "12345", Returned(digest_of(content), 1))


def filled(journal, many=20):
    """A record of scans, answers, one stamped sheet and one slip, in several transactions; its entries."""
    entries = [make(n, f"99999{n:09}") for n in range(many) for make in (scanned, answered)]
    for n in range(0, len(entries), 3):
        journal.append(entries[n : n + 3])
    sheet = stamped(many, b"%PDF sheet", journal.checkpoint().short)
    journal.append([sheet], {digest_of(b"%PDF sheet"): b"%PDF sheet"})
    slip = returned(many, b"%PDF slip")
    journal.append([slip], {digest_of(b"%PDF slip"): b"%PDF slip"})
    return [*entries, sheet, slip]
