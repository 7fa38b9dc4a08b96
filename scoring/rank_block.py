"""What a scoring plan says of ranks, and the ranks of a result as plain rows. Opens no file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import numpy as np

from scoring.errors import DataError
from scoring.estimates.ranks import (
    EDGES,
    GROUPS,
    Draws,
    Edge,
    EdgeRule,
    Ranks,
    rank_places,
    shrunken,
)
from scoring.mapping import Entries
from scoring.result import Estimate, Result

RANK_KEYS = ("by", "node", "edge", "absent_as_zero", "draws", "values")
VALUES = ("estimate", "shrunken")
DRAWS = 10_000
FEWEST = 4
RankRow: TypeAlias = Mapping[str, object]


@dataclass(frozen=True)
class RankBlock:
    """One table of ranks as the plan says it.

    Parameters
    ----------
    by : columns of one of the plan's sets of domains, whose values are the places
    node : code of the node that is ranked
    rule : of the quartile groups
    draws : how many, and the confidence of the rank's interval
    shrunken : whether estimates are drawn to their mean first
    """

    by: tuple[str, ...]
    node: str
    rule: EdgeRule
    draws: Draws
    shrunken: bool


def read_ranks(entries: Entries, confidence: float) -> tuple[RankBlock, ...]:
    """Read the tables of ranks of a plan.

    Raises
    ------
    PlanError
        On a wrong value, or without a seed.
    """
    if "ranks" not in entries:
        return ()
    if "seed" not in entries:
        raise entries.fault("seed", "is missing; ranks are drawn from it")
    return tuple(_block(entries, raw, confidence) for raw in entries.sequence("ranks"))


def _block(entries: Entries, raw: object, confidence: float) -> RankBlock:
    inner = Entries(raw, where=f"{entries.where}: ranks")
    inner.only(RANK_KEYS)
    by = inner.labels("by") if isinstance(inner.raw("by"), list) else (inner.text("by"),)
    absent, draws = inner.integer("absent_as_zero", 0), inner.integer("draws", DRAWS)
    if absent < 0:
        raise inner.fault("absent_as_zero", f"{absent} is below 0")
    if draws < 1:
        raise inner.fault("draws", f"{draws} is below 1")
    edge = cast("Edge", inner.choice("edge", EDGES, "above"))
    draw_to_mean = inner.choice("values", VALUES, "estimate") == "shrunken"
    rule = EdgeRule(edge, absent)
    return RankBlock(by, inner.text("node"), rule, Draws(draws, confidence), draw_to_mean)


def ranked(result: Result, blocks: Sequence[RankBlock], seed: int | None) -> list[RankRow]:
    """Return every table of ranks, each drawn from the start of the seed.

    Raises
    ------
    DataError
        If a node is not in the index, nothing was estimated by these columns, or fewer than four
        places have an estimate with an error.
    """
    return [_table(result, block, np.random.default_rng(seed)) for block in blocks]


def _table(result: Result, block: RankBlock, generator: np.random.Generator) -> RankRow:
    if block.node not in result.nodes:
        raise DataError(f"{block.node!r} is no node of the index", where="ranks")
    rows = [
        row
        for row in result.estimates
        if row.node == block.node and row.domain and set(row.domain) == set(block.by)
    ]
    if not rows:
        said = f"{', '.join(block.by)} is none of the sets of columns in domains"
        raise DataError(said, where="ranks: by")
    sure = [row for row in rows if row.se is not None and row.df != 0]
    if len(sure) < FEWEST:
        said = f"{len(sure)} values of {', '.join(block.by)} have an estimate with an error"
        raise DataError(f"{said}; ranks need {FEWEST}", where="ranks")
    estimate = np.asarray([row.estimate for row in sure], dtype=np.float64)
    covariance = result.covariance([(row.node, row.domain) for row in sure])
    if block.shrunken:
        estimate, covariance = shrunken(estimate, covariance)
    df = [np.inf if row.df is None else row.df for row in sure]
    ranks = rank_places(estimate, covariance, df, generator, block.rule, block.draws)
    return {
        "by": list(block.by),
        "node": block.node,
        "values": VALUES[block.shrunken],
        "places": [_place(row, float(estimate[at]), ranks, at) for at, row in enumerate(sure)],
        "left_out": [dict(row.domain or {}) for row in rows if row not in sure],
    }


def _place(row: Estimate, estimate: float, ranks: Ranks, at: int) -> RankRow:
    return {
        "domain": dict(row.domain or {}),
        "estimate": estimate,
        "rank": int(ranks.rank[at]),
        "low": int(ranks.low[at]),
        "high": int(ranks.high[at]),
        "expected": float(ranks.expected[at]),
        "group": GROUPS[int(ranks.group[at])],
        "probability": dict(zip(GROUPS, ranks.probability[at].tolist(), strict=True)),
    }
