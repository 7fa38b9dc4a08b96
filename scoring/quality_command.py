"""``python -m scoring quality``: interviews and back-checks in, signs of trouble as JSON out.

Reads through ``tables`` and writes nothing itself.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from scoring.arrays import FloatArray, IntArray
from scoring.columns import Codes, parsed_number
from scoring.errors import DataError, PlanError
from scoring.quality.agreement import (
    LEVELS,
    Level,
    cohen_kappa,
    gross_difference_rate,
    krippendorff_alpha,
)
from scoring.quality.fieldwork import (
    dont_know_shares,
    near_duplicates,
    straight_lines,
    too_fast,
)
from scoring.quality.interviewers import interviewer_effect
from scoring.quality.suspicion import rank_interviewers
from scoring.tables import answers, labels, numbers, read_table, speaking_of

HIGH_DONT_KNOW = 0.25
"""Share of don't knows from which an interview shows the sign."""

Json: TypeAlias = dict[str, object]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("data", type=Path, help="interviews, CSV or Parquet")
    parser.add_argument("--interviewer", required=True, help="column of who asked")
    parser.add_argument("--items", nargs="+", required=True, help="columns of the answers")
    parser.add_argument("--seconds", help="column of the duration")
    parser.add_argument("--dont-know", default="dk", help="the text of a don't know (default: dk)")
    parser.add_argument("--backchecks", type=Path, help="second answers, CSV or Parquet")
    parser.add_argument("--id", default="id", help="column that joins both files (default: id)")
    parser.add_argument("--level", choices=LEVELS, default="nominal", help="how codes differ")
    parser.add_argument("--out", type=Path, help="write the JSON there instead of printing it")


def quality_as_json(chosen: argparse.Namespace) -> str:
    """Return the order of suspicion, interviewer effects and agreement as JSON.

    Raises
    ------
    PlanError
        If a file cannot be read or is wrong; names file, row and column.
    """
    items: list[str] = chosen.items
    twice = next((item for at, item in enumerate(items) if item in items[:at]), None)
    if twice is not None:
        raise PlanError(f"{twice!r} stands there twice", where="--items")
    joined = [] if chosen.backchecks is None else [chosen.id]
    timed = [] if chosen.seconds is None else [chosen.seconds]
    table = read_table(
        chosen.data, [*dict.fromkeys([chosen.interviewer, *timed, *joined, *items])]
    )
    with speaking_of(chosen.data):
        if not table.num_rows:
            raise DataError("has no rows")
        found: Json = {
            "interviewers": _suspicion(table, chosen),
            "effects": [_effect(table, item, chosen) for item in items],
        }
    if chosen.backchecks is not None:
        second = read_table(chosen.backchecks, [chosen.id, *items])
        places = _joined(table, second, chosen)
        found["agreement"] = [
            _agreement(item, (table, second), places, chosen.level) for item in items
        ]
    return json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1)


def _suspicion(table: pa.Table, chosen: argparse.Namespace) -> list[Json]:
    who = labels(table, chosen.interviewer)
    columns = [_answers(table, item) for item in chosen.items]
    codes = _same_codes(columns, chosen.dont_know)
    unknown = np.stack([_is(column, chosen.dont_know) for column in columns], axis=1)
    asked = np.stack([column.codes >= 0 for column in columns], axis=1)
    signs = {
        "near_duplicate": near_duplicates(codes) > 0,
        "straight_line": straight_lines(codes),
        "dont_know": dont_know_shares(unknown, asked) >= HIGH_DONT_KNOW,
    }
    if chosen.seconds is not None:
        answered = np.maximum(asked.sum(axis=1), 1)
        signs["too_fast"] = too_fast(numbers(table, chosen.seconds), answered)
    order = rank_interviewers(who, signs)
    return [
        {"interviewer": label, "n": int(order.n[at]), "flagged": bool(order.flagged[at])}
        | {"p": float(order.p_least[at])}
        | {
            name: {"share": float(order.share[at, sign]), "p": float(order.p[at, sign])}
            for sign, name in enumerate(order.signs)
        }
        for at, label in enumerate(order.labels)
    ]


