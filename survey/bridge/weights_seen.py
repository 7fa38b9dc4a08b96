"""Weights as they lie before they are used: their spread, their cost, the margins they meet.

It must not know where answers are kept; what comes out are plain numbers of groups.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from scoring import (
    Calibration,
    Distribution,
    MarginRow,
    calibrate,
    margin_table,
    totals_of_nothing,
    weight_distribution,
)
from survey.bridge.folding import (
    EVERYBODY,
    Floats,
    Integers,
    Labels,
    Numbers,
    calibration_cells,
    domain_set,
    groups_of,
)
from survey.bridge.weights import BLANK, column_of, weighable

N_BARS: Final = 12
LEAST_BAR: Final = 10
"""A bar of the drawing holds at least so many respondents."""


@dataclass(frozen=True)
class Bar:
    """How many respondents have a weight from ``low`` to ``high``."""

    low: float
    high: float
    n: int


@dataclass(frozen=True)
class MarginSeen:
    """One value of a margin: respondents, its share before, as known, and after."""

    variable: str
    value: str
    n: int
    base: float
    target: float
    reached: float

    @property
    def is_blank(self) -> bool:
        """Tell whether these are the people who gave no answer."""
        return self.value == BLANK


@dataclass(frozen=True)
class WeightsSeen:
    """Weights at each step: as designed, after the silent were made up for, as they end."""

    design: Distribution
    adjusted: Distribution
    final: Distribution
    bars: tuple[Bar, ...]
    margins: tuple[MarginSeen, ...]


def weights_seen(
    numbers: Numbers,
    labels: Labels,
    base: Sequence[float],
    factors: Sequence[float],
    calibration: Calibration | None,
) -> WeightsSeen:
    """Return how the weights of a sample lie.

    ``numbers`` and ``labels`` are sums of persons by place and margin; ``base`` and ``factors``
    have one entry for each place. Raises StateError when the margins cannot be met.
    """
    here = (numbers["unit"] >= 0) & (numbers["leaf"] == EVERYBODY)
    sums = {name: column[here] for name, column in numbers.items()}
    groups = groups_of(sums, {name: texts[here] for name, texts in labels.items()}, 0)
    n, unit = groups.members, groups.unit
    design = np.asarray(base)[unit]
    adjusted = design * np.asarray(factors)[unit]
    final, rows = adjusted, list[MarginRow]()
    with weighable():
        if calibration is not None:
            inside = domain_set(groups, calibration.columns)
            cells = calibration_cells(groups, inside, unit)
            found = calibrate(replace(totals_of_nothing([()], []), cells=cells), calibration)
            final = adjusted * found.factor[inside.of_group]
            rows = list(margin_table(found))
        return WeightsSeen(
            design=weight_distribution(design, n),
            adjusted=weight_distribution(adjusted, n),
            final=weight_distribution(final, n),
            bars=_bars(final, n),
            margins=_margins(rows),
        )


def _margins(rows: Sequence[MarginRow]) -> tuple[MarginSeen, ...]:
    """Return margins as shares of those who answered; of the others, as shares of all."""
    suffix = column_of("")
    return tuple(
        MarginSeen(
            variable=row.variable.removesuffix(suffix),
            value=row.value or "",
            n=row.n or 0,
            base=row.base / sum(each.base for each in whole),
            target=row.target / sum(each.target for each in whole),
            reached=row.reached / sum(each.reached for each in whole),
        )
        for row in rows
        for whole in [[each for each in rows if _is_compared(row, each)]]
    )


def _is_compared(row: MarginRow, other: MarginRow) -> bool:
    is_known = row.value == BLANK or other.value != BLANK
    return other.variable == row.variable and is_known


def _bars(weight: Floats, n: Integers) -> tuple[Bar, ...]:
    """Return a histogram whose bars are joined until each holds enough respondents."""
    edges = np.linspace(weight.min(), weight.max(), N_BARS + 1)
    place = np.clip(np.searchsorted(edges, weight, side="right") - 1, 0, N_BARS - 1)
    counts = np.bincount(place, weights=n, minlength=N_BARS).astype(int).tolist()
    bars: list[Bar] = []
    start, held = 0, 0
    for at, count in enumerate(counts):
        held += count
        if held >= LEAST_BAR:
            bars.append(Bar(float(edges[start]), float(edges[at + 1]), held))
            start, held = at + 1, 0
    if held and bars:
        last = bars.pop()
        bars.append(Bar(last.low, float(edges[-1]), last.n + held))
    return tuple(bars)
