"""Ranks and quartile groups of places, with the probability of each. Knows no tree.

A bare league table is not publishable: on simulated provinces the mean 95 % interval of a rank is
13 to 20 of 63 places. Everything here says how sure a place in the order is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from scoring.arrays import BoolArray, FloatArray, IntArray
from scoring.errors import DataError

Edge: TypeAlias = Literal["above", "from"]

GROUPS = ("thap", "tb_thap", "tb_cao", "cao")
EDGES: tuple[Edge, ...] = ("above", "from")
QUARTERS = (0.25, 0.5, 0.75)
BLOCK = 1_000


@dataclass(frozen=True)
class EdgeRule:
    """Where the four groups are cut.

    Parameters
    ----------
    edge : a place on the quartile itself is below it (``above``: only x > q rises) or above it
        (``from``: x >= q does)
    absent_as_zero : number of places without a value that enter the quartiles as 0

    Notes
    -----
    Quartiles interpolate linearly between values (``numpy.quantile``; R: ``quantile(type = 7)``).
    Published PAPI tables follow three rules in turn: ``above`` (the default), ``from``, and
    ``from`` with the provinces left out counted as zeros.
    """

    edge: Edge = "above"
    absent_as_zero: int = 0

    def __post_init__(self) -> None:
        if self.edge not in EDGES:
            raise DataError(f"{self.edge!r} is none of {', '.join(EDGES)}", where="edge")
        if self.absent_as_zero < 0:
            raise DataError(f"{self.absent_as_zero} is below 0", where="absent_as_zero")


@dataclass(frozen=True)
class Draws:
    """How many draws, and the confidence of the interval they give."""

    number: int = 10_000
    confidence: float = 0.95


@dataclass(frozen=True, eq=False)
class Ranks:
    """Places in order, and how sure the order is.

    Parameters
    ----------
    rank : (m,) 1 = the highest value; equal values share the better rank
    group : (m,) place in ``GROUPS``, 0 = the lowest quarter
    probability : (m, 4) of each group
    low, high : (m,) interval of the rank
    expected : (m,) mean rank
    """

    rank: IntArray
    group: IntArray
    probability: FloatArray
    low: IntArray
    high: IntArray
    expected: FloatArray


def groups_of(values: FloatArray, rule: EdgeRule | None = None) -> IntArray:
    """Return the quartile group of each value, a place in ``GROUPS``.

    Parameters
    ----------
    values : (..., m) finite; groups are formed along the last axis
    rule : None = strictly above, without zeros

    Examples
    --------
    >>> groups_of(np.array([1.0, 2.0, 3.0, 4.0, 5.0])).tolist()
    [0, 0, 1, 2, 3]
    >>> groups_of(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), EdgeRule("from")).tolist()
    [0, 1, 2, 3, 3]
    """
    rule = rule or EdgeRule()
    padded = values
    if rule.absent_as_zero:
        zeros = np.zeros((*values.shape[:-1], rule.absent_as_zero))
        padded = np.concatenate([values, zeros], axis=-1)
    cuts = np.moveaxis(np.quantile(padded, QUARTERS, axis=-1), 0, -1)[..., np.newaxis, :]
    tall = values[..., np.newaxis]
    over: BoolArray = tall > cuts if rule.edge == "above" else tall >= cuts
    group: IntArray = over.sum(axis=-1)
    return group


def ranks_of(values: FloatArray) -> IntArray:
    """Return the rank of each value along the last axis; equal values share the better rank.

    Examples
    --------
    >>> ranks_of(np.array([2.0, 5.0, 2.0, 1.0])).tolist()
    [2, 1, 2, 4]
    """
    order = np.argsort(-values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    step = np.ones(values.shape, dtype=np.bool_)
    step[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    place = np.where(step, np.arange(values.shape[-1]), 0)
    ranks = np.empty(values.shape, dtype=np.int64)
    np.put_along_axis(ranks, order, np.maximum.accumulate(place, axis=-1) + 1, axis=-1)
    return ranks


def rank_places(
    estimate: FloatArray,
    covariance: FloatArray,
    df: FloatArray | Sequence[float],
    generator: np.random.Generator,
    rule: EdgeRule | None = None,
    draws: Draws | None = None,
) -> Ranks:
    """Rank places and say how sure each rank and group is.

    Parameters
    ----------
    estimate : (m,) one node in m domains, or their shrunken values
    covariance : (m, m) joint covariance, of ``Result.covariance`` or ``shrunken``
    df : (m,) design degrees of freedom; infinite = normal
    generator : where the draws come from; the same seed gives the same answer
    rule : of the groups
    draws : None = 10,000 for intervals of 95 %

    Raises
    ------
    DataError
        If there are fewer than four places, a number is missing or not finite, shapes differ, or
        a place has no degrees of freedom.

    Notes
    -----
    x* = estimate + e / sqrt(u), e normal with the covariance, u = chi^2(df) / df independent for
    each place: its margin is t with the place's own df, and places keep their correlation.
    Probabilities are shares of the draws, the rank interval their quantiles.
    Source: Goldstein and Spiegelhalter 1996; Mogstad, Romano, Shaikh and Wilhelm 2024.

    Examples
    --------
    >>> normal, generator = np.full(4, np.inf), np.random.default_rng(1)
    >>> ranks = rank_places(np.array([3.0, 1.0, 2.0, 9.0]), np.eye(4) / 4, normal, generator)
    >>> ranks.rank.tolist(), ranks.low.tolist(), ranks.high.tolist()
    ([2, 4, 3, 1], [2, 3, 2, 1], [3, 4, 4, 1])
    """
    degrees, draws = np.asarray(df, dtype=np.float64), draws or Draws()
    _refuse(estimate, covariance, degrees)
    root, left = _root(covariance), draws.number
    ranks, counts = [], np.zeros((len(estimate), len(GROUPS)))
    while left > 0:
        drawn = estimate + _errors(root, degrees, generator, min(BLOCK, left))
        ranks.append(ranks_of(drawn))
        counts += (groups_of(drawn, rule)[..., np.newaxis] == np.arange(len(GROUPS))).sum(axis=0)
        left -= BLOCK
    return _summed_up(estimate, rule, draws, np.concatenate(ranks), counts)


def _summed_up(
    estimate: FloatArray, rule: EdgeRule | None, draws: Draws, ranks: IntArray, counts: FloatArray
) -> Ranks:
    """Turn (draws, m) ranks and (m, 4) counts of groups into what is published."""
    tails = [(1 - draws.confidence) / 2, (1 + draws.confidence) / 2]
    low, high = np.quantile(ranks, tails, axis=0, method="inverted_cdf")
    probability, expected = counts / draws.number, ranks.mean(axis=0)
    group = groups_of(estimate, rule)
    return Ranks(ranks_of(estimate), group, probability, low, high, expected)


def shrunken(estimate: FloatArray, covariance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return estimates drawn to their mean, and the covariance of what is left unknown.

    Parameters
    ----------
    estimate : (m,)
    covariance : (m, m) of their errors

    Notes
    -----
    The spread of estimates is that of places plus that of errors, so plug-in draws show places
    further apart than they are. With a = max(0, mean square about the mean - mean error variance)
    the places' own variance, V the covariance: B = a (a I + V)^-1, shrunken = mean + B (x - mean),
    covariance a (I - B). The mean is taken as known. a is never below the mean error variance
    over m: places that cannot be told apart come out as undecided, not as tied.
    Source: Fay and Herriot 1979 without covariates; Rao and Molina 2015, chapter 6.

    Examples
    --------
    >>> values, left = shrunken(np.array([1.0, 3.0]), np.eye(2))
    >>> values.tolist(), left.tolist()
    ([1.5, 2.5], [[0.5, 0.0], [0.0, 0.5]])
    """
    m = len(estimate)
    mean = estimate.mean()
    error = (np.trace(covariance) - covariance.sum() / m) / (m - 1)
    own = max(float(error) / m, float(estimate.var(ddof=1) - error))
    if own == 0:
        return estimate, covariance
    keep = np.linalg.solve(own * np.eye(m) + covariance, own * np.eye(m)).T
    return mean + keep @ (estimate - mean), own * (np.eye(m) - keep)


