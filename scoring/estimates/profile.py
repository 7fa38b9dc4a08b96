"""The profile likelihood interval of one proportion, read off as R reads it. Knows no tree."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from scipy import interpolate, optimize, special

from scoring.arrays import FloatArray

STEPS = 9
"""R profiles at most so many steps to each side, five of them to its outer bound."""

LEAST_TAIL = 1e-300


def profile_ends(p: float, effective: float, t: float, n: float) -> tuple[float, float]:
    """Return the interval of a proportion from its likelihood, scaled to the error of the design.

    Parameters
    ----------
    p : between 0 and 1, both excluded
    effective : p (1 - p) / se^2
    t : quantile with the design's degrees of freedom
    n : valid answers, at least 2

    Notes
    -----
    The ends q solve 2 (n - 1) KL(p, q) = t^2 n / effective, KL(p, q) the divergence of q from p.
    R computes the signed root of the left side on a grid of logits, lays a spline through it and
    interpolates linearly between points of the spline; so is done here, so that the numbers are
    R's. The exact ends differ by up to some 1e-4 of their size; they stand where so few answers
    leave no grid to read.
    Source: Rao and Scott 1984; R: ``confint(svyglm(y ~ 1), method = "likelihood")``.

    Examples
    --------
    >>> [round(end, 4) for end in profile_ends(0.5, 100.0, 1.984, 100.0)]
    [0.4013, 0.5987]
    """
    cut = t * math.sqrt(n / effective)
    # a quarter of the tail beyond the cut on each side: there R's profile may stop
    tail = max(special.ndtr(-cut) / 4, LEAST_TAIL)
    bound = -float(special.stdtrit(n - 1, tail))
    step = bound / 5 / math.sqrt(effective * p * (1 - p))
    start = math.log(p / (1 - p))
    root = partial(_signed_root, p, n)
    down, up = (_side(root, start, sign * step, bound) for sign in (-1, 1))
    logits = np.asarray([*down[::-1], start, *up])
    roots = np.asarray([root(at) for at in logits.tolist()])
    if np.isfinite(roots).all() and roots[0] <= -cut and roots[-1] >= cut:
        fine, curve = _spline(logits, roots)
        if (np.diff(curve) > 0).all():
            low, high = special.expit(np.interp([-cut, cut], curve, fine))
            return float(low), float(high)
    return _exact(p, cut**2 / (2 * (n - 1)))


def _signed_root(p: float, n: float, logit: float) -> float:
    """Return the root of the deviance at a logit, negative below p."""
    q, rest = float(special.expit(logit)), float(special.expit(-logit))
    divergence = float(special.rel_entr(p, q) + special.rel_entr(1 - p, rest))
    return math.copysign(math.sqrt(2 * max(divergence, 0.0) * (n - 1)), q - p)


def _side(root: Callable[[float], float], start: float, step: float, bound: float) -> list[float]:
    """Walk the grid to one side until its bound, or as many steps as R takes."""
    logits: list[float] = []
    while len(logits) < STEPS and (not logits or abs(root(logits[-1])) < bound):
        logits.append(start + (len(logits) + 1) * step)
    return logits


def _spline(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return R's ``spline(x, y)``: a cubic spline at three times as many points."""
    ends = [[(3, _third(x[part], y[part]))] for part in (slice(4), slice(-4, None))]
    fine = np.linspace(x[0], x[-1], 3 * len(x))
    curve: FloatArray = interpolate.make_interp_spline(x, y, 3, bc_type=tuple(ends))(fine)
    return fine, curve


def _third(x: FloatArray, y: FloatArray) -> float:
    """Return the third derivative of the cubic through four points, the end condition of R."""
    for order in (1, 2, 3):
        y = np.diff(y) / (x[order:] - x[:-order])
    return 6 * float(y[0])


def _exact(p: float, divergence: float) -> tuple[float, float]:
    """Return the two q whose divergence from p is the one given, or the ends of 0..1."""

    def gap(q: float) -> float:
        return float(special.rel_entr(p, q) + special.rel_entr(1 - p, 1 - q)) - divergence

    tiny = np.finfo(np.float64).tiny
    near_one = 1 - float(np.finfo(np.float64).epsneg)
    low = optimize.brentq(gap, tiny, p, xtol=1e-14) if gap(tiny) > 0 else 0.0
    high = optimize.brentq(gap, p, near_one, xtol=1e-14) if gap(near_one) > 0 else 1.0
    return low, high
