"""The words: complete in both languages, and never an empty text."""

import re
import string

import pytest

from kiosk.core.answer import Reason, Status
from kiosk.core.stamp import Act
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


@pytest.mark.parametrize("key", sorted(EN.sentences))
def test_a_sentence_has_the_same_fields_in_both_languages(key):
    assert fields(EN.sentences[key]) == fields(FR.sentences[key])


@pytest.mark.parametrize("key", sorted(EN.sentences))
def test_no_sentence_is_empty(key):
    assert EN.sentences[key].strip()
    assert FR.sentences[key].strip()


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
