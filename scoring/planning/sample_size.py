"""Sample size from a wanted margin, and the margin of a sample size. Knows no data."""

import math
from dataclasses import dataclass

import numpy as np

from scoring.errors import PlanError
from scoring.estimates.intervals import quantile

LARGEST = 10**12
CLOSE = 1e-9


@dataclass(frozen=True)
class Assumptions:
    """What is supposed of a survey that is still to come.

    Parameters
    ----------
    share : the proportion to be estimated, 0..1; 0.5 needs most. Without effect beside ``sd``
    sd : standard deviation of the score to be estimated, on its scale; None = a proportion
    population : number of people it speaks of; infinite = very many
    icc : intraclass correlation, how alike people of one cluster (PSU) are, 0..1
    per_cluster : interviews in each cluster; 1 = no clusters
    strata : number of strata the clusters are drawn from
    deff : design effect of all else, unequal weights above all
    response : share of those drawn who answer, above 0 up to 1
    confidence : of the interval, between 0 and 1

    Raises
    ------
    PlanError
        If a number is outside its range; names it.
    """

    share: float = 0.5
    sd: float | None = None
    population: float = math.inf
    icc: float = 0.0
    per_cluster: int = 1
    strata: int = 1
    deff: float = 1.0
    response: float = 1.0
    confidence: float = 0.95

    def __post_init__(self) -> None:
        for name, fits, wanted in (
            ("share", 0 < self.share < 1, "between 0 and 1"),
            ("sd", self.sd is None or 0 < self.sd < math.inf, "above 0"),
            ("population", self.population >= 2, "2 or more"),  # noqa: PLR2004 - one has no spread
            ("icc", 0 <= self.icc <= 1, "from 0 to 1"),
            ("per_cluster", self.per_cluster >= 1, "1 or more"),
            ("strata", self.strata >= 1, "1 or more"),
            ("deff", 0 < self.deff < math.inf, "above 0"),
            ("response", 0 < self.response <= 1, "above 0 up to 1"),
            ("confidence", 0 < self.confidence < 1, "between 0 and 1"),
        ):
            if not fits:
                raise PlanError(f"expected a number {wanted}", where=name)

    @property
    def variance(self) -> float:
        """The variance S^2 of one person, with divisor N - 1."""
        if self.sd is not None:
            return self.sd**2
        whole = self.population
        correction = whole / (whole - 1) if math.isfinite(whole) else 1.0
        return self.share * (1 - self.share) * correction

    @property
    def design_effect(self) -> float:
        """The whole effect, deff (1 + (b - 1) icc), b interviews a cluster (Kish 1965)."""
        return self.deff * (1 + (self.per_cluster - 1) * self.icc)


@dataclass(frozen=True)
class SampleSize:
    """A sample and its precision.

    Parameters
    ----------
    interviews : completed
    clusters : they are spread over
    drawn : people to be drawn, so that enough answer
    df : clusters less strata; infinite without clusters
    quantile : t with these df, or normal
    margin : half the width of the interval, in the unit of the estimate
    """

    interviews: int
    clusters: int
    drawn: int
    df: float
    quantile: float
    margin: float


def margin_of(interviews: int, assumptions: Assumptions) -> SampleSize:
    """Return the margin that a number of interviews gives.

    Raises
    ------
    PlanError
        If there are more interviews than people, or no more clusters than strata.

    Notes
    -----
    margin = t sqrt(deff S^2 (1/n - 1/N)); t with clusters less strata degrees of freedom, normal
    without clusters. Source: Cochran 1977, chapters 3 and 4; Kish 1965, chapters 5 and 8.
    R: ``qt(.975, df) * sqrt(deff * S2 * (1 / n - 1 / N))``.

    Examples
    --------
    >>> round(margin_of(385, Assumptions()).margin, 4)
    0.0499
    """
    if not 1 <= interviews <= assumptions.population:
        most = f"{assumptions.population:g}"
        raise PlanError(f"{interviews} interviews of {most} people", where="sample")
    clusters = math.ceil(interviews / assumptions.per_cluster)
    df = math.inf if assumptions.per_cluster == 1 else float(clusters - assumptions.strata)
    if df < 1:
        raise PlanError(
            f"{clusters} clusters in {assumptions.strata} strata leave no degrees of freedom",
            where="sample",
        )
    t = float(quantile(np.asarray([df]), assumptions.confidence)[0])
    left = 1 / interviews - 1 / assumptions.population
    margin = t * math.sqrt(assumptions.design_effect * assumptions.variance * left)
    return SampleSize(
        interviews, clusters, math.ceil(interviews / assumptions.response - CLOSE), df, t, margin
    )


def interviews_for(margin: float, assumptions: Assumptions) -> SampleSize:
    """Return the least number of interviews whose margin is not above the wanted one.

    Parameters
    ----------
    margin : half the width of the interval, in the unit of the estimate
    assumptions : Assumptions

    Raises
    ------
    PlanError
        If the margin is not above 0, is no margin of a proportion, or so small that no survey
        reaches it.

    Notes
    -----
    Without clusters n = n0 / (1 + n0 / N), n0 = z^2 deff S^2 / margin^2 (Cochran 1977, chapter 4);
    with clusters t depends on n, and the least n is found by halving.

    Examples
    --------
    >>> interviews_for(0.05, Assumptions()).interviews
    385
    >>> interviews_for(0.05, Assumptions(population=1000)).interviews
    278
    """
    if not 0 < margin < math.inf:
        raise PlanError("expected a number above 0", where="margin")
    if assumptions.sd is None and margin >= 0.5:  # noqa: PLR2004 - then the interval is 0..1
        raise PlanError("a proportion needs a share below 0.5; 5 % are 0.05", where="margin")
    clustered = assumptions.per_cluster > 1
    low = assumptions.strata * assumptions.per_cluster + 1 if clustered else 1
    high = int(min(assumptions.population, LARGEST))
    if low > high or margin_of(high, assumptions).margin > margin:
        raise PlanError("no survey of this population and design reaches it", where="margin")
    while low < high:
        middle = (low + high) // 2
        if margin_of(middle, assumptions).margin <= margin:
            high = middle
        else:
            low = middle + 1
    return margin_of(low, assumptions)


def textbook_size(population: float, margin: float) -> int:
    """Return n = N / (1 + N e^2), rounded up (named after Slovin; Yamane 1967).

    Parameters
    ----------
    population : N; infinite gives 1 / e^2
    margin : e, of a proportion on 0..1

    Notes
    -----
    This is ``interviews_for`` with a proportion of 0.5, the quantile 1.96 rounded up to 2, simple
    random sampling and an answer from everybody. It knows no clusters, weights, domains or
    nonresponse, and no scores other than proportions.

    Examples
    --------
    >>> textbook_size(10_000, 0.05)
    385
    """
    if not (population >= 1 and 0 < margin < math.inf):
        raise PlanError("expected a margin above 0 and a population of 1 or more", where="margin")
    return math.ceil(1 / (1 / population + margin**2) - CLOSE)
