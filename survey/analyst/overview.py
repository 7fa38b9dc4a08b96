"""Every index of every round in one line: where do we stand, and how sure is that.

It must not know how runs are computed or stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey.analyst.figures import LEAST_CELL, decimals, figures, scale_of
from survey.analyst.official import Comparison, comparisons
from survey.queries.official import OfficialSide
from survey.queries.scores import KeptTree, Part, Run


@dataclass(frozen=True)
class IndexLine:
    """The topmost figure of one tree in one part of a round; None where nothing can be shown."""

    tree: str
    title: Mapping[str, str]
    is_sample: bool
    estimate: float | None
    low: float | None
    high: float | None
    grade: Mapping[str, str] | None
    n: int | None
    decimals: int
    notes: tuple[Mapping[str, Any], ...]
    official: Comparison | None


def index_lines(
    found: Sequence[tuple[KeptTree, Part, Run | None, OfficialSide]],
) -> list[IndexLine]:
    """Return a line for each tree and part that has a run."""
    return [_line(tree, part, run, side) for tree, part, run, side in found if run is not None]


def _line(tree: KeptTree, part: Part, run: Run, side: OfficialSide) -> IndexLine:
    root = tree.mapping["tree"]
    head = figures(root, run.results, scale_of(tree.mapping))[0]
    is_sample = part is Part.SAMPLE
    official = comparisons(tree, run, side).get(root["code"]) if is_sample else None
    return IndexLine(
        tree=tree.code,
        title=tree.title,
        is_sample=is_sample,
        estimate=head.estimate,
        low=head.low,
        high=head.high,
        grade=head.grade,
        n=head.n if head.n is not None and head.n >= LEAST_CELL else None,
        decimals=decimals(tree.mapping),
        notes=head.notes,
        official=official,
    )
