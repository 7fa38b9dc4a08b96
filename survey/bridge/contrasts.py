"""From a kept estimate and an official figure to their difference, as plain numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scoring import against_figure


@dataclass(frozen=True)
class Difference:
    """An estimate less a figure; ``is_apart`` is None where the error is unknown."""

    estimate: float
    se: float | None
    low: float | None
    high: float | None
    is_apart: bool | None


def difference_from(
    row: Mapping[str, Any], figure: float, figure_se: float | None
) -> Difference | None:
    """Return the difference of a kept row from a figure; None where the row shows no estimate."""
    if row["estimate"] is None:
        return None
    contrast = against_figure(row["estimate"], row["se"], row["df"], figure, figure_se)
    return Difference(**contrast._asdict())
