"""Propensity weights: who came to a counter, beside the records of everybody who was served.

Works on the crossings of the variables, not on rows. Knows no answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from scoring.arrays import BoolArray, FloatArray, IntArray, float_vector, same_length, sums_at
from scoring.columns import Codes, Column
from scoring.errors import ConvergenceError, DataError, MarginError, WeightError

TIGHT = 1e-10
STEPS = 50
HALVINGS = 40


@dataclass(frozen=True, eq=False)
class Propensity:
    """Weights of counter data, and the model they come from.

    Parameters
    ----------
    weight : (n,) 1 / probability of each respondent of the counters
    probability : (n,) of answering at a counter, above 0 and below 1
    terms : ``variable=value`` of each coefficient but the first; the first value of a variable,
        as text, is what the others are compared with
    coefficients : (1 + terms) of the logistic model, the constant first
    iterations : Newton's steps
    """

    weight: FloatArray
    probability: FloatArray
    terms: tuple[str, ...]
    coefficients: FloatArray
    iterations: int


def propensity_weights(
    counters: Mapping[str, Column],
    records: Mapping[str, Column],
    record_weight: npt.ArrayLike | None = None,
) -> Propensity:
    """Weight respondents of counters by the inverse of their propensity to answer there.

    Parameters
    ----------
    counters : variable -> (n,) labels of the respondents; no blanks
    records : the same -> (m,) labels of everybody served, or of a probability sample of them
    record_weight : (m,) weights of that sample, or numbers of people; None for 1 each

    Raises
    ------
    DataError, ShapeError, WeightError
        If the variables differ, a label is blank, a length is wrong, or a weight is not above 0.
    MarginError
        If one side lacks a value of the other, or the counters hold all people of a value.
    ConvergenceError
        If the model has no finite solution.

    Notes
    -----
    logit p = x'b, b solving sum over counters of x = sum over records of d p x: the pseudo
    likelihood of the whole population, of which the counters are a part. Weights times x meet the
    records only nearly; rake afterwards for exact margins. Source: Chen, Li, Wu 2020; Elliott and
    Valliant 2017; R: ``nonprobsvy::nonprob(selection = ~x, method_selection = "logit")``.

    Examples
    --------
    >>> found = propensity_weights({"sex": ["f", "f", "m"]}, {"sex": ["f"] * 8 + ["m"] * 12})
    >>> found.weight.round(6).tolist()
    [4.0, 4.0, 12.0]
    """
    if not counters or set(counters) != set(records):
        raise DataError("counters and records need the same variables, at least one")
    here, there = ([Codes.of(side[name]) for name in counters] for side in (counters, records))
    people, weight = np.ones(len(here[0])), _checked(record_weight, len(there[0]))
    levels = [
        _levels(name, (one, people), (other, weight))
        for name, one, other in zip(counters, here, there, strict=True)
    ]
    place, x, sums = _cells(levels, (here, people), (there, weight))
    b, steps = _fitted(x, *sums)
    p = expit(x @ b)[place[: len(people)]]
    pairs = zip(counters, levels, strict=True)
    terms = tuple(f"{name}={value}" for name, level in pairs for value in level[1:])
    return Propensity(1 / p, p, terms, b, steps)


def _checked(weight: npt.ArrayLike | None, n: int) -> FloatArray:
    values = np.ones(n) if weight is None else float_vector(weight, "record weight")
    same_length(n, values, "record weight")
    bad: BoolArray = ~(np.isfinite(values) & (values > 0))
    if bad.any():
        raise WeightError(
            "the weight of a record is not above 0", where=f"data row {int(np.argmax(bad)) + 1}"
        )
    return values


def _levels(
    name: str, counters: tuple[Codes, FloatArray], records: tuple[Codes, FloatArray]
) -> tuple[str, ...]:
    """Return the values of a variable, sorted; refuse what the model cannot weigh."""
    held, whole = (_by_value(name, *side) for side in (counters, records))
    for one, other, said in (
        (held, whole, "has respondents, but is not in the records"),
        (whole, held, "has nobody at the counters; merge it with another"),
    ):
        stranger = next((value for value in one if value not in other), None)
        if stranger is not None:
            raise MarginError(f"value {stranger!r} {said}", where=name)
    full = next((value for value, number in held.items() if number >= whole[value]), None)
    if full is not None:
        raise MarginError(
            f"value {full!r} has {held[full]:g} respondents and {whole[full]:g} in the records;"
            " there must be more in the records",
            where=name,
        )
    return tuple(sorted(held))


def _by_value(name: str, column: Codes, weight: FloatArray) -> dict[str, float]:
    same_length(len(weight), column.codes, name)
    blank = column.codes < 0
    if blank.any():
        raise DataError("is blank", where=f"data row {int(np.argmax(blank)) + 1}, column {name}")
    sums = sums_at(column.codes, weight, len(column.labels)).tolist()
    return {value: number for value, number in zip(column.labels, sums, strict=True) if number}


def _cells(
    levels: Sequence[tuple[str, ...]],
    counters: tuple[Sequence[Codes], FloatArray],
    records: tuple[Sequence[Codes], FloatArray],
) -> tuple[IntArray, FloatArray, tuple[FloatArray, FloatArray]]:
    """Return the cell of each row (counters first), x of each cell, and the sums of both sides."""
    key = np.zeros(len(counters[1]) + len(records[1]), dtype=np.int64)
    for at, values in enumerate(levels):
        ranks = [_ranks(side[0][at], values) for side in (counters, records)]
        key = np.unique(key * len(values) + np.concatenate(ranks), return_inverse=True)[1]
    _, first = np.unique(key, return_index=True)
    columns = [np.ones(len(first))]
    for at, values in enumerate(levels):
        ranks = [_ranks(side[0][at], values) for side in (counters, records)]
        here = np.concatenate(ranks)[first]
        columns += [(here == value).astype(np.float64) for value in range(1, len(values))]
    n = len(counters[1])
    held = sums_at(key[:n], counters[1], len(first))
    whole = sums_at(key[n:], records[1], len(first))
    return key, np.stack(columns, axis=1), (held, whole)


def _ranks(column: Codes, values: tuple[str, ...]) -> IntArray:
    """Return the place of each row's label among the sorted values."""
    place = {value: at for at, value in enumerate(values)}
    return np.asarray([place.get(label, -1) for label in column.labels])[column.codes]


def _fitted(x: FloatArray, held: FloatArray, whole: FloatArray) -> tuple[FloatArray, int]:
    """Climb the pseudo likelihood by Newton's steps, halved until it does not fall."""

    def likelihood(b: FloatArray) -> float:
        u = x @ b
        return float(held @ u - whole @ np.logaddexp(0.0, u))

    b, gap = np.zeros(x.shape[1]), np.inf
    b[0] = np.log(held.sum() / (whole.sum() - held.sum()))
    for steps in range(STEPS):
        p = expit(x @ b)
        slope = (held - whole * p) @ x
        gap = float(np.abs(slope).max() / held.sum())
        if gap <= TIGHT:
            return b, steps
        step = np.linalg.lstsq((x.T * (whole * p * (1 - p))) @ x, slope, rcond=None)[0]
        least = likelihood(b) - TIGHT * abs(likelihood(b))
        sizes = 0.5 ** np.arange(HALVINGS)
        b = b + step * next((size for size in sizes if likelihood(b + size * step) >= least), 0.0)
    raise ConvergenceError(STEPS, gap, "of the propensity model")
