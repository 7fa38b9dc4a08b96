"""What is known of the population, checked against the respondents it is to be met with.

Knows calibration cells, neither answers nor designs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from scoring.arrays import FloatArray
from scoring.cells import Cells
from scoring.columns import parsed_number
from scoring.errors import DataError, MarginError, PlanError
from scoring.weights.distance import Bounds

Kind: TypeAlias = Literal["poststratify", "raking", "linear", "logit"]

KINDS = ("poststratify", "raking", "linear", "logit")
BOUNDED = ("linear", "logit")
EQUAL = 1e-6
"""How far shares may be from 1, and totals from each other, relative to their size."""


@dataclass(frozen=True)
class Calibration:
    """Known margins of the population, and how weights are brought to meet them.

    Parameters
    ----------
    kind : ``poststratify`` (one variable), ``raking``, ``linear`` (GREG) or ``logit``
    margins : variable -> its value -> a share (all of a variable in 0..1, adding up to 1, of the
        base-weighted total) or a count
    totals : numeric variable -> its total in the population (not for post-stratification)
    iterations : Newton's steps, at most
    bounds : least and largest factor, around 1; ``logit`` needs them, ``linear`` may have them

    Raises
    ------
    PlanError
        If the kind is unknown, or the bounds do not suit it.
    MarginError
        If there is nothing to meet, or too much for the kind, a number is not above 0, the shares
        of a variable do not add up to 1, or the counts of two have different totals.
    """

    kind: Kind
    margins: Mapping[str, Mapping[str, float]]
    totals: Mapping[str, float] = field(default_factory=dict)
    iterations: int = 50
    bounds: Bounds | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            known = ", ".join(KINDS)
            raise PlanError(f"{self.kind!r} is none of {known}", where="calibration: kind")
        fault = bounds_fault(self.kind, self.bounds)
        if fault:
            raise PlanError(fault, where="calibration: bounds")
        if not self.columns:
            raise MarginError("names no margin", where="calibration")
        if self.kind == "poststratify" and (len(self.margins) != 1 or self.totals):
            raise MarginError(
                "post-stratification takes one variable (cross several into one column, or rake)",
                where="calibration",
            )
        both = next((name for name in self.totals if name in self.margins), None)
        if both is not None:
            raise MarginError("has both margins and a total", where=f"calibration: {both}")
        self._check_numbers()
        _refuse_different(
            {name: sum(values.values()) for name, values in self.margins.items()
             if not _is_share(values)}
        )  # fmt: skip

    @property
    def columns(self) -> tuple[str, ...]:
        """The variables whose values make the calibration cells."""
        return (*self.margins, *self.totals)

    @property
    def fact(self) -> str:
        """Say kind, bounds and margins in one line."""
        within = "" if self.bounds is None else " within {:g}..{:g}".format(*self.bounds)
        return f"{self.kind}{within}: {', '.join(self.columns)}"

    def _check_numbers(self) -> None:
        for name, values in self.margins.items():
            where = f"calibration: {name}"
            bad = next((key for key, total in values.items() if not 0 < total < np.inf), None)
            if bad is not None:
                raise MarginError(
                    f"expected a number above 0, got {values[bad]:g}", where=f"{where}={bad}"
                )
            total = sum(values.values())
            if _is_share(values) and abs(total - 1) > EQUAL:
                raise MarginError(f"the shares add up to {total:.6g}, not 1", where=where)
        endless = next((name for name, x in self.totals.items() if not np.isfinite(x)), None)
        if endless is not None:
            raise MarginError("the total is not finite", where=f"calibration: {endless}")


def bounds_fault(kind: Kind, bounds: Bounds | None) -> str:
    """Return what is wrong with the bounds of a kind of calibration; empty when nothing is."""
    if bounds is None:
        return "is missing; logit needs least and largest factor" if kind == "logit" else ""
    if kind not in BOUNDED:
        return f"is for {' and '.join(BOUNDED)}, not {kind}"
    low, high = bounds
    if not 0 <= low < 1 < high < np.inf:
        return f"expected 0 <= low < 1 < high, got {low:g}, {high:g}"
    return ""


class Margin(NamedTuple):
    """One number to be met; ``value`` None is the total of a numeric variable."""

    variable: str
    value: str | None
    target: float

    @property
    def name(self) -> str:
        """The margin as text."""
        return self.variable if self.value is None else f"{self.variable}={self.value}"


@dataclass(frozen=True, eq=False)
class Auxiliaries:
    """The numbers to be met, and what each respondent of a cell adds to them.

    Parameters
    ----------
    margins : (m,)
    x : (A, m) 0 or 1 for the values of a variable, the number itself for a numeric one
    """

    margins: tuple[Margin, ...]
    x: FloatArray

    @property
    def target(self) -> FloatArray:
        """(m,) what is to be met."""
        return np.asarray([margin.target for margin in self.margins])


def auxiliaries_of(calibration: Calibration, cells: Cells) -> Auxiliaries:
    """Lay the margins out over the calibration cells.

    Raises
    ------
    MarginError
        If a value of a margin has no respondent, a respondent's value is in no margin, or the
        totals of two margins differ.
    DataError
        If the totals were not summed by these variables, or a numeric one is no number.
    """
    lacking = [name for name in calibration.columns if name not in cells.columns]
    if lacking:
        raise DataError(f"the totals were not summed by the margin {lacking[0]!r}")
    whole = float(cells.weights.sum())
    margins: list[Margin] = []
    x: list[FloatArray] = []
    for name, values in calibration.margins.items():
        labels = _labels(cells, name)
        _refuse_strangers(name, values, labels, cells)
        size = whole / sum(values.values()) if _is_share(values) else 1.0
        margins += [Margin(name, value, total * size) for value, total in values.items()]
        x += [
            np.asarray([label == value for label in labels], dtype=np.float64) for value in values
        ]
    for name, total in calibration.totals.items():
        margins.append(Margin(name, None, total))
        x.append(_numbers(cells, name))
    _refuse_different(
        {name: sum(each.target for each in margins if each.variable == name)
         for name in calibration.margins}
    )  # fmt: skip
    return Auxiliaries(tuple(margins), np.stack(x, axis=1))


def _is_share(values: Mapping[str, float]) -> bool:
    return max(values.values(), default=0.0) <= 1


def _labels(cells: Cells, name: str) -> list[str]:
    at = cells.columns.index(name)
    return [labels[at] for labels in cells.labels]


def _numbers(cells: Cells, name: str) -> FloatArray:
    labels = _labels(cells, name)
    numbers = np.asarray([parsed_number(label) for label in labels])
    if np.isnan(numbers).any():
        text = labels[int(np.argmax(np.isnan(numbers)))]
        raise DataError(f"{text!r} is not a number", where=f"column {name}")
    return numbers


def _refuse_strangers(
    name: str, values: Mapping[str, float], labels: list[str], cells: Cells
) -> None:
    """Raise MarginError unless the values of the margin are those of the respondents."""
    there = {label for label, w in zip(labels, cells.weights, strict=True) if w > 0}
    for found, known, said in (
        (values, there, "has no respondents"),
        (sorted(there), set(values), "has respondents, but is not among the margins"),
    ):
        stranger = next((value for value in found if value not in known), None)
        if stranger is not None:
            raise MarginError(f"value {stranger!r} {said}", where=f"calibration: {name}")


def _refuse_different(sums: Mapping[str, float]) -> None:
    """Raise MarginError when two variables add up to different totals."""
    for (one, first), (other, second) in pairwise(sums.items()):
        if abs(first - second) > EQUAL * max(first, second):
            raise MarginError(
                f"{one} adds up to {first:.12g}, {other} to {second:.12g}; they must agree",
                where="calibration",
            )
