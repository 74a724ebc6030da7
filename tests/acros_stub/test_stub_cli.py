"""The command line: what it prints, in both languages, and its exit codes."""

import json
import os
import signal
import socket
import string
import subprocess
import sys
import time
import urllib.request

import pytest
from click.testing import CliRunner

from acros_stub.cli import build
from acros_stub.words import ENGLISH, FRENCH


@pytest.fixture
def stub(tmp_path, monkeypatch):
    """Run `acros-stub` on a home of its own."""
    monkeypatch.delenv("ACROS_DATABASE", raising=False)
    monkeypatch.setenv("KIOSK_HOME", str(tmp_path / "home"))

    def run(*arguments, lang="en"):
        return CliRunner().invoke(build(lang), [str(argument) for argument in arguments])

    return run


def test_both_languages_have_the_same_sentences_with_the_same_places():
    def places(words):
        return {name: sorted(field for _, field, _, _ in string.Formatter().parse(text) if field) for name, text in words.items()}

    assert places(ENGLISH) == places(FRENCH)


def test_a_number_is_answered_in_each_of_its_senses(stub):
    assert stub("load", "--demo").exit_code == 0

    both = stub("status", "99995001495791")

    assert both.exit_code == 0
    assert "transaction 99995001495791: R (released)" in both.output
    assert "CCN 99995001495791: NR (awaiting-arrival)" in both.output


def test_json_is_one_document_as_on_the_wire(stub):
    stub("load", "--demo")

    document = json.loads(stub("status", "XXXXPARS0000472", "--json").stdout)

    (answer,) = document["answers"]
    assert (answer["status"], answer["reason"], len(answer["transactions"])) == ("NR", "part-released", 2)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("status", "XXXX-NONE"), 1, "N/A (not-on-file)"),
        (("status", "nope"), 2, "expected a CCN"),
        (("load", "none.csv"), 2, "No such file"),
        (("load",), 2, "expected a file or --demo"),
        (("load", "x.csv", "--demo"), 2, "and not both"),
        (("seed", "0"), 2, "0"),
        (("seed", "5", "--day", "tomorrow"), 2, "expected a date"),
        (("fault", "loud"), 2, "loud"),
        (("fault", "garbled", "--how", "none"), 2, "none"),
        (("status", "XXXX-1", "--database", "postgresql://127.0.0.1:1/x"), 3, "can't be used"),
        (("load", "--demo", "--database", "nonsense"), 3, "got 'nonsense'"),
        (("load", "--demo", "--home", "/proc/none"), 3, "can't be used"),
        (("serve", "--database", "mysql://x"), 3, "expected a SQLite file or PostgreSQL"),
    ],
)
def test_what_goes_wrong_has_its_exit_code_and_its_sentence(stub, arguments, code, said):
    stub("load", "--demo")

    result = stub(*arguments)

    assert (result.exit_code, said in result.output) == (code, True)


def test_an_error_is_a_json_document_too(stub):
    result = stub("status", "nope", "--json")

    assert json.loads(result.stdout)["error"]["code"] == "wrong-number"


def test_a_store_that_was_never_made_is_unavailable_and_not_made_by_asking(stub, tmp_path):
    assert stub("status", "XXXX-NONE").exit_code == 3
    assert not (tmp_path / "home").exists()


def test_every_bad_row_is_told_and_the_good_ones_are_loaded(stub, feed):
    file = feed(*(f"{i}" for i in range(25)), "99999001495785,,,,,4,2026-11-20T15:04:05Z")

    result = stub("load", file)

    assert result.exit_code == 1
    assert "1 good rows" in result.stdout
    assert result.stderr.count("expected 7 fields") == 20
    assert f"and 5 more; all of them are in {file}.bad.jsonl" in result.stderr
    written = [json.loads(line) for line in file.with_name("feed.csv.bad.jsonl").read_text().splitlines()]
    told = json.loads(stub("load", file, "--json").stdout)["bad"]
    assert written == told
    assert [row["line"] for row in told] == list(range(2, 27))


@pytest.mark.parametrize(("data", "said"), [(b"", "an empty file"), (b"a,b\n", "expected the header"), (None, "Is a directory")])
def test_a_file_that_is_no_feed_is_refused(stub, tmp_path, data, said):
    file = tmp_path / "feed.csv"
    file.mkdir() if data is None else file.write_bytes(data)

    result = stub("load", file)

    assert (result.exit_code, said in result.output) == (2, True)


def test_control_characters_of_a_feed_do_not_reach_the_terminal(stub, feed):
    result = stub("load", feed("\x1b[2J\x07,,,,,4,2026-11-20T15:04:05Z"))

    assert "\x1b" not in result.output
    assert "\\x1b[2J" in result.output


def test_a_fault_is_said_back_and_ends_with_off(stub):
    assert "garbled stale" in stub("fault", "garbled", "--how", "stale").output
    assert json.loads(stub("fault", "slow", "--seconds", "0.25", "--json").stdout) == {
        "fault": {"kind": "slow", "how": "", "milliseconds": 250}
    }
    assert "No fault" in stub("fault", "off").output


def test_a_seed_says_how_many_rows_it_made(stub):
    assert json.loads(stub("seed", "200", "--json", "--day", "2026-11-20").stdout)["rows"] == 200


def test_french_is_spoken_where_it_is_asked_for(stub):
    assert "Répondre par HTTP" in stub("--help", lang="fr").output
    assert "NCF" in stub("status", "nope", lang="fr").output


@pytest.mark.parametrize(
    "arguments", [("--lang", "fr", "--help"), ("load", "--help", "--lang=fr"), ("fault", "--lang", "fr", "--help")]
)
def test_the_language_may_be_said_anywhere(arguments):
    done = subprocess.run([sys.executable, "-m", "acros_stub", *arguments], check=True, capture_output=True, encoding="utf-8")

    assert "Langue des messages" in done.stdout


def test_help_loads_neither_the_database_nor_the_web():
    """`acros-stub --help` answers at once."""
    code = """
import sys
from acros_stub.cli import build
try:
    build("en").main(["--help"])
except SystemExit:
    pass
assert not {"sqlalchemy", "flask", "alembic", "gunicorn", "psycopg"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_serve_answers_over_http_and_stops_when_told(stub, tmp_path):
    stub("load", "--demo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "acros_stub", "serve", "--port", str(port), "--home", str(tmp_path / "home")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ) as server:
        body = json.dumps({"references": [{"kind": "transaction", "number": "99999001495785"}]}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/answers", body, headers)
        document = _patiently(request, server)
        server.send_signal(signal.SIGTERM)

    assert document["answers"][0]["status"] == "R"
    assert server.returncode == 0


def _patiently(request, server):
    """The answer, as soon as somebody listens."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except ConnectionError:
            continue
        except urllib.error.URLError:
            continue
    raise AssertionError("nobody listens")