def _effect(table: pa.Table, item: str, chosen: argparse.Namespace) -> Json:
    """Return the interviewer effect on one item; the reason instead where there is none."""
    answer = _values(_answers(table, item))
    try:
        effect = interviewer_effect(answer, labels(table, chosen.interviewer))
    except DataError as error:
        return {"item": item, "icc": None, "icc_anova": None, "unusual": [], "reason": str(error)}
    unusual = [
        {"interviewer": label, "residual": float(residual), "p": float(p)}
        for label, residual, p, shown in zip(
            effect.labels, effect.residual, effect.p, effect.unusual, strict=True
        )
        if shown
    ]
    return {"item": item, "icc": effect.icc, "icc_anova": effect.icc_anova, "unusual": unusual}


def _agreement(
    item: str, tables: tuple[pa.Table, pa.Table], places: IntArray, level: Level
) -> Json:
    """Return the agreement on one item; null where chance alone agrees always."""
    columns = [_answers(table, item) for table in tables]
    if level == "nominal":
        first, second = _as_numbers(columns[0], columns[1])
    else:
        first, second = (_values(column) for column in columns)
    first = first[places]
    both = int(np.count_nonzero(np.isfinite(first) & np.isfinite(second)))
    found: Json = {"item": item, "n": both, "gross_difference_rate": None, "kappa": None}
    found["alpha"] = None
    if both:
        found["gross_difference_rate"] = gross_difference_rate(first, second)
    try:
        found["kappa"] = cohen_kappa(first, second)
        found["alpha"] = krippendorff_alpha(np.stack([first, second]), level)
    except DataError as error:
        found["reason"] = str(error)
    return found


def _joined(first: pa.Table, second: pa.Table, chosen: argparse.Namespace) -> IntArray:
    """Return the row of the first file that each back-check belongs to."""
    known: dict[str, int] = {}
    with speaking_of(chosen.data):
        own = labels(first, chosen.id)
        for row in range(len(own)):
            key = own.text(row, chosen.id)
            if key in known:
                raise DataError(f"{chosen.id} {key!r} twice", where=f"data row {row + 1}")
            known[key] = row
    with speaking_of(chosen.backchecks):
        again = labels(second, chosen.id)
        keys = [again.text(row, chosen.id) for row in range(len(again))]
        stray = next((row for row, key in enumerate(keys) if key not in known), None)
        if stray is not None:
            message = f"{chosen.id} {keys[stray]!r} has no interview"
            raise DataError(message, where=f"data row {stray + 1}")
    return np.asarray([known[key] for key in keys], dtype=np.intp)


def _answers(table: pa.Table, item: str) -> Codes:
    return Codes.of(answers(table, item))


def _looked_up(column: Codes, values: Sequence[float], missing: float) -> FloatArray:
    """Return the value of each row's text."""
    every: FloatArray = np.asarray([*values, missing], dtype=np.float64)
    return every[np.maximum(column.codes, -1)]


def _is(column: Codes, text: str) -> FloatArray:
    """Return where a column holds a text, 0 or 1."""
    return _looked_up(column, [float(label == text) for label in column.labels], 0.0)


def _same_codes(columns: Sequence[Codes], dont_know: str) -> IntArray:
    """Return (n, k) codes, the same for equal texts of different items; don't know is missing."""
    texts = dict.fromkeys(text for column in columns for text in column.labels)
    place = {text: at for at, text in enumerate(texts)} | {dont_know: -1}
    codes = [_looked_up(column, [place[text] for text in column.labels], -1) for column in columns]
    return np.stack(codes, axis=1).astype(np.int64)


def _values(column: Codes) -> FloatArray:
    """Return the numbers that a column's texts are written as; other texts are missing."""
    return _looked_up(column, [parsed_number(text) for text in column.labels], np.nan)


def _as_numbers(first: Codes, second: Codes) -> tuple[FloatArray, FloatArray]:
    """Return two columns in which equal texts are equal numbers; blanks are missing."""
    texts = dict.fromkeys(first.labels + second.labels)
    place = {text: float(at) for at, text in enumerate(texts)}
    one = _looked_up(first, [place[text] for text in first.labels], np.nan)
    return one, _looked_up(second, [place[text] for text in second.labels], np.nan)
