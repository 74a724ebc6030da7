"""Screens that move by themselves, never at the cost of a scan, and over a record that others write to (issue 3, 6 and 9)."""

import json
import socket
import threading

import pytest

from kiosk.adapters.sql import SqlJournal
from kiosk.adapters.sql.database import file_url
from kiosk.core.faults import Unavailable
from kiosk.core.journal import Entry, Failed
from kiosk.web import events
from kiosk.web.events import BEAT, LIFE, RESERVED, RETRY, hub, lines
from kiosk.web.house import Rules
from kiosk.web.hub import Hub
from kiosk.web.overheard import listen, overheard
from tests.fakes import NOON, FakeClock, Fragile
from tests.kiosk.web.service_samples import BADGE, NUMBER, Small

LONG = 60


class Counts:
    """A record of which only the lengths are known; every question is kept."""

    def __init__(self):
        self.sheets = {}
        self.asked = []
        self.fault = None

    def head(self):
        self._ask("head")
        return sum(self.sheets.values())

    def entries(self, sheet):
        self._ask(sheet)
        return self.sheets.get(sheet, 0)

    def _ask(self, what):
        self.asked.append(what)
        if self.fault:
            raise self.fault


@pytest.fixture
def counts():
    return Counts()


@pytest.fixture
def made(counts):
    """A hub whose thread is not started: the test looks and tells."""
    return Hub(counts.head, counts.entries, 3)


@pytest.fixture
def small(tmp_path):
    journal = SqlJournal(file_url(tmp_path / "journal.sqlite3"))
    small = Small(journal)
    yield small
    hub(small.app).stop()
    journal.close()


# --- the hub ----------------------------------------------------------------------------------------------------------


def test_who_sits_down_is_told_how_far_the_sheet_is(made, counts):
    """What was written between the page and the stream is not missed."""
    counts.sheets["A"] = 3
    seat = made.sit("A")
    made.tell()

    assert made.news(seat, 0) == 3
    assert made.news(seat, 0) is None


def test_who_knows_it_already_is_not_told_again(made, counts):
    """A stream that was opened again after a break."""
    counts.sheets["A"] = 3
    seat, behind = made.sit("A", 3), made.sit("A", 2)
    made.tell()

    assert (made.news(seat, 0), made.news(behind, 0)) == (None, 3)


def test_a_move_is_told_to_who_looks_at_that_sheet_alone(made, counts):
    counts.sheets |= {"A": 1, "B": 1}
    seats = made.sit("A", 1), made.sit("B", 1)
    made.tell()
    counts.sheets |= {"A": 2, "B": 2}
    counts.asked.clear()
    made.publish("A")
    made.tell()

    assert [made.news(seat, 0) for seat in seats] == [2, None]
    assert counts.asked == ["A"]


def test_a_sheet_that_nobody_looks_at_is_never_asked_for(made, counts):
    made.sit("A")
    made.publish("B")
    made.tell()

    assert counts.asked == ["A"]


def test_what_another_process_wrote_is_noticed_by_the_size_of_the_record(made, counts):
    counts.sheets |= {"A": 1}
    seat = made.sit("A", 1)
    made.look()
    made.tell()
    counts.sheets["A"] = 5
    made.look()
    made.tell()

    assert made.news(seat, 0) == 5


def test_a_record_that_does_not_grow_is_asked_one_question_at_a_look(made, counts):
    made.sit("A")
    made.look()
    made.tell()
    counts.asked.clear()
    made.look()
    made.tell()

    assert counts.asked == ["head"]


def test_what_could_not_be_asked_is_asked_next_time(made, counts):
    counts.sheets["A"] = 1
    seat = made.sit("A")
    counts.fault = Unavailable("journal", "locked")
    with pytest.raises(Unavailable):
        made.tell()
    counts.fault = None
    made.tell()

    assert made.news(seat, 0) == 1


def test_there_are_no_more_seats_than_there_is_room_and_a_seat_that_is_left_is_free(made):
    seats = [made.sit("A") for _ in range(3)]

    assert made.open == 3
    assert made.sit("A") is None
    made.leave(seats[0])
    made.leave(seats[0])
    assert made.open == 2
    assert made.sit("B") is not None


