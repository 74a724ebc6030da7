"""Figures for machines: true to the record, and without anybody's numbers (issue 3, 9)."""

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from kiosk.adapters.sql import SqlJournal
from kiosk.adapters.sql.database import file_url
from kiosk.core.faults import Refusal
from kiosk.core.journal import Answered, CouldNotAsk, NotRead, Refused, Scanned
from kiosk.web.house import Rules
from kiosk.web.metrics import marks
from tests.fakes import scan
from tests.kiosk.web.service_samples import BADGE, NUMBER, Small


@pytest.fixture
def make(tmp_path):
    journal = SqlJournal(file_url(tmp_path / "journal.sqlite3"))
    yield lambda **rules: Small(journal, rules=Rules(**rules))
    journal.close()


@pytest.fixture
def small(make):
    return make()


def figures(small):
    """Every sample by name and labels."""
    text = small.app.test_client().get("/metrics").text
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_scan_is_counted_by_what_it_got(small):
    sheet = small.sheet(NUMBER, "99999001495799", NUMBER, "911")
    small.store.down()
    small.counter.scan(sheet, [scan("99999001495700")], BADGE)
    found = figures(small)

    assert {mark: found["kiosk_scans_total", mark] for mark in ("R", "N/A", "refused", "unasked")} == {
        "R": 1,
        "N/A": 1,
        "refused": 2,
        "unasked": 1,
    }
    assert found["kiosk_refusals_total", "repeat"] == 1
    assert found["kiosk_could_not_ask_total", "down"] == 1


def test_a_scan_that_was_asked_again_is_one_scan_and_two_answers(small):
    small.store.down()
    sheet = small.sheet(NUMBER)
    small.store.up()
    small.counter.ask_again(sheet, BADGE)
    found = figures(small)

    assert found["kiosk_scans_total", "unasked"] == 1
    assert ("kiosk_scans_total", "R") not in found
    assert found["kiosk_answers_total", "R"] == 1


def test_an_outage_is_counted_once_however_often_it_is_met(small):
    for _ in range(2):
        small.store.down()
        small.sheet(NUMBER)
        small.sheet(NUMBER)
        small.store.up()
        small.sheet(NUMBER)

    assert figures(small)["kiosk_outages_total",] == 2


def test_what_could_not_be_written_is_not_counted(small):
    small.record.healthy = 1
    with pytest.raises(Exception, match="disk-full"):
        small.sheet(NUMBER)

    assert not [key for key in figures(small) if key[0] == "kiosk_scans_total"]


def test_a_stamp_that_was_refused_is_counted_with_its_code(small):
    sheet = small.sheet("911")
    with pytest.raises(Refusal):
        small.counter.stamp(sheet, BADGE, None)

    assert figures(small)["kiosk_refusals_total", "not-stampable"] == 1


def test_a_request_is_counted_by_its_route_and_never_by_its_path(small):
    client = small.app.test_client()
    client.get("/sheets/K7QD.000123")
    client.get("/nowhere/99999001495785")
    found = figures(small)

    assert found["kiosk_request_seconds_count", "/sheets/<number>", "200"] == 1
    assert found["kiosk_request_seconds_count", "-", "404"] == 1


def test_no_number_and_no_badge_is_in_any_figure(small):
    small.sheet(NUMBER, "XXXXPARS0000471", "911")
    client = small.app.test_client()
    client.get("/sheets/K7QD.000001?text=99999001495785")
    named = re.sub(r" \S+$", "", client.get("/metrics").text, flags=re.MULTILINE)  # a time may have any digits

    assert "kiosk_scans_total" in named
    assert not re.search(r"99999|XXXX|K7QD|12345|911", named)


def test_two_kiosks_in_one_process_count_apart(make):
    one, other = make(), make()
    one.sheet(NUMBER)

    assert ("kiosk_scans_total", "R") in figures(one)
    assert ("kiosk_scans_total", "R") not in figures(other)


@pytest.mark.parametrize(
    ("token", "address", "said", "status"),
    [
        ("", "127.0.0.1", None, 200),
        ("", "::1", None, 200),
        ("", "192.0.2.7", None, 403),
        ("", "192.0.2.7", "Bearer ", 403),
        ("", "", None, 403),
        ("secret", "192.0.2.7", None, 403),
        ("secret", "192.0.2.7", "Bearer other", 403),
        ("secret", "192.0.2.7", "secret", 403),
        ("secret", "192.0.2.7", "Bearer é", 403),
        ("secret", "192.0.2.7", "Bearer secret", 200),
        ("secret", "127.0.0.1", None, 200),
    ],
)
def test_figures_are_for_this_machine_or_for_who_has_the_token(make, token, address, said, status):
    client = make(metrics_token=token).app.test_client()
    headers = {"Authorization": said} if said else {}

    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": address}, headers=headers).status_code == status


def test_every_scan_of_a_transaction_has_one_mark():
    came = [Scanned(name, "x", "", "", None, keyed=False, where=None, compared=False) for name in "abc"]
    facts = [
        *came,
        NotRead("d", "blurred", "", None),
        Refused("b", "x", "repeat", {}),
        Answered("c", "x", "NR", {}),
        CouldNotAsk(["a"], "down", ""),
    ]

    assert marks(facts) == ["unasked", "refused", "NR", "unread"]
    assert marks([Answered("of an earlier scan", "x", "R", {})]) == []
