"""The store's notices: what was referred for exam, as it tells it. Pure.

As with answers, what is not well-formed is `Unavailable`: half of the notices would pass for all of them.
"""

from datetime import datetime, timedelta

from kiosk.adapters.acros.reply import Reply, checked_now, reading
from kiosk.core.notice import Notices, check_notices, notice_of


def told(reply: Reply, after: int, authority: str, now: datetime, tolerance: timedelta) -> Notices:
    """The notices of a reply, and where to go on; `Unavailable` for anything else."""
    with reading(reply) as whole:
        checked_now(whole, authority, now, tolerance)
        found, cursor, last = tuple(notice_of(**one) for one in whole["events"]), whole["next"], whole["last"]
        if type(cursor) is not int or type(last) is not int or min(cursor, last) < 0:
            raise ValueError(f"next, last: expected whole numbers, got {cursor!r}, {last!r}")
        if last < after:  # a store that was made anew tells from its beginning: what is known by then is known by its name
            return Notices((), 0, whole=not last)
        if not after <= cursor <= last or (found and cursor == after) or (cursor == after < last):
            raise ValueError(f"next: expected {after} to {last}, got {cursor}")
        check_notices(found)
        return Notices(found, cursor, cursor == last)
