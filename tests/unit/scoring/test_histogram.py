"""Sums by group and code are those of counting one respondent after another."""

import numpy as np
import pytest

from scoring.arrays import distinct
from scoring.index.histogram import MOST_STARTS, Histogram


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers that are the same in every run."""
    return np.random.default_rng(20261121)


def counted(group: np.ndarray, codes: np.ndarray, weight: np.ndarray, shape: tuple[int, int]):
    sums, number = np.zeros(shape), np.zeros(shape)
    for g, code, w in zip(group, codes, weight, strict=True):
        if code >= 0:
            sums[g, code] += w
            number[g, code] += 1
    return sums, number


@pytest.mark.parametrize("is_level", [True, False])
@pytest.mark.parametrize("kind", [np.int8, np.int64])
def test_codes_are_counted_by_group(rng, is_level, kind):
    group = rng.integers(0, 6, 300)
    weight = 1 + 0.3 * group if is_level else rng.uniform(0.5, 2, 300)
    histogram = Histogram(group, 7, weight)
    for n_labels in (*range(1, MOST_STARTS + 3), 2):
        codes = rng.integers(-3, n_labels, 300).astype(kind)
        found = histogram.of_codes(codes, n_labels)
        expected = counted(group, codes, weight, (7, n_labels))
        np.testing.assert_allclose(found[0], expected[0], rtol=1e-12)
        assert np.array_equal(found[1], expected[1])


def test_scores_are_summed_by_group(rng):
    group, weight = rng.integers(0, 4, 100), rng.uniform(0.5, 2, 100)
    score = np.where(rng.random(100) < 0.2, np.nan, rng.random(100))
    found = Histogram(group, 5, weight).of_scores(score)
    for g in range(5):
        here = (group == g) & np.isfinite(score)
        w, s = weight[here], score[here]
        expected = ((w * s).sum(), w.sum(), (w * s * s).sum(), here.sum())
        np.testing.assert_allclose(found[g], expected, rtol=1e-12)


@pytest.mark.parametrize("highest", [5, 10**12])
def test_distinct_keys_are_ranked_as_by_sorting(rng, highest):
    key = rng.integers(0, highest, 200)
    found, place = distinct(key)
    expected, inverse = np.unique(key, return_inverse=True)
    assert np.array_equal(found, expected)
    assert np.array_equal(place, inverse)
    assert [len(part) for part in distinct(key[:0])] == [0, 0]
