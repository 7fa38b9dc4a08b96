"""PSU totals as one Ibis expression: the same on DuckDB over Parquet and on PostgreSQL.

Each response finds the number of its place once; each item is then counted by group and code (a
histogram, whose size is that of the design); the recode and the weights are joined to the counts,
not to the answers. It must not know what a score means.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from survey.snapshot.layout import IS_DEVICE, IS_FLAGGED, NOT_ASKED, PLACE, Layout

EVERYBODY: Final = -1
"""The leaf whose ``n`` and ``d`` count persons, whatever they answered."""

NOWHERE: Final = -1
"""The unit of a response without a place in the design."""

AT: Final = "@at"
"""The number of a place in the list of units: a response has it, then its counts."""

NO_ITEM: Final = ""
MEASURES: Final = ("n", "s", "ss", "outside", "unknown")
MEASURED: Final = ("n", "d", "y", "q", "outside", "unknown")

Columns: TypeAlias = Mapping[str, Sequence[object]]
"""A plain table: columns of equal length by name."""

CODE_SCORES: Final = pa.schema(
    [
        ("source", pa.int32()), ("item", pa.string()), ("code", pa.int32()),
        ("leaf", pa.int32()), ("score", pa.float64()), ("is_known", pa.bool_()),
    ]
)  # fmt: skip
UNITS: Final = pa.schema(
    [(AT, pa.int32()), ("place", pa.string()), ("unit", pa.int32()), ("weight", pa.float64())]
)


@dataclass(frozen=True)
class Answers:
    """The columns of one instrument version, on whichever engine they lie."""

    table: ir.Table
    layout: Layout


@dataclass(frozen=True)
class Question:
    """What is to be summed.

    ``code_scores`` says what each code of an item is worth in each leaf (columns ``source``, the
    place of the version in the list of answers, ``item``, ``code``, ``leaf``, ``score`` and
    ``is_known``); a code that is not listed is a missing answer. ``number_scores`` says what 0
    and 1 are in a number (``item``, ``leaf``, ``worst``, ``best``). ``units`` gives each place of
    the design its unit and its weight; ``cells`` are the select_one items that make domains and
    calibration cells.
    """

    code_scores: Columns
    number_scores: Columns
    units: Columns
    cells: tuple[str, ...] = ()


def totals(answers: Sequence[Answers], question: Question) -> ir.Table:
    """Return one row for each version, unit, cell and leaf that holds somebody.

    Columns: ``source``, ``unit``, ``cell0``... as codes of their version, ``leaf``, ``n`` answers,
    ``d`` = sum w, ``y`` = sum w s, ``q`` = sum w s^2 (s on 0..1), ``outside`` answers beyond the
    worst or the best, ``unknown`` answers whose code has no worth. Flagged responses are left out.
    """
    units = _units(question)
    placed_answers = [_placed(each, units, question) for each in answers]
    counts = ibis.union(*_histograms(placed_answers, question))
    scored = _worth(counts.inner_join(_codes(len(answers), question), ["source", "item", "code"]))
    columns = scored.columns
    sums = _numbers(placed_answers, question)
    found = ibis.union(scored, *(each.select(columns) for each in sums))
    placed = found.left_join(units, AT)
    weight = placed.weight.fill_null(1.0)
    keys = [name for name in columns if name not in (AT, *MEASURES)]
    return placed.group_by(*keys, unit=placed.unit.fill_null(NOWHERE)).agg(
        n=placed.n.sum().cast("int64"),
        d=(weight * placed.n).sum(),
        y=(weight * placed.s).sum(),
        q=(weight * placed.ss).sum(),
        outside=placed.outside.sum().cast("int64"),
        unknown=placed.unknown.sum().cast("int64"),
    )


def _units(question: Question) -> ir.Table:
    """Return the places of the design, numbered."""
    places = {AT: range(len(question.units["place"])), **question.units}
    return ibis.memtable(pa.table(places, schema=UNITS))


def _placed(answers: Answers, units: ir.Table, question: Question) -> Answers:
    """Return the rows that count: the number of their place, and the columns asked for."""
    rows, layout = answers.table, answers.layout
    wanted = {*question.code_scores["item"], *question.number_scores["item"], *question.cells}
    items = [name for name in (*layout.choices, *layout.numbers) if name in wanted]
    rows = rows.filter(~rows[IS_FLAGGED])
    place = ibis.ifelse(rows[IS_DEVICE], rows[PLACE], ibis.null("string"))
    placed = rows.left_join(units, units.place == place)
    return Answers(placed.select(AT, *items), layout)


def _histograms(answers: Sequence[Answers], question: Question) -> Iterator[ir.Table]:
    """Count everybody by place and cell, and each item that has a leaf by its code too."""
    asked = set(zip(question.code_scores["source"], question.code_scores["item"], strict=True))
    for source, each in enumerate(answers):
        rows, groups = each.table, _groups(each, question.cells)
        everybody = rows.group_by(**groups).agg(n=rows.count())
        yield _of(everybody.mutate(code=ibis.literal(0, "int32")), source, NO_ITEM)
        for item in each.layout.choices:
            if (source, item) in asked:
                by_code = rows.group_by(**groups, code=rows[item].cast("int32"))
                yield _of(by_code.agg(n=rows.count()), source, item)


def _of(counts: ir.Table, source: int, item: str) -> ir.Table:
    """Say what was counted: beside the groups, where a constant would be one more key to hash."""
    return counts.mutate(source=ibis.literal(source, "int32"), item=ibis.literal(item))


def _groups(answers: Answers, cells: Sequence[str]) -> dict[str, ir.Value]:
    """Return what every count is grouped by."""
    rows = answers.table
    groups = {AT: rows[AT]}
    for at, item in enumerate(cells):
        has_item = item in answers.layout.choices
        groups[f"cell{at}"] = rows[item].cast("int32") if has_item else ibis.literal(NOT_ASKED)
    return groups


def _codes(n_sources: int, question: Question) -> ir.Table:
    """Return the recode as a table, with the line by which everybody counts once."""
    scores = pa.table(dict(question.code_scores), schema=CODE_SCORES)
    everybody = {
        "source": range(n_sources), "item": [NO_ITEM] * n_sources, "code": [0] * n_sources,
        "leaf": [EVERYBODY] * n_sources, "score": [0.0] * n_sources,
        "is_known": [True] * n_sources,
    }  # fmt: skip
    return ibis.memtable(pa.concat_tables([scores, pa.table(everybody, schema=CODE_SCORES)]))


def _worth(counts: ir.Table) -> ir.Table:
    """Turn counts of codes into sums of scores."""
    score, n = counts.score, counts.n
    return counts.mutate(
        s=n * score,
        ss=n * score * score,
        outside=ibis.ifelse((score < 0) | (score > 1), n, 0),
        unknown=ibis.ifelse(counts.is_known, 0, n),
    ).drop("item", "code", "score", "is_known")


def _numbers(answers: Sequence[Answers], question: Question) -> Iterator[ir.Table]:
    """Sum the scores of number items by place and cell."""
    columns = ("item", "leaf", "worst", "best")
    leaves = list(zip(*(question.number_scores[name] for name in columns), strict=True))
    for source, each in enumerate(answers):
        for item, leaf, worst, best in leaves:
            if item in each.layout.numbers:
                answered = Answers(each.table.filter(each.table[item].notnull()), each.layout)
                rows, groups = answered.table, _groups(answered, question.cells)
                score = (rows[item] - worst) / (best - worst)
                by_leaf = rows.group_by(**groups, leaf=ibis.literal(leaf, "int32"))
                sums = by_leaf.agg(
                    n=rows.count(),
                    s=score.sum(),
                    ss=(score * score).sum(),
                    outside=((score < 0) | (score > 1)).sum(),
                )
                nobody = ibis.literal(0, "int64")
                yield sums.mutate(unknown=nobody, source=ibis.literal(source, "int32"))
