"""Many differences of one run, tested at once with the share of false ones held. No file."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from scoring.estimates.multiplicity import adjusted_p, p_values, told_apart
from scoring.mapping import Entries
from scoring.result import Difference

ADJUSTMENTS = ("bh",)

Test: TypeAlias = Mapping[str, object]


def read_adjust(entries: Entries) -> bool:
    """Read whether differences are tested by the rule of Benjamini and Hochberg.

    Raises
    ------
    PlanError
        On another word, or where the plan compares nothing.
    """
    if "adjust" not in entries:
        return False
    entries.choice("adjust", ADJUSTMENTS)
    if not entries.raw("compare"):
        raise entries.fault("adjust", "goes with compare")
    return True


def verdicts(differences: Sequence[Difference], rate: float) -> list[Test]:
    """Return p, its adjusted value and the verdict of each difference; null = not tested.

    Parameters
    ----------
    differences : one family, every node of every pair
    rate : share of false ones among those told apart
    """
    rows = [(row.estimate, row.se, np.inf if row.df is None else row.df) for row in differences]
    estimate, se, df = np.asarray(rows, dtype=np.float64).T
    p = p_values(estimate, se, df)
    columns = zip(p.tolist(), adjusted_p(p).tolist(), told_apart(p, rate).tolist(), strict=True)
    return [
        {"p": one, "p_adjusted": all_, "told_apart": apart}
        if one == one  # noqa: PLR0124 - only NaN differs from itself
        else {"p": None, "p_adjusted": None, "told_apart": None}
        for one, all_, apart in columns
    ]
