"""What an interview looks like from outside: pace, straight lines, near copies, don't knows.

Codes only; knows neither the questions nor who asked.
"""

import numpy as np
import numpy.typing as npt

from scoring.arrays import BoolArray, FloatArray, IntArray, float_vector, same_length
from scoring.errors import DataError, ShapeError

NEAR = 2
NORMAL_TAIL = 2.3263478740408408
"""Distance of the first percentile of a normal variable."""
MAD_TO_SD = 1.4826022185056018
BLOCK = 1_000
HALF = 0.5
LEAST_SPREAD = 0.1


def too_fast(seconds: npt.ArrayLike, work: npt.ArrayLike) -> BoolArray:
    """Return which interviews took less time than reading them aloud can.

    Parameters
    ----------
    seconds : (n,) duration, NaN = unknown (never too fast)
    work : (n,) words that were read on the way through the form, or answers given; above 0

    Raises
    ------
    ShapeError
        If lengths differ.
    DataError
        If a duration is not above 0, or work is not above 0 or not finite.

    Notes
    -----
    The reading model: log (seconds / work) is normal over honest interviews, its middle the median
    and its sd 1.4826 MAD (at least 0.1) of all, so that some invented ones do not move it; too
    fast = below its first percentile. Source: Murphy et al. 2016 (interviewer falsification, pace
    as an indicator); Leys et al. 2013 (MAD). R: ``median(x) - qnorm(0.99) * mad(x)``.

    Examples
    --------
    >>> too_fast([600, 640, 580, 610, 90], [100, 100, 100, 100, 100]).tolist()
    [False, False, False, False, True]
    """
    took, words = float_vector(seconds, "seconds"), float_vector(work, "work")
    same_length(len(took), words, "work")
    known = ~np.isnan(took)
    if not (np.isfinite(took[known]) & (took[known] > 0)).all():
        raise DataError("a duration must be finite and above 0", where="seconds")
    if not (np.isfinite(words) & (words > 0)).all():
        raise DataError("must be finite and above 0", where="work")
    fast = np.zeros(len(took), dtype=np.bool_)
    if known.any():
        pace = np.log(took[known] / words[known])
        middle = float(np.median(pace))
        spread = max(MAD_TO_SD * float(np.median(np.abs(pace - middle))), LEAST_SPREAD)
        fast[known] = pace < middle - NORMAL_TAIL * spread
    return fast


def longest_runs(answers: npt.ArrayLike) -> IntArray:
    """Return how many answers in a row are the same at most, in each interview.

    Parameters
    ----------
    answers : (n, k) codes in the order of the form, negative = missing (ends a run)

    Notes
    -----
    The long-string index. Source: Johnson 2005; Meade and Craig 2012. R: ``careless::longstring``.

    Examples
    --------
    >>> longest_runs([[1, 1, 2, 2, 2], [1, -1, 1, 2, 3]]).tolist()
    [3, 1]
    """
    codes = _matrix(answers)
    run, longest = np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes), dtype=np.int64)
    before = np.full(len(codes), -1)
    for item in codes.T:
        run = np.where(item < 0, 0, np.where(item == before, run + 1, 1))
        longest, before = np.maximum(longest, run), item
    return longest


def straight_lines(answers: npt.ArrayLike, share: float = 0.9) -> BoolArray:
    """Return which interviews give this share of their answers with one and the same code.

    Parameters
    ----------
    answers : (n, k) codes of items with the same answers to choose from, negative = missing
    share : of the answers given; interviews with fewer than half of the answers do not count

    Notes
    -----
    Source: Kim, Dykema, Stevenson, Black, Moberg 2019 (straightlining, simple nondifferentiation).

    Examples
    --------
    >>> straight_lines([[4, 4, 4, 4], [4, 4, 4, 1], [4, -1, -1, -1]]).tolist()
    [True, False, False]
    """
    codes = _matrix(answers)
    given = (codes >= 0).sum(axis=1)
    most = np.zeros(len(codes), dtype=np.int64)
    for code in np.unique(codes[codes >= 0]):
        most = np.maximum(most, (codes == code).sum(axis=1))
    straight: BoolArray = (given >= HALF * codes.shape[1]) & (most >= share * np.maximum(given, 1))
    return straight


def near_duplicates(answers: npt.ArrayLike, near: int = NEAR) -> IntArray:
    """Return how many other interviews each one resembles in all but a few answers.

    Parameters
    ----------
    answers : (n, k) codes, negative = missing, which counts as an answer of its own; interviews
        with fewer than half of the answers resemble nobody
    near : answers that may differ (Hamming distance)

    Notes
    -----
    Agreements of all pairs are products of indicator matrices, in blocks of 1,000: 5,000
    interviews of 25 items take about a second. Source: Kuriakose and Robbins 2016 (percent match),
    with the caution of Simmons et al. 2016: homogeneous people resemble each other, so compare
    interviewers, not one limit. R: ``as.matrix(cluster::daisy(x)) * k <= near``.

    Examples
    --------
    >>> near_duplicates([[1, 2, 3, 4], [1, 2, 3, 1], [2, 1, 1, 3]], near=1).tolist()
    [1, 1, 0]
    """
    codes = _matrix(answers)
    twins = np.zeros(len(codes), dtype=np.int64)
    full = np.flatnonzero((codes >= 0).sum(axis=1) >= HALF * codes.shape[1])
    kept = np.maximum(codes[full], -1)
    indicators = np.concatenate(
        [kept == code for code in np.unique(kept)] or [np.zeros((0, 0))], axis=1
    ).astype(np.float32)
    least = codes.shape[1] - near
    for start in range(0, len(full), BLOCK):
        same = indicators[start : start + BLOCK] @ indicators.T
        twins[full[start : start + BLOCK]] = (same > least - HALF).sum(axis=1) - 1
    return twins


def dont_know_shares(dont_know: npt.ArrayLike, asked: npt.ArrayLike) -> FloatArray:
    """Return the share of don't knows among the questions asked, 0 where nothing was.

    Parameters
    ----------
    dont_know, asked : (n, k) booleans

    Examples
    --------
    >>> dont_know_shares([[True, False], [False, False]], [[True, True], [False, False]]).tolist()
    [0.5, 0.0]
    """
    said, reached = np.asarray(dont_know, dtype=np.bool_), np.asarray(asked, dtype=np.bool_)
    if said.ndim != 2 or said.shape != reached.shape:  # noqa: PLR2004 - people and items
        raise ShapeError(f"has shape {said.shape}, asked {reached.shape}", where="dont_know")
    shares: FloatArray = (said & reached).sum(axis=1) / np.maximum(reached.sum(axis=1), 1)
    return shares


def _matrix(answers: npt.ArrayLike) -> IntArray:
    """Return codes by interview and item."""
    codes = np.asarray(answers)
    if codes.ndim != 2 or codes.dtype.kind not in "iu":  # noqa: PLR2004 - people and items
        found = f"{codes.dtype} with {codes.ndim} dimensions"
        raise ShapeError(f"needs integer codes by person and item, got {found}", where="answers")
    return codes.astype(np.int64) if codes.dtype.kind == "u" else codes
