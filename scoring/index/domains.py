"""Which respondents belong to which domain, in the order in which domains are published.

Knows no answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.arrays import BoolArray, IntArray, distinct
from scoring.errors import DataError
from scoring.sample import WHOLE_SAMPLE, Domain, Sample


@dataclass(frozen=True, eq=False)
class Groups:
    """One set of domains: the values (or crossings of values) of some columns.

    Parameters
    ----------
    columns : names of the columns; none for the whole sample
    domains : the domains, their values sorted as text
    of_row : (n,) place in ``domains``; -1 = the row belongs to none
    """

    columns: tuple[str, ...]
    domains: tuple[Domain, ...]
    of_row: IntArray

    @property
    def blank(self) -> int:
        """Number of rows that belong to no domain of this set."""
        return int(np.count_nonzero(self.of_row < 0))

    def only(self, rows: BoolArray) -> "Groups":
        """Return the same domains with only the marked rows in them."""
        return Groups(self.columns, self.domains, np.where(rows, self.of_row, -1))

    def take(self, rows: IntArray) -> "Groups":
        """Return the same domains for the chosen rows."""
        return Groups(self.columns, self.domains, self.of_row[rows])


def groups_of(sample: Sample, columns: Sequence[str]) -> Groups:
    """Return the domains that the values of some columns make.

    Raises
    ------
    DataError
        If the sample has no such domain column.
    """
    n = len(sample.design)
    key, blank = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_)
    sizes: list[int] = []
    for name in columns:
        if name not in sample.domains:
            raise DataError("no such domain column", where=name)
        column = sample.domains[name]
        sizes.append(max(len(column.labels), 1))
        key = key * sizes[-1] + column.codes
        blank |= column.codes < 0
    found, place = distinct(key[~blank])
    domains = [_domain(sample, columns, sizes, int(code)) for code in found]
    order = sorted(range(len(domains)), key=lambda at: [value for _, value in domains[at]])
    rank = np.empty(len(domains), dtype=np.int64)
    rank[order] = np.arange(len(domains))
    of_row = np.full(n, -1, dtype=np.int64)
    of_row[~blank] = rank[place]
    return Groups(tuple(columns), tuple(domains[at] for at in order), of_row)


def _domain(sample: Sample, columns: Sequence[str], sizes: Sequence[int], code: int) -> Domain:
    if not columns:
        return WHOLE_SAMPLE
    values: list[str] = []
    for name, size in zip(reversed(columns), reversed(sizes), strict=True):
        values.append(sample.domains[name].labels[code % size])
        code //= size
    return tuple(zip(columns, reversed(values), strict=True))