def test_a_stopped_hub_wakes_everybody_and_seats_nobody(made):
    seat, told = made.sit("A"), []
    thread = threading.Thread(target=lambda: told.append(made.news(seat, LONG)))
    thread.start()
    made.stop()
    made.stop()
    thread.join(LONG)

    assert told == [None]
    assert made.sit("A") is None
    made.start()
    assert made._thread is None


@pytest.mark.parametrize("fault", [Unavailable("journal", "gone"), ValueError("nobody thought of it")])
def test_the_thread_goes_on_after_whatever_fails(counts, fault, caplog):
    """Else every screen would stand still from then on, without a word."""
    hub = Hub(counts.head, counts.entries, 3)
    counts.sheets["A"] = 1
    counts.fault = fault
    tried = threading.Event()
    ask = counts._ask

    def once(what):
        try:
            ask(what)
        finally:
            counts.fault = None
            tried.set()

    counts._ask = once
    seat = hub.sit("A")
    hub.start()

    assert tried.wait(LONG)
    assert hub.news(seat, LONG) == 1
    assert caplog.records
    hub.stop()
    assert not hub._thread.is_alive()


# --- a record that tells ----------------------------------------------------------------------------------------------


def test_what_is_written_is_told_after_it_is_written_and_what_failed_is_not(tmp_path):
    with_faults = Fragile(SqlJournal(file_url(tmp_path / "journal.sqlite3")))
    journal, told = overheard(with_faults), []
    listen(journal, lambda entries: told.append((journal.length("A"), [entry.subject for entry in entries])))
    entry = Entry("A", NOON, BADGE, Failed("printer", "down", ""))
    journal.append([entry])
    with_faults.healthy = 0
    with pytest.raises(Unavailable):
        journal.append([entry])

    assert told == [(1, ["A"])]
    with_faults.real.close()


def test_a_listener_that_fails_does_not_make_it_look_as_if_nothing_was_written(tmp_path, caplog):
    """Fault 3: the officer would scan again what is on his sheet."""
    real = SqlJournal(file_url(tmp_path / "journal.sqlite3"))
    journal, told = overheard(real), []
    listen(journal, lambda entries: 1 / 0)
    listen(journal, told.append)

    assert journal.append([Entry("A", NOON, BADGE, Failed("printer", "down", ""))]) == 0
    assert len(told) == 1
    assert "ZeroDivisionError" in caplog.text
    real.close()


def test_a_record_that_nobody_overhears_is_no_place_to_listen():
    with pytest.raises(TypeError, match="overheard"):
        listen(FakeClock(), print)


# --- the stream -------------------------------------------------------------------------------------------------------


def test_an_event_says_which_sheet_and_how_far_and_its_id_is_where_to_go_on(made, counts):
    counts.sheets["K7QD.000001"] = 7
    seat = made.sit("K7QD.000001")
    made.tell()
    text = lines(made, seat, lambda: True, lambda: True)

    assert next(text) == f"retry: {RETRY}\n\n"
    assert next(text) == 'event: moved\nid: 7\ndata: {"sheet": "K7QD.000001", "entries": 7}\n\n'


class Silent:
    """A hub of which there is never any news; it counts how often it was asked."""

    stopped = False
    looks = 0

    def news(self, seat, seconds):
        self.looks += 1

    def stirred(self, seat):
        return False


