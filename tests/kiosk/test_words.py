"""The words: complete in both languages, and never an empty text."""

import re
import string

import pytest

from drivers.picture import Unreadable
from drivers.scan import ACCEPTED, Symbology
from kiosk.core.answer import Reason, Status
from kiosk.core.faults import Refusal
from kiosk.core.stamp import Act
from kiosk.wording import mend, why
from kiosk.words import LANGUAGES, Words, plurals, words

EN, FR = (words(language) for language in LANGUAGES)
ROW_CODES = [
    *("empty", "inner-space", "foreign-character", "service-option", "carrier-code", "business-number", "air-waybill-piece"),
    *("too-short", "too-long", "not-read", "printed-differs", "symbology-not-accepted", "repeat", "could-not-ask"),
]


def fields(sentence):
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name)


def test_both_languages_have_the_same_keys():  # P5
    assert set(EN.sentences) == set(FR.sentences)


def test_a_sentence_has_the_same_fields_in_both_languages():
    assert [key for key in EN.sentences if fields(EN.sentences[key]) != fields(FR.sentences[key])] == []


def test_no_sentence_is_empty():
    assert [key for one in (EN, FR) for key, sentence in one.sentences.items() if not sentence.strip()] == []


@pytest.mark.parametrize(
    "key",
    [
        *(f"mark.{mark}" for mark in (*Status, "removed")),
        *(f"reason.{reason}" for reason in Reason),
        *(f"act.{act}" for act in Act),
        *(f"refusal.{code}" for code in ROW_CODES),
        *(f"mend.{code}" for code in ROW_CODES),
        *(
            f"advice.{code}"
            for code in ("other-office", "both-senses", "keyed", "perhaps-wrong-digit", "perhaps-paps", "perhaps-trip")
        ),
    ],
)
def test_every_code_of_the_core_has_its_sentence(key):  # Q3, Q4
    assert key in EN


@pytest.mark.parametrize("reason", Unreadable)
@pytest.mark.parametrize("said", LANGUAGES)
def test_every_reason_why_a_place_was_not_read_says_what_is_wrong_and_what_to_do(reason, said):  # Q4
    no = Refusal("not-read", why=reason)

    assert mend(words(said), no) == words(said).say(f"mend.{reason}")
    assert words(said).say(f"unread.{reason}") in why(words(said), no)
    assert reason is Unreadable.SYMBOLOGY_NOT_ACCEPTED or words(said).say(f"report.why-unread.{reason}")


@pytest.mark.parametrize(
    ("known", "wrong", "todo"),
    [
        (
            {"narrow": "0.8", "mil": "7.5", "now": "100", "dpi": "300"},
            {
                "en": "Bars are at most 7.5 mil; at 100 dpi they cannot",
                "fr": "Les barres font au plus 7,5 mil; à 100 ppp, on ne peut",
            },
            {"en": "Scan at 300 dpi or more", "fr": "Numérisez à 300 ppp ou plus"},
        ),
        ({"narrow": "0.8"}, {"en": "0.8 pixels", "fr": "0,8 pixels"}, {"en": "closer", "fr": "approchez"}),
        ({}, {"en": "too fine", "fr": "trop fines"}, {"en": "300 dpi", "fr": "300 ppp"}),
    ],
)
@pytest.mark.parametrize("said", LANGUAGES)
def test_bars_that_are_too_fine_are_told_in_the_figures_that_are_known(known, wrong, todo, said):  # Q4
    no = Refusal("not-read", why="too-fine", **known)

    assert wrong[said] in why(words(said), no)
    assert todo[said] in mend(words(said), no)


@pytest.mark.parametrize("kind", sorted(set(Symbology) - ACCEPTED - {Symbology.OTHER}))
def test_a_kind_of_barcode_that_is_not_accepted_is_called_by_its_name(kind):  # Q4
    no = Refusal("not-read", why="symbology-not-accepted", got=kind.name)

    assert words("en").say(f"symbology.{kind.name}") in why(words("en"), no)
    assert "_" not in why(words("fr"), no)


def test_only_the_right_marks_speak_of_release():  # Q3: no reason of NR reads like R
    for reason in Reason:
        if reason is not Reason.RELEASED:
            assert words("en").say(f"reason.{reason}").lower() not in {"released", "release on file"}
            assert words("fr").say(f"reason.{reason}").lower() not in {"mainlevée", "mainlevée au dossier"}


def test_short_reasons_fit_their_place():
    assert max(len(catalogue.say(f"reason.{reason}")) for catalogue in (EN, FR) for reason in Reason) <= 40


def test_an_unknown_key_is_named_and_never_empty():
    with pytest.raises(KeyError, match=re.escape("no sentence 'refusal.nonsense' in templates/words/fr.toml")):
        FR.say("refusal.nonsense")


def test_a_missing_field_is_named():
    with pytest.raises(KeyError, match=re.escape("'refusal.repeat' of en wants field 'row', got got")):
        EN.say("refusal.repeat", got="x")


def test_what_a_client_wrote_is_never_a_field():
    assert "{row} {0.__class__}" in EN.say("refusal.bad-office", got="{row} {0.__class__}")


@pytest.mark.parametrize(
    ("language", "n", "said"),
    [
        ("en", 0, "0 rows"),
        ("en", 1, "1 row"),
        ("en", 2, "2 rows"),
        ("fr", 0, "0 ligne"),
        ("fr", 1, "1 ligne"),
        ("fr", 2, "2 lignes"),
    ],
)
def test_a_number_of_things_has_the_form_of_its_language(language, n, said):
    assert words(language).count("paper.rows", n) == said


def test_what_is_counted_is_counted_in_both_languages():
    assert plurals(EN) == plurals(FR) >= {"paper.rows"}


def test_a_language_is_read_once():
    assert words("en") is EN
    assert isinstance(EN, Words)
