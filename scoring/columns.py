"""A column of labelled codes, and how labels become codes. Knows nothing of designs and trees."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.arrays import BoolArray, FloatArray, IntArray, int_vector
from scoring.errors import CodeError, DataError

WHOLE = re.compile(r"([+-]?[0-9]+)\.0+")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, eq=False)
class Codes:
    """A column in which ``labels[codes[i]]`` is the text of row i.

    Parameters
    ----------
    codes : (n,) signed integers of any width; negative means missing (or blank)
    labels : the text of each code from 0 on

    Raises
    ------
    CodeError
        If a code has no label.

    Examples
    --------
    >>> Codes.of(["b", "", "a", "b"]).codes.tolist()
    [0, -1, 1, 0]
    >>> Codes.of([1.0, 2.5, float("nan")]).labels
    ('1', '2.5')
    """

    codes: IntArray
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        codes = int_vector(self.codes, "codes")
        object.__setattr__(self, "codes", codes)
        object.__setattr__(self, "labels", tuple(self.labels))
        if len(codes) and int(codes.max()) >= len(self.labels):
            raise CodeError(f"code {int(codes.max())} has no label")

    def __len__(self) -> int:
        return len(self.codes)

    def text(self, row: int, what: str) -> str:
        """Return the text of a row; raise DataError naming what is blank there."""
        if self.codes[row] < 0:
            raise DataError(f"{what} is blank", where=f"data row {row + 1}")
        return self.labels[int(self.codes[row])]

    @classmethod
    def of(cls, values: "Codes | npt.ArrayLike") -> "Codes":
        """Encode values by their text; blank, None and NaN are missing, 1.0 becomes ``1``."""
        if isinstance(values, Codes):
            return values
        array = np.asarray(values)
        if array.dtype.kind in "iu":
            return _of_numbers(array, np.ones(len(array), dtype=np.bool_))
        if array.dtype.kind == "f":
            return _of_numbers(array, ~np.isnan(array))
        return _of_objects(array.tolist())

    @classmethod
    def of_answers(cls, values: npt.ArrayLike) -> "Codes":
        """Take integers as codes that are their own text; negative ones are missing answers."""
        codes = int_vector(values, "answers")
        highest = int(codes.max()) if len(codes) else -1
        return cls(codes, tuple(str(code) for code in range(highest + 1)))

    def take(self, rows: IntArray) -> "Codes":
        """Return the chosen rows with the same labels."""
        return Codes(self.codes[rows], self.labels)


Column: TypeAlias = Codes | npt.ArrayLike


def text_of(value: object) -> str:
    """Return the text of a label: whole floats as decimal text, NaN and None as blank."""
    if value is None or value != value:  # noqa: PLR0124 - only NaN differs from itself
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def whole_text(text: str) -> str:
    """Return the text of a whole number without the zeros that a float leaves behind it.

    Other tools write whole numbers as floats where a column has gaps, in Parquet and in CSV.

    Examples
    --------
    >>> [whole_text(text) for text in ("98.0", "-1.00", "98.5", "1.2.0", "x")]
    ['98', '-1', '98.5', '1.2.0', 'x']
    """
    found = WHOLE.fullmatch(text)
    return found[1] if found else text


def parsed_number(text: str) -> float:
    """Return the number a text is written as (decimal point), or NaN.

    Examples
    --------
    >>> [parsed_number(text) for text in ("2", " -.5 ", "1e3", "3,5", "1_0", "")]
    [2.0, -0.5, 1000.0, nan, nan, nan]
    """
    stripped = text.strip()
    value = float(stripped) if NUMBER.fullmatch(stripped) else math.nan
    return value if math.isfinite(value) else math.nan


def narrow(codes: IntArray, n_labels: int) -> IntArray:
    """Return the codes in the smallest signed width that holds ``n_labels`` labels."""
    width = next(kind for kind in (np.int8, np.int16, np.int32) if n_labels <= np.iinfo(kind).max)
    return codes.astype(width)


def _of_numbers(array: FloatArray | IntArray, valid: BoolArray) -> Codes:
    distinct, inverse = np.unique(array[valid], return_inverse=True)
    codes = np.full(len(array), -1, dtype=np.int64)
    codes[valid] = inverse
    return Codes(
        narrow(codes, len(distinct)), tuple(text_of(value) for value in distinct.tolist())
    )


def _of_objects(values: Iterable[object]) -> Codes:
    index: dict[str, int] = {}
    codes = np.asarray([_code(text_of(value), index) for value in values], dtype=np.int64)
    return Codes(narrow(codes, len(index)), tuple(index))


def _code(text: str, index: dict[str, int]) -> int:
    return index.setdefault(text, len(index)) if text.strip() else -1
