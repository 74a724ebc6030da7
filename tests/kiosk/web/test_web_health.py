"""How the kiosk is, part by part: never better than it is, and of nobody's business (issue 3, 9; Q6)."""

import html
import re
import shutil
from types import SimpleNamespace

import pytest

from kiosk.adapters.sql import SqlJournal
from kiosk.adapters.sql.database import file_url
from kiosk.core.faults import Unavailable
from kiosk.core.journal import Entry, Failed
from kiosk.desks.opening import LOW_SPACE, NO_SPACE, Part
from kiosk.web.health import Health, News, disk
from tests.kiosk.web.service_samples import BADGE, NUMBER, Small


@pytest.fixture
def small(tmp_path):
    journal = SqlJournal(file_url(tmp_path / "journal.sqlite3"))
    small = Small(journal, tmp_path)
    small.app.extensions["health"]._now = _Ever()
    yield small
    journal.close()


class _Ever:
    """A clock in which every question is a new moment."""

    seconds = 0.0

    def __call__(self):
        self.seconds += 10
        return self.seconds


def asked(small):
    answer = small.app.test_client().get("/health")
    return answer.status_code, answer.json


def part(small, name):
    return asked(small)[1]["parts"][name]


def test_a_kiosk_at_its_start_is_well_and_says_what_it_does_not_know(small):
    small.sheet()
    status, said = asked(small)

    assert (status, said["state"], said["version"]) == (200, "unknown", "0.1.0")
    assert {name for name, one in said["parts"].items() if one["state"] == "unknown"} == {"store", "printer", "scanners"}
    assert set(said["parts"]) == {
        *("record", "store", "waiting", "press", "reader", "forms", "printer", "disk", "clock", "screens", "scanners")
    }


def test_asking_writes_nothing(small):
    small.sheet()
    before = small.real.checkpoint()
    asked(small)

    assert small.real.checkpoint() == before


def test_the_store_is_known_by_what_it_did_for_the_desks(small):
    small.sheet(NUMBER)
    assert (part(small, "store")["state"], part(small, "store")["at"]) == ("good", small.clock().isoformat())
    small.clock.let_pass(minutes=5)
    small.store.down("slow")
    small.sheet(NUMBER)

    assert part(small, "store") == {"state": "poor", "code": "slow", "at": small.clock().isoformat()}
    assert part(small, "waiting") == {"state": "poor", "code": "sheets-wait", "at": None, "sheets": 1}


def test_a_store_that_is_down_does_not_make_the_counter_unfit(small):
    """Rows wait, without a mark: that is its work too (Q6)."""
    small.store.down()
    small.sheet(NUMBER)
    status, said = asked(small)

    assert (status, said["state"]) == (200, "poor")


@pytest.mark.parametrize("code", ["disk-full", "locked", "read-only", "gone", "corrupt"])
def test_a_record_that_cannot_be_written_makes_it_unfit(small, code):
    def fail(entries):
        raise Unavailable("journal", code, "/a/path")

    small.sheet()
    small.record.before_append = fail
    status, said = asked(small)

    assert (status, said["state"]) == (503, "bad")
    assert said["parts"]["record"] == {"state": "bad", "code": code, "at": None}
    assert "/a/path" not in str(said)


def test_a_clock_behind_the_record_makes_it_unfit(small):
    """Nothing can be stamped."""
    small.sheet()
    small.clock.let_pass(seconds=-1)
    status, said = asked(small)

    assert (status, said["parts"]["clock"]["code"]) == (503, "behind")


@pytest.mark.parametrize(
    ("free", "state"), [(NO_SPACE - 1, "bad"), (NO_SPACE, "poor"), (LOW_SPACE - 1, "poor"), (LOW_SPACE, "good")]
)
def test_a_disk_is_told_before_it_is_full(small, monkeypatch, free, state):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))

    assert part(small, "disk")["state"] == state
    assert asked(small)[0] == (503 if state == "bad" else 200)


def test_a_disk_that_is_gone_is_no_room(small):
    small.folder.rename(small.folder.with_name("elsewhere"))
    try:
        assert disk(small.house) == Part("disk", "bad", "gone")
    finally:
        small.folder.with_name("elsewhere").rename(small.folder)


@pytest.mark.parametrize("name", ["reader", "press"])
def test_a_helper_that_is_not_there_is_said_and_no_reason_to_close(small, name):
    """A new one is made when it is needed."""
    getattr(small, name).pid = None
    status, said = asked(small)

    assert (status, said["parts"][name]["state"]) == (200, "poor")


def test_a_printer_is_known_by_what_came_of_its_work(small):
    small.counter.journal.append([Entry("x", small.clock(), BADGE, Failed("printer", "gone", "a detail"))])
    assert part(small, "printer")["code"] == "gone"


def test_news_are_of_the_last_time():
    news = News("store")
    assert news.part() == Part("store", "unknown", "not-asked")
    news.note(1, "down")
    news.note(2)
    assert news.part() == Part("store", "good", "answers", at=2)
    news.note(3, "slow")
    assert news.part() == Part("store", "poor", "slow", at=3)


def test_who_asks_often_costs_nothing():
    """The page is for everybody: nobody can keep the record busy with it."""
    made, now = [], SimpleNamespace(seconds=0.0)
    health = Health([lambda: made.append(1) or Part("record", "good", "appendable")], lambda: now.seconds)
    for _ in range(5):
        health.parts()
    now.seconds = 1.0
    health.parts()

    assert len(made) == 2


# --- for people -------------------------------------------------------------------------------------------------------


def page(small, language="en"):
    client = small.app.test_client()
    client.set_cookie("lang", language)
    return client.get("/health", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_part_has_its_words_beside_its_shape(small, language):
    small.store.down("garbled")
    small.sheet(NUMBER)
    small.reader.pid = None
    text = html.unescape(page(small, language).text)
    rows = re.findall(r'<tr id="part-(\w+)" data-state="(\w+)">(.*?)</tr>', text, re.DOTALL)

    assert [name for name, _, _ in rows] == [one.name for one in small.app.extensions["health"].parts()]
    for _, _, cells in rows:
        words = re.findall(r">\s*([^<>]*[^<>\s][^<>]*?)\s*<", cells)
        assert len(words) >= 4
        assert "<use href=" in cells
    assert {"store": "poor", "reader": "poor", "record": "good"}.items() <= {name: state for name, state, _ in rows}.items()


def test_the_page_has_the_status_of_the_figures(small):
    small.sheet()
    small.clock.let_pass(seconds=-1)

    assert page(small).status_code == 503
    assert page(small).mimetype == "text/html"


def test_a_program_that_takes_anything_gets_json(small):
    assert small.app.test_client().get("/health", headers={"Accept": "*/*"}).mimetype == "application/json"


def test_the_health_is_of_nobody_s_business(small):
    small.sheet(NUMBER, "911")
    text = small.app.test_client().get("/health").text + page(small).text

    assert not re.search(rf"{NUMBER}|K7QD\.|{BADGE}", text)