def test_a_silent_stream_says_now_and_then_that_it_lives_and_ends_some_day():
    """To be opened again by whoever is still logged in."""
    silent = Silent()
    text = list(lines(silent, None, lambda: True, lambda: True))

    assert text[1:] == [": still here\n\n"] * (LIFE // BEAT)
    assert silent.looks == LIFE


def test_a_stream_ends_when_the_browser_has_gone():
    """Else its seat would be kept from others until the next beat fails."""
    silent, told = Silent(), []
    assert len(list(lines(silent, None, lambda: silent.looks < 3, lambda: True, lost=lambda: told.append(silent.looks)))) == 1
    assert silent.looks == 3
    assert told == [3]  # the scanners are not that page's for long


def test_a_stream_ends_when_its_user_is_logged_out():
    silent = Silent()
    assert len(list(lines(silent, None, lambda: True, lambda: silent.looks < 2 * BEAT))) == 2
    assert silent.looks == 2 * BEAT


def test_whether_the_browser_is_there_is_seen_at_its_connection():
    ours, theirs = socket.socketpair()
    there = events._presence({"gunicorn.socket": ours})

    assert there()
    theirs.send(b"x")
    assert there()
    theirs.close()
    assert not there()
    ours.close()
    assert events._presence({})()


def first(answer, many):
    """The first pieces of a stream, which is then left."""
    found = [next(answer.response) for _ in range(many)]
    answer.close()
    return "".join(piece if isinstance(piece, str) else piece.decode() for piece in found)


def test_a_stream_starts_with_how_far_the_sheet_is_and_moves_with_it(small):
    sheet = small.sheet()
    client = small.app.test_client()
    answer = client.get(f"/events?sheet={sheet.number}")
    pieces = iter(answer.response)
    assert answer.mimetype == "text/event-stream"
    assert [answer.headers[name] for name in ("Cache-Control", "X-Accel-Buffering")] == ["no-store", "no"]
    next(pieces)
    assert b"id: 1" in next(pieces)

    small.counter.failed(sheet, Unavailable("printer", "down"), BADGE)

    assert b"id: 2" in next(pieces)
    answer.close()
    assert hub(small.app).open == 0


def test_a_stream_goes_on_where_it_was_broken_off(small):
    sheet = small.sheet(NUMBER)
    behind = small.app.test_client().get(f"/events?sheet={sheet.number}", headers={"Last-Event-ID": "1"})
    text = first(behind, 2)

    assert json.loads(text.split("data: ")[1])["entries"] == sheet.entries


@pytest.mark.parametrize("last", ["", "x", "-1", "²", "9" * 5000, "1.5", " 1"])
def test_an_id_that_is_none_is_as_if_nothing_were_known(small, last):
    sheet = small.sheet()

    assert "id: 1\n" in first(small.app.test_client().get(f"/events?sheet={sheet.number}", headers={"Last-Event-ID": last}), 2)


def test_who_finds_no_room_is_told_when_to_ask_again(tmp_path):
    """Threads for scans are never given away."""
    journal = SqlJournal(file_url(tmp_path / "journal.sqlite3"))
    small = Small(journal, rules=Rules(threads=RESERVED + 2))
    sheet = small.sheet()
    clients = [small.app.test_client().get(f"/events?sheet={sheet.number}") for _ in range(3)]

    assert [answer.status_code for answer in clients] == [200, 200, 503]
    assert clients[2].headers["Retry-After"] == "5"
    for answer in clients:
        answer.close()
    hub(small.app).stop()
    journal.close()


@pytest.mark.parametrize("sheet", ["", "K7QD", "'; DROP TABLE entries", "99999001495785", "K7QD.1"])
def test_what_is_no_sheet_s_number_has_no_stream(small, sheet):
    small.app.config["PROPAGATE_EXCEPTIONS"] = False

    assert small.app.test_client().get("/events", query_string={"sheet": sheet}).status_code == 500
    assert hub(small.app).open == 0


def test_everybody_who_looks_on_is_told_once_that_the_board_of_the_scanners_is_another():
    """Issue 4, 7: lamps move by the stream that is there already."""
    hub = Hub(lambda: 0, lambda sheet: 1, room=3)
    seats = [hub.sit("K7QD.000001"), hub.sit("K7QD.000002"), hub.sit("one", board="v2")]
    assert not any(hub.stirred(seat) for seat in seats[:2])
    hub.stir("v2")

    assert [hub.stirred(seat) for seat in seats] == [True, True, False]
    assert [hub.stirred(seat) for seat in seats] == [False, False, False]


def test_a_stream_tells_of_the_board_and_says_now_and_then_that_its_page_is_there():
    hub, beats = Hub(lambda: 0, lambda sheet: 1, room=3), []
    seat = hub.sit("K7QD.000001")
    hub.stir("v1")
    text = lines(hub, seat, lambda: True, lambda: True, lambda: beats.append(1))
    next(text)

    assert next(text) == "event: scanners\ndata: {}\n\n"
    silent = Silent()
    list(lines(silent, None, lambda: True, lambda: True, lambda: beats.append(1)))
    assert len(beats) == LIFE // BEAT
