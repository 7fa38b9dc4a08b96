"""The leaves in every domain: their values, and what is known of their variance.

Knows no tree above the leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag

import numpy as np

from scoring.arrays import BoolArray, FloatArray, IntArray
from scoring.errors import DesignError
from scoring.estimates.lonely import answered_in_lonely_only
from scoring.estimates.method import Method
from scoring.estimates.replicates import Replicates
from scoring.given import Given
from scoring.index.aggregate import LeafValues
from scoring.mapping import Pair
from scoring.nodes import GivenLeaf, ItemLeaf
from scoring.sample import Domain
from scoring.totals import PsuTotals
from scoring.tree import IndexTree


class Mark(IntFlag):
    """What a leaf brings into the variance of the nodes above it."""

    BETWEEN = 1  # variance from PSUs
    WITHIN = 2  # variance from second-stage units of the one PSU that answered
    TOO_FEW = 4  # one PSU answered, its second-stage units do not help
    NO_SE = 8  # a figure from outside without its standard error
    LONELY = 16  # answered in several PSUs, each alone in its stratum
    UNHELD = 32  # some replicate leaves nobody who answered


UNKNOWN = Mark.TOO_FEW | Mark.NO_SE | Mark.LONELY | Mark.UNHELD


@dataclass(frozen=True, eq=False)
class ItemLeaves:
    """The item leaves in every domain: (domains, k) each.

    Parameters
    ----------
    ratio : sum w r s / sum w r over the leaf's own valid answers, on 0..1; NaN = not shown
    weight : sum w r
    n : valid answers
    within : one PSU holds them all, and at least two of its second-stage units do
    too_few : one PSU holds them all, and its second-stage units do not help
    lonely : several PSUs hold them, each alone in its stratum, whose spread the policy leaves out
    within_df : second-stage units that hold answers, less one
    unheld : several PSUs hold them, and some replicate leaves none
    replicates : (R, domains, k) the ratio in each replicate; none under linearization
    """

    ratio: FloatArray
    weight: FloatArray
    n: FloatArray
    within: BoolArray
    too_few: BoolArray
    lonely: BoolArray
    within_df: FloatArray
    unheld: BoolArray
    replicates: FloatArray

    @property
    def between(self) -> BoolArray:
        """Leaves whose variance is that between PSUs."""
        unknown = self.within | self.too_few | self.lonely | self.unheld
        return np.isfinite(self.ratio) & ~unknown


def item_leaves(totals: PsuTotals, min_n: int, method: Method) -> ItemLeaves:
    """Estimate every item leaf in every domain.

    Notes
    -----
    R_j = sum w r s / sum w r. Source: Sarndal, Swensson, Wretman 1992, chapter 5 (Hajek ratio);
    R: ``svymean(na.rm = TRUE)`` item by item.
    """
    n_domains = len(totals.domains)
    weight = totals.psus.by_domain(totals.psus.d, n_domains)
    n = totals.psus.by_domain(totals.psus.n, n_domains)
    shown = n >= min_n
    ratio = np.full(weight.shape, np.nan)
    np.divide(totals.psus.by_domain(totals.psus.y, n_domains), weight, out=ratio, where=shown)
    alone = shown & (totals.psus.units_with_answers(n_domains) == 1)
    helpers = totals.seconds.units_with_answers(n_domains)
    _refuse_partial_second_stage(totals, alone)
    within = alone & (helpers >= 2)  # noqa: PLR2004 - a variance needs two clusters
    several = shown & ~alone
    lonely = several & answered_in_lonely_only(totals, method.lonely_psu)
    replicates = _replicated(method.replicates, ratio.shape)
    unheld = several & ~lonely & np.isnan(replicates).any(axis=0)
    too_few = alone & ~within
    return ItemLeaves(ratio, weight, n, within, too_few, lonely, helpers - 1, unheld, replicates)


def _replicated(replicates: Replicates | None, shape: tuple[int, ...]) -> FloatArray:
    """Return (R, domains, k): the ratios of every replicate; NaN where it leaves no weight."""
    if replicates is None:
        return np.empty((0, *shape))
    ratios = [
        np.divide(y, d, out=np.full(d.shape, np.nan), where=d > 0) for y, d in replicates.sums()
    ]
    return np.concatenate(ratios)


def lone_pairs(totals: PsuTotals, leaves: BoolArray) -> IntArray:
    """Return the keys domain * PSUs + PSU in which a marked (domains, k) leaf has its answers."""
    rows = totals.psus
    here = ((rows.n > 0) & leaves[rows.domain]).any(axis=1)
    return (rows.domain * len(totals.frame.psus) + rows.unit)[here]


def _refuse_partial_second_stage(totals: PsuTotals, alone: BoolArray) -> None:
    """Raise DesignError when merged parts lack second-stage sums where the whole needs them."""
    if not len(totals.frame.ssus) or not alone.any():
        return
    size = len(totals.frame.psus)
    first, second = totals.psus, totals.seconds
    needed = lone_pairs(totals, alone)
    have = second.domain * size + totals.frame.ssu_psu[second.unit]
    want = first.domain * size + first.unit
    got = np.bincount(have, weights=second.members, minlength=len(totals.domains) * size)
    expected = np.bincount(want, weights=first.members, minlength=len(totals.domains) * size)
    if not np.array_equal(got[needed], expected[needed]):
        raise DesignError("second-stage sums are partial: sum parts with second_stage='all'")


@dataclass(frozen=True, eq=False)
class GivenFigures:
    """Figures from outside, one row for each name: (names, domains) each, NaN = unknown."""

    value: FloatArray
    se: FloatArray


def given_figures(names: Sequence[str], given: Given, domains: Sequence[Domain]) -> GivenFigures:
    """Look every name up in every domain."""
    shape = (len(names), len(domains))
    found = [given.get(name, domain) for name in names for domain in domains]
    none = float("nan")
    value = np.asarray([none if figure.value is None else figure.value for figure in found])
    se = np.asarray([none if figure.se is None else figure.se for figure in found])
    return GivenFigures(value.reshape(shape), se.reshape(shape))


def leaf_values(
    tree: IndexTree, items: ItemLeaves, figures: GivenFigures
) -> dict[str, LeafValues]:
    """Return what is known of every item and given leaf, on its scale."""
    values = {
        leaf.code: on_scale(leaf, items.ratio[:, at], items.n[:, at])
        for at, leaf in enumerate(tree.item_leaves)
    }
    row = {name: at for at, name in enumerate(tree.given_names)}
    for node in tree.nodes:
        if isinstance(node, GivenLeaf):
            values[node.code] = given_on_scale(node, figures.value[row[node.given]])
    return values


def on_scale(leaf: ItemLeaf, ratio: FloatArray, n: FloatArray) -> LeafValues:
    """Move a ratio on 0..1 to the leaf's scale."""
    start, end = leaf.scale
    return LeafValues(start + (end - start) * ratio, n)


