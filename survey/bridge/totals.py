"""Between the columns' sums and the engine's PSU totals: the recode there, the totals back.

It must not know where answers are kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np

from scoring import DataError, Design, Frame, IndexTree, PsuTotals
from scoring.index.rescale import score_table
from scoring.nodes import ItemLeaf
from scoring.totals import empty_rows
from survey.bridge.folding import (
    Integers,
    Labels,
    Numbers,
    blank_count,
    calibration_cells,
    domain_set,
    folded,
    groups_of,
)

PlainTable: TypeAlias = Mapping[str, Sequence[object]]


class Items(Protocol):
    """What the bridge has to know of the columns of one instrument version."""

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """The names of each choice item's codes."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The number items."""


@dataclass(frozen=True, eq=False)
class Units:
    """The units whose sums come, and where each stands in the frame of the design.

    ``is_crowd``: the one unit is that of the responses without a place (unit -1 of the sums).
    """

    frame: Frame
    psu: Integers
    ssu: Integers | None = None
    is_crowd: bool = False


@dataclass(frozen=True)
class Breakdown:
    """By what totals are to be told apart: sets of cell items that make domains, and margins.

    The whole sample is always there. The values of ``calibration`` together are the cells.
    """

    domains: tuple[tuple[str, ...], ...] = ()
    calibration: tuple[str, ...] = ()


WHOLE = Breakdown()


def units_of(stratum: Sequence[str], psu: Sequence[str], ssu: Sequence[str] | None) -> Units:
    """Return the units of a sample, one for each of its places: they list its whole frame."""
    design = Design.from_labels(stratum=list(stratum), psu=list(psu), ssu=ssu)
    ssu_codes = None if design.ssu is None else design.ssu.astype(np.int64)
    return Units(design.frame, design.psu.astype(np.int64), ssu_codes)


def crowd() -> Units:
    """Return the units of people whom nobody drew, for plain means.

    Everybody is in one unit; beside it stands a silent one, because a lone PSU is a mistake of a
    design, and here there is none to be mistaken.
    """
    frame = Frame(("all",), ("all", "nobody"), np.zeros(2, dtype=np.int64))
    return Units(frame, np.zeros(1, dtype=np.int64), is_crowd=True)


def code_scores(tree: IndexTree, versions: Sequence[Items]) -> PlainTable:
    """Return what each code of each version is worth in each leaf of the tree (the recode)."""
    rows = [
        (source, leaf.item, code, place, 0.0 if unknown else score, not unknown)
        for place, leaf in enumerate(tree.item_leaves)
        for source, items in enumerate(versions)
        for code, score, unknown in _scores(tree, leaf, items)
    ]
    names = ("source", "item", "code", "leaf", "score", "is_known")
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def number_scores(tree: IndexTree, versions: Sequence[Items]) -> PlainTable:
    """Return what 0 and 1 are for each leaf whose answers are numbers.

    Raises DataError when no version has the item of a leaf.
    """
    for leaf in tree.item_leaves:
        if not any(leaf.item in (*items.choices, *items.numbers) for items in versions):
            raise DataError(f"the data have no such item (leaf {leaf.code!r})", where=leaf.item)
    leaves = list(enumerate(tree.item_leaves))
    return {
        "item": [leaf.item for _, leaf in leaves],
        "leaf": [place for place, _ in leaves],
        "worst": [leaf.range[0] for _, leaf in leaves],
        "best": [leaf.range[1] for _, leaf in leaves],
    }


def _scores(tree: IndexTree, leaf: ItemLeaf, items: Items) -> Iterator[tuple[int, float, bool]]:
    """Yield the codes that count: their score, or that they have none and ought to."""
    names = items.choices.get(leaf.item, ())
    table = score_table(leaf, names, tree.missing_codes)
    for code, (score, unknown) in enumerate(zip(table.score, table.unknown, strict=True)):
        if unknown or np.isfinite(score):
            yield code, float(score), bool(unknown)


def psu_totals(
    tree: IndexTree,
    units: Units,
    sums: Numbers,
    labels: Labels,
    by: Breakdown = WHOLE,
) -> PsuTotals:
    """Return the engine's totals by domain, PSU, second-stage unit and calibration cell.

    ``labels`` are those of the cell items. Raises DataError when an answer has no value in a
    leaf, or somebody is in no calibration cell.
    """
    leaves = tree.item_leaves
    here = (sums["unit"] < 0) == units.is_crowd
    groups = groups_of(
        {name: column[here] for name, column in sums.items()},
        {item: texts[here] for item, texts in labels.items()},
        len(leaves),
    )
    _refuse_unknown(leaves, groups.unknown)
    sets = [domain_set(groups, columns) for columns in dict.fromkeys([(), *by.domains])]
    inside = domain_set(groups, by.calibration)
    at = np.maximum(groups.unit, 0)
    cells = calibration_cells(groups, inside, units.psu[at])
    psus, q = folded(groups, sets, inside, units.psu[at])
    seconds = empty_rows(len(leaves))
    if units.ssu is not None:
        seconds = folded(groups, sets, inside, units.ssu[at])[0]
    return PsuTotals(
        leaves=tuple(leaf.code for leaf in leaves),
        frame=units.frame,
        domains=tuple(domain for each in sets for domain in each.domains),
        psus=psus,
        q=q,
        seconds=seconds,
        outside=groups.outside,
        blank=tuple((each.columns, blank_count(groups, each)) for each in sets if each.columns),
        cells=cells,
    )


def _refuse_unknown(leaves: Sequence[ItemLeaf], unknown: Integers) -> None:
    """Raise DataError when answers have a code without a value."""
    for leaf, count in zip(leaves, unknown.tolist(), strict=True):
        if count:
            raise DataError(
                f"{count} answers have no value in leaf {leaf.code!r}", where=f"item {leaf.item}"
            )
