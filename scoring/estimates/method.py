"""How totals become variances, as one value. Knows no totals and no tree."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from scoring.arrays import FloatArray
from scoring.estimates.lonely import LonelyPsu
from scoring.estimates.replicates import Replicates
from scoring.weights.fit import Fit

DfRule: TypeAlias = Literal["design", "satterthwaite"]

DF_RULES: tuple[DfRule, ...] = ("design", "satterthwaite")


@dataclass(frozen=True, eq=False)
class Method:
    """How totals become variances.

    Parameters
    ----------
    lonely_psu : policy for strata of one PSU; ``refuse`` has refused them already
    fit : what calibration takes out of the influence
    replicates : their spread takes the place of linearization; None = Taylor
    df : PSUs less strata, or Satterthwaite's rule for unequal strata
    """

    lonely_psu: LonelyPsu
    fit: Fit
    replicates: Replicates | None = None
    df: DfRule = "design"

    @property
    def is_calibrated(self) -> bool:
        """Whether residuals replace the influence."""
        return bool(self.fit.x.shape[1])

    @property
    def most_df(self) -> FloatArray:
        """(domains,) or () most degrees of freedom that replicates carry; infinite without."""
        return np.asarray(np.inf) if self.replicates is None else self.replicates.df
