"""Quantiles of a numeric item, as of minutes waited, with their errors (Python only).

An index has no use for them. Knows no tree but the share it asks for.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from scoring.arrays import BoolArray, FloatArray
from scoring.errors import DataError, EmptyDomainError, PlanError
from scoring.estimates.intervals import quantile
from scoring.pipeline import Options, score_sample
from scoring.result import Estimate, Note
from scoring.sample import Sample
from scoring.tree import IndexTree

CLOSE = 1e-12
"""Shares that differ by less are the same: rounding of sums of weights."""
SHARE = {"code": "share", "item": "below", "values": {"0": 0, "1": 1}, "range": [0, 1]}
BELOW = IndexTree.from_mapping({"index": "share", "scale": [0, 1], "tree": SHARE})


class Quantile(NamedTuple):
    """A quantile of an item, in the item's units; None is null, with a note that says why."""

    probability: float
    estimate: float | None
    se: float | None
    low: float | None
    high: float | None
    df: float | None
    n: int
    notes: tuple[Note, ...]


def quantile_of(
    sample: Sample,
    item: str,
    probability: float,
    options: Options,
    domain: Mapping[str, str] | None = None,
) -> Quantile:
    """Estimate a quantile of a numeric item in a domain.

    Parameters
    ----------
    sample : Sample; the item is numbers, NaN = missing
    item : its name
    probability : between 0 and 1, 0.5 is the median
    options : design policies, confidence and ``interval`` of the share below; no calibration
    domain : column -> value; None = the whole sample

    Raises
    ------
    PlanError
        If the probability is not between 0 and 1, or weights are to be calibrated or trimmed.
    DataError, EmptyDomainError
        If there is no such numeric item, or nobody in the domain; also as ``score_sample``.

    Notes
    -----
    q = the least x with F(x) >= p, F the weighted share of answers up to x; the ends are the
    quantiles at the ends of the interval of F(q), se = (high - low) / 2t.
    Source: Woodruff 1952; Francisco and Fuller 1991; R: ``svyquantile(qrule = "math",
    interval.type = "mean")``; where t would pass 0 or 1, ``"beta"``.
    """
    _refuse_options(probability, options)
    named = dict(domain or {})
    values, here = _numbers(sample, item), _members(sample, named)
    answered = here & ~np.isnan(values)
    min_n = BELOW.min_n if options.min_n is None else options.min_n
    n = int(np.count_nonzero(answered))
    if n < min_n:
        few = Note("small-n", f"{n} valid answers, fewer than {min_n}")
        return Quantile(probability, None, None, None, None, None, n, (few,))
    x, weight = values[answered], sample.weight[answered]
    found = weighted_quantile(x, weight, probability)
    row = _share_below(sample, np.where(np.isnan(values), np.nan, values <= found), options, named)
    if row.low is None or row.high is None or row.df is None:
        return Quantile(probability, found, None, None, None, row.df, n, row.notes)
    low, high = (weighted_quantile(x, weight, end) for end in (row.low, row.high))
    t = float(quantile(np.asarray([row.df]), options.confidence)[0])
    return Quantile(probability, found, (high - low) / (2 * t), low, high, row.df, n, row.notes)


def _refuse_options(probability: float, options: Options) -> None:
    if not 0 < probability < 1:
        raise PlanError(f"{probability:g} is not between 0 and 1", where="probability")
    if options.calibration is not None or options.trim is not None:
        raise PlanError("quantiles take the weights of the sample as they are", where="options")


def _share_below(
    sample: Sample, below: FloatArray, options: Options, domain: Mapping[str, str]
) -> Estimate:
    """Return the share of answers up to a quantile, with its interval; 1 is no doubt here."""
    asked = replace(options, domains=[tuple(domain)] if domain else [], compare=[])
    result = score_sample(replace(sample, items={"below": below}), BELOW, asked)
    row = result.get("share", domain or None)
    return row._replace(notes=tuple(note for note in row.notes if note.code != "at-bound"))


def weighted_quantile(x: FloatArray, weight: FloatArray, probability: float) -> float:
    """Return the least x whose share of the weight up to it is not below the probability.

    Parameters
    ----------
    x : (n,) numbers, n at least 1
    weight : (n,) above 0
    probability : taken as 0 below 0, as 1 above 1

    Examples
    --------
    >>> minutes = np.asarray([5.0, 10, 10, 15, 30, 45])
    >>> weighted_quantile(minutes, np.ones(6), 0.5)
    10.0
    """
    order = np.argsort(x, kind="stable")
    share = np.cumsum(weight[order])
    at = int(np.searchsorted(share / share[-1], min(probability, 1.0) - CLOSE))
    return float(x[order][min(at, len(x) - 1)])


def _numbers(sample: Sample, item: str) -> FloatArray:
    column = sample.items.get(item)
    if not isinstance(column, np.ndarray):
        raise DataError("is no column of numbers", where=f"item {item}")
    return column


def _members(sample: Sample, domain: Mapping[str, str]) -> BoolArray:
    """Return (n,) who has a weight and every one of the values; EmptyDomainError if nobody."""
    here: BoolArray = sample.weight > 0
    for name, value in domain.items():
        column = sample.domains.get(name)
        if column is None or value not in column.labels:
            raise EmptyDomainError(f"domain {dict(domain)} is empty")
        here &= column.codes == column.labels.index(value)
    if not here.any():
        raise EmptyDomainError(f"domain {dict(domain)} is empty")
    return here
