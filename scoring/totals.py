"""Sums by domain, PSU and calibration cell: all that estimates, weights and variances need.

Knows neither respondents nor the tree above its leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

import numpy as np
from scipy import sparse

from scoring.arrays import BoolArray, FloatArray, IntArray, whole_numbers
from scoring.cells import Cells, one_cell, places_among
from scoring.design import Frame
from scoring.errors import DesignError
from scoring.sample import Domain

Sums = TypeVar("Sums", FloatArray, IntArray)


@dataclass(frozen=True, eq=False)
class Rows:
    """Sums of the leaves over groups of respondents, one row for each domain, unit and cell.

    Parameters
    ----------
    domain : (r,) place in the list of domains, ascending
    unit : (r,) code of the PSU or second-stage unit, ascending within the domain
    members : (r,) respondents of positive weight
    y : (r, k) sum of w r s, s the score on 0..1
    d : (r, k) sum of w r
    n : (r, k) number of valid answers
    cell : (r,) calibration cell, ascending within domain and unit; left out, all are in cell 0
    """

    domain: IntArray
    unit: IntArray
    members: IntArray
    y: FloatArray
    d: FloatArray
    n: IntArray
    cell: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def __post_init__(self) -> None:
        if not len(self.cell):
            object.__setattr__(self, "cell", np.zeros(len(self.domain), dtype=np.int64))

    def only(self, rows: BoolArray) -> "Rows":
        """Return the marked rows."""
        return Rows(
            self.domain[rows],
            self.unit[rows],
            self.members[rows],
            self.y[rows],
            self.d[rows],
            self.n[rows],
            self.cell[rows],
        )

    def weighted(self, factor: FloatArray) -> "Rows":
        """Multiply the sums of each cell by its factor and add the cells up to units.

        Parameters
        ----------
        factor : (cells,) what the base weights of each cell are multiplied by
        """
        starts = self._starts
        g = factor[self.cell][:, np.newaxis]
        return Rows(
            self.domain[starts],
            self.unit[starts],
            _added(self.members, starts),
            _added(self.y * g, starts),
            _added(self.d * g, starts),
            _added(self.n, starts),
        )

    def by_domain(self, values: FloatArray | IntArray | BoolArray, n_domains: int) -> FloatArray:
        """Add up one value (or one row of values) per row into (n_domains, ...)."""
        return _sums_by(self.domain, values, n_domains)

    def units_with_answers(self, n_domains: int) -> FloatArray:
        """(n_domains, k) number of units that hold a valid answer to each leaf."""
        starts = self._starts
        held = _added(self.n, starts) > 0
        return _sums_by(self.domain[starts], held, n_domains)

    @property
    def _starts(self) -> IntArray:
        """First row of each unit in each domain."""
        changes = (np.diff(self.domain, prepend=-1) != 0) | (np.diff(self.unit, prepend=-1) != 0)
        return np.flatnonzero(changes)

    def summed_onto(
        self, place: IntArray, domain: IntArray, unit: IntArray, cell: IntArray | None = None
    ) -> "Rows":
        """Return new rows; row i of this one is added to row ``place[i]``."""
        shape = (len(domain), len(self.domain))
        onto = sparse.csr_array((np.ones(len(place)), (place, np.arange(len(place)))), shape=shape)
        return Rows(
            domain,
            unit,
            whole_numbers(onto @ self.members),
            onto @ self.y,
            onto @ self.d,
            whole_numbers(onto @ self.n),
            np.zeros_like(domain) if cell is None else cell,
        )


@dataclass(frozen=True, eq=False)
class ReplicateSums:
    """Sums over groups of respondents whose replicate weights are multiples of one another.

    Parameters
    ----------
    rows : sums by domain, group and calibration cell under base weights
    cells : everybody's base weight by group and cell
    factor : (groups, R) replicate weight of each group over its base weight
    """

    rows: Rows
    cells: Cells
    factor: FloatArray

    def after(self, n_groups: int) -> "ReplicateSums":
        """Return the same groups numbered from ``n_groups`` on."""
        rows = replace(self.rows, unit=self.rows.unit + n_groups)
        return ReplicateSums(
            rows, replace(self.cells, unit=self.cells.unit + n_groups), self.factor
        )


@dataclass(frozen=True, eq=False)
class PsuTotals:
    """The engine's inner form of a sample.

    Parameters
    ----------
    leaves : code of the item leaf of each column
    frame : the full list of PSUs and second-stage units
    domains : what each number in ``Rows.domain`` stands for; the empty domain is the whole sample
    psus : sums by domain, PSU and cell; a PSU of the frame without a row is a row of zeros
    q : (domains x cells, k) sum of w r s^2, cells fastest, for design effects
    seconds : sums by domain, second-stage unit and cell, for those PSUs where they are needed
    outside : (k,) answers of the whole sample outside the range of their leaf
    blank : for each set of domain columns, how many rows belong to no value of it
    cells : the calibration cells, with the base weights of all respondents by PSU
    second_cells : the same by second-stage unit, where these were drawn without replacement
    replicates : sums for replicate weights that came with the sample; None without
    """

    leaves: tuple[str, ...]
    frame: Frame
    domains: tuple[Domain, ...]
    psus: Rows
    q: FloatArray
    seconds: Rows
    outside: IntArray
    blank: tuple[tuple[tuple[str, ...], int], ...]
    cells: Cells = field(default_factory=one_cell)
    second_cells: Cells = field(default_factory=one_cell)
    replicates: ReplicateSums | None = None

    def weighted(self, factor: FloatArray) -> "PsuTotals":
        """Return the totals with the weights of each cell multiplied, and the cells added up.

        Parameters
        ----------
        factor : (cells,)
        """
        if len(factor) == 1 and factor[0] == 1:
            return self
        shape = (len(self.domains), len(factor), len(self.leaves))
        q: FloatArray = np.einsum("dak,a->dk", self.q.reshape(shape), factor)
        psus, seconds = self.psus.weighted(factor), self.seconds.weighted(factor)
        return replace(self, psus=psus, q=q, seconds=seconds, cells=one_cell())

    def merge(self, other: "PsuTotals") -> "PsuTotals":
        """Add the totals of another part of the same design; a merge is a sum.

        Second-stage sums stay complete only when both parts were summed with
        ``second_stage="all"``; under a two-stage design they always are.

        Raises
        ------
        DesignError
            If the two parts have other leaves or another frame.
        """
        if self.leaves != other.leaves or not self.frame.same_as(other.frame):
            raise DesignError("totals of different trees or frames cannot be merged")
        if self.cells.columns != other.cells.columns:
            raise DesignError("totals by different calibration cells cannot be merged")
        domains = tuple(dict.fromkeys((*self.domains, *other.domains)))
        cells = self.cells.merge(other.cells)
        maps = [
            Places(
                places_among(part.domains, domains), places_among(part.cells.labels, cells.labels)
            )
            for part in (self, other)
        ]
        q = np.zeros((len(domains), len(cells), len(self.leaves)))
        for part, at in zip((self, other), maps, strict=True):
            shape = (len(part.domains), len(part.cells), len(self.leaves))
            q[np.ix_(at.domain, at.cell)] += part.q.reshape(shape)
        blank = {columns: 0 for columns, _ in (*self.blank, *other.blank)}
        for columns, count in (*self.blank, *other.blank):
            blank[columns] += count
        return PsuTotals(
            self.leaves,
            self.frame,
            domains,
            _merged([self.psus, other.psus], maps, len(cells)),
            q.reshape(-1, len(self.leaves)),
            _merged([self.seconds, other.seconds], maps, len(cells)),
            self.outside + other.outside,
            tuple(blank.items()),
            cells,
            self.second_cells.merge(other.second_cells),
            _merged_replicates(self, other, maps, len(cells)),
        )


def totals_of_nothing(
    domains: Sequence[Domain], column_sets: Sequence[tuple[str, ...]]
) -> PsuTotals:
    """Return the totals of an index that needs no answers, for the given domains."""
    none = np.empty(0, dtype=np.int64)
    return PsuTotals(
        (),
        Frame((), (), none),
        tuple(domains),
        empty_rows(0),
        np.empty((len(domains), 0)),
        empty_rows(0),
        none,
        tuple((columns, 0) for columns in column_sets),
    )


def empty_rows(n_leaves: int) -> Rows:
    """Return rows of nothing."""
    none = np.empty(0, dtype=np.int64)
    sums = np.empty((0, n_leaves))
    return Rows(none, none, none, sums, sums, np.empty((0, n_leaves), dtype=np.int64))


class Places(NamedTuple):
    """Where the domains and cells of a part stand in the whole."""

    domain: IntArray
    cell: IntArray


def _merged_replicates(
    one: PsuTotals, other: PsuTotals, maps: Sequence[Places], n_cells: int
) -> ReplicateSums | None:
    """Put the groups of two parts side by side; both have replicates of one number, or none."""
    if one.replicates is None and other.replicates is None:
        return None
    if one.replicates is None or other.replicates is None:
        raise DesignError("only one of the parts has replicate weights")
    first, second = one.replicates, other.replicates.after(len(one.replicates.factor))
    if first.factor.shape[1] != second.factor.shape[1]:
        raise DesignError("the parts have different numbers of replicate weights")
    return ReplicateSums(
        _merged([first.rows, second.rows], maps, n_cells),
        first.cells.merge(second.cells),
        np.concatenate([first.factor, second.factor]),
    )


def _merged(parts: Sequence[Rows], maps: Sequence[Places], n_cells: int) -> Rows:
    pairs = list(zip(parts, maps, strict=True))
    joined = Rows(
        np.concatenate([at.domain[part.domain] for part, at in pairs]),
        np.concatenate([part.unit for part in parts]),
        np.concatenate([part.members for part in parts]),
        np.concatenate([part.y for part in parts]),
        np.concatenate([part.d for part in parts]),
        np.concatenate([part.n for part in parts]),
        np.concatenate([at.cell[part.cell] for part, at in pairs]),
    )
    width = int(joined.unit.max(initial=0)) + 1
    key = (joined.domain * width + joined.unit) * n_cells + joined.cell
    keys, place = np.unique(key, return_inverse=True)
    unit = keys // n_cells
    return joined.summed_onto(place, unit // width, unit % width, keys % n_cells)


def _sums_by(
    domain: IntArray, values: FloatArray | IntArray | BoolArray, n_domains: int
) -> FloatArray:
    sums = np.zeros((n_domains, *values.shape[1:]))
    if len(values):
        starts = np.flatnonzero(np.diff(domain, prepend=-1))
        sums[domain[starts]] = np.add.reduceat(values, starts, axis=0, dtype=np.float64)
    return sums


def _added(values: Sums, starts: IntArray) -> Sums:
    return values if len(starts) == len(values) else np.add.reduceat(values, starts, axis=0)
