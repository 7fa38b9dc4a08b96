"""The score table of a leaf: what each answer is worth between worst (0) and best (1).

Knows neither weights nor designs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.arrays import BoolArray, FloatArray
from scoring.columns import parsed_number, text_of, whole_text
from scoring.nodes import ItemLeaf


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """What each code of an item is worth.

    Parameters
    ----------
    score : (L,) on 0..1 of the leaf's range; NaN = not a valid answer
    unknown : (L,) codes that the leaf gives no value and that do not count as missing
    """

    score: FloatArray
    unknown: BoolArray


def score_table(leaf: ItemLeaf, labels: Sequence[str], missing: frozenset[str]) -> ScoreTable:
    """Return the score of each label.

    Parameters
    ----------
    leaf : ItemLeaf
    labels : (L,) texts of the codes
    missing : codes that count as missing answers

    Notes
    -----
    s = (x - range[0]) / (range[1] - range[0]), x the answer's number, its entry in ``values``, or
    1 when it is in ``share`` and 0 when not. ``1.0`` is the code ``1`` where the leaf has no
    code ``1.0``.

    Examples
    --------
    >>> from scoring.tree import IndexTree
    >>> raw = {"code": "q", "item": "q", "range": [1, 5], "scale": [0, 1]}
    >>> leaf = IndexTree.from_mapping({"index": "small", "tree": raw}).item_leaves[0]
    >>> score_table(leaf, ["1", "4", "dk", "x"], frozenset({"dk"})).score.tolist()
    [0.0, 0.75, nan, nan]
    """
    own = {*missing, *(leaf.values or ()), *(leaf.share or ())}
    codes = [label if label in own else whole_text(label) for label in labels]
    raw = np.asarray([_number(leaf, code, missing) for code in codes], dtype=np.float64)
    known = np.asarray([code in missing for code in codes], dtype=np.bool_)
    return ScoreTable(unit_score(leaf, raw), np.isnan(raw) & ~known)


def unit_score(leaf: ItemLeaf, numbers: FloatArray) -> FloatArray:
    """Move numbers from the leaf's range to 0..1; NaN stays."""
    worst, best = leaf.range
    return (numbers - worst) / (best - worst)


def outside_unit(score: FloatArray) -> BoolArray:
    """Mark the scores beyond the worst or the best answer; NaN is not marked."""
    return (score < 0) | (score > 1)


def without_missing(numbers: FloatArray, missing: frozenset[str]) -> FloatArray:
    """Return numbers with NaN for those that are written as a code of missing answers."""
    values = [x for code in missing if text_of(x := parsed_number(code)) == whole_text(code)]
    gone = np.isin(numbers, values)
    return np.where(gone, np.nan, numbers) if gone.any() else numbers


def _number(leaf: ItemLeaf, label: str, missing: frozenset[str]) -> float:
    if label in missing:
        return np.nan
    if leaf.values is not None:
        return leaf.values.get(label, np.nan)
    if leaf.share is not None:
        return float(label in leaf.share)
    return parsed_number(label)
