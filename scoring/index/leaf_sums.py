"""Sums of the scores of leaves over groups of respondents, from the codes of their answers.

Knows neither domains nor designs.
"""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from scoring.arrays import BoolArray, FloatArray, IntArray
from scoring.columns import Codes
from scoring.errors import CodeError, DataError
from scoring.index.histogram import Histogram
from scoring.index.rescale import outside_unit, score_table, unit_score, without_missing
from scoring.nodes import ItemLeaf
from scoring.sample import Sample

WIDEST_HISTOGRAM = 64


class LeafSums(NamedTuple):
    """Sums of one leaf.

    Parameters
    ----------
    sums : (groups, 4) sum of w r s, of w r, of w r s^2 and of r; s on 0..1
    outside : answers beyond the range of the leaf
    """

    sums: FloatArray
    outside: int


@dataclass(frozen=True, eq=False)
class Coded:
    """Answers of a leaf as codes (n,), and what each code is worth (L,); NaN = not valid."""

    codes: IntArray
    score: FloatArray

    def scores(self) -> FloatArray:
        """(n,) scores on 0..1; NaN = missing."""
        return np.append(self.score, np.nan)[np.maximum(self.codes, -1)]


@dataclass(frozen=True, eq=False)
class Measured:
    """Answers of a leaf as numbers (n,); NaN = missing."""

    leaf: ItemLeaf
    numbers: FloatArray

    def scores(self) -> FloatArray:
        """(n,) scores on 0..1; NaN = missing."""
        return unit_score(self.leaf, self.numbers)


Answers: TypeAlias = Coded | Measured


def answers_of(sample: Sample, leaf: ItemLeaf, missing: frozenset[str]) -> Answers:
    """Return the answers of a leaf, all of them known to it.

    Raises
    ------
    CodeError
        If an answer has no value in the leaf.
    DataError
        If the sample lacks the item.
    """
    if leaf.item not in sample.items:
        raise DataError(f"the data have no such item (leaf {leaf.code!r})", where=leaf.item)
    column = sample.items[leaf.item]
    if not isinstance(column, Codes):
        if leaf.values is None and leaf.share is None:
            return Measured(leaf, without_missing(column, missing))
        column = Codes.of(column)
    table = score_table(leaf, column.labels, missing)
    _refuse_unknown(leaf, column, table.unknown)
    return Coded(column.codes, table.score)


def sums_of(answers: Answers, histogram: Histogram) -> LeafSums:
    """Sum the scores of a leaf: code by code where codes are few, else row by row."""
    if isinstance(answers, Coded) and len(answers.score) <= WIDEST_HISTOGRAM:
        return _sums_of_codes(answers, histogram)
    score = answers.scores()
    return LeafSums(histogram.of_scores(score), int(np.count_nonzero(outside_unit(score))))


def _refuse_unknown(leaf: ItemLeaf, column: Codes, unknown: BoolArray) -> None:
    """Raise CodeError when a code without a value occurs."""
    if not unknown.any():
        return
    bad = np.append(unknown, np.False_)[np.maximum(column.codes, -1)]
    if bad.any():
        row = int(np.argmax(bad))
        text = column.labels[column.codes[row]]
        wanted = "is not a number" if leaf.values is None else "has no value"
        raise CodeError(
            f"answer {text!r} {wanted} in leaf {leaf.code!r}",
            where=f"data row {row + 1}, column {leaf.item}",
        )


def _sums_of_codes(answers: Coded, histogram: Histogram) -> LeafSums:
    """Sum by a histogram of (group, code): no score per respondent is ever formed."""
    weight, number = histogram.of_codes(answers.codes, len(answers.score))
    valid = np.isfinite(answers.score)
    worth = np.where(valid, answers.score, 0.0)
    sums = np.empty((len(weight), 4))
    sums[:, :3] = weight @ np.array([worth, valid, worth**2]).T
    sums[:, 3] = number @ valid
    outside = outside_unit(answers.score)
    return LeafSums(sums, int(number[:, outside].sum()) if outside.any() else 0)
