"""Every store of the entry points passes the contract (Q3, Q6, Q8), against the real stub: in this process, and over HTTP."""

import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import entry_points

import pytest
import requests

from acros_stub import database
from acros_stub.faults import OFF, Fault, play
from acros_stub.garbled import GARBLED
from acros_stub.load import load
from kiosk.config import clock, part
from kiosk.contracts import EXPECTED, StoreContract, feed
from kiosk.core.faults import Unavailable

ASKED = list(EXPECTED)
AUTHORITY = "acros-stub"


@pytest.fixture(scope="module")
def written_at():
    """When what is on file was written."""
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def engine(tmp_path_factory, written_at):
    """The stub's database, filled by its own loader."""
    folder = tmp_path_factory.mktemp("store")
    (folder / "feed.csv").write_text(feed(written_at))
    engine = database.create(f"sqlite:///{folder / 'acros.sqlite3'}")
    assert load(engine, folder / "feed.csv").bad == ()
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def url(engine):
    """The URL of a real `acros-stub serve`."""
    port = free_port()
    command = [sys.executable, "-m", "acros_stub", "serve", "--port", str(port), "--database", str(engine.url)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGINT)  # gunicorn: at once, and the worker with it


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url, server):
    """Until it answers; it has a minute, on a machine that others use."""
    for _ in range(600):
        assert server.poll() is None, server.stderr.read().decode()
        try:
            if requests.get(url + "/v1/health", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail(f"{url} did not answer in a minute")


class InProcess:
    """The stub's WSGI application in this process."""

    @pytest.fixture
    def settings(self, engine):
        return {"app": "acros_stub.web:create_app", "database": str(engine.url)}

    @pytest.fixture
    def nowhere(self, tmp_path):
        return {"app": "acros_stub.web:create_app", "database": f"sqlite:///{tmp_path / 'gone' / 'acros.sqlite3'}"}


class OverHttp:
    """The stub as a process of its own."""

    @pytest.fixture
    def settings(self, url):
        return {"url": url}

    @pytest.fixture
    def nowhere(self):
        return {"url": f"http://127.0.0.1:{free_port()}"}


class Acros(StoreContract):
    """The store of kind acros; and what the stub can do to it."""

    @pytest.fixture
    def loaded_at(self, written_at):
        return written_at

    @pytest.fixture
    def store(self, settings):
        return part("stores", "acros")(clock, authority=AUTHORITY, budget=30, **settings)

    @pytest.fixture
    def unreachable(self, nowhere):
        return part("stores", "acros")(clock, authority=AUTHORITY, budget=30, **nowhere)

    @pytest.fixture
    def playing(self, engine):
        """Play a fault until the test is over."""
        yield lambda *fault: play(engine, Fault(*fault))
        play(engine, OFF)

    @pytest.mark.parametrize("how", GARBLED)
    def test_no_answer_that_is_garbled_becomes_an_answer(self, store, playing, how):
        """Q6: and once the store is sound again, so are its answers."""
        playing("garbled", how, 0)
        with pytest.raises(Unavailable) as no:
            store.ask(ASKED)
        playing(*OFF)

        assert no.value.code in {"garbled", "stale", "refused"}
        assert [answer.reason for answer in store.ask(ASKED)] == list(EXPECTED.values())

    def test_a_store_that_is_down_is_not_a_store_with_nothing_on_file(self, store, playing):
        """Q6."""
        playing("down", "", 0)

        with pytest.raises(Unavailable, match="down"):
            store.ask(ASKED)

    def test_a_store_slower_than_the_budget_gives_no_answer(self, settings, playing):
        """Q6: the answer that comes too late is nobody's; the next question gets its own."""
        hasty = part("stores", "acros")(clock, authority=AUTHORITY, budget=0.3, **settings)
        playing("slow", "", 2000)
        with pytest.raises(Unavailable, match="slow"):
            hasty.ask(ASKED[:1])
        playing(*OFF)

        patient = part("stores", "acros")(clock, authority=AUTHORITY, budget=30, **settings)
        assert [answer.reference for answer in patient.ask(ASKED[1:])] == ASKED[1:]


class TestAcrosInProcess(InProcess, Acros):
    """In this process: the kiosk that has nothing configured."""


class TestAcrosOverHttp(OverHttp, Acros):
    """Over HTTP: one store, many kiosks."""


PROVEN = {"acros": (TestAcrosInProcess, TestAcrosOverHttp)}


def test_every_store_that_can_be_named_in_the_settings_is_proven():
    """Q6: a new entry point without its contract fails here."""
    named = {point.name for point in entry_points(group="kiosk.stores")}

    assert named == set(PROVEN)
    assert all(issubclass(proof, StoreContract) for proofs in PROVEN.values() for proof in proofs)
