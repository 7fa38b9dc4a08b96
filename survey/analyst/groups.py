"""One node by the groups of a released column: rows in the order in which people look for them.

It must not know how a release is computed or stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey.analyst.figures import shown_interval
from survey.queries.scores import Run
from survey.vietnamese import sort_key
from survey.web.i18n import in_language

ORDERED = frozenset({"age_band"})
"""Columns whose groups have an order of their own, that of the form."""


@dataclass(frozen=True)
class Group:
    """One group with its released figures; None stands for what may not or cannot be shown.

    ``n`` is rounded. ``against`` names the group that it is compared with; None: the whole sample.
    ``has_other_parts``: it lacks components that the other side has, so the two are not compared.
    """

    name: str
    estimate: float | None
    low: float | None
    high: float | None
    n: int | None
    notes: tuple[Mapping[str, Any], ...]
    against: str | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    is_apart: bool | None
    has_other_parts: bool

    @property
    def has_interval(self) -> bool:
        """Tell whether the group can be drawn with its interval."""
        return None not in {self.estimate, self.low, self.high}

    @property
    def reason(self) -> str | None:
        """The code of the reason why the group is hidden; None when it is not."""
        return next((n["fact"] for n in self.notes if n["code"] == "suppressed"), None)


def released_columns(run: Run) -> list[str]:
    """Return the columns by which a released run tells people apart."""
    return list(run.results["breakdowns"]["columns"])


def values_of(run: Run, column: str) -> list[str]:
    """Return the values of a column, each once."""
    rows = run.results["breakdowns"]["columns"][column]
    return list(dict.fromkeys(row["value"] for row in rows))


def groups_of(
    run: Run,
    column: str,
    node: str,
    bounds: tuple[float, float],
    names: Mapping[str, Mapping[str, str]],
) -> list[Group]:
    """Return the groups of a column in one node, by name in Vietnamese order: never by score.

    ``bounds`` are the ends of the node's scale.
    """
    spoken = {value: in_language(name) for value, name in names.items()}
    rows = [row for row in run.results["breakdowns"]["columns"][column] if row["node"] == node]
    if column not in ORDERED:
        rows.sort(key=lambda row: sort_key(spoken[row["value"]]))
    return [_group(row, bounds, spoken) for row in rows]


def hidden_count(groups: Sequence[Group]) -> int:
    """Count the groups without a figure."""
    return sum(group.estimate is None for group in groups)


def _group(
    row: Mapping[str, Any], bounds: tuple[float, float], spoken: Mapping[str, str]
) -> Group:
    names = ("estimate", "n", "is_apart", "has_other_parts")
    differences = ("difference", "difference_low", "difference_high")
    low, high, more = shown_interval(row["estimate"], row["low"], row["high"], bounds)
    return Group(
        name=spoken[row["value"]],
        low=low,
        high=high,
        notes=(*row["notes"], *more),
        against=None if row["against"] is None else spoken[row["against"]],
        **{name: row[name] for name in (*names, *differences)},
    )
