"""Whose interviews to look at first: an order of suspicion, never a verdict.

Compares interviewers with each other by what their interviews look like from outside.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from scoring.arrays import BoolArray, FloatArray, IntArray, sums_at
from scoring.columns import Codes, Column
from scoring.errors import DataError, ShapeError
from scoring.estimates.multiplicity import told_apart

KEPT = 0.9
"""Share of interviewers, the least conspicuous, from whom the usual rate is learnt."""
LEAST_SPREAD = 0.02
FEWEST = 5
HALF_ANSWER = 0.5
RATE = 0.05


@dataclass(frozen=True, eq=False)
class Suspicion:
    """Interviewers in the order in which they should be looked at.

    Parameters
    ----------
    labels : of the interviewers, the most conspicuous first
    n : (m,) interviews
    signs : names of the signs
    share : (m, s) of the interviews that show each sign
    p : (m, s) one-sided p-value of each share against the other interviewers'
    p_least : (m,) smallest p-value times the number of signs, at most 1
    flagged : (m,) worth a visit, with 5 % false alarms among them
    """

    labels: tuple[str, ...]
    n: FloatArray
    signs: tuple[str, ...]
    share: FloatArray
    p: FloatArray
    p_least: FloatArray
    flagged: BoolArray


def rank_interviewers(
    interviewer: Column, signs: Mapping[str, npt.ArrayLike], rate: float = RATE
) -> Suspicion:
    """Order interviewers by the signs that their interviews show.

    Parameters
    ----------
    interviewer : (n,) label of who asked, none blank
    signs : by name, (n,) booleans: ``too_fast``, ``straight_lines``, ``near_duplicates`` > 0, ...
    rate : false discovery rate of ``flagged``

    Raises
    ------
    ShapeError
        If lengths differ.
    DataError
        If an interviewer is blank, there are fewer than 5, or there are no signs.

    Notes
    -----
    The interviews x of n that show a sign are beta-binomial about the usual rate, with a spread
    between interviewers learnt by moments (at least 0.02), both from the nine tenths with the
    lowest shares; p = P(X >= x). The least p of an interviewer is Bonferroni's over signs; flags
    are Benjamini-Hochberg's over interviewers.
    Source: Bredl, Winker, Koetschau 2012. R: ``1 - extraDistr::pbbinom(x - 1, n, a, b)``.

    Examples
    --------
    >>> who = np.repeat(["a", "b", "c", "d", "e"], 20)
    >>> found = rank_interviewers(who, {"too fast": (who == "c") & (np.arange(100) % 4 > 0)})
    >>> found.labels[0], found.flagged.tolist()
    ('c', [True, False, False, False, False])
    """
    if not signs:
        raise DataError("there are no signs to rank by")
    labels, place = _interviewers(interviewer)
    n = sums_at(place, np.ones(len(place)), len(labels))
    counts = [_counted(name, shown, place, len(labels)) for name, shown in signs.items()]
    p = np.stack([_tails(x, n) for x in counts], axis=1)
    least = np.minimum(p.min(axis=1) * len(counts), 1.0)
    order = np.lexsort((np.log(p).sum(axis=1), least))
    return Suspicion(
        labels=tuple(labels[at] for at in order),
        n=n[order],
        signs=tuple(signs),
        share=(np.stack(counts, axis=1) / n[:, None])[order],
        p=p[order],
        p_least=least[order],
        flagged=told_apart(least, rate)[order],
    )


def _interviewers(interviewer: Column) -> tuple[list[str], IntArray]:
    """Return the labels, and the place of each interview among them."""
    who = Codes.of(interviewer)
    if (who.codes < 0).any():
        raise DataError("interviewer is blank", where=f"row {int(np.argmax(who.codes < 0)) + 1}")
    codes, place = np.unique(who.codes, return_inverse=True)
    if len(codes) < FEWEST:
        raise DataError(f"{len(codes)} interviewers cannot be compared, at least {FEWEST} can")
    return [who.labels[code] for code in codes], place


def _counted(name: str, shown: npt.ArrayLike, place: IntArray, m: int) -> FloatArray:
    """Return how many interviews of each interviewer show a sign."""
    sign = np.asarray(shown, dtype=np.float64)
    if sign.shape != place.shape:
        raise ShapeError(f"has shape {sign.shape} instead of {place.shape}", where=name)
    return sums_at(place, sign, m)


def _tails(x: FloatArray, n: FloatArray) -> FloatArray:
    """Return P(X >= x) of each interviewer under the usual rate and its spread."""
    usual = np.argsort(x / n, kind="stable")[: max(int(KEPT * len(x)), FEWEST - 1)]
    rate = float((x[usual].sum() + HALF_ANSWER) / (n[usual].sum() + 2 * HALF_ANSWER))
    chance = rate * (1 - rate)
    typical = float(n[usual].mean())
    observed = float(np.mean((x[usual] / n[usual] - rate) ** 2)) / chance
    spread = max((typical * observed - 1) / max(typical - 1, 1.0), LEAST_SPREAD)
    size = (1 - spread) / spread
    return _beta_binomial_tail(x, n, rate * size, (1 - rate) * size)


def _beta_binomial_tail(x: FloatArray, n: FloatArray, a: float, b: float) -> FloatArray:
    tails = np.ones(len(x))
    for at, (least, of) in enumerate(zip(x, n, strict=True)):
        k = np.arange(least, of + 1)
        log = -np.log(of + 1) - special.betaln(of - k + 1, k + 1)
        log += special.betaln(k + a, of - k + b) - special.betaln(a, b)
        tails[at] = np.exp(special.logsumexp(log))
    return np.clip(tails, np.finfo(float).tiny, 1.0)
