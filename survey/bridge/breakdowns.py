"""From totals told apart by group to the rows that may be shown; the engine decides which.

It must not know where answers are kept, nor what a group is called.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from scoring import Difference, Domain, Estimate, IndexTree, Note, Result
from scoring.disclosure.groups import Counts, Splits
from scoring.disclosure.release import Policy, Released, Table, release
from scoring.estimates.multiplicity import p_values, told_apart
from survey.bridge.folding import Labels, Numbers
from survey.bridge.results import Row, designed_rows

STRATUM, COMMUNE = "stratum", "commune"
OF_PLACES: Final = (STRATUM, COMMUNE)
COMMUNE_DIGITS: Final = 5
LEAST_OF_COMMUNE: Final = 30
WIDE_SCALE: Final = 50
BLANK: Final = "blank-domain"
"""The note that counts those who belong to no group, however few they are."""

FALSE_SHARE: Final = 0.05
"""Share of false ones among the differences that are called so."""

OTHER_PARTS: Final = "other-parts"
"""The note of a difference that is not told, because one side lacks parts that the other has."""

Pair: TypeAlias = tuple[Mapping[str, str] | None, Mapping[str, str] | None]


@dataclass(frozen=True)
class Grouping:
    """By what a release tells people apart, and what it must not show.

    ``columns`` are items, or ``stratum`` and ``commune`` of the place; ``least`` answers lie
    behind every figure; of a ``sensitive`` item no group is said to answer all alike.
    """

    columns: tuple[str, ...] = ()
    least: int = 10
    sensitive: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """The columns that respondents answered themselves."""
        return tuple(column for column in self.columns if column not in OF_PLACES)

    def policy(self, index: IndexTree) -> Policy:
        """Return the same as the engine wants it: a thousandth of a scale is not told apart."""
        widest = max(abs(leaf.scale[1] - leaf.scale[0]) for leaf in index.item_leaves)
        return Policy(
            self.least,
            {COMMUNE: max(LEAST_OF_COMMUNE, self.least)},
            decimals=1 if widest >= WIDE_SCALE else 2,
            sensitive=frozenset(self.sensitive),
        )


def place_labels(numbers: Numbers, places: Sequence[str], strata: Sequence[str]) -> Labels:
    """Return stratum and commune of the unit of each row; None where there is no place."""

    def by_unit(names: Sequence[str]) -> npt.NDArray[np.object_]:
        # the last is that of the unit -1
        return np.asarray([*names, None], dtype=object)[np.asarray(numbers["unit"], np.int64)]

    communes = [place[:COMMUNE_DIGITS] for place in places]
    return {STRATUM: by_unit(strata), COMMUNE: by_unit(communes)}


def comparisons(domains: Sequence[Domain]) -> list[Pair]:
    """Return what is compared: the two groups of a column, or each of more with the whole."""
    groups = _by_column(domains)
    pairs: list[Pair] = []
    for of_column in groups.values():
        named = [dict(group) for group in of_column]
        if len(named) == 2:  # noqa: PLR2004 - two groups are compared with each other
            pairs += [(named[0], named[1]), (named[1], named[0])]
        else:
            pairs += [(group, None) for group in named]
    return pairs


def released_rows(
    result: Result,
    index: IndexTree,
    grouping: Grouping,
    places: Mapping[str, str],
    earlier: Sequence[Mapping[str, Any]],
) -> Row:
    """Return the rows of the whole sample, and of each column those that may be shown.

    Beside these stand the proof, and the counts that only the next release may know. ``places``
    is the stratum of each place; ``earlier`` are the counts of earlier releases.
    """
    groups = _by_column([_domain(row.domain) for row in result.estimates])
    splits = Splits(groups, _inside(places) if STRATUM in grouping.columns else {})
    before = [{leaf: _counts(kept) for leaf, kept in counts.items()} for counts in earlier]
    absent = _absent(index, result)
    alike = [_comparable(row, absent) for row in result.differences]
    table = Table(index, splits, result.estimates, alike, before)
    released = release(table, grouping.policy(index))
    breakdowns = {
        "columns": {column: list(_rows(released, column)) for column in grouping.columns},
        "proof": {**released.proof._asdict(), "hidden": dict(released.proof.hidden)},
        "counts": {
            leaf: [[[list(pair) for pair in group], n] for group, n in counts.items()]
            for leaf, counts in released.counts.items()
        },
    }
    whole = tuple(
        row._replace(notes=tuple(note for note in row.notes if note.code != BLANK))
        for row in result.estimates
        if row.domain is None
    )
    rows = designed_rows(replace(result, estimates=whole, differences=()), index)
    return {**rows, "breakdowns": breakdowns}


def _by_column(domains: Sequence[Domain]) -> dict[str, tuple[Domain, ...]]:
    groups: defaultdict[str, dict[Domain, None]] = defaultdict(dict)
    for domain in domains:
        if domain:
            groups[domain[0][0]][domain] = None
    return {column: tuple(found) for column, found in groups.items()}


def _inside(places: Mapping[str, str]) -> dict[Domain, Domain]:
    """Return the stratum of each commune, where all its places lie in one."""
    strata: defaultdict[str, set[str]] = defaultdict(set)
    for place, stratum in places.items():
        strata[place[:COMMUNE_DIGITS]].add(stratum)
    return {
        ((COMMUNE, commune),): ((STRATUM, min(found)),)
        for commune, found in strata.items()
        if len(found) == 1
    }


def _absent(index: IndexTree, result: Result) -> dict[tuple[str, Domain], frozenset[str]]:
    """Return the leaves without a value that ought to count in each node of each group."""
    absent: dict[tuple[str, Domain], frozenset[str]] = {}
    rows = {(row.node, _domain(row.domain)): row for row in result.estimates}
    for domain in {domain for _, domain in rows}:
        for node in reversed(index.nodes):
            here = [absent[child.code, domain] for child in getattr(node, "counting", ())]
            is_lacking = not here and rows[node.code, domain].estimate is None
            absent[node.code, domain] = frozenset({node.code} if is_lacking else ()).union(*here)
    return absent


def _comparable(
    row: Difference, absent: Mapping[tuple[str, Domain], frozenset[str]]
) -> Difference:
    """Empty a difference of two sides that are made of other parts."""
    one, other = (absent[row.node, _domain(side)] for side in (row.domain_a, row.domain_b))
    if one == other or row.estimate is None:
        return row
    blank = row._replace(estimate=None, se=None, low=None, high=None, df=None)
    return blank._replace(notes=(*row.notes, Note(OTHER_PARTS, ", ".join(sorted(one ^ other)))))


def _rows(released: Released, column: str) -> Iterator[Row]:
    apart = _told_apart([row for row in released.differences if _is_of(row.domain_a, column)])
    for row in released.estimates:
        if row.domain is not None and _is_of(row.domain, column):
            yield {**_estimate(row, column), **apart[row.node, row.domain[column]]}


def _told_apart(rows: Sequence[Difference]) -> dict[tuple[str, str], Row]:
    """Return the difference of each node and group, with all comparisons of a column as one."""
    tested = np.asarray([(row.estimate, row.se, row.df) for row in rows], dtype=np.float64)
    estimate, se, df = tested.reshape(-1, 3).T
    is_apart = told_apart(p_values(estimate, se, np.nan_to_num(df)), FALSE_SHARE)
    return {
        (row.node, next(iter((row.domain_a or {}).values()))): {
            "against": next(iter((row.domain_b or {}).values()), None),
            "difference": row.estimate,
            "difference_se": row.se,
            "difference_low": row.low,
            "difference_high": row.high,
            "is_apart": bool(apart) if row.low is not None else None,
            "has_other_parts": any(note.code == OTHER_PARTS for note in row.notes),
        }
        for row, apart in zip(rows, is_apart, strict=True)
    }


def _estimate(row: Estimate, column: str) -> Row:
    figures = row._asdict()
    del figures["domain"], figures["deff"]
    value = (row.domain or {})[column]
    return {**figures, "value": value, "notes": [note._asdict() for note in row.notes]}


def _is_of(domain: Mapping[str, str] | None, column: str) -> bool:
    return column in (domain or {})


def _domain(named: Mapping[str, str] | None) -> Domain:
    return tuple((named or {}).items())


def _counts(kept: Sequence[Sequence[Any]]) -> Counts:
    return {tuple((column, value) for column, value in group): n for group, n in kept}
