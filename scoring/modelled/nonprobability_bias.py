"""What counter data are off by, learnt where a probability survey asked as well.

Knows neither respondents nor the tree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from scoring.arrays import FloatArray
from scoring.errors import DataError
from scoring.result import Result

FEWEST = 5
"""Places from which a spread of biases is learnt at least."""
TINY = 1e-12


class BiasPair(NamedTuple):
    """One node in one place: from the counters, from a probability survey, with errors."""

    node: str
    counter: float
    counter_se: float
    survey: float
    survey_se: float


@dataclass(frozen=True)
class Bias:
    """How the counters' figure of a node lies beside the truth, from place to place.

    Parameters
    ----------
    mean, mean_se : counters less survey over all places, and its error
    sd : how far the bias of one place lies from the mean, sampling errors taken out
    places : number of places it is learnt from
    """

    mean: float
    mean_se: float
    sd: float
    places: int

    @property
    def variance(self) -> float:
        """The variance of the bias of one more place."""
        return self.sd**2 + self.mean_se**2

    @property
    def df(self) -> int:
        """Degrees of freedom of a prediction for one more place."""
        return self.places - 2


def pairs_of(counters: Result, survey: Result) -> tuple[BiasPair, ...]:
    """Return the figures that both results have with an error, whole samples left out.

    Parameters
    ----------
    counters : as estimated, before any bias is taken off
    survey : of a probability sample; same nodes, same domains
    """
    known = {
        (row.node, frozenset(row.domain.items())): (row.estimate, row.se)
        for row in survey.estimates
        if row.domain and row.estimate is not None and row.se is not None
    }
    return tuple(
        BiasPair(row.node, row.estimate, row.se, *known[key])
        for row in counters.estimates
        if row.domain and row.estimate is not None and row.se is not None
        for key in [(row.node, frozenset(row.domain.items()))]
        if key in known
    )


def learn_biases(pairs: Iterable[BiasPair]) -> Mapping[str, Bias]:
    """Learn the bias of each node that has been compared in enough places.

    Parameters
    ----------
    pairs : one for each node and place, the two figures of each independent

    Returns
    -------
    By node; nodes with fewer than 5 places are left out

    Raises
    ------
    DataError
        If a number is not finite or an error is negative; names the node.

    Notes
    -----
    d_i = counter - survey = mean + b_i + e_i, b_i with variance T, e_i with variance
    v_i = se_c^2 + se_s^2. T by Paule and Mandel 1982: sum (d_i - mean)^2 / (v_i + T) = k - 1, zero
    where that cannot be; mean and its error with weights 1 / (v_i + T); a further place is
    predicted with k - 2 degrees of freedom (Higgins, Thompson, Spiegelhalter 2009).
    R: ``metafor::rma(d, v, method = "PM")``.
    """
    by_node: dict[str, list[BiasPair]] = {}
    for pair in pairs:
        numbers = np.asarray(pair[1:])
        if not np.isfinite(numbers).all() or min(pair.counter_se, pair.survey_se) < 0:
            raise DataError(
                "a pair needs four finite numbers, errors not negative", where=pair.node
            )
        by_node.setdefault(pair.node, []).append(pair)
    return {node: _bias(found) for node, found in by_node.items() if len(found) >= FEWEST}


def _bias(pairs: list[BiasPair]) -> Bias:
    counter, counter_se, survey, survey_se = np.asarray([pair[1:] for pair in pairs]).T
    d = counter - survey
    size = float((d**2).max()) or 1.0
    v = np.maximum(counter_se**2 + survey_se**2, TINY * size)

    def excess(between: float) -> float:
        return float((_residuals(d, v + between) ** 2 / (v + between)).sum()) - (len(d) - 1)

    between = 0.0
    if excess(0.0) > 0:
        most = float(((d - d.mean()) ** 2).sum())
        between = float(brentq(excess, 0.0, most, xtol=TINY * size, rtol=TINY))
    precision = 1 / (v + between)
    mean = float(precision @ d / precision.sum())
    return Bias(mean, float(precision.sum() ** -0.5), between**0.5, len(d))


def _residuals(d: FloatArray, v: FloatArray) -> FloatArray:
    precision = 1 / v
    residuals: FloatArray = d - precision @ d / precision.sum()
    return residuals
