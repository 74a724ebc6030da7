"""Holds: R today, referred for exam an hour later (SOCP 2.7, P4).

What is on hold stands in the record, and in a list that a gate without a network uses. A list is complete up to `issued_at` and
no further: up to when the store has last told all that it had to tell. While the store can't be asked, holds placed by hand and
sheets taken back still go on a new list at once; but that list is not a minute fresher than the one before, so that a gate asks
when its limit is over, and never takes "could not ask" for "nothing is on hold".
"""

from kiosk.desks.holds.desk import EXAM, Holds
from kiosk.desks.holds.given import Given
from kiosk.desks.holds.hold import Hold
from kiosk.desks.holds.listing import HoldLists, Made
from kiosk.desks.holds.live import NEVER, Live

__all__ = ["EXAM", "NEVER", "Given", "Hold", "HoldLists", "Holds", "Live", "Made"]
