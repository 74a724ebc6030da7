"""A store of each engine: every test that asks for one runs on SQLite and on PostgreSQL."""

import io
import json

import pytest

from acros_stub import database

NOW = 1_795_359_845_123_456  # 2026-11-22T15:04:05.123456Z
MINUTE = 60_000_000
HEADER = "transaction_number,ccn,service_option,release_office,sub_location,indicator,processed_at"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The URL of a database in which there is nothing yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'acros.sqlite3'}"
    return request.getfixturevalue("fresh_postgres")


@pytest.fixture
def store(url):
    """An empty store, open for writing."""
    engine = database.create(url)
    yield engine
    engine.dispose()


@pytest.fixture
def ask():
    """Put a question to an application over WSGI: (status code, headers, document or text)."""

    def put(app, *references, body=None, **environ):
        asked = [{"kind": kind, "number": number} for kind, number in references]
        data = json.dumps({"references": asked}).encode() if body is None else body
        said = {}

        def start_response(status, headers):
            said.update(code=int(status[:3]), headers=dict(headers))

        full = {
            "REQUEST_METHOD": "POST", "PATH_INFO": "/v1/answers", "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(data)), "wsgi.input": io.BytesIO(data), "wsgi.url_scheme": "http",
            "SERVER_NAME": "stub", "SERVER_PORT": "80", "SCRIPT_NAME": "", "QUERY_STRING": "",
        }  # fmt: skip
        text = b"".join(app(full | environ, start_response))
        kind = said["headers"]["Content-Type"]
        return said["code"], said["headers"], json.loads(text) if kind.endswith("json") and text else text

    return put


@pytest.fixture
def feed(tmp_path):
    """Write a feed: its lines after the header, as text."""

    def write(*lines, name="feed.csv", header=HEADER, end="\n"):
        file = tmp_path / name
        file.write_bytes("".join(line + end for line in (header, *lines) if line is not None).encode())
        return file

    return write
