"""Totals from arrays, from Parquet and from PostgreSQL merge with one another, in any order."""

from dataclasses import replace
from itertools import permutations

import ibis
import numpy as np
import pytest
from pyarrow import parquet
from sqlalchemy import make_url

from scoring import Options, PsuTotals, score_totals
from tests.property.scoring.samples import close
from tests.unit.survey.snapshot.answered import TREE, Answered, random_answers
from tests.unit.survey.snapshot.test_totals import SETS, by_arrays, through

THIRD = 120


def part(answered: Answered, at: int) -> Answered:
    """One third of the answers, under the frame of all."""
    rows = np.arange(at * THIRD, (at + 1) * THIRD)
    return replace(
        answered,
        table=answered.table.slice(at * THIRD, THIRD),
        sample=answered.sample.take(rows),
    )


def from_parquet(answered: Answered, folder) -> PsuTotals:
    parquet.write_table(answered.table, folder / "part.parquet")
    engine = ibis.duckdb.connect()
    found = through(engine, [engine.read_parquet(folder / "part.parquet")], answered)
    engine.disconnect()
    return found


def from_postgresql(answered: Answered, url: str) -> PsuTotals:
    at = make_url(url)
    engine = ibis.postgres.connect(
        host=at.host, port=at.port, user=at.username, database=at.database
    )
    found = through(engine, [engine.create_table("part", answered.table)], answered)
    engine.disconnect()
    return found


def same_in_any_order(parts: list[PsuTotals], whole: PsuTotals) -> None:
    expected = score_totals(whole, TREE, Options(SETS))
    for order in permutations(parts):
        merged = order[0]
        for other in order[1:]:
            merged = merged.merge(other)
        close(score_totals(merged, TREE, Options(SETS)), expected)
        np.testing.assert_allclose(merged.q.sum(axis=0), whole.q.sum(axis=0), rtol=1e-9)
        np.testing.assert_allclose(merged.cells.weights.sum(), whole.cells.weights.sum())


def test_arrays_and_parquet_merge_in_any_order(rng, tmp_path):
    answered = random_answers(rng, 2 * THIRD, 12)
    parts = [by_arrays(part(answered, 0)), from_parquet(part(answered, 1), tmp_path)]
    same_in_any_order(parts, by_arrays(answered))


@pytest.mark.postgres
def test_arrays_parquet_and_postgresql_merge_in_any_order(cluster, rng, tmp_path):
    answered = random_answers(rng, 3 * THIRD, 12)
    parts = [
        by_arrays(part(answered, 0)),
        from_parquet(part(answered, 1), tmp_path),
        from_postgresql(part(answered, 2), cluster.new_database()),
    ]
    same_in_any_order(parts, by_arrays(answered))
