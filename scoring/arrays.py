"""Array types and the checks of shape and finiteness. Knows nothing of surveys."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from scoring.errors import DataError, ShapeError

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int8 | np.int16 | np.int32 | np.int64 | np.intp]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
Vector = TypeVar("Vector", FloatArray, IntArray)


def float_vector(values: npt.ArrayLike, what: str) -> FloatArray:
    """Return the values as a read-only float64 vector.

    Parameters
    ----------
    values : (n,) numbers
    what : str
        The column's name, for the error.

    Raises
    ------
    DataError
        If a value is no number.
    ShapeError
        If there is more than one dimension.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError("holds values that are not numbers", where=what) from error
    return frozen_vector(array, what)


def int_vector(values: npt.ArrayLike, what: str) -> IntArray:
    """Return the values as a read-only vector of signed integers, its width kept.

    Raises
    ------
    DataError
        If the values are not integers.
    ShapeError
        If there is more than one dimension.
    """
    array = np.asarray(values)
    if array.dtype.kind == "u":
        array = array.astype(np.int64)
    if array.dtype.kind != "i":
        raise DataError(f"holds {array.dtype}, not integer codes", where=what)
    return frozen_vector(array, what)


def frozen_vector(array: Vector, what: str) -> Vector:
    """Return a read-only view of a vector; anything else is a ShapeError."""
    if array.ndim != 1:
        raise ShapeError(f"has {array.ndim} dimensions instead of 1", where=what)
    view = array.view()
    view.setflags(write=False)
    return view


def sums_at(place: IntArray, values: FloatArray | IntArray, size: int) -> FloatArray:
    """Return (size,) sums of the values that have each place."""
    return np.asarray(np.bincount(place, weights=values, minlength=size), dtype=np.float64)


def whole_numbers(sums: FloatArray) -> IntArray:
    """Return counts that were summed as floats."""
    return np.rint(sums).astype(np.int64)


def distinct(key: IntArray) -> tuple[IntArray, IntArray]:
    """Return the distinct keys in ascending order, and the place of each row's key among them.

    Keys below four times their number are ranked by counting, others by sorting.

    Parameters
    ----------
    key : (n,) not negative

    Examples
    --------
    >>> [part.tolist() for part in distinct(np.array([7, 2, 7]))]
    [[2, 7], [1, 0, 1]]
    """
    if not len(key) or int(key.max()) >= 4 * len(key):
        found, place = np.unique(key, return_inverse=True)
        return found, place
    is_there = np.bincount(key) > 0
    rank = np.cumsum(is_there) - 1
    return np.flatnonzero(is_there), rank[key]


@contextmanager
def refusing_overflow() -> Iterator[None]:
    """Turn an overflow into a DataError, so that no infinity is ever handed on."""
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            yield
    except FloatingPointError as error:
        raise DataError("the numbers are too large to be summed") from error


def all_finite(*arrays: FloatArray) -> None:
    """Raise DataError if a sum has overflowed."""
    if not all(np.isfinite(array).all() for array in arrays):
        raise DataError("the numbers are too large to be summed")


def same_length(expected: int, array: FloatArray | IntArray | BoolArray, what: str) -> None:
    """Raise ShapeError unless the vector has the expected length."""
    if len(array) != expected:
        raise ShapeError(f"has {len(array)} rows instead of {expected}", where=what)
