"""How far answers depend on who asked. Knows no tree and no names of people."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from scoring.arrays import BoolArray, FloatArray, float_vector, same_length, sums_at
from scoring.columns import Codes, Column
from scoring.errors import DataError
from scoring.estimates.multiplicity import p_values, told_apart

RATE = 0.05
LARGEST_RATIO = 1e4


@dataclass(frozen=True, eq=False)
class InterviewerEffect:
    """Share of the variance of an answer that lies between interviewers.

    Parameters
    ----------
    labels : of the interviewers with an answer
    n : (m,) answers of each
    icc_anova, icc : intraclass correlation by mean squares (may be below 0) and by REML
    residual : (m,) shrunken difference of each interviewer from all, on the answer's scale
    residual_se : (m,) its prediction error
    p : (m,) two-sided p-value of an unusual interviewer
    unusual : (m,) which may be called so, with 5 % false ones among them
    """

    labels: tuple[str, ...]
    n: FloatArray
    icc_anova: float
    icc: float
    residual: FloatArray
    residual_se: FloatArray
    p: FloatArray
    unusual: BoolArray


def interviewer_effect(
    answer: npt.ArrayLike, interviewer: Column, rate: float = RATE
) -> InterviewerEffect:
    """Estimate the interviewer effect on one answer.

    Parameters
    ----------
    answer : (n,) numbers, NaN = missing
    interviewer : (n,) label of who asked; blank rows are left out
    rate : false discovery rate of ``unusual``

    Raises
    ------
    ShapeError
        If lengths differ.
    DataError
        If fewer than two interviewers have an answer, nobody has two, or all answers are equal.

    Notes
    -----
    y = mu + u_j + e. ANOVA: (MSB - MSW) / (MSB + (n0 - 1) MSW), n0 = (N - sum n^2 / N) / (m - 1).
    REML: the ratio L = Var u / Var e of the highest restricted likelihood; icc = L / (1 + L);
    u_j = n L / (1 + n L) (mean_j - mu). Unusual: z = (mean_j - mu) / sqrt(Var u + Var e / n),
    Benjamini-Hochberg. Interviewers who work in one place each carry its differences: compare only
    with others of the place, or take it out before.
    Source: Kish 1962; Searle, Casella, McCulloch 1992, chapter 3; O'Muircheartaigh and Campanelli
    1998. R: ``lme4::lmer(y ~ 1 + (1 | interviewer))``, ``ICC::ICCbare``.

    Examples
    --------
    >>> effect = interviewer_effect([1, 2, 2, 3, 4, 5], ["a", "a", "b", "b", "c", "c"])
    >>> round(effect.icc, 4), round(effect.icc_anova, 4)
    (0.8065, 0.8065)
    """
    labels, n, mean, within = _by_interviewer(answer, interviewer)
    ratio = _ratio(n, mean, within)
    centre, of_answers = _profile(n, mean, within, ratio)
    of_interviewers, kept = ratio * of_answers, n * ratio / (1 + n * ratio)
    spread = np.sqrt(of_interviewers + of_answers / n)
    p = p_values(mean - centre, spread, np.full(len(n), np.inf))
    return InterviewerEffect(
        labels=labels,
        n=n,
        icc_anova=_anova(n, mean, within),
        icc=ratio / (1 + ratio),
        residual=kept * (mean - centre),
        residual_se=np.sqrt(of_interviewers * (1 - kept)),
        p=p,
        unusual=told_apart(p, rate),
    )


def _by_interviewer(
    answer: npt.ArrayLike, interviewer: Column
) -> tuple[tuple[str, ...], FloatArray, FloatArray, float]:
    """Return labels, numbers and means of interviewers, and the squares within them."""
    y, who = float_vector(answer, "answer"), Codes.of(interviewer)
    same_length(len(y), who.codes, "interviewer")
    asked = np.isfinite(y) & (who.codes >= 0)
    found, place = np.unique(who.codes[asked], return_inverse=True)
    y, m = y[asked], len(found)
    if m < 2 or len(y) == m or np.ptp(y) == 0:  # noqa: PLR2004 - to compare
        raise DataError("needs two interviewers, one with two answers, and answers that differ")
    n = sums_at(place, np.ones(len(y)), m)
    mean = sums_at(place, y, m) / n
    within = float(((y - mean[place]) ** 2).sum())
    return tuple(who.labels[code] for code in found), n, mean, within


def _anova(n: FloatArray, mean: FloatArray, within: float) -> float:
    total, m = float(n.sum()), len(n)
    between = float((n * (mean - n @ mean / total) ** 2).sum()) / (m - 1)
    inside = within / (total - m)
    typical = (total - float((n**2).sum()) / total) / (m - 1)
    return (between - inside) / (between + (typical - 1) * inside)


def _profile(n: FloatArray, mean: FloatArray, within: float, ratio: float) -> tuple[float, float]:
    """Return the mean of all and the variance of answers at a ratio of variances."""
    weight = n / (1 + n * ratio)
    centre = float(weight @ mean / weight.sum())
    squares = within + float((weight * (mean - centre) ** 2).sum())
    return centre, squares / (float(n.sum()) - 1)


def _ratio(n: FloatArray, mean: FloatArray, within: float) -> float:
    """Return the ratio of variances of the highest restricted likelihood."""

    def loss(root: float) -> float:
        ratio = root**2
        variance = max(_profile(n, mean, within, ratio)[1], np.finfo(float).tiny)
        spread = (float(n.sum()) - 1) * np.log(variance) + np.log1p(n * ratio).sum()
        return float(spread + np.log((n / (1 + n * ratio)).sum()))

    roots = np.concatenate([[0.0], np.geomspace(1e-3, LARGEST_RATIO**0.5, 40)])
    best = int(np.argmin([loss(root) for root in roots]))
    around = roots[max(best - 1, 0)], roots[min(best + 1, len(roots) - 1)]
    found = minimize_scalar(loss, bounds=around, method="bounded", options={"xatol": 1e-9})
    return float(found.x) ** 2 if found.fun < loss(0.0) else 0.0
