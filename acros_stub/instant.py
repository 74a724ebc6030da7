"""An instant: whole microseconds since 1970 in UTC, as the store keeps them. Exact, ordered, alike on every engine.

>>> micros(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC))
1000005
>>> iso(1000005)
'1970-01-01T00:00:01.000005+00:00'
"""

from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Microseconds since 1970 of a time that knows its zone; exact, with no float on the way."""
    return (at - _EPOCH) // _MICROSECOND


def iso(at: int) -> str:
    """ISO 8601 in UTC, always with microseconds."""
    return (_EPOCH + timedelta(microseconds=at)).isoformat(timespec="microseconds")


def now() -> int:
    """The clock of this machine: the only place of the stub that asks for the time."""
    return micros(datetime.now(UTC))
