"""The interface, as the kiosk calls it: over WSGI, on both engines (Q3, Q6: an answer for exactly what was asked, or none)."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event as sqlalchemy_event

from acros_stub import answers, database, demo, faults, garbled, history, instant
from acros_stub.faults import OFF, Fault
from acros_stub.load import load
from acros_stub.models import events
from acros_stub.status import Event
from acros_stub.web import LARGEST, create_app

NOW = instant.now()
RELEASED = ("transaction", "99999001495785")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def demonstration(request, tmp_path_factory):
    """A store with the demonstration in it, for all tests that add nothing to it: its URL, and open for writing."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'acros.sqlite3'}"
    else:
        url = request.getfixturevalue("module_postgres")
    engine = database.create(url)
    demo.load_demo(engine, NOW)
    yield url, engine
    engine.dispose()


@pytest.fixture(scope="module")
def app(demonstration):
    """The application over the demonstration, with a clock that stands still."""
    return create_app(demonstration[0], clock=lambda: NOW)


@pytest.fixture
def play(demonstration):
    """Play a fault, until the end of the test."""
    yield lambda fault: faults.play(demonstration[1], fault)
    faults.play(demonstration[1], OFF)


@pytest.mark.parametrize(
    ("kind", "number", "status", "reason", "office"),
    [
        ("transaction", "99999001495785", "R", "released", "0453"),
        ("ccn", "XXXX0000012345", "R", "released", "0453"),
        ("transaction", "99999001495786", "NR", "exam", "0453"),
        ("transaction", "99999001495787", "N/A", "not-on-file", None),
        ("transaction", "99999001495788", "R", "released", "0453"),
        ("transaction", "99999001495789", "NR", "accepted", "0453"),
        ("transaction", "99999001495790", "R", "released", "0495"),
        ("ccn", "XXXXPARS0000471", "R", "released", "0453"),
        ("ccn", "XXXXPARS0000472", "NR", "part-released", "0453"),
        ("ccn", "XXXX-77001122", "NR", "no-decision", "0453"),
        ("ccn", "014-12345675", "NR", "detain-destination", "0495"),
        ("transaction", "99995001495791", "R", "released", "0453"),
        ("ccn", "99995001495791", "NR", "awaiting-arrival", "0453"),
        ("transaction", "99999001495799", "NR", "cancelled", "0453"),
        ("transaction", "99999001495800", "NR", "too-old", "0453"),
    ],
)
def test_the_demonstration_shows_every_kind_of_answer(app, ask, kind, number, status, reason, office):
    code, _, document = ask(app, (kind, number))

    (answer,) = document["answers"]
    assert (code, document["authority"], document["as_of"]) == (200, "acros-stub", instant.iso(NOW))
    assert (answer["kind"], answer["number"]) == (kind, number)
    assert (answer["status"], answer["reason"], answer["office"]) == (status, reason, office)
    assert (answer["released_at"] is not None) == (status == "R")
    assert (answer["transactions"] == []) == (status == "N/A")


def test_an_answer_says_all_that_the_wire_has(app, ask):
    document = ask(app, RELEASED)[2]

    released = instant.iso(NOW - 90 * 60 * instant.SECOND)
    assert document["answers"] == [
        {
            "kind": "transaction",
            "number": "99999001495785",
            "status": "R",
            "reason": "released",
            "office": "0453",
            "released_at": released,
            "transactions": [
                {
                    "number": "99999001495785",
                    "office": "0453",
                    "sub_location": "9453",
                    "service_option": "911",
                    "status": "R",
                    "reason": "released",
                    "indicator": "4",
                    "processed_at": released,
                }
            ],
        }
    ]


def test_a_release_known_by_its_ccn_only_is_answered_without_a_number(store, url, ask, feed):
    load(store, feed(",12345678901234,,,,4,2026-11-22T15:04:05Z"))
    app = create_app(url, clock=lambda: instant.DAY * 20_800)

    by_ccn, by_number = ask(app, ("ccn", "12345678901234"), ("transaction", "12345678901234"))[2]["answers"]

    assert (by_ccn["status"], by_ccn["transactions"][0]["number"]) == ("R", None)
    assert by_number["status"] == "N/A"


