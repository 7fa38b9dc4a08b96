"""An estimate against somebody else's figure: by hand, and where something is unknown."""

import math

import pytest
from scipy import stats

from scoring import DataError, against_figure


def test_both_errors_count_and_t_has_the_design_degrees_of_freedom():
    contrast = against_figure(5.2, 0.3, 9, 4.0, 0.4)
    half = stats.t.ppf(0.975, 9) * 0.5
    assert contrast.estimate == pytest.approx(1.2)
    assert contrast.se == pytest.approx(0.5)
    assert (contrast.low, contrast.high) == pytest.approx((1.2 - half, 1.2 + half))
    assert contrast.is_apart is True


def test_a_figure_without_an_error_is_taken_as_known():
    assert against_figure(5.2, 0.3, 9, 4.9).se == 0.3


def test_a_figure_error_can_make_a_difference_indistinct():
    assert against_figure(5.2, 0.1, 30, 4.9).is_apart is True
    assert against_figure(5.2, 0.1, 30, 4.9, 0.3).is_apart is False


def test_without_df_the_normal_quantile_serves():
    contrast = against_figure(1.0, 0.5, None, 0.0)
    assert contrast.high - contrast.estimate == pytest.approx(0.5 * stats.norm.ppf(0.975))


@pytest.mark.parametrize(("se", "df", "shown"), [(None, 9, None), (0.3, 0, 0.3)])
def test_what_cannot_be_known_is_not_said(se, df, shown):
    assert against_figure(5.2, se, df, 4.9) == (pytest.approx(0.3), shown, None, None, None)


@pytest.mark.parametrize(
    "numbers", [(math.nan, 0.1, 9, 1.0), (1.0, -0.1, 9, 1.0), (1.0, 0.1, 9, math.inf)]
)
def test_nonsense_is_refused(numbers):
    with pytest.raises(DataError):
        against_figure(*numbers)
