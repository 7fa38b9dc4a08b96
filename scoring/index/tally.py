"""From a sample to its PSU totals: the one door through which answers enter the engine.

Answers are read item by item as small integers; no float copy of the answer matrix is made.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from scoring.arrays import FloatArray, IntArray, all_finite, refusing_overflow
from scoring.index.domains import Groups, groups_of
from scoring.index.finest import Finest, cells_of, finest, weights_of
from scoring.index.histogram import Histogram
from scoring.index.leaf_sums import answers_of, sums_of
from scoring.nodes import ItemLeaf
from scoring.sample import Sample
from scoring.totals import PsuTotals, ReplicateSums, Rows, empty_rows
from scoring.tree import IndexTree

SecondStage: TypeAlias = Literal["needed", "all"]

BLOCK = 16
RATIO_DIGITS = 12
"""Ratios of replicate weights that agree so far are one: the rest is rounding of the file."""


def totals_of(
    sample: Sample,
    tree: IndexTree,
    domains: Sequence[Sequence[str]] = (),
    *,
    second_stage: SecondStage = "needed",
    cells: Sequence[str] = (),
) -> PsuTotals:
    """Sum the scores of every item leaf by domain, PSU and calibration cell.

    Parameters
    ----------
    sample : Sample
    tree : IndexTree
    domains : sets of domain columns beside the whole sample, ``[["prov"], ["prov", "female"]]``
    second_stage : keep the sums by second-stage unit only for PSUs that alone hold the valid
        answers of a leaf in a domain, or for all (parts that are to be merged)
    cells : domain columns whose values make the calibration cells, e.g. ``["female", "age"]``

    Raises
    ------
    CodeError
        If an answer has no value in the tree; names item, code and data row.
    DataError
        If the sample lacks an item or a domain column, or a respondent has no calibration cell.
    """
    sets = [groups_of(sample, columns) for columns in dict.fromkeys([(), *map(tuple, domains)])]
    blank = tuple((groups.columns, groups.blank) for groups in sets if groups.columns)
    sets = [groups.only(sample.weight > 0) for groups in sets]
    inside, kept = cells_of(sample, cells), sets
    with refusing_overflow():
        groups = finest(sets, sample.design.psu, inside)
        psus, q, outside = _tally(groups, sample, tree, tree.item_leaves)
    all_finite(psus.y, psus.d, q)
    is_two_stage = sample.design.frame.is_two_stage
    if not is_two_stage and second_stage == "needed":
        kept = _where_needed(sets, psus, sample.design.psu)
    return PsuTotals(
        tuple(leaf.code for leaf in tree.item_leaves),
        sample.design.frame,
        tuple(domain for groups in sets for domain in groups.domains),
        psus,
        q,
        _second_stage(kept, sample, tree, inside),
        outside,
        blank,
        weights_of(sample, inside, sample.design.psu),
        weights_of(sample, inside, sample.design.ssu if is_two_stage else None),
        _replicated(sets, sample, tree, inside),
    )


def domain_sums(
    sample: Sample,
    tree: IndexTree,
    domains: Sequence[Sequence[str]],
    weights: Sequence[FloatArray],
) -> list[tuple[FloatArray, FloatArray]]:
    """Return the sums of w r s and w r, (domains, k) each, under other weights of the rows.

    Parameters
    ----------
    sample, tree, domains : as ``totals_of``
    weights : (n,) each, not negative
    """
    sets = [groups_of(sample, columns) for columns in dict.fromkeys([(), *map(tuple, domains)])]
    n_domains = sum(len(groups.domains) for groups in sets)
    sets = [groups.only(sample.weight > 0) for groups in sets]
    together = np.zeros(len(sample.weight), dtype=np.int64)
    groups = finest(sets, together, cells_of(sample, ()))
    with refusing_overflow():
        found = [
            _tally(groups, replace(sample, weight=weight), tree, tree.item_leaves)[0]
            for weight in weights
        ]
    return [
        (rows.by_domain(rows.y, n_domains), rows.by_domain(rows.d, n_domains)) for rows in found
    ]


def _where_needed(sets: Sequence[Groups], psus: Rows, psu: IntArray) -> list[Groups]:
    """Keep the respondents of PSUs that alone hold the valid answers of some leaf in a domain."""
    n_domains = sum(len(groups.domains) for groups in sets)
    alone = psus.units_with_answers(n_domains) == 1
    width = int(psu.max(initial=0)) + 1
    needed = (psus.domain * width + psus.unit)[((psus.n > 0) & alone[psus.domain]).any(axis=1)]
    kept, start = [], 0
    for groups in sets:
        kept.append(groups.only(np.isin((groups.of_row + start) * width + psu, needed)))
        start += len(groups.domains)
    return kept


def _second_stage(sets: Sequence[Groups], sample: Sample, tree: IndexTree, cells: Groups) -> Rows:
    """Sum over the second-stage units of the respondents that the sets still hold."""
    rows = np.flatnonzero(np.any([groups.of_row >= 0 for groups in sets], axis=0))
    if sample.design.ssu is None or not len(rows):
        return empty_rows(len(tree.item_leaves))
    groups = finest([each.take(rows) for each in sets], sample.design.ssu[rows], cells.take(rows))
    return _tally(groups, sample.take(rows), tree, tree.item_leaves)[0]


def _replicated(
    sets: Sequence[Groups], sample: Sample, tree: IndexTree, cells: Groups
) -> ReplicateSums | None:
    """Sum over the respondents of a PSU whose replicate weights are in one ratio to the weight.

    Usually that is the whole PSU, or all of it in one calibration cell.
    """
    if sample.replicates is None:
        return None
    weight = np.where(sample.weight > 0, sample.weight, 1.0)
    ratio = np.round(sample.replicates / weight[:, np.newaxis], RATIO_DIGITS)
    keys = np.column_stack([sample.design.psu, ratio])
    groups, of_row = np.unique(keys, axis=0, return_inverse=True)
    unit = of_row.reshape(-1)
    rows = _tally(finest(sets, unit, cells), sample, tree, tree.item_leaves)[0]
    return ReplicateSums(rows, weights_of(sample, cells, unit), groups[:, 1:])


def _tally(
    groups: Finest, sample: Sample, tree: IndexTree, leaves: Sequence[ItemLeaf]
) -> tuple[Rows, FloatArray, IntArray]:
    """Sum every leaf over the finest groups, block by block, and add these up to rows."""
    n_rows, k = len(groups.domain), len(leaves)
    y, d = (np.empty((n_rows, k)) for _ in range(2))
    n = np.empty((n_rows, k), dtype=np.int64)
    q = np.empty((groups.n_domains * groups.n_cells, k))
    outside = np.zeros(k, dtype=np.int64)
    answers = [answers_of(sample, leaf, tree.missing_codes) for leaf in leaves]
    histogram = Histogram(groups.of_row, len(groups.members), sample.weight)
    for start in range(0, k, BLOCK):
        block = slice(start, min(start + BLOCK, k))
        found = [sums_of(each, histogram) for each in answers[block]]
        outside[block] = [each.outside for each in found]
        sums = np.concatenate([each.sums for each in found], axis=1)
        q[:, block] = groups.onto_domains @ sums[:, 2::4]
        rows = groups.onto @ sums
        y[:, block], d[:, block], n[:, block] = rows[:, 0::4], rows[:, 1::4], rows[:, 3::4]
    members = np.rint(groups.onto @ groups.members).astype(np.int64)
    return Rows(groups.domain, groups.unit, members, y, d, n, groups.cell), q, outside
