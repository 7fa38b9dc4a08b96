"""``python -m scoring plan-sample``: interviews from a wanted margin, or the reverse.

Opens no file and writes nothing itself.
"""

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scoring.errors import PlanError
from scoring.planning.sample_size import (
    Assumptions,
    interviews_for,
    margin_of,
    textbook_size,
)
from scoring.planning.sample_words import COLUMNS, LANGUAGES, NONE, NOTES, TOTAL, WHOLE

NUMBERS = tuple(COLUMNS)[1:]
ADDED = ("interviews", "clusters", "drawn")


class Row(NamedTuple):
    """A domain and its numbers."""

    domain: str
    numbers: dict[str, float | None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which words the command understands."""
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--margin", type=float, help="half the interval that is wanted")
    wanted.add_argument("--sample", type=int, help="interviews; gives the margin")
    parser.add_argument("--p", type=float, default=0.5, help="expected proportion (0.5)")
    parser.add_argument("--sd", type=float, help="standard deviation of a score, instead of --p")
    parser.add_argument("--population", type=float, default=math.inf)
    parser.add_argument("--domain", action="append", default=[], metavar="NAME[=POPULATION]")
    parser.add_argument("--icc", type=float, default=0.0, help="likeness within clusters (0)")
    parser.add_argument("--per-cluster", type=int, default=1, help="interviews in a cluster (1)")
    parser.add_argument("--strata", type=int, default=1, help="strata of the clusters (1)")
    parser.add_argument("--deff", type=float, default=1.0, help="design effect of weights (1)")
    parser.add_argument("--response", type=float, default=1.0, help="share who answer (1)")
    parser.add_argument("--confidence", type=float, default=0.95)
    parser.add_argument("--language", choices=LANGUAGES, default="vi")
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    parser.add_argument("--out", type=Path, help="write there instead of printing")


def plan_as_text(chosen: argparse.Namespace) -> str:
    """Return the plan as a table, or as JSON.

    Raises
    ------
    PlanError
        If an argument is outside its range, or a domain stands there twice.
    """
    domains = _domains(chosen.domain) or {"": chosen.population}
    rows = [_row(name, _assumed(chosen, size), chosen) for name, size in domains.items()]
    notes = _notes(chosen)
    if chosen.json:
        plain = [{"domain": row.domain or None, **row.numbers} for row in rows]
        document = {"rows": plain, "notes": [NOTES[note][1] for note in notes]}
        return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
    return _table(rows, notes, LANGUAGES.index(chosen.language))


def _domains(texts: Sequence[str]) -> dict[str, float]:
    """Return population by domain; infinite where none is named."""
    found: dict[str, float] = {}
    for text in texts:
        name, _, size = text.rpartition("=") if "=" in text else (text, "", "inf")
        try:
            population = float(size)
        except ValueError as error:
            raise PlanError(f"{size!r} is no population", where=f"--domain {name}") from error
        if not name or name in found:
            raise PlanError(f"{text!r} is blank or stands there twice", where="--domain")
        found[name] = population
    return found


def _assumed(chosen: argparse.Namespace, population: float) -> Assumptions:
    return Assumptions(
        chosen.p,
        chosen.sd,
        population,
        chosen.icc,
        chosen.per_cluster,
        chosen.strata,
        chosen.deff,
        chosen.response,
        chosen.confidence,
    )


def _row(name: str, assumed: Assumptions, chosen: argparse.Namespace) -> Row:
    size = (
        margin_of(chosen.sample, assumed)
        if chosen.margin is None
        else interviews_for(chosen.margin, assumed)
    )
    numbers = {
        "population": _finite(assumed.population),
        "interviews": size.interviews,
        "clusters": size.clusters if assumed.per_cluster > 1 else None,
        "drawn": size.drawn,
        "df": _finite(size.df),
        "quantile": size.quantile,
        "deff": assumed.design_effect,
        "margin": size.margin,
        "textbook": _textbook(chosen.margin or size.margin, assumed),
    }
    return Row(name, numbers)


def _textbook(margin: float, assumed: Assumptions) -> int | None:
    """Return the textbook's number for the same margin; of proportions only."""
    if assumed.sd is not None or margin == 0:
        return None
    return textbook_size(assumed.population, margin)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _notes(chosen: argparse.Namespace) -> list[str]:
    said = {
        "margin": True,
        "drawn": chosen.response < 1,
        "share": chosen.sd is None,
        "clusters": chosen.per_cluster > 1,
        "textbook": chosen.sd is None,
        "ignored": chosen.sd is None,
    }
    return [note for note, holds in said.items() if holds]


def _table(rows: Sequence[Row], notes: Sequence[str], at: int) -> str:
    """Return rows and their sum under headings, numbers flush right, then the notes."""
    lines = [[heading[at] for heading in COLUMNS.values()]]
    lines += [
        [row.domain or WHOLE[at], *(_cell(row.numbers[key], at) for key in NUMBERS)]
        for row in rows
    ]
    if len(rows) > 1:
        lines.append(_sums(lines[1:], at))
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    table = [
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])])
        for line in lines
    ]
    return "\n".join([*table, "", *(NOTES[note][at] for note in notes)])


def _sums(lines: Sequence[Sequence[str]], at: int) -> list[str]:
    """Return the line that adds up interviews, clusters and people to be drawn."""
    line = [TOTAL[at]] + [NONE] * (len(COLUMNS) - 1)
    for column, key in enumerate(COLUMNS):
        cells = [row[column] for row in lines]
        if key in ADDED and NONE not in cells:
            line[column] = str(sum(map(int, cells)))
    return line


def _cell(value: float | None, at: int) -> str:
    if value is None:
        return NONE
    text = f"{value:.0f}" if value == round(value) else f"{value:.6g}"
    return text.replace(".", ",") if LANGUAGES[at] == "vi" else text
