"""Tables on disk: CSV (UTF-8, every cell text) and Parquet, read by column; faults name the file.

The only place besides the command line where files are opened. Knows no plan and no design.
"""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from scoring.arrays import FloatArray, float_vector
from scoring.columns import Codes, narrow, parsed_number
from scoring.errors import DataError, PlanError, ScoringError
from scoring.sample import Item


@contextmanager
def speaking_of(path: Path) -> Iterator[None]:
    """Name the file in errors about its contents."""
    try:
        yield
    except PlanError:
        raise
    except ScoringError as error:
        raise PlanError(str(error), where=str(path)) from error


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file, or raise PlanError naming it."""
    with reading(path):
        return path.read_bytes()


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever a damaged file causes into one line that names it."""
    try:
        yield
    except FileNotFoundError as error:
        raise PlanError("no such file", where=str(path)) from error
    except (pa.ArrowException, OSError, csv.Error, UnicodeDecodeError) as error:
        raise PlanError(f"cannot be read ({str(error)[:120]})", where=str(path)) from error


def read_header(path: Path) -> list[str]:
    """Return the column names of a CSV or Parquet file; each must stand once."""
    with reading(path):
        header = parquet.read_schema(path).names if is_parquet(path) else csv_header(path)
    twice = next((name for at, name in enumerate(header) if name in header[:at]), None)
    if twice is not None:
        raise PlanError(f"column {twice!r} stands there twice", where=str(path))
    return header


def csv_header(path: Path) -> list[str]:
    """Return the first record of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def is_parquet(path: Path) -> bool:
    """Whether a file's name says that it is Parquet."""
    return path.suffix.lower() == ".parquet"


def read_table(path: Path, names: Sequence[str]) -> pa.Table:
    """Read the named columns of a CSV (every cell as text) or Parquet file."""
    header = read_header(path)
    absent = next((name for name in names if name not in header), None)
    if absent is not None:
        raise PlanError(f"no column {absent!r}{_hint(absent, header)}", where=str(path))
    with reading(path):
        if is_parquet(path):
            return parquet.read_table(path, columns=names)
        text = arrow_csv.ConvertOptions(
            include_columns=names,
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
        )
        parse = arrow_csv.ParseOptions(newlines_in_values=True)
        return arrow_csv.read_csv(path, parse_options=parse, convert_options=text)


def _hint(absent: str, header: Sequence[str]) -> str:
    """Say what may have been meant, or that cells are not set apart as a CSV's are."""
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        return "; the header is one cell, and cells must be set apart by commas"
    near = get_close_matches(absent, header, 1)
    return f", did you mean {near[0]!r}?" if near else ""


def labels(table: pa.Table, name: str) -> Codes:
    """Return a column as labels: text verbatim, whole numbers as decimal text."""
    column = table[name]
    if pa.types.is_floating(column.type):
        return Codes.of(column.to_numpy())
    try:
        encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    except pa.ArrowException as error:
        raise DataError(f"holds {column.type}, not text or numbers", where=name) from error
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    texts = encoded.dictionary.to_pylist()
    kept = np.asarray([at if text.strip() else -1 for at, text in enumerate(texts)] + [-1])
    return Codes(narrow(kept[codes], len(texts)), tuple(texts))


def answers(table: pa.Table, name: str) -> Item:
    """Return a column as answers; in a snapshot (int8) negative codes are missing."""
    column = table[name]
    if pa.types.is_int8(column.type):
        return Codes.of_answers(column.fill_null(-1).to_numpy())
    if pa.types.is_floating(column.type):
        return float_vector(column.to_numpy(), name)
    return labels(table, name)


def numbers(table: pa.Table, name: str) -> FloatArray:
    """Return a column of numbers, blank = NaN; another text is an error that names the row."""
    column = labels(table, name)
    values: FloatArray = np.asarray([*map(parsed_number, column.labels), np.nan])[
        np.maximum(column.codes, -1)
    ]
    wrong = np.isnan(values) & (column.codes >= 0)
    if wrong.any():
        row = int(np.argmax(wrong))
        text = column.labels[column.codes[row]]
        raise DataError(f"{text!r} is not a number", where=f"data row {row + 1}, column {name}")
    return values
