"""From PSU totals and a climbed tree to linearized totals of every node (delta method)."""

import numpy as np

from scoring.arrays import FloatArray, IntArray
from scoring.estimates.leaves import GivenFigures, ItemLeaves, given_slope, lone_pairs
from scoring.estimates.method import Method
from scoring.estimates.resampled import resampled
from scoring.estimates.stages import Linearized, first_stage, second_stage, villages
from scoring.estimates.units import Units
from scoring.estimates.variance import Between, Influence
from scoring.index.aggregate import Climbed
from scoring.nodes import GivenLeaf
from scoring.totals import PsuTotals, Rows
from scoring.weights.fit import Fit


def influence(
    totals: PsuTotals,
    climbed: Climbed,
    items: ItemLeaves,
    figures: GivenFigures,
    method: Method,
) -> Influence:
    """Linearize every node in every domain, whatever is known of its variance.

    Notes
    -----
    t_hc = sum_j c_j (Y_hcj - R_j D_hcj) / D_j with c_j = dg/dR_j. Source: Sarndal, Swensson,
    Wretman 1992, chapter 5; R: ``svycontrast`` on ``svymean``. With calibration the regression of
    the influence on the auxiliaries, under base weights, is taken out of it; sums have
    calibrated weights. Source: Deville and Sarndal 1992; R: ``calibrate``.
    """
    uses = [np.where(marked, 1.0, 0.0) for marked in (items.within, items.between)]
    seconds = _needed_seconds(totals, items)
    no_slope = np.empty((*climbed.value.shape, 0))
    alone, rest = (
        _units(seconds, _carried(seconds, climbed, items, use), no_slope) for use in uses
    )
    between: Between = (
        resampled(totals, climbed, items, figures, method, method.replicates)
        if method.replicates is not None
        else _linearized(totals, climbed, items, method)
    )
    return Influence(
        between,
        villages(totals),
        alone,
        rest,
        _given(climbed, figures),
    )


def _linearized(
    totals: PsuTotals, climbed: Climbed, items: ItemLeaves, method: Method
) -> Linearized:
    """Return the totals of the design's stages, of leaves answered in several PSUs."""
    use = np.where(items.between, 1.0, 0.0)
    slope = _slopes(method.fit, climbed, items, use)
    first, second = (
        _units(rows, _carried(rows, climbed, items, use), slope)
        for rows in (totals.psus, totals.seconds)
    )
    if not totals.frame.is_two_stage:
        return Linearized((first_stage(totals, first, method),))
    return Linearized((first_stage(totals, first, method), second_stage(totals, second, method)))


def _units(rows: Rows, t: FloatArray, slope: FloatArray) -> Units:
    return Units(rows.domain, rows.unit, t, slope)


def _carried(rows: Rows, climbed: Climbed, items: ItemLeaves, use: FloatArray) -> FloatArray:
    """Return (nodes, r): the leaves in use (domains, k), linearized and carried up."""
    return _climbing(climbed, items, use, (rows.y, rows.d), rows.domain)


def _slopes(fit: Fit, climbed: Climbed, items: ItemLeaves, use: FloatArray) -> FloatArray:
    """Return (nodes, domains, p): regression of every node's influence, under base weights."""
    n_domains, p = climbed.value.shape[1], fit.x.shape[1]
    sums = (fit.projected(fit.rows.y, n_domains), fit.projected(fit.rows.d, n_domains))
    slopes = _climbing(climbed, items, use, sums, np.repeat(np.arange(n_domains), p))
    return slopes.reshape(len(slopes), n_domains, p)


def _climbing(
    climbed: Climbed,
    items: ItemLeaves,
    use: FloatArray,
    sums: tuple[FloatArray, FloatArray],
    domain: IntArray,
) -> FloatArray:
    """Linearize sums of w r s and w r, one row for each domain given, and carry them up."""
    tree, (y, d) = climbed.tree, sums
    factor = use / np.where(items.weight > 0, items.weight, 1.0)
    ratio = np.nan_to_num(items.ratio)
    leaves = tree.item_leaves
    spans = np.asarray([leaf.scale[1] - leaf.scale[0] for leaf in leaves])
    t = (y - ratio[domain] * d) * factor[domain] * spans
    columns = np.zeros((len(tree.nodes), len(domain)))
    columns[[tree.position[leaf.code] for leaf in leaves]] = t.T
    return climbed.carry(columns, domain)


def _needed_seconds(totals: PsuTotals, items: ItemLeaves) -> Rows:
    """Keep the second-stage rows of PSUs that alone hold a leaf's answers."""
    rows = totals.seconds
    key = rows.domain * len(totals.frame.psus) + totals.frame.ssu_psu[rows.unit]
    return rows.only(np.isin(key, lone_pairs(totals, items.within)))


def _given(climbed: Climbed, figures: GivenFigures) -> FloatArray:
    """Return (names, nodes, domains): derivative by each figure from outside, times its SE."""
    tree, names = climbed.tree, climbed.tree.given_names
    n_domains = climbed.value.shape[1]
    parts = np.zeros((len(names), len(tree.nodes), n_domains))
    domain = np.arange(n_domains)
    for name in range(len(names)):
        columns = parts[name]
        for place, node in enumerate(tree.nodes):
            if isinstance(node, GivenLeaf) and node.given == names[name]:
                columns[place] = given_slope(node) * np.nan_to_num(figures.se[name])
        climbed.carry(columns, domain)
    return parts
