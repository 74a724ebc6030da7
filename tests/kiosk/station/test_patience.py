"""Nobody waits for what hangs, and everybody gets what does not (D5, fault 5)."""

import threading

import pytest

from kiosk.core.faults import Refusal, Unavailable
from kiosk.station.patience import promptly


def test_what_is_done_in_time_is_given_with_its_error_where_it_has_one():
    def refuse():
        raise Refusal("no-reason")

    assert promptly(lambda: 7) == 7
    with pytest.raises(Refusal, match="no-reason"):
        promptly(refuse)


def test_what_hangs_is_unavailable_and_goes_on_by_itself():
    free, done = threading.Event(), threading.Event()

    def work():
        free.wait()
        done.set()

    with pytest.raises(Unavailable, match="timeout"):
        promptly(work, 0)
    free.set()
    assert done.wait(30)
