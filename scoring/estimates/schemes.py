"""How replicates are made of a design: which PSUs each of them leaves out, halves or repeats.

Knows neither answers nor weights.
"""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from scipy import linalg

from scoring.arrays import FloatArray, float_vector, same_length
from scoring.design import Frame
from scoring.errors import DesignError, PlanError, ShapeError
from scoring.estimates.replicates import CENTRES, Centre

STEP = 1e-4
"""Of an infinitesimal jackknife: beside it squares vanish, and rounding is far below it."""


class Factors(NamedTuple):
    """What each of R replicates multiplies the weights of each of C PSUs by.

    Parameters
    ----------
    psu : (R, C) not negative
    weight : (R,) what the square of each deviation is multiplied by
    """

    psu: FloatArray
    weight: FloatArray


class Scheme(Protocol):
    """A way to make replicates of PSUs; ``centre`` as ``Replicates``."""

    @property
    def centre(self) -> Centre:
        """What deviations are taken from."""
        ...

    def factors(self, frame: Frame) -> Factors:
        """Return the replicates of a design."""
        ...


@dataclass(frozen=True)
class Jackknife:
    """Leave out one PSU at a time: JK1 in one stratum, JKn in several.

    Notes
    -----
    In the replicate without PSU c the others of its stratum weigh n_h/(n_h - 1) times as much; its
    square counts (1 - f_h) (n_h - 1)/n_h. A stratum of one PSU has no replicate.
    Source: Wolter 2007, chapter 4; R: ``as.svrepdesign(type = "JKn")`` and ``"JK1"``.
    """

    centre: Centre = "replicates"

    def __post_init__(self) -> None:
        _check_centre(self.centre)

    def factors(self, frame: Frame) -> Factors:
        """Return one replicate for each PSU that has another in its stratum."""
        n = frame.psus_per_stratum[frame.psu_stratum].astype(np.float64)
        dropped = np.flatnonzero(n > 1)
        if not len(dropped):
            raise DesignError("no stratum has two PSUs; the jackknife needs them")
        same = frame.psu_stratum[dropped][:, np.newaxis] == frame.psu_stratum
        psu = np.where(same, n / np.maximum(n - 1, 1), 1.0)
        psu[np.arange(len(dropped)), dropped] = 0.0
        kept = (1 - frame.fraction)[frame.psu_stratum[dropped]]
        return Factors(psu, kept * (n[dropped] - 1) / n[dropped])


@dataclass(frozen=True)
class Bootstrap:
    """Draw n_h - 1 PSUs with replacement in every stratum, again and again.

    Parameters
    ----------
    replicates : number of draws, at least 2
    generator : where the draws come from; a new one of the same seed for each run gives the same
        numbers

    Notes
    -----
    A PSU drawn m times weighs 1 - l + l m n_h/(n_h - 1) times as much, l = sqrt(1 - f_h); every
    square counts 1/(R - 1). A stratum of one PSU stays as it is.
    Source: Rao and Wu 1988; Rao, Wu, Yue 1992; R: ``as.svrepdesign(type = "subbootstrap")``.
    """

    replicates: int
    generator: np.random.Generator = field(repr=False)
    centre: Centre = "replicates"

    def __post_init__(self) -> None:
        _check_centre(self.centre)
        if self.replicates < 2:  # noqa: PLR2004 - one replicate has no spread
            raise PlanError(f"{self.replicates} is below 2", where="replicates")

    def factors(self, frame: Frame) -> Factors:
        """Return the draws."""
        n, size = frame.psus_per_stratum, self.replicates
        drawn = [
            self.generator.multinomial(m - 1, np.full(m, 1 / m), size) * (m / max(m - 1, 1))
            for m in n.tolist()
        ]
        share = np.where(n > 1, np.sqrt(1 - frame.fraction), 0.0)[frame.psu_stratum]
        psu = 1 - share + share * np.concatenate(drawn, axis=1)
        return Factors(psu, np.full(size, 1 / (size - 1)))


@dataclass(frozen=True)
class BalancedHalves:
    """Take one PSU of each pair in balanced turns: BRR; with ``rho`` above 0 Fay's form of it.

    Parameters
    ----------
    rho : what is left of the weight of the other PSU, from 0 to below 1

    Raises
    ------
    PlanError
        If rho is not in [0, 1).

    Notes
    -----
    The PSU taken weighs 2 - rho times as much, the other rho times, by the signs of a Hadamard
    matrix of order R, a power of two above the number of strata; every square counts
    1/(R (1 - rho)^2). With finite populations 1 - rho is shortened by sqrt(1 - f_h).
    Source: McCarthy 1969; Judkins 1990 (Fay); R: ``as.svrepdesign(type = "BRR")``, ``"Fay"``.
    """

    rho: float = 0.0
    centre: Centre = "replicates"

    def __post_init__(self) -> None:
        _check_centre(self.centre)
        if not 0 <= self.rho < 1:
            raise PlanError(f"{self.rho:g} is not in [0, 1)", where="rho")

    def factors(self, frame: Frame) -> Factors:
        """Return the half samples.

        Raises
        ------
        DesignError
            If a stratum has other than two PSUs.
        """
        other = np.flatnonzero(frame.psus_per_stratum != 2)  # noqa: PLR2004 - pairs
        if len(other):
            n, label = frame.psus_per_stratum[other[0]], frame.strata[other[0]]
            raise DesignError(f"stratum {label!r} has {n} PSUs; balanced halves need two in each")
        strata = len(frame.strata)
        signs = linalg.hadamard(2 ** strata.bit_length())[:, 1 : strata + 1].astype(np.float64)
        second = np.arange(len(frame.psus)) % 2
        turns = signs[:, frame.psu_stratum] * np.where(second, -1.0, 1.0)
        away = (1 - self.rho) * np.sqrt(1 - frame.fraction)[frame.psu_stratum]
        weight = 1 / (len(signs) * (1 - self.rho) ** 2)
        return Factors(1 + turns * away, np.full(len(signs), weight))


