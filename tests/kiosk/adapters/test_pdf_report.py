"""The day's report on paper: every figure is there, in the language asked for, and nothing runs off the page (Q10)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.day import BadgeFigures, Outage, report
from kiosk.desks.record.figures import MOST_BARS, sections
from kiosk.words import words
from tests.kiosk.adapters import pdf_samples as samples

EMPTY = report(samples.DAY.day, [], samples.PAPER.imprint.zone)


def paper(day, language="en"):
    return samples.PAPER.report(day, samples.AT, language)


def said(pdf):
    return " ".join(samples.text(pdf, page) for page in range(samples.pages(pdf))).split()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_figure_stands_on_the_paper_in_the_language_asked_for(language):  # Q10, P5
    whole = " ".join(said(paper(samples.DAY, language)))
    for section in sections(samples.DAY, words(language), samples.PAPER.imprint.zone):
        assert section.title in whole
        for figure in section.figures:
            assert figure.label in whole
            assert figure.said in whole
    for n in filter(None, samples.DAY.hours):
        assert str(n) in whole.split()


def test_no_badge_is_parted_from_what_it_did():
    for page in range(2):
        lines = samples.text(paper(samples.DAY), page).splitlines()
        for n, line in enumerate(lines):
            if line.startswith("BSO"):
                assert lines[n + 1].startswith("Scans ")


def test_the_report_of_one_badge_says_whose_it_is():
    assert "Badge BSO01" in " ".join(said(paper(replace(samples.DAY, badge="BSO01"))))
    assert "Everybody" in said(paper(samples.DAY))


def test_a_day_without_anything_is_a_page_of_noughts():
    pdf = paper(EMPTY)

    assert samples.pages(pdf) == 1
    assert "Release system did not answer" not in " ".join(said(pdf))


def test_many_reasons_are_counted_together_and_none_is_lost():
    many = {f"code-{n}": 100 - n for n in range(40)}
    (section,) = (one for one in sections(replace(EMPTY, refusals=many), words("en"), UTC) if one.title == "Refused")

    assert len(section.figures) == MOST_BARS + 1
    assert sum(figure.value for figure in section.figures) == sum(many.values())


def test_the_same_report_gives_the_same_bytes():
    assert paper(samples.DAY) == paper(samples.DAY)


@settings(max_examples=15, deadline=None)
@given(
    source=st.text(min_size=1, max_size=200),
    badges=st.dictionaries(st.text(min_size=1, max_size=60), st.builds(BadgeFigures, *[st.integers(0, 10**6)] * 7), max_size=150),
    outages=st.integers(0, 150),
)
def test_whatever_a_day_held_can_be_drawn(source, badges, outages):
    at = datetime(2026, 11, 22, 5, tzinfo=UTC)
    spans = tuple(Outage(at, at + timedelta(seconds=n), n) for n in range(outages))
    pdf = paper(replace(EMPTY, sources={source: 3}, badges=badges, outages=spans))

    assert samples.pages(pdf) >= 1
    assert said(pdf).count("vain") >= outages
