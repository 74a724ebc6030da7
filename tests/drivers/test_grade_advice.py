"""How to print a barcode better, by what pulls its grade down."""

import pytest

from drivers.picture.grade import Graded, Mark, Parameter
from drivers.picture.grade.advice import Advice, advice
from drivers.scan import Symbology

BOX = (0, 0, 100, 40)


def low(fault, symbology=Symbology.CODE128, **more):
    marks = {name: Mark(1.0, 4.0) for name in Parameter} | {fault: Mark(0.3, 1.0)}
    return Graded(BOX, "99999001495785", symbology, (1.0,) * 10, marks, **{"narrow": 6.0} | more)


@pytest.mark.parametrize("fault", list(Parameter))
def test_for_every_parameter_there_is_something_to_do(fault):
    assert advice(low(fault))


def test_where_nothing_is_wrong_there_is_nothing_to_do():
    assert advice(Graded(BOX, marks={name: Mark(1.0, 4.0) for name in Parameter})) == ()


def test_a_scan_too_coarse_to_judge_print_is_to_be_made_finer_first_and_a_drawing_is_not():
    assert advice(low(Parameter.MODULATION, narrow=1.5))[0] is Advice.SCAN_FINER
    assert Advice.SCAN_FINER not in advice(low(Parameter.MODULATION, narrow=1.5, drawn=True))
    assert Advice.SCAN_FINER not in advice(low(Parameter.QUIET_ZONE, narrow=1.5))


def test_small_bars_are_to_be_larger_and_code_39_may_be_code_128():
    small = low(Parameter.DECODABILITY, Symbology.CODE39, mil=7.5)

    assert {Advice.LARGER, Advice.CODE128} <= set(advice(small))
    assert Advice.CODE128 not in advice(low(Parameter.DECODABILITY, mil=7.5))
    assert Advice.LARGER not in advice(low(Parameter.DECODABILITY, Symbology.CODE39, mil=13.0))