def test_a_whole_form_is_answered_in_its_order_duplicates_and_all(app, ask):
    asked = [RELEASED, ("ccn", "XXXX-NONE"), RELEASED, ("ccn", "99995001495791"), ("transaction", "99995001495791")]

    document = ask(app, *asked)[2]

    assert [(answer["kind"], answer["number"]) for answer in document["answers"]] == asked
    assert [answer["status"] for answer in document["answers"]] == ["R", "N/A", "R", "NR", "R"]


def test_two_thousand_references_are_one_statement(store, url, ask, feed):
    load(store, feed(*(f"{99999100000000 + i},XXXX{i:08},,,,4,2026-11-22T15:04:05Z" for i in range(1000))))
    app = create_app(url, clock=lambda: instant.DAY * 20_800)
    asked = [("transaction", f"{99999100000000 + i}") for i in range(1000)] + [("ccn", f"XXXX{i:08}") for i in range(1000)]

    document = ask(app, *asked)[2]

    assert [answer["status"] for answer in document["answers"]] == ["R"] * 2000


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (b"", 400, "expected JSON"),
        (b"{", 400, "expected JSON"),
        (b"\xff\xfe{\x00}\x00", 400, "expected JSON"),
        (b"[" * 200_000, 400, "expected JSON"),
        (b"1" * 5000, 400, "expected JSON"),
        (b"[]", 422, "references alone"),
        (b'{"references": [], "office": "0453"}', 422, "references alone"),
        (b'{"references": []}', 422, "1 to 2000"),
        (b'{"references": {}}', 422, "1 to 2000"),
        (b'{"references": [NaN]}', 422, "references[0]"),
        (b'{"references": [{"kind": "ccn"}]}', 422, "references[0]: expected kind and number alone"),
        (b'{"references": [{"kind": "ccn", "number": "XXXX1", "x": 1}]}', 422, "references[0]"),
        (b'{"references": [{"kind": "crn", "number": "XXXX1"}]}', 422, "references[0].kind"),
        (b'{"references": [{"kind": ["ccn"], "number": "XXXX1"}]}', 422, "references[0].kind"),
        (b'{"references": [{"kind": "ccn", "number": "XXXX1"}, {"kind": "ccn", "number": "xxxx1"}]}', 422, "references[1].number"),
        (b'{"references": [{"kind": "ccn", "number": "XXXX1\\n"}]}', 422, "references[0].number"),
        (b'{"references": [{"kind": "ccn", "number": 12345}]}', 422, "references[0].number"),
        (b'{"references": [{"kind": "ccn", "number": "\\ud800XXXX"}]}', 422, "references[0].number"),
        (b'{"references": [{"kind": "transaction", "number": "99999-001495785"}]}', 422, "[0-9]{14}"),
        (b'{"references": [{"kind": "transaction", "number": "99999001495785\\u0000"}]}', 422, "[0-9]{14}"),
        (json.dumps({"references": [{"kind": "ccn", "number": "XXXX1"}] * 2001}).encode(), 413, "at most 2000, got 2001"),
        (b" " * (LARGEST + 1), 413, "at most 1048576 bytes"),
    ],
)
def test_a_question_that_is_none_is_refused_with_what_was_expected(app, ask, body, code, said):
    got, headers, document = ask(app, body=body)

    assert (got, headers["Content-Type"], document["status"]) == (code, "application/problem+json", code)
    assert said in document["detail"]
    assert set(document) == {"type", "title", "status", "detail"}


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"])
def test_a_body_that_does_not_say_json_is_refused(app, ask, kind):
    assert ask(app, RELEASED, CONTENT_TYPE=kind)[0] == 415


@pytest.mark.parametrize("length", ["x", "-1", "999"])
def test_a_body_of_another_length_than_said_is_refused(app, ask, length):
    assert ask(app, RELEASED, CONTENT_LENGTH=length)[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [("GET", "/v1/answers", 405), ("OPTIONS", "/v1/answers", 405), ("POST", "/v1/health", 405), ("GET", "/v1", 404)],
)
def test_other_paths_and_methods_are_problems_too(app, ask, method, path, code):
    got, headers, document = ask(app, body=b"", REQUEST_METHOD=method, PATH_INFO=path)

    assert (got, document["status"]) == (code, code)
    assert ("Allow" in headers) == (code == 405)


def test_health_counts_the_requests_on_file(app, ask):
    code, _, document = ask(app, body=b"", REQUEST_METHOD="GET", PATH_INFO="/v1/health")

    assert (code, document) == (200, {"authority": "acros-stub", "as_of": instant.iso(NOW), "releases": 15})


