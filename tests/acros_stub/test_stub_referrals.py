"""Referrals: what was released and then referred for exam is told once, in the order in which it came to be known."""

import json

import pytest
from click.testing import CliRunner

from acros_stub import database, referrals
from acros_stub.cli import build
from acros_stub.faults import OFF, Fault, play
from acros_stub.history import Reference
from acros_stub.load import load
from acros_stub.referrals import MOST
from acros_stub.web import create_app
from tests.acros_stub.conftest import MINUTE, NOW

LINE = "{},{},911,453,9453,{},2026-11-22T{}+00:00"


def line(number, ccn, indicator, at):
    return LINE.format(number, ccn, indicator, at)


@pytest.fixture
def told(url, store):
    """What the store tells after a number, over WSGI."""
    client = create_app(url, clock=lambda: NOW).test_client()

    def ask(after=0):
        answer = client.get(f"/v1/holds?after={after}")
        assert answer.status_code == 200, answer.text
        return answer.json

    return ask


def test_an_exam_after_a_release_is_told_with_the_request_and_all_its_cargo(store, feed, told):
    rows = (line("99999001495785", f"XXXX{n}", code, at) for n in (1, 2) for code, at in (("4", "10:00:00"), ("5", "11:00:00")))
    load(store, feed(*rows))

    document = told()

    assert (document["next"], document["last"], document["as_of"]) == (1, 1, "2026-11-22T15:04:05.123456+00:00")
    (event,) = document["events"]
    assert (event["at"], event["office"]) == ("2026-11-22T11:00:00.000000+00:00", "0453")
    numbers = [("transaction", "99999001495785"), ("ccn", "XXXX1"), ("ccn", "XXXX2")]
    assert [(one["kind"], one["number"]) for one in event["numbers"]] == numbers
    assert told(1)["events"] == []


@pytest.mark.parametrize(
    "events",
    [(("5", "10:00:00"),), (("5", "10:00:00"), ("4", "11:00:00")), (("4", "10:00:00"), ("9", "11:00:00"))],
    ids=["never released", "released after the exam", "no exam"],
)
def test_what_is_no_exam_after_a_release_is_not_told(store, feed, told, events):
    load(store, feed(*(line("99999001495785", "", code, at) for code, at in events)))

    assert told()["events"] == []


@pytest.mark.parametrize("codes", [("4", "5"), ("5", "4")])
def test_the_order_in_which_a_feed_tells_of_it_does_not_matter_and_it_is_told_once(store, feed, told, codes):
    times = {"4": "10:00:00", "5": "11:00:00"}
    for code in codes:
        load(store, feed(line("99999001495785", "XXXX1", code, times[code]), name=f"{code}.csv"))
    load(store, feed(line("99999001495785", "XXXX2", "5", times["5"]), name="again.csv"))

    assert [event["event"] for event in told()["events"]] == [f"exam-99999001495785-{NOW // MINUTE * MINUTE - 244 * MINUTE}"]


def test_an_old_one_that_comes_late_is_not_passed_by_a_reader(store, feed, told):
    """The number is that of its coming, not its time."""
    load(store, feed(line("99999001495785", "", "4", "10:00:00"), line("99999001495785", "", "5", "14:00:00"), name="a.csv"))
    reached = told()["next"]
    load(store, feed(line("99999001495786", "", "4", "08:00:00"), line("99999001495786", "", "5", "09:00:00"), name="b.csv"))

    assert [one["numbers"][0]["number"] for one in told(reached)["events"]] == ["99999001495786"]


def test_a_request_that_is_known_by_its_cargo_alone_is_told_by_that(store, feed, told):
    load(store, feed(line("", "XXXX-ONLY", "4", "10:00:00"), line("", "XXXX-ONLY", "5", "11:00:00")))

    assert told()["events"][0]["numbers"] == [{"kind": "ccn", "number": "XXXX-ONLY"}]


def test_more_than_one_reply_holds_is_told_in_several(store, feed, told):
    rows = [
        line(f"{99999000000000 + n}", "", code, at) for n in range(MOST + 3) for code, at in (("4", "10:00:00"), ("5", "11:00:00"))
    ]
    load(store, feed(*rows))

    first = told()
    rest = told(first["next"])

    assert (len(first["events"]), len(rest["events"]), first["last"]) == (MOST, 3, rest["last"])
    assert len({one["event"] for one in first["events"] + rest["events"]}) == MOST + 3


def test_a_reader_who_knows_more_than_there_is_is_told_so(told):
    """A store that was made anew."""
    assert (told(7)["next"], told(7)["last"]) == (0, 0)


def test_a_number_is_referred_by_hand_and_only_what_was_released_is_told(store, feed, told):
    load(store, feed(line("99999001495785", "XXXX1", "4", "10:00:00"), line("99999001495786", "XXXX2", "24", "10:00:00")))

    assert referrals.refer(store, [Reference("ccn", "XXXX1")], NOW) == 1
    assert referrals.refer(store, [Reference("transaction", "99999001495786")], NOW) == 1
    assert referrals.refer(store, [Reference("ccn", "XXXX9")], NOW) == 0
    assert [one["numbers"][0]["number"] for one in told()["events"]] == ["99999001495785"]


@pytest.mark.parametrize("after", ["-1", "x", "1.0", "1" * 16, "٣", "+1"])
def test_a_place_that_is_none_is_refused(url, store, after):
    answer = create_app(url).test_client().get("/v1/holds", query_string={"after": after})

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


def test_faults_are_played_here_too(url, store):
    client = create_app(url, sleep=lambda seconds: None).test_client()
    play(store, Fault("down", "", 0))
    assert client.get("/v1/holds").status_code == 503
    play(store, Fault("garbled", "html", 0))
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        json.loads(client.get("/v1/holds").data)
    play(store, OFF)
    assert client.get("/v1/holds").json["events"] == []


def test_a_store_of_the_first_version_is_brought_to_this_one_with_what_it_knows(store, feed, told):
    """As it was before there were referrals."""
    load(store, feed(line("99999001495785", "", "4", "10:00:00"), line("99999001495785", "", "5", "11:00:00")))
    with store.begin() as connection:
        connection.exec_driver_sql("DROP TABLE referrals")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")

    assert len(told()["events"]) == 1


def test_the_command_refers_a_number(tmp_path):
    home = ["--home", str(tmp_path)]
    run = lambda *said: CliRunner().invoke(build("en"), [*said, *home])  # noqa: E731
    assert run("load", "--demo").exit_code == 0
    engine = database.create(database.file_url(tmp_path / "acros.sqlite3"))
    with engine.connect() as connection:
        released = "SELECT request FROM events WHERE indicator = '4' AND request NOT LIKE 'ccn:%' LIMIT 1"
        number = connection.exec_driver_sql(released).scalar_one()
    engine.dispose()

    assert run("refer", number).exit_code == 0
    assert json.loads(run("refer", number, "--json").output)["referred"] >= 1
    assert run("refer", "99999999999999").exit_code == 1
    assert run("refer", "??").exit_code == 2
    assert len(create_app(home=str(tmp_path)).test_client().get("/v1/holds").json["events"]) >= 2
