"""Every node of the tree in every domain: estimate, SE, interval, df, n, design effect.

Knows no respondents.
"""

from dataclasses import dataclass

import numpy as np

from scoring.arrays import BoolArray, FloatArray, IntArray
from scoring.estimates.intervals import Level, Scored, domain_df, ends_of
from scoring.estimates.leaves import (
    UNKNOWN,
    GivenFigures,
    ItemLeaves,
    Mark,
    given_figures,
    interval_ends,
    item_leaves,
    leaf_values,
)
from scoring.estimates.linearize import influence
from scoring.estimates.method import Method
from scoring.estimates.satterthwaite import effective_df
from scoring.estimates.variance import Influence
from scoring.given import Given
from scoring.index.aggregate import Climbed, climb
from scoring.nodes import GivenLeaf
from scoring.totals import PsuTotals
from scoring.tree import IndexTree


@dataclass(frozen=True, eq=False)
class Points:
    """All numbers, (nodes, domains) each; NaN = null.

    Parameters
    ----------
    climbed : values, n and what is absent
    marks : bits of ``Mark`` that each node's leaves bring in
    within_df : least df of leaves with variance from second-stage units; infinite without
    df : degrees of freedom; infinite = no answers in the node
    se, low, high, deff : as published
    interval : how low and high were found, places in ``INTERVALS``
    known : whether the variance is known
    influence : linearized totals, for covariances
    """

    climbed: Climbed
    marks: IntArray
    within_df: FloatArray
    df: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    deff: FloatArray
    interval: IntArray
    known: BoolArray
    influence: Influence


def estimate_points(
    totals: PsuTotals,
    tree: IndexTree,
    given: Given,
    min_n: int,
    level: Level,
    method: Method,
) -> Points:
    """Estimate every node in every domain of the totals, cells added up.

    Raises
    ------
    DataError
        If a child of a geometric mean is zero or less.
    DesignError
        If merged totals lack second-stage sums that the variance needs.
    """
    items = item_leaves(totals, min_n, method)
    figures = given_figures(tree.given_names, given, totals.domains)
    climbed = climb(tree, leaf_values(tree, items, figures), totals.domains)
    marks = climbed.spread(_marks(tree, items, figures, climbed))
    within_df = climbed.least(_within_df(tree, items, climbed))
    known: BoolArray = np.isfinite(climbed.value) & ((marks & UNKNOWN) == 0)
    linearized = influence(totals, climbed, items, figures, method)
    se = np.where(known, np.sqrt(linearized.variances()), np.nan)
    between_df = np.minimum(domain_df(totals), method.most_df)
    if method.df == "satterthwaite":
        between_df = effective_df(linearized.between, between_df)
    df = node_df(marks, within_df, between_df)
    ends = ends_of(_scored(totals, tree, climbed, se, df), level)
    return Points(
        climbed,
        marks,
        within_df,
        df,
        se,
        ends.low,
        ends.high,
        _deff(totals, tree, items, se),
        ends.kind,
        known,
        linearized,
    )


def _scored(
    totals: PsuTotals, tree: IndexTree, climbed: Climbed, se: FloatArray, df: FloatArray
) -> Scored:
    members = totals.psus.by_domain(totals.psus.members, len(totals.domains))
    return Scored(climbed.value, se, df, climbed.n, members, *interval_ends(tree))


def node_df(marks: IntArray, within_df: FloatArray, between_df: FloatArray) -> FloatArray:
    """Return the degrees of freedom: of the domain, of second-stage units, or the lesser."""
    from_psus = (marks & (Mark.BETWEEN | Mark.TOO_FEW | Mark.LONELY | Mark.UNHELD)) != 0
    return np.minimum(np.where(from_psus, between_df, np.inf), within_df)


def _marks(
    tree: IndexTree, items: ItemLeaves, figures: GivenFigures, climbed: Climbed
) -> IntArray:
    marks = np.zeros(climbed.value.shape, dtype=np.int64)
    by_item = Mark.BETWEEN * items.between + Mark.WITHIN * items.within
    by_item = by_item + Mark.TOO_FEW * items.too_few + Mark.LONELY * items.lonely
    by_item = by_item + Mark.UNHELD * items.unheld
    marks[[tree.position[leaf.code] for leaf in tree.item_leaves]] = by_item.T
    row = {name: at for at, name in enumerate(tree.given_names)}
    for place, node in enumerate(tree.nodes):
        if isinstance(node, GivenLeaf):
            at = row[node.given]
            lacking: BoolArray = np.isfinite(figures.value[at]) & np.isnan(figures.se[at])
            marks[place] = Mark.NO_SE * lacking
    return marks


def _within_df(tree: IndexTree, items: ItemLeaves, climbed: Climbed) -> FloatArray:
    numbers = np.full(climbed.value.shape, np.inf)
    places = [tree.position[leaf.code] for leaf in tree.item_leaves]
    numbers[places] = np.where(items.within, items.within_df, np.inf).T
    return numbers


def _deff(totals: PsuTotals, tree: IndexTree, items: ItemLeaves, se: FloatArray) -> FloatArray:
    """Return design effects of the item leaves; NaN elsewhere.

    Notes
    -----
    deff = V / (S2 / n), S2 = n/(n-1) (sum w r s^2 / sum w r - R^2), all on 0..1.
    R: ``svymean(..., deff = "replace")``.
    """
    deff = np.full(se.shape, np.nan)
    places = [tree.position[leaf.code] for leaf in tree.item_leaves]
    spans = np.asarray([leaf.scale[1] - leaf.scale[0] for leaf in tree.item_leaves])
    shown = np.isfinite(items.ratio) & (items.n > 1)
    square = np.divide(totals.q, items.weight, out=np.zeros_like(totals.q), where=shown)
    left = square - np.nan_to_num(items.ratio) ** 2
    varies = shown & (left > 1e-12 * square)
    simple = np.where(varies, left / np.maximum(items.n - 1, 1), 1.0)
    variance = (se[places].T / spans) ** 2
    deff[places] = np.where(varies, variance / simple, np.nan).T
    return deff
