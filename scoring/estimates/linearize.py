"""From PSU totals and a climbed tree to linearized totals of every node (delta method)."""

import numpy as np

from scoring.arrays import BoolArray, FloatArray
from scoring.estimates.leaves import GivenFigures, ItemLeaves, given_slope, lone_pairs
from scoring.estimates.variance import Influence, Units
from scoring.index.aggregate import Climbed
from scoring.nodes import GivenLeaf
from scoring.totals import PsuTotals, Rows


def influence(
    totals: PsuTotals,
    climbed: Climbed,
    items: ItemLeaves,
    figures: GivenFigures,
    known: BoolArray,
) -> Influence:
    """Linearize every node in every domain.

    Notes
    -----
    t_hc = sum_j c_j (Y_hcj - R_j D_hcj) / D_j with c_j = dg/dR_j. Source: Sarndal, Swensson,
    Wretman 1992, chapter 5; R: ``svycontrast`` on ``svymean``.
    """
    between = np.where(items.between, 1.0, 0.0)
    seconds = _needed_seconds(totals, items)
    return Influence(
        totals.frame,
        len(totals.domains),
        _carried(totals.psus, climbed, items, between),
        _carried(seconds, climbed, items, np.where(items.within, 1.0, 0.0)),
        _carried(seconds, climbed, items, between),
        _given(climbed, figures),
        known,
    )


def _carried(rows: Rows, climbed: Climbed, items: ItemLeaves, use: FloatArray) -> Units:
    """Linearize the leaves in use (domains, k) and carry them up."""
    tree = climbed.tree
    factor = use / np.where(items.weight > 0, items.weight, 1.0)
    ratio = np.nan_to_num(items.ratio)
    leaves = tree.item_leaves
    spans = np.asarray([leaf.scale[1] - leaf.scale[0] for leaf in leaves])
    t = (rows.y - ratio[rows.domain] * rows.d) * factor[rows.domain] * spans
    columns = np.zeros((len(tree.nodes), len(rows.domain)))
    columns[[tree.position[leaf.code] for leaf in leaves]] = t.T
    return Units(rows.domain, rows.unit, climbed.carry(columns, rows.domain))


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
