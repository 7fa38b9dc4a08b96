"""From sums by office to the plain rows of each office: means, n, official rounding and grades.

It must not know how the sums came about, nor which offices these are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from scoring import VERSION, IndexTree, Options, ScoringError, score_totals
from survey.bridge.results import plain_rows
from survey.bridge.totals import crowd, psu_totals
from survey.errors import StateError

EVERYBODY: Final = -1
NOWHERE: Final = -1
ENGINE: Final = f"scoring {VERSION}"

Numbers = Mapping[str, npt.NDArray[np.float64 | np.int64]]


@dataclass(frozen=True)
class Least:
    """How many answers a figure needs, and how many responses the score of an office."""

    answers: int
    responses: int


def responses_by_office(sums: Numbers) -> dict[int, int]:
    """Return how many responses each unit of the sums has."""
    is_everybody = sums["leaf"] == EVERYBODY
    found: dict[int, int] = {}
    for unit, n in zip(sums["unit"][is_everybody], sums["n"][is_everybody], strict=True):
        found[int(unit)] = found.get(int(unit), 0) + int(n)
    return found


def office_rows(
    tree: IndexTree, sums: Numbers, unit: int, least: Least
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of one office: no error is known, and few answers show nothing.

    Raises StateError ``not-scorable`` for answers that the tree cannot score.
    """
    here = sums["unit"] == unit
    own = {name: column[here] for name, column in sums.items()}
    n = responses_by_office(own).get(unit, 0)
    own["unit"] = np.full(int(here.sum()), NOWHERE)
    options = Options(
        domains=[],
        compare=[],
        min_n=max(tree.min_n, least.answers),
        lonely_psu="refuse",
        calibration=None,
    )
    try:
        result = score_totals(psu_totals(tree, crowd(), own, {}), tree, options)
    except ScoringError as error:
        raise StateError("not-scorable", str(error), where=tree.code) from error
    rows = plain_rows(result, tree)
    return rows if n >= least.responses else _without_score(rows, tree.root.code)


def _without_score(
    rows: dict[str, list[dict[str, Any]]], root: str
) -> dict[str, list[dict[str, Any]]]:
    """Leave out the score and the grade of an office with few responses."""
    hidden = {"estimate": None, "value": None, "grade": None}
    return {
        name: [
            {**row, **{key: None for key in hidden if key in row}} if row["node"] == root else row
            for row in some
        ]
        for name, some in rows.items()
    }