def _errors(
    root: FloatArray, df: FloatArray, generator: np.random.Generator, size: int
) -> FloatArray:
    """Draw (size, m) errors: normal with the covariance, each column divided to be t."""
    normal = generator.standard_normal((size, len(df))) @ root.T
    finite = np.where(np.isfinite(df), df, 1.0)
    stretch = np.sqrt(finite / generator.chisquare(finite, (size, len(df))))
    errors: FloatArray = normal * np.where(np.isfinite(df), stretch, 1.0)
    return errors


def _root(covariance: FloatArray) -> FloatArray:
    """Return the symmetric root of a covariance, which may have less than full rank."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T, dtype=np.float64)


def _refuse(estimate: FloatArray, covariance: FloatArray, df: FloatArray) -> None:
    m = len(estimate)
    if m < len(GROUPS):
        raise DataError(f"{m} places make no four groups", where="ranks")
    if covariance.shape != (m, m) or df.shape != (m,):
        raise DataError(f"shapes differ: {m}, {covariance.shape}, {df.shape}", where="ranks")
    if not (np.isfinite(estimate).all() and np.isfinite(covariance).all()):
        raise DataError("a value or its variance is unknown; leave the place out", where="ranks")
    if not (df > 0).all():
        raise DataError("a place has no degrees of freedom; leave it out", where="ranks")
