"""A document on its way to paper, as its entries tell it, and the printer's condition (P7)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.condition import NOT_ASKED, NOTHING_COMES, QUIET, TO_NOTE, Condition, Lamp, bare
from kiosk.core.journal import Entry, PrintAsked, PrintEnded, PrintMoved, PrintSent, PrintSettled, PrintTried
from kiosk.core.printing import HOW, KINDS, MARKS, SUBJECT, Paper, State, happened, job_name, replay, subject_of
from kiosk.words import LANGUAGES, words
from tests.fakes import NOON

SHEET, STATION = "K7QD.000001", "K7QD"
SUBJECT_1 = subject_of(SHEET, 1)
ASKED = PrintAsked("d" * 64, job_name(SHEET, Paper("d" * 64), 1), STATION, 1)
states = st.sampled_from([State.SENT, State.PRINTING])
reasons = st.lists(st.sampled_from(sorted(NOTHING_COMES)), max_size=2)
facts = st.one_of(
    st.just(PrintTried("p")),
    st.builds(PrintSent, st.sampled_from(["1", "2"])),
    st.builds(PrintMoved, states, reasons),
    st.builds(PrintMoved, st.just(State.WAITING), st.just(["busy"])),
    st.builds(PrintEnded, st.sampled_from([State.DONE, State.FAILED, State.UNKNOWN]), st.just("x"), st.just(""), st.booleans()),
    st.builds(PrintSettled, st.sampled_from(HOW)),
)


def replayed(*happenings):
    entries = [Entry(SUBJECT_1, NOON + timedelta(seconds=n), STATION, fact) for n, fact in enumerate([ASKED, *happenings])]
    return replay(entries)[SUBJECT_1]


def test_what_was_asked_for_waits():
    job = replayed()

    assert (job.state, job.sheet, job.copy, job.tried, job.over, job.open) == (State.WAITING, SHEET, 1, False, False, False)


def test_from_the_try_on_the_printer_may_have_it():  # T18: after a crash it is not sent again
    assert replayed(PrintTried("p")).tried


def test_a_no_that_passes_leaves_it_as_if_it_had_not_been_tried():
    job = replayed(PrintTried("p"), PrintMoved(State.WAITING, ["busy"]))

    assert (job.state, job.tried, job.reasons) == (State.WAITING, False, ("busy",))


@given(st.lists(facts, max_size=8))
def test_entries_in_any_order_are_told_as_one_state_and_counted(happenings):
    job = replayed(*happenings)

    assert job.entries == 1 + len(happenings)
    assert not (job.over and job.open) or (job.state is State.FAILED and job.taken)
    step = replayed()
    for n, fact in enumerate(happenings, 1):
        step = happened(step, NOON + timedelta(seconds=n), fact)
    assert step == job


@given(st.lists(facts, max_size=8))
def test_only_the_printer_s_word_makes_it_done(happenings):  # P7: never a false "printed"
    job = replayed(*happenings)

    said = [fact for fact in happenings if isinstance(fact, PrintEnded) and fact.state == State.DONE]
    assert job.state is not State.DONE or said


@given(st.lists(facts, max_size=8), st.sampled_from(HOW))
def test_what_is_settled_is_over(happenings, how):
    job = replayed(*happenings, PrintSettled(how))

    assert (job.settled, job.over, job.open) == (how, True, False)


def test_what_failed_for_sure_is_nobody_s_to_decide_and_what_may_be_on_paper_is():
    assert not replayed(PrintEnded(State.FAILED, "gone", "", taken=False)).open
    assert replayed(PrintEnded(State.FAILED, "aborted-by-system", "", taken=True)).open
    assert replayed(PrintEnded(State.UNKNOWN, "answer-lost", "", taken=True)).open


def test_what_nobody_asked_for_is_no_document():
    assert replay([Entry(SUBJECT_1, NOON, STATION, PrintSent("1"))]) == {}


papers = st.builds(Paper, st.just("d"), st.sampled_from(KINDS), st.integers(1, 99), st.sampled_from(["", *MARKS]))


@given(papers, papers, st.integers(1, 99), st.integers(1, 99))
def test_no_two_documents_of_a_sheet_have_one_name(paper, another, n, other):  # T18: it is looked for by its name
    assert n == other or job_name(SHEET, paper, n) != job_name(SHEET, another, other)
    assert subject_of(SHEET, n).startswith(SUBJECT)


@pytest.mark.parametrize(
    ("reasons", "lamp"),
    [
        ((), Lamp.GOOD),
        (("toner-low",), Lamp.POOR),
        (("a-vendor-s-own",), Lamp.POOR),
        (("media-empty", "toner-low"), Lamp.BAD),
        (("unreachable",), Lamp.BAD),
    ],
)
def test_the_lamp_is_the_worst_of_the_reasons(reasons, lamp):
    assert Condition(reasons).lamp is lamp


def test_a_printer_that_was_not_asked_is_not_well():
    assert NOT_ASKED.lamp is Lamp.UNKNOWN


@pytest.mark.parametrize("severity", ["", "-report", "-warning", "-error"])
def test_a_reason_is_the_same_however_loudly_it_is_said(severity):
    assert bare([f"media-empty{severity}", f"none{severity}"]) == ("media-empty",)


@pytest.mark.parametrize("code", sorted(NOTHING_COMES | TO_NOTE))
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_reason_has_its_words_in_both_languages(code, language):
    said = words(language)

    assert f"printer.why.{code}" in said or f"unavailable.{code}" in said
    assert code not in QUIET


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_printing_says_printed_of_what_was_only_sent(language):  # P7
    forbidden = {"en": "printed", "fr": "imprimé"}[language]
    said = {key: text for key, text in words(language).sentences.items() if key.startswith(("printer.", "screen.printing."))}

    assert [key for key, text in said.items() if forbidden in text.lower() and key != "screen.printing.hint"] == []
    assert len(said) > 80
