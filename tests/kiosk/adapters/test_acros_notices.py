"""The store's notices: taken whole and as they are, or not at all (Q6, P4)."""

import json
import threading
from copy import deepcopy
from datetime import timedelta
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acros_stub import database, referrals
from acros_stub.faults import OFF, Fault, play
from acros_stub.history import Reference
from acros_stub.instant import micros
from acros_stub.load import load
from acros_stub.web import create_app
from kiosk.adapters.acros import Acros
from kiosk.adapters.acros.notices import told
from kiosk.adapters.acros.reply import Reply
from kiosk.config import clock
from kiosk.contracts import feed
from kiosk.core.faults import Unavailable
from kiosk.core.notice import Notices
from kiosk.core.reference import CCN
from tests.kiosk.adapters.acros_samples import AUTHORITY, FIRST, NOW, TOLERANCE, application

GOOD = {
    "authority": AUTHORITY,
    "as_of": NOW.isoformat(),
    "events": [
        {
            "event": "exam-99999001495785-1",
            "at": (NOW - timedelta(hours=1)).isoformat(),
            "office": "0453",
            "numbers": [{"kind": "transaction", "number": str(FIRST)}, {"kind": "ccn", "number": "XXXX-1"}],
        },
        {"event": "exam-2", "at": NOW.isoformat(), "office": None, "numbers": [{"kind": "ccn", "number": "XXXX2"}]},
    ],
    "next": 9,
    "last": 12,
}


def read(document, after=7):
    return told(Reply(200, "application/json", json.dumps(document).encode()), after, AUTHORITY, NOW, TOLERANCE)


def test_notices_are_taken_with_their_place():
    found = read(GOOD)

    assert (found.cursor, found.whole, [one.event for one in found.notices]) == (9, False, ["exam-99999001495785-1", "exam-2"])
    assert found.notices[0].numbers == (FIRST, CCN("XXXX", "-1"))
    assert read(GOOD | {"last": 9}).whole


def test_none_are_none_and_a_store_that_was_made_anew_is_read_from_its_beginning():
    assert read(GOOD | {"events": [], "next": 7, "last": 7}) == Notices((), 7, whole=True)
    assert read(GOOD | {"events": [], "next": 3, "last": 3}) == Notices((), 0, whole=False)


BAD = [
    {"authority": "another"},
    {"as_of": (NOW - timedelta(seconds=31)).isoformat()},
    {"next": 7},
    {"next": 13},
    {"next": "9"},
    {"next": True},
    {"last": None},
    {"events": None},
    {"events": [], "next": 7},
    {"events": [GOOD["events"][0]] * 2},
]


@pytest.mark.parametrize("wrong", BAD, ids=str)
def test_what_does_not_hold_together_is_no_answer(wrong):
    with pytest.raises(Unavailable):
        read(GOOD | wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": "a b"},
        {"event": ""},
        {"event": 7},
        {"at": "2026-11-22T10:00:00"},
        {"office": "453"},
        {"numbers": []},
        {"numbers": [{"kind": "transaction", "number": "9999900149578"}]},
        {"numbers": [{"kind": "sheet", "number": "K7QD.000001"}]},
        {"numbers": [{"kind": "ccn", "number": "xxxx1"}]},
        {"numbers": [{"kind": "ccn"}]},
        {"more": 1},
    ],
    ids=str,
)
def test_one_notice_that_is_none_spoils_them_all(wrong):
    """Half of the notices would pass for all of them."""
    document = deepcopy(GOOD)
    document["events"][0] |= wrong
    with pytest.raises(Unavailable):
        read(document)


@given(st.data())
def test_whatever_is_in_its_place_nothing_but_unavailable_comes_of_it(data):
    document = deepcopy(GOOD)
    where = data.draw(st.sampled_from([document, document["events"][0], document["events"][0]["numbers"][0]]))
    name = data.draw(st.sampled_from(sorted(where)))
    where[name] = data.draw(st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2) | st.just({}))
    try:
        found = read(document)
    except Unavailable:
        return
    assert all(one.numbers for one in found.notices)


# --- of a store -------------------------------------------------------------------------------------------------------


@pytest.fixture
def stub(tmp_path):
    """The stub's database, with a feed in it."""
    (tmp_path / "feed.csv").write_text(feed(clock()))
    engine = database.create(f"sqlite:///{tmp_path / 'acros.sqlite3'}")
    load(engine, tmp_path / "feed.csv")
    yield engine
    engine.dispose()


@pytest.fixture
def store(stub, tmp_path):
    return Acros(clock, authority=AUTHORITY, app="acros_stub.web:create_app", home=str(tmp_path))


def test_the_real_stub_tells_what_it_referred(stub, store):
    """P4: released, then referred for examination."""
    first = store.holds(0)
    assert [str(number) for one in first.notices for number in one.numbers] == ["99999000000022", "XXXX0000000022"]
    assert store.holds(first.cursor) == Notices((), first.cursor, whole=True)

    referrals.refer(stub, [Reference("ccn", "XXXX0000000011")], micros(clock()))
    (notice,) = store.holds(first.cursor).notices
    assert {str(number) for number in notice.numbers} == {"99999000000011", "XXXX0000000011"}


@pytest.mark.parametrize("fault", [Fault("down", "", 0), Fault("garbled", "html", 0)])
def test_a_stub_with_a_fault_tells_nothing_and_says_so(stub, store, fault):
    """Q6: could not ask is not "nothing was referred"."""
    play(stub, fault)
    with pytest.raises(Unavailable):
        store.holds(0)
    play(stub, OFF)
    assert store.holds(0).notices


def missing():
    """A store that has answers and no notices."""
    return application(b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n{}")


def test_a_store_without_notices_says_so_and_is_not_left_alone_for_it():
    """A feed that is not there must not make officers wait."""
    store = Acros(lambda: NOW, authority=AUTHORITY, app=f"{__name__}:missing")
    for _ in range(5):
        with pytest.raises(Unavailable) as no:
            store.holds(0)
        assert no.value.code == "no-feed"


def test_it_is_asked_over_the_network_at_its_own_address(stub, unused_server):
    """The same over HTTP as in this process."""
    store = Acros(clock, authority=AUTHORITY, url=unused_server)

    assert [str(one.numbers[0]) for one in store.holds(0).notices] == ["99999000000022"]


@pytest.fixture
def unused_server(stub, tmp_path):
    """The stub on a port of its own."""
    quiet = type("Quiet", (WSGIRequestHandler,), {"log_message": lambda *_: None})
    server = make_server("127.0.0.1", 0, create_app(home=str(tmp_path)), handler_class=quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
