"""The thresholds of ISO/IEC 15416, each at its exact edge, and tenths between them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.picture.grade import Graded, Mark, Parameter, letter
from drivers.picture.grade.scale import LESS_IS_BETTER, marked

MORE = {
    Parameter.SYMBOL_CONTRAST: (0.70, 0.55, 0.40, 0.20),
    Parameter.MODULATION: (0.70, 0.60, 0.50, 0.40),
    Parameter.DECODABILITY: (0.62, 0.50, 0.37, 0.25),
}
EDGES = [(name, edge, grade) for name, row in MORE.items() for edge, grade in zip(row, (4, 3, 2, 1), strict=True)]
PASSES = [
    (Parameter.QUIET_ZONE, 10.0, 9.9),
    (Parameter.MINIMUM_REFLECTANCE, 0.5, 0.501),
    (Parameter.EDGE_CONTRAST, 0.15, 0.149),
    (Parameter.RATIO, 1.8, 1.79),
    (Parameter.RATIO, 3.4, 3.41),
    (Parameter.DECODE, 1.0, 0.0),
]
graded_ones = st.sampled_from([*MORE, Parameter.DEFECTS])


@pytest.mark.parametrize(("name", "edge", "grade"), EDGES)
def test_a_share_that_is_a_threshold_has_its_grade_and_one_below_has_less(name, edge, grade):
    assert marked(name, edge).grade == grade
    assert marked(name, edge - 0.001).grade < grade


@pytest.mark.parametrize(("edge", "grade"), [(0.15, 4), (0.20, 3), (0.25, 2), (0.30, 1)])
def test_defects_that_are_a_threshold_have_its_grade_and_more_of_them_have_less(edge, grade):
    assert marked(Parameter.DEFECTS, edge).grade == grade
    assert marked(Parameter.DEFECTS, edge + 0.001).grade < grade


@pytest.mark.parametrize(("name", "passes", "fails"), PASSES)
def test_the_other_parameters_pass_or_fail(name, passes, fails):
    assert (marked(name, passes).grade, marked(name, fails).grade) == (4.0, 0.0)


def test_grades_lie_evenly_in_tenths_between_thresholds():
    """As the edition of 2016 has it: a modulation of 59 % is 2.9, of 61 % it is 3.1."""
    assert [marked(Parameter.MODULATION, n / 100).grade for n in (59, 60, 61, 65, 69)] == [2.9, 3.0, 3.1, 3.5, 3.9]
    assert [marked(Parameter.DEFECTS, n / 1000).grade for n in (155, 175, 199)] == [3.9, 3.5, 3.0]
    assert marked(Parameter.SYMBOL_CONTRAST, 0.1999).grade == 0.0


@settings(max_examples=100)
@given(graded_ones, st.floats(0, 1), st.floats(0, 1))
def test_what_is_measured_better_is_never_graded_lower(name, one, other):
    worse, better = sorted((one, other), reverse=name in LESS_IS_BETTER)

    assert marked(name, worse).grade <= marked(name, better).grade


@settings(max_examples=100)
@given(graded_ones, st.floats(-1, 2))
def test_a_grade_is_one_of_the_tenths_from_0_to_4_and_none_between_0_and_1(name, value):
    grade = marked(name, value).grade

    assert grade == 0.0 or 1.0 <= grade <= 4.0
    assert grade == round(grade, 1)


@pytest.mark.parametrize(("least", "name"), [(3.5, "A"), (2.5, "B"), (1.5, "C"), (0.5, "D"), (0.0, "F")])
def test_a_letter_begins_at_its_grade(least, name):
    assert letter(least) == name
    assert least == 0.0 or letter(least - 0.1) != name


def test_a_symbols_grade_is_the_mean_of_its_lines():
    lines = (4.0,) * 7 + (1.0, 0.0, 0.5)

    assert Graded((0, 0, 1, 1), lines=lines).grade == 3.0
    assert Graded((0, 0, 1, 1)).grade == 0.0


def test_the_parameter_that_pulls_a_grade_down_is_the_lowest_and_of_equals_the_plainest():
    marks = {
        Parameter.DECODABILITY: Mark(0.1, 0.0),
        Parameter.MODULATION: Mark(0.3, 0.0),
        Parameter.DEFECTS: Mark(0.2, 3.0),
        Parameter.DECODE: Mark(1.0, 4.0),
    }

    assert Graded((0, 0, 1, 1), marks=marks).fault is Parameter.MODULATION
    assert Graded((0, 0, 1, 1), marks={Parameter.DECODE: Mark(1.0, 4.0)}).fault is None
