"""What the service says for its keepers: one JSON object a line, and nothing of anybody's business in it (issue 3, 9)."""

import io
import json
import logging
import re
import warnings

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from kiosk.log import MASK, Lines, begin, masked
from kiosk.web import logs


@pytest.fixture
def said():
    """What was logged, as the lines that are written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    logger = logging.getLogger("kiosk")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


@pytest.fixture
def client():
    app = Flask("small", static_folder=None)
    logs.install(app, "K7QD")
    app.add_url_rule("/sheets/<number>", "sheet", lambda number: number)
    app.add_url_rule("/find", "find", lambda: "found")
    app.add_url_rule("/health", "health", lambda: "well")
    return app.test_client()


def test_a_request_is_one_line_with_its_route_and_never_its_path(client, said):
    client.get("/sheets/K7QD.000123?name=Tremblay")

    (line,) = said()
    assert {name: line[name] for name in ("level", "endpoint", "method", "status", "station")} == {
        "level": "info",
        "endpoint": "/sheets/<number>",
        "method": "GET",
        "status": 200,
        "station": "K7QD",
    }
    assert 0 <= line["ms"] < 60_000
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["at"])
    assert "000123" not in str(line)
    assert "Tremblay" not in str(line)


def test_a_page_that_is_not_there_is_told_without_its_name(client, said):
    client.get("/numbers/99999001495785")

    assert [(line["endpoint"], line["status"]) for line in said()] == [("-", 404)]
    assert "99999" not in str(said())


def test_what_machines_ask_every_few_seconds_is_not_told_while_it_goes_well(client, said):
    client.get("/health")

    assert [line["level"] for line in said()] == ["debug"]


def test_an_answer_carries_the_id_of_its_request(client, said):
    given = "0f8fad5b-d9cb-469f-a165-70867728950e"

    assert client.get("/find", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given
    assert said()[0]["request"] == given


@pytest.mark.parametrize("given", ["", "99999001495785", "XXXXPARS0000471", "x" * 500, "a\tb", "12345"])
def test_an_id_that_may_be_a_number_is_replaced(client, said, given):
    made = client.get("/find", headers={"X-Request-ID": given}).headers["X-Request-ID"]

    assert re.fullmatch("[0-9a-f]{32}", made)
    assert said()[0]["request"] == made


def test_an_error_is_told_with_its_trace_and_without_its_numbers(said):
    try:
        raise ValueError("no such thing: 99999-001495788, 99999001495788, xxxxpars0000471 on K7QD.000123")
    except ValueError:
        logging.getLogger("kiosk").exception("broken at %s", "8XXX12345")

    (line,) = said()
    assert "ValueError" in line["trace"]
    assert "test_web_logs.py" in line["trace"]
    for number in ("99999-001495788", "99999001495788", "xxxxpars0000471", "000123", "8XXX12345"):
        assert number not in json.dumps(line)
    assert line["message"] == f"broken at {MASK}"


def test_what_stands_beside_a_message_is_masked_unless_it_is_plain(said):
    logging.getLogger("kiosk").info("x", extra={"what": Exception("99999001495788"), "n": 3})

    assert (said()[0]["what"], said()[0]["n"]) == (MASK, 3)


@given(st.from_regex(r"[0-9]{14}|[0-9]{5}-[0-9]{9}", fullmatch=True), st.text(alphabet=" ,:'()\n", min_size=1, max_size=3))
def test_no_transaction_number_stays_in_a_text(number, around):
    assert number not in masked(f"{around}{number}{around}")


@given(st.from_regex(r"[0-9A-Z]{4}[0-9A-Z]{3,20}[0-9]", fullmatch=True), st.text(alphabet=" ,:'()\n", min_size=1, max_size=3))
def test_no_cargo_control_number_with_a_digit_stays_in_a_text(number, around):
    assert number not in masked(f"{around}{number}{around}")


@pytest.mark.parametrize(
    "text", ["row 12 in 250 ms", "the record can't be read: locked", "port 8480", "2026-11-22", "gunicorn 27.0.1"]
)
def test_what_is_no_number_of_anybody_is_left_as_it_is(text):
    assert masked(text) == text


def test_all_of_a_process_is_told_in_such_lines(capsys):
    """gunicorn's, the libraries' and Python's own warnings."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        begin()
        logging.getLogger("gunicorn.error").warning("a worker ended")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logging.captureWarnings(capture=True)
            warnings.warn("old", DeprecationWarning, stacklevel=1)
    finally:
        logging.captureWarnings(capture=False)
        root.handlers[:], root.level = handlers, level
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    assert lines[0]["message"] == "a worker ended"
    assert "DeprecationWarning" in lines[1]["message"]
