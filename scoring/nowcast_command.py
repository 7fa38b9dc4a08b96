"""``python -m scoring nowcast``: files of official and own scores in, forecasts as JSON out.

Reads through ``tables`` and writes nothing itself.
"""

import argparse
import json
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from scoring.errors import DataError, PlanError
from scoring.estimates.ranks import GROUPS
from scoring.modelled.nowcast import Forecast, nowcast
from scoring.modelled.nowcast_learning import Series
from scoring.tables import labels, numbers, read_table, speaking_of

COLUMNS = ("province", "year", "level", "code", "score", "se")
TOTAL, LEVELS = "total", ("dimension", "total")
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True)
class Row:
    """One score of a file; ``number`` counts its data rows from 1."""

    number: int
    province: str
    year: int
    level: str
    code: str
    score: float
    se: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("--official", type=Path, required=True, help="official scores, CSV")
    parser.add_argument("--internal", type=Path, help="scores of an own survey, CSV")
    parser.add_argument("--year", type=int, required=True, help="the year to forecast")
    parser.add_argument("--level", choices=LEVELS, help="only dimensions, or only totals")
    parser.add_argument("--out", type=Path, help="write the JSON there instead of printing it")


def forecasts_as_json(chosen: argparse.Namespace) -> str:
    """Return the forecasts of every province and code as JSON.

    Raises
    ------
    PlanError
        If a file cannot be read or is wrong; names file, row and column.
    """
    year: int = chosen.year
    if not FIRST_YEAR < year <= LAST_YEAR:
        message = f"{year} is not a year after {FIRST_YEAR} and up to {LAST_YEAR}"
        raise PlanError(message, where="--year")
    levels = LEVELS if chosen.level is None else (chosen.level,)
    official = [row for row in read_scores(chosen.official, levels) if row.year < year]
    if not official:
        missing = f"no score of level {' or '.join(levels)} before {year}"
        raise PlanError(missing, where=str(chosen.official))
    own = [] if chosen.internal is None else read_scores(chosen.internal, levels)
    own = [row for row in own if row.year <= year]
    with speaking_of(chosen.internal or chosen.official):
        _known_provinces(own, official)
    return json.dumps(
        list(_entries(official, own, year)), ensure_ascii=False, allow_nan=False, indent=1
    )


def read_scores(path: Path, levels: Sequence[str]) -> list[Row]:
    """Read the rows of the levels that have a score; each key must stand once.

    Raises
    ------
    PlanError
        If a column is missing, a cell is wrong or a key stands twice; names file, row, column.
    """
    table = read_table(path, COLUMNS)
    with speaking_of(path):
        texts = [labels(table, name) for name in ("province", "level", "code")]
        year, score, se = (numbers(table, name) for name in ("year", "score", "se"))
        rows = []
        for at in range(table.num_rows):
            province, level, code = (
                unicodedata.normalize("NFC", column.text(at, name).strip())
                for column, name in zip(texts, ("province", "level", "code"), strict=True)
            )
            if level in levels:
                when = _year(float(year[at]), at)
                row = Row(at + 1, province, when, level, code, float(score[at]), float(se[at]))
                rows.append(row)
        _check(rows)
    return [row for row in rows if np.isfinite(row.score)]


def _year(value: float, at: int) -> int:
    if not (FIRST_YEAR <= value <= LAST_YEAR and value.is_integer()):
        shown = "blank" if np.isnan(value) else f"{value:g}, not a year from {FIRST_YEAR} on"
        raise DataError(f"is {shown}", where=f"data row {at + 1}, column year")
    return int(value)


def _check(rows: Sequence[Row]) -> None:
    seen: dict[tuple[str, int, str, str], int] = {}
    for row in rows:
        if row.se < 0:
            raise DataError(f"{row.se:g} is negative", where=f"data row {row.number}, column se")
        key = (row.province, row.year, row.level, row.code)
        first = seen.setdefault(key, row.number)
        if first != row.number:
            message = f"{row.province}, {row.year}, {row.code} stands in data row {first} already"
            raise DataError(message, where=f"data row {row.number}")


def _known_provinces(own: Sequence[Row], official: Sequence[Row]) -> None:
    known = {row.province for row in official}
    for row in own:
        if row.province not in known:
            near = get_close_matches(row.province, sorted(known), 1)
            hint = f", did you mean {near[0]!r}?" if near else ""
            message = f"{row.province!r} has no official score{hint}"
            raise DataError(message, where=f"data row {row.number}, column province")


def _entries(official: list[Row], own: list[Row], year: int) -> Iterator[dict[str, object]]:
    """Yield the forecasts, code by code in the order of the official file."""
    for level, code in dict.fromkeys((row.level, row.code) for row in official):
        of_code = [row for row in official if (row.level, row.code) == (level, code)]
        provinces = list(dict.fromkeys(row.province for row in of_code))
        years = list(range(min(row.year for row in of_code), year + 1))
        beside = [row for row in own if (row.level, row.code) == (level, code)]
        forecast = nowcast(
            np.asarray(years),
            _series(of_code, provinces, years),
            _series(beside, provinces, years) if beside else None,
            rescaled=level == TOTAL,
        )
        for at, province in enumerate(provinces):
            yield {"province": province, "code": code} | _numbers_of(forecast, at)


def _series(rows: Sequence[Row], provinces: Sequence[str], years: Sequence[int]) -> Series:
    """Lay rows out by place and year; places and years that are not asked for are left out."""
    score = np.full((len(provinces), len(years)), np.nan)
    se = score.copy()
    place = {province: at for at, province in enumerate(provinces)}
    for row in rows:
        if row.province in place and row.year >= years[0]:
            at = place[row.province], row.year - years[0]
            score[at], se[at] = row.score, row.se
    return Series(score, se)


def _numbers_of(forecast: Forecast, at: int) -> dict[str, object]:
    """Return the numbers of one place by the names of the contract."""
    (low90, high90), (low95, high95) = forecast.interval(0.9), forecast.interval(0.95)
    rise = float(forecast.p_rise[at])
    chances = [None] * len(GROUPS) if forecast.groups is None else forecast.groups[at].tolist()
    return {
        "estimate": float(forecast.estimate[at]),
        "se": float(forecast.se[at]),
        "low90": float(low90[at]),
        "high90": float(high90[at]),
        "low95": float(low95[at]),
        "high95": float(high95[at]),
        "p_rise": None if np.isnan(rise) else rise,
        "groups": dict(reversed(list(zip(GROUPS, chances, strict=True)))),
    }
