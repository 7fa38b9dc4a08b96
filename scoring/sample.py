"""What the respondents answered, with their weights and domains: validated once, then frozen.

Knows no tree and no score.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.arrays import FloatArray, IntArray, float_vector, same_length
from scoring.columns import Codes, Column
from scoring.design import Design
from scoring.errors import CodeError, WeightError

Item: TypeAlias = Codes | FloatArray
Domain: TypeAlias = tuple[tuple[str, str], ...]

WHOLE_SAMPLE: Domain = ()


@dataclass(frozen=True, eq=False)
class Sample:
    """Answers with their weights, design and domain columns.

    Parameters
    ----------
    design : Design of n rows
    weight : (n,) finite, not negative, not all zero; a row of weight 0 counts nowhere
    items : name -> Codes (choices) or (n,) float64 (numbers, NaN = missing)
    domains : name -> Codes; negative = the row belongs to no value
    replicates : (n, R) replicate weights made by somebody else, finite, not negative, 0 where the
        weight is 0; None = none

    Raises
    ------
    ShapeError
        If a column has another length than the design.
    WeightError
        If a weight is missing, infinite or negative, or all are zero.
    """

    design: Design
    weight: FloatArray
    items: Mapping[str, Item]
    domains: Mapping[str, Codes]
    replicates: FloatArray | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", _checked_weight(self.weight, len(self.design)))
        if self.replicates is not None:
            same_length(len(self.design), self.replicates, "replicate weights")
            _check_replicates(self.replicates, self.weight)
        for kind in (self.items, self.domains):
            for name, column in kind.items():
                same_length(len(self.design), _vector(column), name)
        object.__setattr__(self, "items", MappingProxyType(dict(self.items)))
        object.__setattr__(self, "domains", MappingProxyType(dict(self.domains)))

    @classmethod
    def from_columns(
        cls,
        design: Design,
        *,
        weight: npt.ArrayLike | None = None,
        items: Mapping[str, Column],
        domains: Mapping[str, Column] | None = None,
        replicates: npt.ArrayLike | None = None,
    ) -> "Sample":
        """Build a sample from plain columns.

        Parameters
        ----------
        design : Design
        weight : (n,) numbers, or None for 1
        items : name -> Codes, float numbers (NaN = missing), integer codes (negative = missing),
            or texts (blank = missing)
        domains : name -> Codes or labels (blank, None or NaN = no value)
        replicates : (n, R) replicate weights made by somebody else, or None
        """
        weights = np.ones(len(design)) if weight is None else float_vector(weight, "weight")
        return cls(
            design,
            weights,
            {name: _item(column, name) for name, column in items.items()},
            {name: Codes.of(column) for name, column in (domains or {}).items()},
            None if replicates is None else np.asarray(replicates, dtype=np.float64),
        )

    def take(self, rows: IntArray) -> "Sample":
        """Return the chosen rows; the frame stays whole."""
        return Sample(
            self.design.take(rows),
            self.weight[rows],
            {name: _chosen(column, rows) for name, column in self.items.items()},
            {name: column.take(rows) for name, column in self.domains.items()},
            None if self.replicates is None else self.replicates[rows],
        )


def _vector(column: Item) -> FloatArray | IntArray:
    return column.codes if isinstance(column, Codes) else column


def _chosen(column: Item, rows: IntArray) -> Item:
    return column.take(rows) if isinstance(column, Codes) else column[rows]


def _item(column: Column, name: str) -> Item:
    if isinstance(column, Codes):
        return column
    array = np.asarray(column)
    if array.dtype.kind == "f":
        return _finite_or_missing(float_vector(array, name), name)
    return Codes.of_answers(array) if array.dtype.kind in "iu" else Codes.of(column)


def _finite_or_missing(values: FloatArray, name: str) -> FloatArray:
    endless = np.isinf(values)
    if endless.any():
        row = int(np.argmax(endless))
        raise CodeError("the answer is infinite", where=f"data row {row + 1}, column {name}")
    return values


def _checked_weight(weight: npt.ArrayLike, n: int) -> FloatArray:
    values = float_vector(weight, "weight")
    same_length(n, values, "weight")
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        row = int(np.argmax(bad))
        shown = "is missing" if np.isnan(values[row]) else f"{values[row]:g} is not allowed"
        raise WeightError(f"weight {shown}", where=f"data row {row + 1}")
    if not values.any():
        raise WeightError("no row has a weight above zero")
    return values


def _check_replicates(replicates: FloatArray, weight: FloatArray) -> None:
    """Raise WeightError for a replicate weight that cannot be one."""
    bad = ~(np.isfinite(replicates) & (replicates >= 0))
    bad |= (replicates > 0) & (weight == 0)[:, np.newaxis]
    if bad.any():
        row, at = (int(place[0]) for place in np.nonzero(bad))
        raise WeightError(
            f"replicate weight {replicates[row, at]:g} beside weight {weight[row]:g}"
            " is not allowed",
            where=f"data row {row + 1}, replicate {at + 1}",
        )
