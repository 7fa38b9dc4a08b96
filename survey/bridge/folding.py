"""From sums by unit and cell to the engine's rows: by domain, unit and calibration cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scoring import DataError, Domain
from scoring.arrays import sums_at
from scoring.cells import Cells, one_cell
from scoring.totals import Rows

Integers: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Numbers: TypeAlias = Mapping[str, npt.NDArray[np.float64 | np.int64]]
Labels: TypeAlias = Mapping[str, npt.NDArray[np.object_]]

EVERYBODY = -1
"""The leaf under which persons are counted, whatever they answered."""


@dataclass(frozen=True, eq=False)
class Groups:
    """The finest groups of respondents (g) and the sums of each leaf over them (k).

    ``weight`` (g,) is that of everybody, ``labels`` are (g,) by cell item; ``outside`` and
    ``unknown`` are (k,) over everybody.
    """

    unit: Integers
    members: Integers
    weight: Floats
    labels: Labels
    rows: Rows
    q: Floats
    outside: Integers
    unknown: Integers


@dataclass(frozen=True, eq=False)
class DomainSet:
    """The domains that the values of some cell items make; ``of_group`` is -1 for none of them."""

    columns: tuple[str, ...]
    domains: tuple[Domain, ...]
    of_group: Integers


def groups_of(sums: Numbers, cells: Labels, n_leaves: int) -> Groups:
    """Return sums in long form as one row for each group and one column for each leaf."""
    key = np.asarray(sums["unit"], dtype=np.int64)
    for labels in cells.values():
        texts = ["" if label is None else f"={label}" for label in labels]
        codes = np.unique(texts, return_inverse=True)[1]
        key = np.unique(key * (len(labels) + 1) + codes, return_inverse=True)[1]
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    leaf = np.asarray(sums["leaf"])
    is_person = leaf == EVERYBODY

    def dense(name: str) -> Floats:
        table = np.zeros((len(first), n_leaves))
        np.add.at(table, (group[~is_person], leaf[~is_person]), sums[name][~is_person])
        return table

    members, weight = (
        sums_at(group[is_person], sums[name][is_person], len(first)) for name in ("n", "d")
    )
    nobody = np.zeros(len(first), dtype=np.int64)
    rows = Rows(nobody, nobody, _whole(members), dense("y"), dense("d"), _whole(dense("n")))
    return Groups(
        np.asarray(sums["unit"], dtype=np.int64)[first],
        _whole(members),
        weight,
        {item: labels[first] for item, labels in cells.items()},
        rows,
        dense("q"),
        _whole(dense("outside").sum(axis=0)),
        _whole(dense("unknown").sum(axis=0)),
    )


def domain_set(groups: Groups, columns: tuple[str, ...]) -> DomainSet:
    """Return the domains of some cell items, their values sorted as text."""
    values = list(zip(*(groups.labels[item] for item in columns), strict=True))
    if not columns:
        values = [()] * len(groups.unit)
    found = sorted({each for each in values if None not in each}) or ([()] if not columns else [])
    place = {each: at for at, each in enumerate(found)}
    of_group = np.array([place.get(each, -1) for each in values], dtype=np.int64)
    domains = tuple(tuple(zip(columns, each, strict=True)) for each in found)
    return DomainSet(columns, domains, of_group)


def blank_count(groups: Groups, domains: DomainSet) -> int:
    """Count the persons who belong to no domain of a set."""
    return int(groups.members[domains.of_group < 0].sum())


def calibration_cells(groups: Groups, inside: DomainSet, psu: Integers) -> Cells:
    """Return the calibration cells with everybody's weight; ``psu`` (g,) is that of each group.

    Raises DataError when somebody is in no cell.
    """
    if not inside.columns:
        return one_cell()
    blank = blank_count(groups, inside)
    if blank:
        margins = ", ".join(inside.columns)
        raise DataError(f"{blank} respondents have no value of the margins", where=margins)
    n_cells = len(inside.domains)
    found, place = np.unique(psu * n_cells + inside.of_group, return_inverse=True)
    members = sums_at(place, groups.members, len(found))
    weight = sums_at(place, groups.weight, len(found))
    labels = tuple(tuple(value for _, value in domain) for domain in inside.domains)
    unit, cell = found // n_cells, found % n_cells
    return Cells(inside.columns, labels, unit, cell, _whole(members), weight)


def folded(
    groups: Groups, sets: Sequence[DomainSet], inside: DomainSet, unit: Integers
) -> tuple[Rows, Floats]:
    """Add the groups up to rows by domain, unit and calibration cell; q by domain and cell alone.

    ``unit`` (g,) is the PSU or second-stage unit of each group.
    """
    width, n_cells, start = int(unit.max(initial=0)) + 1, len(inside.domains), 0
    keys: list[Integers] = []
    members: list[Integers] = []
    for each in sets:
        here = np.flatnonzero(each.of_group >= 0)
        place = (each.of_group[here] + start) * width + unit[here]
        keys.append(place * n_cells + inside.of_group[here])
        members.append(here)
        start += len(each.domains)
    joined, here = np.concatenate(keys), np.concatenate(members)
    found, place = np.unique(joined, return_inverse=True)
    rows, key = groups.rows, found // n_cells
    stacked = Rows(
        *(rows.domain[here], rows.unit[here], rows.members[here]),
        *(rows.y[here], rows.d[here], rows.n[here]),
    )
    q = np.zeros((start * n_cells, groups.q.shape[1]))
    np.add.at(q, joined // (width * n_cells) * n_cells + joined % n_cells, groups.q[here])
    return stacked.summed_onto(place, key // width, key % width, found % n_cells), q


def _whole(sums: Floats) -> Integers:
    return np.rint(sums).astype(np.int64)
