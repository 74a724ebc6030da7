"""A fault that the store plays: down, slow or garbled. A row in the database, read with every question.

How answers are garbled is in `garbled`.
"""

from typing import Final, NamedTuple

from sqlalchemy import Engine, delete, insert

from acros_stub.models import faults

KINDS: Final = ("down", "slow", "garbled")
DEFAULT_MILLISECONDS: Final = 5000


class Fault(NamedTuple):
    """The fault being played: its kind ('' for none), how it garbles, how long it waits."""

    kind: str
    how: str
    milliseconds: int


OFF: Final = Fault("", "", 0)


def play(engine: Engine, fault: Fault) -> None:
    """Write down the fault to be played from now on; OFF ends it."""
    with engine.begin() as connection:
        connection.execute(delete(faults))
        if fault != OFF:
            connection.execute(insert(faults).values(id=1, **fault._asdict()))
