"""The slip that goes back with a form: no faulty row is left out, and none is left without a word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.adapters.pdf.slip import told
from kiosk.core.sheet import Header
from kiosk.ports import Fault
from tests.kiosk.adapters import pdf_samples as samples


def slip(faults, header=samples.HEADER):
    return samples.PAPER.slip(header, faults, samples.AT)


def test_each_fault_says_its_row_its_place_what_is_wrong_and_what_to_do_in_both_languages():  # Q4, Q7
    said = samples.text(slip(samples.FAULTS)).replace("\r\n", " ")

    for words in (
        "Returned for correction",
        "Retourné pour correction",
        "Row 5 / Ligne 5",
        "page 1 of form.pdf / page 1 de form.pdf",
        "printed 99999001495789, barcode 99999-001495788.",
        "imprimé 99999001495789, code 99999-001495788.",
        "Row 7 / Ligne 7",
        "Bars are at most 7.5 mil; at 100 dpi they cannot be told apart.",
        "Les barres font au plus 7,5 mil; à 100 ppp, on ne peut les distinguer.",
        "Scan at 300 dpi or more, or print the barcode again, larger.",
        "Numérisez à 300 ppp ou plus, ou réimprimez le code à barres, plus grand.",
        "Row 12 repeats row 2 (99999-001495785).",
        "La ligne 12 répète la ligne 2 (99999-001495785).",
        "release office 453",
        "2026-11-22 10:04:05 -05:00",
        "This slip is no proof of release.",
    ):
        assert words in said


@pytest.mark.parametrize(("faults", "pages"), [(0, 1), (1, 1), (6, 1), (7, 2), (40, 7)])
def test_no_fault_is_lost_between_pages(faults, pages):  # Q4
    pdf = slip([Fault(n, f"99999-{n:09d}", "not-read", {}, None, None) for n in range(1, faults + 1)])
    said = [samples.text(pdf, page) for page in range(pages)]

    assert samples.pages(pdf) == pages
    for n in range(1, faults + 1):
        assert (
            sum(
                f"Row {n} / Ligne {n}" in page.replace("\r\n", " ").split("What is wrong")[0] or f"99999-{n:09d}" in page
                for page in said
            )
            == 1
        )
    assert all(f"Page {page + 1} of {pages}" in text for page, text in enumerate(said))


@pytest.mark.parametrize("broken", [b"", b"no picture", samples.cutout()[:60]])
def test_a_picture_that_can_not_be_drawn_does_not_keep_the_slip_from_the_client(broken):
    said = samples.text(slip([Fault(1, "911", "service-option", {"got": "911"}, None, broken)]))

    assert "no picture / pas d’image" in said
    assert "911 is a service option" in said


def test_a_code_without_a_sentence_is_named_rather_than_left_out():
    assert told("refusal", "brand-new", {}) == ("This was refused (code brand-new).", "Ceci a été refusé (code brand-new).")
    assert told("refusal", "repeat", {"row": "3"})[0] == "This was refused (code repeat)."


def test_an_unread_place_is_told_by_its_reason():
    assert told("refusal", "not-read", {"why": "low-contrast"})[0] == "The bars are too pale to be read."
    assert told("mend", "not-read", {"why": "low-contrast"})[0] == "Print the barcode again, black on white."
    assert told("refusal", "not-read", {"why": "encrypted"})[0] == "The file is protected by a password."
    kind = {"why": "symbology-not-accepted", "got": "ITF"}
    assert told("refusal", "not-read", kind)[1] == "C’est un code à barres du genre 2 parmi 5 entrelacé, ni Code 128 ni Code 39."
    assert told("refusal", "not-read", {"why": "never heard of"})[0] == "The barcode can't be read by machine."


@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=3000), got=st.text(max_size=3000), name=st.text(max_size=200))
def test_whatever_stood_in_the_bars_can_be_drawn(text, got, name):  # Q4: control characters, markup, whole letters
    faults = [Fault(1, text, "too-long", {"got": got}, None, None), Fault(2, text, got[:20] or "x", {"got": got}, None, None)]

    assert samples.pages(slip(faults, Header("0453", name))) == 1


def test_the_same_faults_give_the_same_bytes():
    assert slip(samples.FAULTS) == slip(samples.FAULTS)
