"""Calibration cells: everybody's base weights in them, whatever they answered.

Knows neither answers nor margins.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.arrays import FloatArray, IntArray, sums_at, whole_numbers


@dataclass(frozen=True, eq=False)
class Cells:
    """The calibration cells, and everybody's base weight in them, whatever they answered.

    Parameters
    ----------
    columns : variables whose values make the cells; none for one cell of all
    labels : one value of each variable for each of the cells (A)
    unit, cell : (m,) PSU and cell of each row, ascending
    members : (m,) respondents of positive weight
    weight : (m,) sum of their base weights
    """

    columns: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    unit: IntArray
    cell: IntArray
    members: IntArray
    weight: FloatArray

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def weights(self) -> FloatArray:
        """(A,) base weight of each cell."""
        return sums_at(self.cell, self.weight, len(self))

    def merge(self, other: "Cells") -> "Cells":
        """Add the weights of another part; a merge is a sum."""
        labels = tuple(dict.fromkeys((*self.labels, *other.labels)))
        parts = [(part, places_among(part.labels, labels)) for part in (self, other)]
        cell = np.concatenate([at[part.cell] for part, at in parts])
        key = np.concatenate([part.unit for part, _ in parts]) * len(labels) + cell
        found, place = np.unique(key, return_inverse=True)
        members = sums_at(place, np.concatenate([self.members, other.members]), len(found))
        weight = sums_at(place, np.concatenate([self.weight, other.weight]), len(found))
        unit, cell = found // len(labels), found % len(labels)
        return Cells(self.columns, labels, unit, cell, whole_numbers(members), weight)


def one_cell() -> Cells:
    """Return the one cell of everybody, their weights not known."""
    none = np.empty(0, dtype=np.int64)
    return Cells((), ((),), none, none, none, np.empty(0))


def places_among(names: Sequence[Hashable], among: Sequence[Hashable]) -> IntArray:
    """Return the place of each name in a longer list."""
    at = {name: place for place, name in enumerate(among)}
    return np.asarray([at[name] for name in names], dtype=np.int64)