def test_down_answers_503_and_off_answers_again(app, play, ask):
    """Q6: not functional is not N/A and not NR."""
    play(Fault("down", "", 0))
    assert [ask(app, RELEASED)[0], ask(app, body=b"", REQUEST_METHOD="GET", PATH_INFO="/v1/health")[0]] == [503, 503]

    play(OFF)
    assert ask(app, RELEASED)[0] == 200


def test_slow_waits_as_long_as_was_set_and_then_answers(demonstration, play, ask):
    waits = []
    app = create_app(demonstration[0], sleep=waits.append)
    play(Fault("slow", "", 2500))

    assert ask(app, RELEASED)[0] == 200
    assert waits == [2.5]


@pytest.mark.parametrize("how", garbled.GARBLED)
def test_every_garbled_answer_is_something_else_than_the_right_one(app, play, ask, how):
    right = ask(app, RELEASED, ("ccn", "XXXX-NONE"))
    play(Fault("garbled", how, 0))

    with_fault = _tolerant(ask, app)

    assert with_fault != right


def _tolerant(ask, app):
    try:
        return ask(app, RELEASED, ("ccn", "XXXX-NONE"))
    except ValueError as error:
        return repr(error)


def test_a_fault_is_read_with_the_data_in_one_statement(demonstration, play):
    play(Fault("slow", "", 7))
    reader = database.reader(demonstration[0])
    seen = []
    sqlalchemy_event.listen(reader, "checkout", lambda *_: seen.append("checkout"))

    reading = history.read(reader, [answers.Reference(*RELEASED)])
    reader.dispose()

    assert reading.fault == Fault("slow", "", 7)
    assert len(reading.requests) == 1
    assert seen == ["checkout"]


def test_a_store_that_was_never_made_is_unavailable_and_not_empty(url, ask):
    """Fault 2: "could not ask" must never be shown as N/A; and asking makes no store."""
    app = create_app(url)

    for _ in range(2):
        code, _, document = ask(app, RELEASED)
        assert (code, "no release store here yet" in document["detail"]) == (503, True)


def test_a_store_that_is_made_later_is_found(url, ask):
    app = create_app(url)
    assert ask(app, RELEASED)[0] == 503

    engine = database.create(url)
    demo.load_demo(engine, NOW)
    engine.dispose()

    assert ask(app, RELEASED)[0] == 200


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/none", "mysql://x", "sqlite://", "nonsense", "sqlite:////proc/none/x"])
def test_a_database_that_is_away_or_is_none_is_unavailable(url, ask):
    code, _, document = ask(create_app(url), RELEASED)

    assert (code, document["status"]) == (503, 503)


def test_a_file_that_is_no_database_is_unavailable(tmp_path, ask):
    file = tmp_path / "acros.sqlite3"
    file.write_bytes(b"not a database at all" * 100)

    assert ask(create_app(home=str(tmp_path)), RELEASED)[0] == 503


def test_a_server_that_broke_off_is_unavailable_once_and_then_asked_anew(fresh_postgres, ask):
    engine = database.create(fresh_postgres)
    demo.load_demo(engine, NOW)
    app = create_app(fresh_postgres)
    assert ask(app, RELEASED)[0] == 200

    with engine.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    engine.dispose()

    assert [ask(app, RELEASED)[0] for _ in range(2)] == [503, 200]


def test_many_threads_get_their_own_answers(app, ask):
    numbers = [f"9999900149578{i}" for i in (5, 6, 7, 8, 9)] * 20

    def one(number):
        return [(answer["number"], answer["status"]) for answer in ask(app, ("transaction", number))[2]["answers"]]

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(one, numbers))

    marks = dict(zip(numbers[:5], ("R", "NR", "N/A", "R", "NR"), strict=True))
    assert got == [[(number, marks[number])] for number in numbers]


def test_the_answer_is_as_of_a_moment_before_it_was_read(store, url, ask):
    """What is read is at least as new as is said: a state that arrives in between is never hidden by a later as-of."""
    demo.load_demo(store, NOW)
    exam = Event(NOW - 1, "5", "0453", "9453", "911")

    def clock():
        with store.begin() as connection:
            connection.execute(events.insert().values(request=RELEASED[1], **exam._asdict()))
        return NOW

    assert ask(create_app(url, clock=clock), RELEASED)[2]["answers"][0]["reason"] == "exam"
