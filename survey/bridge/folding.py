"""From sums by unit and cell to the engine's rows: one for each domain and PSU with members."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scoring import Domain
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

    ``labels`` are (g,) by cell item; ``outside`` and ``unknown`` are (k,) over everybody.
    """

    unit: Integers
    members: Integers
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
        codes = np.unique([str(label) for label in labels], return_inverse=True)[1]
        key = np.unique(key * (len(labels) + 1) + codes, return_inverse=True)[1]
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    leaf = np.asarray(sums["leaf"])
    is_person = leaf == EVERYBODY

    def dense(name: str) -> Floats:
        table = np.zeros((len(first), n_leaves))
        np.add.at(table, (group[~is_person], leaf[~is_person]), sums[name][~is_person])
        return table

    members = np.zeros(len(first), dtype=np.int64)
    np.add.at(members, group[is_person], sums["n"][is_person])
    nobody = np.zeros(len(first), dtype=np.int64)
    rows = Rows(nobody, nobody, members, dense("y"), dense("d"), _whole(dense("n")))
    return Groups(
        np.asarray(sums["unit"], dtype=np.int64)[first],
        members,
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


def folded(groups: Groups, sets: Sequence[DomainSet], unit: Integers) -> tuple[Rows, Floats]:
    """Add the groups up to rows by domain and unit, and their q by domain alone.

    ``unit`` (g,) is the PSU or second-stage unit of each group.
    """
    width, start = int(unit.max(initial=0)) + 1, 0
    keys: list[Integers] = []
    members: list[Integers] = []
    for each in sets:
        inside = np.flatnonzero(each.of_group >= 0)
        keys.append((each.of_group[inside] + start) * width + unit[inside])
        members.append(inside)
        start += len(each.domains)
    joined, inside = np.concatenate(keys), np.concatenate(members)
    found, place = np.unique(joined, return_inverse=True)
    rows = groups.rows
    stacked = Rows(
        *(rows.domain[inside], rows.unit[inside], rows.members[inside]),
        *(rows.y[inside], rows.d[inside], rows.n[inside]),
    )
    q = np.zeros((start, groups.q.shape[1]))
    np.add.at(q, joined // width, groups.q[inside])
    return stacked.summed_onto(place, found // width, found % width), q


def _whole(sums: Floats) -> Integers:
    return np.rint(sums).astype(np.int64)
