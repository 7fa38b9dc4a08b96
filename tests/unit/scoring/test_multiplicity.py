"""Many comparisons: p-values of t statistics, and the share of false differences held down."""

import numpy as np
import pytest
from scipy import stats

from scoring.estimates.multiplicity import p_values, told_apart


def test_p_values_are_those_of_t_and_of_the_normal_without_end():
    found = p_values(np.array([1.0, -2.0]), np.array([0.5, 1.0]), np.array([4.0, np.inf]))
    assert found == pytest.approx([2 * stats.t.sf(2, 4), 2 * stats.norm.sf(2)])


def test_what_cannot_be_tested_has_no_p_value():
    nan = np.nan
    found = p_values(
        np.array([1.0, nan, 1.0, 1.0]), np.array([0.0, 1.0, nan, 1.0]), np.array([4, 4, 4, 0.0])
    )
    assert np.isnan(found).all()


def test_the_step_up_rule_agrees_with_scipy():
    p = np.random.default_rng(7).uniform(0, 0.2, 60) ** 2
    assert told_apart(p).tolist() == (stats.false_discovery_control(p) <= 0.05).tolist()


def test_nothing_tested_tells_nothing_apart():
    assert not told_apart(np.array([np.nan, np.nan])).any()
    assert not told_apart(np.array([])).any()
