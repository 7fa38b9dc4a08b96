"""Intervals hold the truth as often as they say; what is drawn by certainty holds it less often.

The full run is ``python -m bench.coverage`` (a thousand rounds, 93 to 97 %); here a hundred.
"""

import numpy as np
import pytest
from scipy.stats import binom

from bench.coverage import NODES, OFFICIAL, OURS, PUBLISHED, simulated, truth

ROUNDS = 100
EVERY = 8
"""The truth is taken from every eighth adult: its own error is under a hundredth of a point."""


@pytest.fixture(scope="module")
def true():
    return truth(EVERY)


def test_the_truth_lies_around_the_published_scores(true):
    assert np.abs(true[:8] - PUBLISHED[:8]).max() < 0.05
    assert abs(true[8] - PUBLISHED[8]) < 0.2


def test_intervals_of_the_design_hold_the_truth(true):
    """Each node within what 100 tries of 95 % can give: 1 in 10,000 on either side."""
    rounds = simulated(OURS, ROUNDS)
    low, high = binom.interval(0.9998, ROUNDS, 0.95)
    covered = rounds.covered(true) * ROUNDS
    assert low <= covered.min()
    assert covered.max() <= high
    assert 1.5 < rounds.deff.mean() < 3
    off = np.abs(rounds.estimate.mean(axis=0) - true)
    assert (off < 4 * rounds.estimate.std(axis=0) / np.sqrt(ROUNDS)).all()


def test_the_official_design_holds_it_less_often(true):
    """Its error speaks of the places drawn: the mean over nodes stays clearly under 95 %."""
    for plan in OFFICIAL:
        rounds = simulated(plan, ROUNDS)
        assert rounds.covered(true).mean() < 0.92
        assert len(NODES) == rounds.estimate.shape[1]
