"""What is set of reading forms: the table `[reading]`."""

import re

import pytest

from drivers.picture import Dial
from kiosk.core.faults import Refusal
from kiosk.settings import FIRST, load

STATION = 'station = "K7QD"\n'


def written(home, more):
    (home / "kiosk.toml").write_text(STATION + more)
    return load(home)


def test_nothing_set_is_the_most_evidence_there_is(tmp_path):
    """Q4: a wrong number can let goods go, so less must be somebody's decision."""
    assert written(tmp_path, "").reading.evidence is Dial.STRICT
    assert 'evidence = "strict"' in FIRST


@pytest.mark.parametrize("dial", Dial)
def test_each_dial_can_be_set(tmp_path, dial):
    assert written(tmp_path, f'[reading]\nevidence = "{dial}"').reading.evidence is dial


@pytest.mark.parametrize("value", ['"lax"', '""', "1", "true", '["strict"]', '"STRICT"'])
def test_another_dial_is_refused_by_name_with_those_there_are(tmp_path, value):
    with pytest.raises(Refusal, match=re.escape("bad-setting")) as no:
        written(tmp_path, f"[reading]\nevidence = {value}")

    assert (no.value.fields["name"], no.value.fields["expected"]) == ("reading.evidence", "strict or balanced")


@pytest.mark.parametrize(
    ("more", "code"), [("[reading]\ndial = 'strict'", "unknown-setting"), ("reading = 'strict'", "bad-setting")]
)
def test_a_name_that_is_not_known_there_is_refused(tmp_path, more, code):
    with pytest.raises(Refusal) as no:
        written(tmp_path, more)

    assert no.value.code == code