@dataclass(frozen=True, eq=False)
class Brewer:
    """PSUs drawn without replacement with unequal probabilities: Brewer's approximation.

    Parameters
    ----------
    probability : (C,) of each PSU of the frame to be drawn, above 0 and at most 1

    Raises
    ------
    DesignError
        If a probability is not above 0 and at most 1.

    Notes
    -----
    V = sum_h n_h/(n_h - 1) sum_c (1 - p_c) (t_hc - mean_h t)^2. Replicate c adds a small step
    times t_hc - mean_h t to a total, and its square counts n_h/(n_h - 1) (1 - p_c) over the square
    of the step (infinitesimal jackknife, Jaeckel 1972): exact for totals, linearized for all else.
    Source: Brewer 2002, chapter 9; R: ``svydesign(fpc = ~p, pps = "brewer")``.
    """

    probability: npt.ArrayLike

    def __post_init__(self) -> None:
        p = float_vector(self.probability, "probability")
        if not ((p > 0) & (p <= 1)).all():
            raise DesignError("expected numbers above 0, at most 1", where="probability")

    @property
    def centre(self) -> Centre:
        """The estimate: each replicate is a step away from it."""
        return "estimate"

    def factors(self, frame: Frame) -> Factors:
        """Return one replicate for each PSU that has another in its stratum.

        Raises
        ------
        ShapeError
            If there is not one probability for each PSU.
        DesignError
            If no stratum has two PSUs.
        """
        p = float_vector(self.probability, "probability")
        same_length(len(frame.psus), p, "probability")
        n = frame.psus_per_stratum[frame.psu_stratum].astype(np.float64)
        moved = np.flatnonzero(n > 1)
        if not len(moved):
            raise DesignError("no stratum has two PSUs; their spread is unknown")
        same = frame.psu_stratum[moved][:, np.newaxis] == frame.psu_stratum
        psu = 1 - STEP * same / n
        psu[np.arange(len(moved)), moved] += STEP
        of = n[moved]
        return Factors(psu, (1 - p[moved]) * of / (of - 1) / STEP**2)


@dataclass(frozen=True, eq=False)
class GivenFactors:
    """Replicates of PSUs that somebody else has drawn.

    Parameters
    ----------
    psu : (C, R) what each replicate multiplies the weight of each PSU of the frame by
    scale : of all squares
    rscales : (R,) of each square; None = 1

    Raises
    ------
    DesignError
        If a factor or a scale is negative or not finite.
    ShapeError
        If there is not one scale for each replicate.

    Notes
    -----
    R: ``svrepdesign(repweights, scale, rscales, combined.weights = FALSE)``.
    """

    psu: FloatArray
    scale: float
    rscales: npt.ArrayLike | None = None
    centre: Centre = "replicates"

    def __post_init__(self) -> None:
        _check_centre(self.centre)
        square_weights(self.scale, self.rscales, self.psu.shape[1])
        if not (np.isfinite(self.psu).all() and (self.psu >= 0).all()):
            raise DesignError("a factor is negative or not finite", where="replicates")

    def factors(self, frame: Frame) -> Factors:
        """Return the factors as they were given; ShapeError unless there is one for each PSU."""
        if self.psu.shape[0] != len(frame.psus):
            raise ShapeError(
                f"has {len(self.psu)} rows, the design {len(frame.psus)} PSUs", where="replicates"
            )
        return Factors(self.psu.T, square_weights(self.scale, self.rscales, self.psu.shape[1]))


@dataclass(frozen=True, eq=False)
class GivenWeights:
    """Replicate weights of respondents that somebody else has made: those of the sample.

    Parameters
    ----------
    scale : of all squares
    rscales : (R,) of each square; None = 1

    Notes
    -----
    R: ``svrepdesign(repweights, scale, rscales, combined.weights = TRUE)``.
    """

    scale: float
    rscales: npt.ArrayLike | None = None
    centre: Centre = "replicates"

    def __post_init__(self) -> None:
        _check_centre(self.centre)

    def weight(self, n: int) -> FloatArray:
        """Return (n,) what the square of each deviation is multiplied by."""
        return square_weights(self.scale, self.rscales, n)


def square_weights(scale: float, rscales: npt.ArrayLike | None, n: int) -> FloatArray:
    """Return (n,) scale x rscales; ShapeError or DesignError when they cannot be that."""
    each = np.ones(n) if rscales is None else float_vector(rscales, "rscales")
    same_length(n, each, "rscales")
    weight: FloatArray = scale * each
    if not (np.isfinite(weight).all() and (weight >= 0).all() and weight.any()):
        raise DesignError("a scale is negative or not finite, or all are zero", where="scale")
    return weight


def _check_centre(centre: str) -> None:
    if centre not in CENTRES:
        raise PlanError(f"{centre!r} is none of {', '.join(CENTRES)}", where="centre")
