"""Item leaves and nodes of a tree under the weights of every replicate. Knows no design."""

from dataclasses import replace

import numpy as np

from scoring.estimates.leaves import GivenFigures, ItemLeaves, leaf_values
from scoring.estimates.lonely import policy_factor
from scoring.estimates.method import Method
from scoring.estimates.replicates import BLOCK, Replicated, Replicates
from scoring.index.aggregate import Climbed, climb
from scoring.totals import PsuTotals


def resampled(
    totals: PsuTotals,
    climbed: Climbed,
    items: ItemLeaves,
    figures: GivenFigures,
    method: Method,
    replicates: Replicates,
) -> Replicated:
    """Climb the tree once for each replicate.

    Leaves without a variance from the replicates, and figures from outside, stay as they are.

    Raises
    ------
    DataError
        If a child of a geometric mean is zero or less in a replicate; names it.
    """
    tree, shape = climbed.tree, climbed.value.shape
    values = np.empty((len(items.replicates), *shape))
    for first in range(0, len(values), BLOCK):
        ratio = np.where(items.between, items.replicates[first : first + BLOCK], items.ratio)
        size = len(ratio)
        block = replace(
            items, ratio=ratio.reshape(-1, ratio.shape[2]), n=np.tile(items.n, (size, 1))
        )
        given = GivenFigures(np.tile(figures.value, size), figures.se)
        names = [
            (*domain, ("replicate", str(first + at + 1)))
            for at in range(size)
            for domain in totals.domains
        ]
        found = climb(tree, leaf_values(tree, block, given), names).value
        values[first : first + size] = found.reshape(-1, size, shape[1]).transpose(1, 0, 2)
    factor = policy_factor(totals, method.lonely_psu, by_all=method.is_calibrated)
    return Replicated(values, climbed.value, replicates, factor)
