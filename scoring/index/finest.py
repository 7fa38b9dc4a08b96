"""The finest groups of respondents, from which the rows of all domains are added up.

Knows no answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from scoring.arrays import IntArray, distinct, sums_at
from scoring.cells import Cells, one_cell
from scoring.errors import DataError
from scoring.index.domains import Groups, groups_of
from scoring.sample import Sample

MOST_CELLS = 2_000


@dataclass(frozen=True, eq=False)
class Finest:
    """The finest groups of respondents, and how they add up to the rows of all domains.

    Parameters
    ----------
    of_row : (n,) group of each respondent
    members : (groups,) respondents
    onto : (r, groups) zeros and ones
    domain, unit, cell : (r,) what each row stands for
    n_domains, n_cells : number of domains and calibration cells, those without a row included
    """

    of_row: IntArray
    members: IntArray
    onto: sparse.csr_array
    domain: IntArray
    unit: IntArray
    cell: IntArray
    n_domains: int
    n_cells: int

    @cached_property
    def onto_domains(self) -> sparse.csr_array:
        """(domains x cells, groups) zeros and ones, cells fastest."""
        place = self.domain * self.n_cells + self.cell
        entries = (np.ones(len(place)), (place, np.arange(len(place))))
        shape = (self.n_domains * self.n_cells, len(place))
        return sparse.csr_array(entries, shape=shape) @ self.onto


def finest(sets: Sequence[Groups], unit: IntArray, cells: Groups) -> Finest:
    """Cross units, calibration cells and all sets of domains; each set adds up to its own rows."""
    of_row, n_cells = _renumbered(unit.astype(np.int64)), len(cells.domains)
    for groups in (cells, *sets):
        if len(groups.domains) == 1 and not groups.blank:
            continue
        of_row = _renumbered(of_row * (len(groups.domains) + 1) + groups.of_row + 1)
    first = np.empty(int(of_row.max(initial=-1)) + 1, dtype=np.int64)
    first[of_row[::-1]] = np.arange(len(of_row))[::-1]
    columns, keys, start, width = [], [], 0, int(unit.max(initial=0)) + 1
    for groups in sets:
        domain = groups.of_row[first]
        inside = np.flatnonzero(domain >= 0)
        columns.append(inside)
        place = (domain[inside] + start) * width + unit[first][inside]
        keys.append(place * n_cells + cells.of_row[first][inside])
        start += len(groups.domains)
    found, place = distinct(np.concatenate(keys))
    entries = (np.ones(len(place)), (place, np.concatenate(columns)))
    onto = sparse.csr_array(entries, shape=(len(found), len(first)))
    members, place = np.bincount(of_row, minlength=len(first)), found // n_cells
    return Finest(
        of_row, members, onto, place // width, place % width, found % n_cells, start, n_cells
    )


def cells_of(sample: Sample, columns: Sequence[str], most: int = MOST_CELLS) -> Groups:
    """Return the calibration cell of each respondent; rows of weight 0 are in none.

    Raises
    ------
    DataError
        If the sample has no such column, a respondent has no value of it, or there are too many
        cells.
    """
    counted = sample.weight > 0
    groups = groups_of(sample, columns).only(counted)
    for name in columns:
        blank = counted & (sample.domains[name].codes < 0)
        if blank.any():
            row = int(np.argmax(blank))
            raise DataError(
                f"{np.count_nonzero(blank)} respondents have no value of the margin {name!r}",
                where=f"data row {row + 1}",
            )
    if len(groups.domains) > most:
        raise DataError(
            f"{len(groups.domains)} calibration cells, more than {most}; group or round",
            where=", ".join(columns),
        )
    return groups


def weights_of(sample: Sample, cells: Groups, unit: IntArray | None) -> Cells:
    """Sum the base weights by unit (none: nothing) and calibration cell."""
    if not cells.columns or unit is None:
        return one_cell()
    inside = np.flatnonzero(cells.of_row >= 0)
    n_cells = len(cells.domains)
    key = unit[inside].astype(np.int64) * n_cells + cells.of_row[inside]
    found, place = distinct(key)
    return Cells(
        cells.columns,
        tuple(tuple(value for _, value in domain) for domain in cells.domains),
        found // n_cells,
        found % n_cells,
        np.bincount(place, minlength=len(found)),
        sums_at(place, sample.weight[inside], len(found)),
    )


def _renumbered(key: IntArray) -> IntArray:
    return distinct(key)[1]
