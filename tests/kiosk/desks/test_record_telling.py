"""Every fact is told in words, in both languages (Q10, Q11)."""

from dataclasses import fields
from datetime import timedelta

import pytest

from kiosk.core.journal import FACTS, Answered, NotRead, Refused, RowRemoved, Scanned, Stamped, UserAdded, Voided
from kiosk.desks.record.telling import code_told, duration, fact_fields, fact_name
from kiosk.ports import Finding
from kiosk.words import LANGUAGES, words

EN, FR = (words(language) for language in LANGUAGES)


@pytest.mark.parametrize("kind", FACTS.values())
def test_every_kind_of_fact_and_each_of_its_fields_has_its_words(kind):  # Q10
    for key in (f"fact.{kind.__name__}", *(f"field.{field.name}" for field in fields(kind))):
        assert key in EN
        assert key in FR


@pytest.mark.parametrize("code", ["altered", "missing", "reordered", "cut-off", "projection", "document", "checkpoint"])
def test_every_finding_has_its_words(code):
    assert code in str(Finding.__doc__)
    assert f"finding.{code}" in EN


def test_no_two_kinds_of_facts_are_told_alike():
    for catalogue in (EN, FR):
        told = [catalogue.say(f"fact.{kind}") for kind in FACTS]

        assert len(set(told)) == len(told)


def test_a_fact_is_told_in_the_language_asked_for():
    fact = Scanned("s-1", "911", "", "wedge", None, True, None, False)

    assert fact_name(FR, fact) == "Balayé"
    assert fact_fields(FR, fact) == (
        ("scan", "balayage", "s-1"),
        ("text", "texte", "911"),
        ("source", "appareil", "wedge"),
        ("keyed", "saisi à la main", "oui"),
        ("compared", "comparé à l’imprimé", "non"),
    )


def test_what_a_fact_holds_is_told_as_it_is_whatever_it_is():
    answer = {"reason": "exam", "as_of": "2026-11-22T12:00:00+00:00", "office": None, "requests": []}
    refused = Refused("s", None, "repeat", {"of": "2", "{0}": "<b>"})
    stamped = Stamped("released", "a", "0453", "b", True, "d", ["x", "y"], "3-0", {"R": 2, "N/A": 0})

    assert {one[0]: one[2] for one in fact_fields(EN, Answered("s", "9", "NR", answer))}["answer"] == (
        "reason Referred for examination, as of 2026-11-22T12:00:00+00:00"
    )
    assert ("fields", "particulars", "in place of scan 2, {0} <b>") in fact_fields(EN, refused)
    told = {one[0]: one[2] for one in fact_fields(EN, stamped)}
    assert (told["seals"], told["marks"]) == ("x, y", "R 2, N/A 0")


def test_codes_are_told_in_words_and_an_officer_s_own_words_as_they_are():
    assert fact_fields(FR, NotRead("s", "blurred", "scanner", None))[1][2] == FR.say("unread.blurred")
    assert fact_fields(FR, RowRemoved(3, "repeat"))[1] == ("reason", "motif", "repeat")
    assert fact_fields(FR, Voided("d", "blurred"))[1][2] == "blurred"
    assert fact_fields(FR, UserAdded("A1001", "Jo", "bso"))[2][2] == FR.say("role.bso")


def test_a_code_without_words_is_told_by_itself():
    assert code_told(EN, "brand-new") == "brand-new"
    assert code_told(EN, "repeat") == "Repeat"
    assert code_told(FR, "exam") == FR.say("reason.exam")


@pytest.mark.parametrize(("seconds", "said"), [(0, "0 min 00 s"), (59.6, "1 min 00 s"), (125, "2 min 05 s")])
def test_a_span_of_time_is_told_to_the_second(seconds, said):
    assert duration(EN, timedelta(seconds=seconds)) == said
    assert duration(EN, None) == ""
