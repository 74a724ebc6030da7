"""The seed and the demonstration: the same rows every time, all of them synthetic, every case among them."""

import re

import pytest
from sqlalchemy import text

from acros_stub import demo, instant, seed
from acros_stub.feed import CSV, parse
from acros_stub.instant import DAY
from acros_stub.shapes import CCN, HEADER
from acros_stub.status import REASONS, SILENT

NOW = instant.now()
MANY = list(seed.rows(60_000, NOW - DAY))


def test_the_same_seed_makes_the_same_rows_and_another_others():
    assert list(seed.rows(500, 0, 1)) == list(seed.rows(500, 0, 1)) != list(seed.rows(500, 0, 2))


def test_fewer_rows_are_the_beginning_of_more():
    assert list(seed.rows(100, NOW - DAY)) == MANY[:100]


def test_every_number_of_the_seed_is_synthetic():
    for request, ccn, *_ in MANY:
        assert re.fullmatch(r"99999[0-9]{9}|ccn:.*", request)
        assert CCN.fullmatch(ccn)
        assert ccn.startswith(("XXXX", "8XXX", "014-"))


def test_the_seed_has_every_case():
    assert {row[3] for row in MANY} >= {*REASONS, *SILENT, "77"}
    requests_of = {}
    ccns_of = {}
    for request, ccn, *_ in MANY:
        requests_of.setdefault(ccn, set()).add(request)
        ccns_of.setdefault(request, set()).add(ccn)
    assert max(map(len, requests_of.values())) > 1
    assert max(map(len, ccns_of.values())) > 1
    assert any(request.startswith("ccn:") for request in ccns_of)
    assert any(row[2] < NOW - 3 * 365 * DAY for row in MANY)


def test_nothing_of_yesterday_is_in_the_future():
    midnight = NOW // DAY * DAY
    assert all(row[2] < midnight for row in seed.rows(60_000, midnight - DAY))


def test_a_seed_is_loaded_once_through_the_door_of_feeds(store):
    told = []
    first = seed.seed(store, 500, NOW - DAY, progress=lambda done, whole: told.append((done, whole)))
    second = seed.seed(store, 500, NOW - DAY)

    with store.connect() as connection:
        events = connection.execute(text("SELECT count(*) FROM events")).scalar()
    assert (first.rows, first.new, first.again, second.new, second.again) == (500, events, False, 0, True)
    assert told == [(500, 500)]


def test_a_seed_that_broke_off_goes_on(store, monkeypatch):
    monkeypatch.setattr(seed, "_BLOCK", 100)

    def stop(done, _whole):
        if done == 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed.seed(store, 500, NOW - DAY, progress=stop)
    report = seed.seed(store, 500, NOW - DAY)

    assert (report.rows, report.resumed_at) == (500, 200)
    assert report.new == len({(row[0], *row[2:]) for row in MANY[:500]})


def test_the_demonstration_is_as_old_as_it_says_whenever_it_is_loaded():
    for now in (NOW, NOW + 5000 * DAY):
        ages = [(now - row[2]) // DAY for row in demo.demo_rows(now)]
        assert sorted(set(ages)) == [0, 4 * 365]


def test_the_demonstration_is_a_feed():
    lines = demo.demo_lines(NOW)

    assert lines[0] == ",".join(HEADER)
    assert parse(lines[1:], CSV, 2) == (demo.demo_rows(NOW), [])


def test_the_demonstration_twice_is_nothing_new(store):
    assert demo.load_demo(store, NOW).new == 21
    again = demo.load_demo(store, NOW)

    assert (again.new, again.again) == (0, True)
