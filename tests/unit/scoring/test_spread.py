"""The spread of totals is that of the definition: unit by unit, those without a row included."""

import numpy as np
import pytest

from scoring.estimates.spread import Nest, spread
from scoring.estimates.units import Units

SIZES = np.asarray([1, 2, 3, 5, 1, 2])
GROUP = np.repeat(np.arange(len(SIZES)), SIZES)
KEPT = np.asarray([0.5, 1.0, 0.8, 0.0, 1.0, 0.9])
N_DOMAINS, N_NODES, WIDTH = 3, 2, len(GROUP)
LONE = np.flatnonzero((SIZES == 1)[GROUP])


def surveyed(p: int, lone: float, seed: int):
    """Totals of every node, domain and unit, most of them zero, with p auxiliaries."""
    rng = np.random.default_rng(seed)
    t = rng.normal(size=(N_NODES, N_DOMAINS, WIDTH))
    has_row = rng.random((N_DOMAINS, WIDTH)) < 0.4
    has_row[:, GROUP == 5] = False
    has_row[:, LONE] = lone > 0
    t[:, ~has_row] = 0.0
    fitted, slope = rng.normal(size=(WIDTH, p)), rng.normal(size=(N_NODES, N_DOMAINS, p))
    domain, unit = np.nonzero(has_row)
    nest = Nest(GROUP, SIZES, fitted, KEPT, lone)
    e = t - np.einsum("qdp,up->qdu", slope, fitted)
    return Units(domain, unit, t[:, has_row], slope), nest, e


def products(one: np.ndarray, other: np.ndarray, lone: float) -> float:
    """The definition: sums of products of deviations, group by group."""
    found = 0.0
    for members, kept in zip(np.split(np.arange(WIDTH), np.cumsum(SIZES)[:-1]), KEPT, strict=True):
        m = len(members)
        pair = [e[members] - (e[members] if m > 1 else e).mean() for e in (one, other)]
        found += kept * (m / (m - 1) if m > 1 else lone) * (pair[0] @ pair[1])
    return found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("lone", [0.0, 1.0])
@pytest.mark.parametrize("p", [0, 2])
def test_variances_are_those_of_the_definition(p, lone, seed):
    units, nest, e = surveyed(p, lone, seed)
    expected = [[products(row, row, lone) for row in node] for node in e]
    np.testing.assert_allclose(spread(units, nest).variance, expected, rtol=1e-9)


@pytest.mark.parametrize("lone", [0.0, 1.0])
@pytest.mark.parametrize("p", [0, 2])
def test_covariances_are_those_of_the_definition(p, lone):
    units, nest, e = surveyed(p, lone, 7)
    pairs = [(0, 0), (1, 0), (0, 2), (1, 1)]
    nodes, domains = zip(*pairs, strict=True)
    expected = [[products(e[one], e[other], lone) for other in pairs] for one in pairs]
    found = spread(units.contrast(nodes, domains), nest)
    np.testing.assert_allclose(found.covariance, expected, rtol=1e-9, atol=1e-12)


def test_one_domain_less_another_is_one_domain_of_differences():
    units, nest, e = surveyed(2, 1.0, 11)
    expected = [products(node[2] - node[0], node[2] - node[0], 1.0) for node in e]
    np.testing.assert_allclose(spread(units.minus(2, 0), nest).variance[:, 0], expected, rtol=1e-9)


def test_where_nobody_answered_only_what_calibration_fitted_varies():
    _, nest, _ = surveyed(2, 0.0, 3)
    none = np.empty(0, dtype=np.int64)
    slope = np.ones((1, 1, 2))
    found = spread(Units(none, none, np.empty((1, 0)), slope), nest).variance
    fitted = -nest.fitted.sum(axis=1)
    np.testing.assert_allclose(found, [[products(fitted, fitted, 0.0)]], rtol=1e-9)


@pytest.mark.parametrize(("added", "expected"), [([1], [0, 1, 3]), ([5], [0, 3, 5]), ([], [0, 3])])
def test_units_that_are_given_a_row_leave_all_others_where_they_were(added, expected):
    units = Units(
        np.asarray([0, 0]), np.asarray([0, 3]), np.asarray([[7.0, 8]]), np.empty((1, 2, 0))
    )
    found = units.with_every(np.asarray(added, dtype=np.int64), 2)
    assert found.domain.tolist() == [0] * len(expected) + [1] * len(added)
    assert found.unit.tolist() == expected + added
    at = [expected.index(0), expected.index(3)]
    assert (found.t[0, at].tolist(), found.t.sum()) == ([7, 8], 15)


def test_a_factor_of_a_domain_multiplies_its_errors_regression_included():
    units, nest, _ = surveyed(2, 0.0, 5)
    factor = np.asarray([1.0, 2.0, 0.5])
    found = spread(units.times(factor), nest).variance
    np.testing.assert_allclose(found, spread(units, nest).variance * factor**2, rtol=1e-9)