def interval_ends(tree: IndexTree) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return the ends of every node's scale and whether it is a proportion, (nodes, 1) each.

    A leaf whose answers have two values is a proportion, and its ends are the scores of the two.
    """
    shares = [_share_ends(node) if isinstance(node, ItemLeaf) else None for node in tree.nodes]
    ends = [share or own for share, own in zip(shares, tree.ends, strict=True)]
    pairs = np.asarray(ends)[:, :, np.newaxis]
    is_share = np.asarray([share is not None for share in shares])[:, np.newaxis]
    return pairs[:, 0], pairs[:, 1], is_share


def _share_ends(leaf: ItemLeaf) -> Pair | None:
    worth = {0.0, 1.0} if leaf.share is not None else set((leaf.values or {}).values())
    if len(worth) != 2:  # noqa: PLR2004 - the two answers of a proportion
        return None
    (worst, best), (start, end) = leaf.range, leaf.scale
    scores = [start + (end - start) * (x - worst) / (best - worst) for x in worth]
    return min(scores), max(scores)


def given_on_scale(leaf: GivenLeaf, value: FloatArray) -> LeafValues:
    """Move figures from the leaf's range to its scale."""
    low, high = leaf.range
    start, end = leaf.scale
    scaled = start + (end - start) * (value - low) / (high - low)
    return LeafValues(scaled, np.full(value.shape, np.inf))


def given_slope(leaf: GivenLeaf) -> float:
    """Return the derivative of the leaf's score by its figure."""
    return (leaf.scale[1] - leaf.scale[0]) / (leaf.range[1] - leaf.range[0])
