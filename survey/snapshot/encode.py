"""From sealed documents to columns: DuckDB parses a batch of bodies in one pass.

The four kinds of missing keep their codes; an answer that its version does not know is an error,
never a silent blank. Pure: it touches no file and no stored table.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from survey.errors import StateError
from survey.snapshot.layout import (
    ALIKE,
    ANSWERED,
    ANSWERED_COUNT,
    AROUND,
    ASSISTED,
    HOUR,
    NOT_ASKED,
    OTHER,
    PACE,
    REASONS,
    SECONDS,
    UNKNOWN_COUNT,
    Layout,
    option_column,
    reason_column,
)
from survey.terms import Missing

BODY: Final = "@body"
STRANGER: Final = -128
HOUR_READ: Final = """
    floor(epoch(try_strptime(replace(read.answered_hour, 'Z', '+00:00'),
                       ['%Y-%m-%dT%H:%M%z', '%Y-%m-%dT%H:%M:%S%z'])) / 3600)
"""
NO_NUMBER: Final = -1e300
FNV_OFFSET, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
"""The FNV-1a hash, taken over whole answers: good enough to find those that are the same."""


def encode(layout: Layout, rows: pa.Table) -> pa.Table:
    """Return the columns of some responses, in their order.

    ``rows`` has the columns of AROUND and the body; raise StateError ``unknown-answer`` for a
    choice that the version does not have.
    """
    columns = {name: _quoted(name) for name in AROUND}
    columns |= {SECONDS: "read.seconds", ASSISTED: "read.assisted", HOUR: HOUR_READ}
    columns |= dict(_columns(layout))
    body, shape = _quoted(BODY), _text(json.dumps(_shape(layout)))
    with duckdb.connect() as engine:
        parsed = engine.from_arrow(rows).project(
            f"*, json_transform(nfc_normalize({body}), {shape}) AS read"
        )
        chosen = ", ".join(f"{sql} AS {_quoted(name)}" for name, sql in columns.items())
        table = parsed.project(chosen).to_arrow_table()
    _refuse_strangers(layout, table)
    table = _with_alike(layout, _with_counts(layout, table))
    return table.select(layout.schema.names).cast(layout.schema)


def _shape(layout: Layout) -> dict[str, object]:
    """Return what json_transform is to look for; a choice with other text comes as its JSON."""
    answers: dict[str, object] = dict.fromkeys(layout.choices, "VARCHAR")
    answers |= dict.fromkeys(layout.numbers, "DOUBLE")
    answers |= {item: ["VARCHAR"] for item in layout.several}
    missing = dict.fromkeys(answers, "VARCHAR")
    return {
        "seconds": "DOUBLE",
        "assisted": "BOOLEAN",
        "answered_hour": "VARCHAR",
        "answers": answers or "VARCHAR",
        "missing": missing or "VARCHAR",
    }


def _columns(layout: Layout) -> Iterator[tuple[str, str]]:
    """Yield the name of each column of answers and the SQL that reads it."""
    for item, names in layout.choices.items():
        codes = {name: code for code, name in enumerate(names)}
        yield item, _unless_missing(item, _coded(_choice(item, names), codes, STRANGER))
    for item in layout.numbers:
        yield item, _given(item)
        yield reason_column(item), _unless_missing(item, str(ANSWERED))
    for item, names in layout.several.items():
        for name in names:
            is_chosen = f"list_contains({_given(item)}, {_text(name)})::TINYINT"
            yield option_column(item, name), _unless_missing(item, is_chosen)


def _choice(item: str, names: tuple[str, ...]) -> str:
    if OTHER not in names:
        return _given(item)
    beside_text = f"json_extract_string({_quoted(BODY)}, {_text(f'/answers/{item}/choice')})"
    return f"coalesce({beside_text}, {_given(item)})"


def _unless_missing(item: str, value: str) -> str:
    reason = _coded(f"read.missing.{_quoted(item)}", REASONS, NOT_ASKED)
    return f"CASE WHEN {_given(item)} IS NULL THEN {reason} ELSE {value} END"


def _coded(text: str, codes: Mapping[str, int], otherwise: int) -> str:
    cases = " ".join(f"WHEN {_text(name)} THEN {code}" for name, code in codes.items())
    return f"CASE {text} {cases} ELSE {otherwise} END" if codes else str(otherwise)


def _given(item: str) -> str:
    return f"read.answers.{_quoted(item)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _with_counts(layout: Layout, table: pa.Table) -> pa.Table:
    """Add how many items each response answered or did not know, and how long reading takes."""
    answered = np.zeros(table.num_rows, np.int16)
    unknown = np.zeros(table.num_rows, np.int16)
    pace = np.zeros(table.num_rows, np.float32)
    for name, item in layout.coded.items():
        codes = table[name].to_numpy()
        answered += codes >= ANSWERED
        unknown += codes == REASONS[Missing.DONT_KNOW.value]
        pace += (codes != NOT_ASKED) * np.float32(layout.pace.get(item, 0.0))
    counted = table.append_column(ANSWERED_COUNT, pa.array(answered))
    counted = counted.append_column(UNKNOWN_COUNT, pa.array(unknown))
    return counted.append_column(PACE, pa.array(pace))


def _with_alike(layout: Layout, table: pa.Table) -> pa.Table:
    """Add the hash of all answers of each response."""
    alike = np.full(table.num_rows, FNV_OFFSET)
    for name in layout.answers:
        values = np.nan_to_num(table[name].to_numpy().astype(np.float64), nan=NO_NUMBER)
        alike = (alike ^ values.view(np.uint64)) * FNV_PRIME
    return table.append_column(ALIKE, pa.array(alike.view(np.int64)))


def _refuse_strangers(layout: Layout, table: pa.Table) -> None:
    for item in layout.choices:
        if table.num_rows and pc.min(table[item]).as_py() == STRANGER:
            raise StateError("unknown-answer", f"{item} has a choice unknown to it", where=item)
