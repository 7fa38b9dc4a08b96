"""Official results and method breaks as CSV files say them; every fault by row and column.

It must not know any table: what comes out are rows ready to be kept.
"""

import csv
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml

from survey.errors import OfficialError
from survey.places.tables import SENTENCES, Faults, Line, read_lines

DATA: Final = Path(__file__).with_name("data")
RESULT_COLUMNS: Final = ("place", "year", "index", "code", "score", "source", "certainty")
BREAK_COLUMNS: Final = ("index", "year", "what", "what_en")
GROUPS: Final = ("cao", "tb_cao", "tb_thap", "thap", "A", "B", "C", "D")
CERTAINTIES: Final = ("H", "M", "L", "INF")
FIRST_YEAR, LAST_YEAR = 2005, 2100
_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
_NUMBER: Final = re.compile(r"-?\d{1,9}([.,]\d{1,12})?")

ResultRow = Mapping[str, str | int | float | None]


@dataclass
class _Reading:
    faults: Faults
    provinces: frozenset[str]
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)


def builtin_file(name: str) -> bytes:
    """Return the bytes of a file of official data that ships with the program."""
    return (DATA / f"{name}.csv").read_bytes()


def read_results(source: bytes, file: str, provinces: frozenset[str]) -> list[ResultRow]:
    """Return the official results of a file; raise OfficialError with every fault."""
    reading = _Reading(_faults(file), provinces)
    lines = read_lines(source, RESULT_COLUMNS, reading.faults)
    rows = [_result(line, reading) for line in lines]
    reading.faults.settle()
    return rows


def read_breaks(source: bytes, file: str) -> list[ResultRow]:
    """Return the method breaks of a file; raise OfficialError with every fault."""
    reading = _Reading(_faults(file), frozenset())
    lines = read_lines(source, BREAK_COLUMNS, reading.faults)
    rows = [_break(line, reading) for line in lines]
    reading.faults.settle()
    return rows


def _faults(file: str) -> Faults:
    return Faults(file, OfficialError, {**SENTENCES, **_own_sentences()})


@lru_cache(maxsize=1)
def _own_sentences() -> Mapping[str, Mapping[str, str]]:
    text = (DATA / "official_messages.yaml").read_text(encoding="utf-8")
    sentences: Mapping[str, Mapping[str, str]] = yaml.safe_load(text)
    return sentences


@lru_cache(maxsize=1)
def _scales() -> Mapping[tuple[str, bool], tuple[float, float]]:
    """Return the scale of each index, for its total (True) and for its contents (False)."""
    rows = csv.DictReader(builtin_file("official_indices").decode().splitlines())
    return {
        (row["index"], row["level"] == "total"): (float(row["low"]), float(row["high"]))
        for row in rows
    }


def _result(line: Line, reading: _Reading) -> ResultRow:
    note = reading.faults.add
    if line["place"] and line["place"] not in reading.provinces:
        note("unknown-province", line.number, "place", got=line["place"])
    if line["code"] and not _CODE.fullmatch(line["code"]):
        note("bad-content", line.number, "code", got=line["code"])
    _check_among(line, "group", GROUPS, "unknown-group", reading)
    _check_among(line, "certainty", CERTAINTIES, "unknown-certainty", reading)
    _check_once(line, ("place", "year", "index", "code"), reading)
    figures = {name: _number(line, name, reading) for name in ("score", "se", "low", "high")}
    row: ResultRow = {
        **{name: line[name] for name in ("place", "index", "code", "group", "source")},
        **{name: line[name] for name in ("certainty", "note", "note_en")},
        "year": _year(line, reading),
        **figures,
    }
    _check_index(line, reading)
    _check_figures(line, figures, reading)
    return row


def _break(line: Line, reading: _Reading) -> ResultRow:
    _check_index(line, reading)
    _check_once(line, ("index", "year"), reading)
    codes = line["codes"].split()
    for code in codes:
        if not _CODE.fullmatch(code):
            reading.faults.add("bad-content", line.number, "codes", got=code)
    return {
        **{name: line[name] for name in ("index", "what", "what_en")},
        "year": _year(line, reading),
        "codes": " ".join(codes),
    }


def _check_index(line: Line, reading: _Reading) -> None:
    known = dict.fromkeys(index for index, _ in _scales())
    if line["index"] and line["index"] not in known:
        expected = ", ".join(known)
        reading.faults.add(
            "unknown-index", line.number, "index", got=line["index"], expected=expected
        )


def _check_among(
    line: Line, column: str, known: tuple[str, ...], mistake: str, reading: _Reading
) -> None:
    if line[column] and line[column] not in known:
        expected = ", ".join(known)
        reading.faults.add(mistake, line.number, column, got=line[column], expected=expected)


def _check_once(line: Line, columns: tuple[str, ...], reading: _Reading) -> None:
    key = tuple(line[column] for column in columns)
    earlier = reading.seen.setdefault(key, line.number)
    if earlier != line.number:
        reading.faults.add("row-twice", line.number, columns[-1], earlier=earlier)


def _check_figures(line: Line, figures: Mapping[str, float | None], reading: _Reading) -> None:
    for column, mistake, facts in _wrong_figures(line, figures):
        reading.faults.add(mistake, line.number, column, **facts)


def _wrong_figures(
    line: Line, figures: Mapping[str, float | None]
) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    score, se, low, high = (figures[name] for name in ("score", "se", "low", "high"))
    scale = _scales().get((line["index"], line["code"] == line["index"]))
    if score is not None and scale and not scale[0] <= score <= scale[1]:
        facts = {"got": f"{score:g}", "index": line["index"]}
        yield "score", "out-of-scale", {**facts, "low": f"{scale[0]:g}", "high": f"{scale[1]:g}"}
    if se is not None and se < 0:
        yield "se", "bad-error", {"got": f"{se:g}"}
    if bool(line["low"]) != bool(line["high"]):
        yield ("high" if line["low"] else "low"), "half-interval", {}
    elif None not in {score, low, high} and not (low or 0) <= (score or 0) <= (high or 0):
        yield "score", "outside-interval", {"got": score, "low": low, "high": high}


def _number(line: Line, column: str, reading: _Reading) -> float | None:
    """Return a number, written with a point or, as Vietnamese spreadsheets do, a comma."""
    text = line[column]
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        reading.faults.add("bad-number", line.number, column, got=text)
        return None
    return float(text.replace(",", "."))


def _year(line: Line, reading: _Reading) -> int:
    value = float(line["year"]) if re.fullmatch(r"\d{4}", line["year"]) else math.nan
    if line["year"] and not FIRST_YEAR <= value <= LAST_YEAR:
        reading.faults.add("bad-year", line.number, "year", got=line["year"])
    return 0 if math.isnan(value) else int(value)
