"""Agreement of two or more answers, against published examples."""

import numpy as np
import pytest

from scoring import DataError, ShapeError
from scoring.quality.agreement import cohen_kappa, gross_difference_rate, krippendorff_alpha

NAN = np.nan
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_is_that_of_krippendorffs_four_observers(level, alpha):
    assert krippendorff_alpha(OBSERVERS, level) == pytest.approx(alpha, abs=5e-4)


def test_alpha_of_two_is_one_when_they_always_agree_and_below_zero_when_never():
    assert krippendorff_alpha([[1, 2, 3], [1, 2, 3]], "ordinal") == 1
    assert krippendorff_alpha([[1, 2, 1], [2, 1, 2]]) < 0


def test_people_who_answered_once_do_not_count():
    with_one = np.c_[OBSERVERS, [9, NAN, NAN, NAN]]
    assert krippendorff_alpha(with_one, "interval") == krippendorff_alpha(OBSERVERS, "interval")


def test_kappa_takes_chance_out():
    first = [1] * 45 + [2] * 55
    second = [1] * 35 + [2] * 10 + [1] * 15 + [2] * 40
    expected = (0.75 - (0.45 * 0.5 + 0.55 * 0.5)) / 0.5
    assert cohen_kappa(first, second) == pytest.approx(expected)
    assert gross_difference_rate(first, second) == pytest.approx(0.25)
    assert cohen_kappa([*first, NAN], [*second, 1]) == pytest.approx(expected)


def test_nothing_to_compare_is_said():
    for measure in (gross_difference_rate, cohen_kappa):
        with pytest.raises(DataError, match="nobody answered twice"):
            measure([1, NAN], [NAN, 1])
        with pytest.raises(ShapeError):
            measure([1, 2], [1])
    with pytest.raises(DataError, match="nobody answered twice"):
        krippendorff_alpha([[1, NAN], [NAN, 1]])


def test_answers_that_never_differ_have_no_reliability():
    with pytest.raises(DataError, match="all answers are the same"):
        cohen_kappa([1, 1], [1, 1])
    with pytest.raises(DataError, match="all answers are the same"):
        krippendorff_alpha([[1, 1], [1, 1]])


def test_an_unknown_level_and_a_vector_are_refused():
    with pytest.raises(DataError, match="'ratio' is none of"):
        krippendorff_alpha([[1], [1]], "ratio")
    with pytest.raises(ShapeError):
        krippendorff_alpha([1, 2])
