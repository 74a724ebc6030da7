"""docs/duties.md tells the truth: which duties are held, by which tests."""

from tests.duties import NOT_YET, PAGE, ROW, citing, written

HELD = {*(f"Q{n}" for n in range(1, 12)), "P1", "P2", "P5", "P7", "D4", "D5"}


def test_the_page_names_the_tests_that_cite_each_duty():
    page = PAGE.read_text(encoding="utf-8")

    assert page == written(page, citing()), "run `make duties`"


def test_every_duty_cited_by_a_test_is_on_the_page():
    on_the_page = {match["id"] for match in ROW.finditer(PAGE.read_text(encoding="utf-8"))}

    assert set(citing()) <= on_the_page
    assert len(on_the_page) == 11 + 8 + 5 + 6 + 10 + 6 + 6


def test_the_duties_of_the_main_job_are_held():
    held = {match["id"] for match in ROW.finditer(PAGE.read_text(encoding="utf-8")) if match["held"] != NOT_YET}

    assert held >= HELD
