"""A store in this process that fails: it takes neither the kiosk nor the officer's time with it (Q6)."""

import threading
import time
from itertools import repeat

import pytest

from kiosk.core.faults import Unavailable
from tests.kiosk.adapters import acros_samples
from tests.kiosk.adapters.acros_samples import ASKED, STATUSES, application, body, good, http, in_process

BUDGET = 0.5
SOUND = application(http(body(good())))
HEADERS = [("Content-Type", "application/json")]


def raising(error):
    def wsgi(_environ, _start_response):
        raise error

    return wsgi


def raising_midway(_environ, start_response):
    start_response("200 OK", HEADERS)
    yield body(good())[:99]
    raise RuntimeError("the database has gone")


def starting_never(_environ, _start_response):
    return [body(good())]


def starting_late(environ, start_response):
    """As WSGI allows: the head comes with the first part of the body."""
    yield from SOUND(environ, start_response)


def starting_over(_environ, start_response):
    """As WSGI allows: an error that shows itself before anything was sent has another head."""
    start_response("200 OK", HEADERS)
    start_response("503 Service Unavailable", HEADERS, (RuntimeError, RuntimeError(), None))
    return [body(good())]


def saying_text(_environ, start_response):
    start_response("200 OK", HEADERS)
    return [body(good()).decode()]


def saying_nothing(_environ, start_response):
    start_response("200 OK", HEADERS)


def of_no_status(_environ, start_response):
    start_response("OK", HEADERS)
    return [body(good())]


def of_no_headers(_environ, start_response):
    start_response("200 OK", None)
    return [body(good())]


def without_end(_environ, start_response):
    start_response("200 OK", HEADERS)
    return repeat(bytes(1 << 20))


BAD = {
    **{repr(error): raising(error) for error in (RuntimeError("no"), MemoryError(), RecursionError(), KeyError("status"))},
    **{
        repr(error): raising(error) for error in (SystemExit(1), KeyboardInterrupt(), GeneratorExit(), Unavailable("printer", "no"))
    },
    **{one.__name__: one for one in (raising_midway, starting_never, starting_over, saying_text, saying_nothing)},
    **{one.__name__: one for one in (of_no_status, of_no_headers, without_end)},
}


@pytest.fixture
def store(monkeypatch):
    """A store over the WSGI application that is given."""

    def make(wsgi, **settings):
        monkeypatch.setattr(acros_samples, "made", lambda: wsgi, raising=False)
        return in_process("made", **settings)

    return make


@pytest.mark.parametrize("name", BAD)
def test_an_application_that_fails_is_a_store_that_is_down(store, name):
    """Q6: and the kiosk goes on, even if the application wanted to end it."""
    with pytest.raises(Unavailable) as no:
        store(BAD[name]).ask(ASKED)

    assert (no.value.part, no.value.code) in {("store", "down"), ("store", "garbled")}


def test_an_application_may_begin_late(store):
    """Q3."""
    assert tuple(answer.status for answer in store(starting_late).ask(ASKED)) == STATUSES


def test_an_application_is_told_when_its_reply_has_been_read(store):
    """It has a database connection to give back, also when it failed midway."""
    closed = []

    class Parts(list):
        def close(self):
            closed.append(len(self))

    store(lambda environ, start: Parts(SOUND(environ, start))).ask(ASKED)
    with pytest.raises(Unavailable):
        store(lambda environ, start: Parts([*SOUND(environ, start), None])).ask(ASKED)

    assert closed == [1, 2]


def sleeping(over):
    def wsgi(environ, start_response):
        over.wait(10)
        return SOUND(environ, start_response)

    return wsgi


def sleeping_midway(over):
    def wsgi(environ, start_response):
        yield from SOUND(environ, start_response)
        over.wait(10)

    return wsgi


@pytest.mark.parametrize("slow", [sleeping, sleeping_midway], ids=lambda slow: slow.__name__)
def test_an_application_slower_than_the_budget_does_not_keep_the_officer(store, slow):
    """Q6."""
    over = threading.Event()
    before = time.monotonic()
    with pytest.raises(Unavailable) as no:
        store(slow(over), budget=BUDGET).ask(ASKED)
    took = time.monotonic() - before
    over.set()

    assert no.value.code == "slow"
    assert took < 3 * BUDGET


def test_an_application_is_made_once_before_the_first_question(monkeypatch):
    """The first scan does not wait for what can be loaded before it."""
    made = []
    monkeypatch.setattr(acros_samples, "made", lambda: made.append(1) or SOUND, raising=False)
    store = in_process("made")
    assert made == [1]

    store.ask(ASKED)
    store.ask(ASKED)

    assert made == [1]


HERE = acros_samples.__name__


@pytest.mark.parametrize("app", ["", "nosuchmodule:create_app", HERE, f"{HERE}:nothing", f"{HERE}:"])
def test_an_application_that_is_not_there_is_refused_at_once(app):
    """Better no start than a store that is down for ever."""
    with pytest.raises(ValueError, match="module:factory"):
        acros_samples.Acros(lambda: acros_samples.NOW, authority="acros-stub", app=app)


@pytest.mark.parametrize("options", [{"buget": 2.0}, {"said": b"", "more": 1}], ids=repr)
def test_a_setting_that_the_application_does_not_know_is_refused_at_once(options):
    with pytest.raises(TypeError):
        in_process("application", **options)
