"""The law of the general path: one expression, any engine, the same totals as arrays give."""

import ibis
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url

from scoring import DataError, Options, score_totals, totals_of
from survey.bridge.totals import Breakdown, code_scores, number_scores, psu_totals, units_of
from survey.snapshot.read import sums_of
from survey.snapshot.totals import Answers, Question, totals
from tests.unit.survey.snapshot.answered import LAYOUT, TREE, Answered, random_answers

RELATIVE = 1e-9  # the engines add in different orders
SETS = (("sex",), ("sex", "b"))
CELLS = ("sex", "b", "band")
BY = Breakdown(SETS, ("band",))


def through(engine: ibis.BaseBackend, tables: list, answered: Answered, by: Breakdown = BY):
    layouts = [LAYOUT] * len(tables)
    question = Question(
        code_scores(TREE, layouts), number_scores(TREE, layouts), answered.units, CELLS
    )
    answers = [Answers(table, LAYOUT) for table in tables]
    sums = sums_of(engine.to_pyarrow(totals(answers, question)), layouts, CELLS)
    units = units_of(answered.strata, answered.psus, answered.ssus)
    return psu_totals(TREE, units, sums.numbers, sums.cells, by)


def assert_same(ours, theirs) -> None:
    assert ours.leaves == theirs.leaves
    assert ours.frame.same_as(theirs.frame)
    assert ours.domains == theirs.domains
    assert ours.blank == theirs.blank
    assert ours.outside.tolist() == theirs.outside.tolist()
    for one, other in ((ours.psus, theirs.psus), (ours.seconds, theirs.seconds)):
        for name in ("domain", "unit", "cell", "members", "n"):
            assert np.array_equal(getattr(one, name), getattr(other, name)), name
        for name in ("y", "d"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=RELATIVE)
    np.testing.assert_allclose(ours.q, theirs.q, rtol=RELATIVE)
    for name in ("columns", "labels"):
        assert getattr(ours.cells, name) == getattr(theirs.cells, name)
    for name in ("unit", "cell", "members"):
        assert np.array_equal(getattr(ours.cells, name), getattr(theirs.cells, name)), name
    np.testing.assert_allclose(ours.cells.weight, theirs.cells.weight, rtol=RELATIVE)


def by_arrays(answered: Answered):
    return totals_of(answered.sample, TREE, SETS, second_stage="all", cells=("band",))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32 - 1), n_rows=st.integers(1, 300), n_places=st.integers(8, 20))
def test_duckdb_adds_up_as_arrays_do(seed, n_rows, n_places):
    answered = random_answers(np.random.default_rng(seed), n_rows, n_places)
    engine = ibis.duckdb.connect()
    ours = through(engine, [ibis.memtable(answered.table)], answered)
    engine.disconnect()
    assert_same(ours, by_arrays(answered))


@pytest.mark.postgres
def test_postgresql_adds_up_as_arrays_do(cluster, rng):
    answered = random_answers(rng, 400, 12)
    url = make_url(cluster.new_database())
    engine = ibis.postgres.connect(
        host=url.host, port=url.port, user=url.username, database=url.database
    )
    table = engine.create_table("answers", answered.table)
    ours = through(engine, [table], answered)
    engine.disconnect()
    assert_same(ours, by_arrays(answered))


def test_two_versions_of_an_instrument_add_up(rng):
    answered = random_answers(rng, 300, 12)
    engine = ibis.duckdb.connect()
    halves = [ibis.memtable(answered.table.slice(start, 150)) for start in (0, 150)]
    ours = through(engine, halves, answered)
    engine.disconnect()
    assert_same(ours, by_arrays(answered))


def test_a_silent_psu_is_a_row_of_zeros_of_the_frame(rng):
    answered = random_answers(rng, 60, 9)  # the ninth place is the only one of its PSU
    engine = ibis.duckdb.connect()
    ours = through(engine, [ibis.memtable(answered.table)], answered)
    engine.disconnect()
    assert len(ours.frame.psus) == 5
    assert set(ours.psus.unit) == {0, 1, 3, 4}


def test_both_roads_lead_to_the_same_estimates(rng):
    answered = random_answers(rng, 500, 16)
    engine = ibis.duckdb.connect()
    ours = through(engine, [ibis.memtable(answered.table)], answered, Breakdown(SETS))
    engine.disconnect()
    options = Options(domains=SETS, min_n=1)
    for one, other in zip(
        score_totals(ours, TREE, options).estimates,
        score_totals(totals_of(answered.sample, TREE, SETS), TREE, options).estimates,
        strict=True,
    ):
        assert (one.domain, one.node, one.n, one.df) == (
            other.domain,
            other.node,
            other.n,
            other.df,
        )
        assert [note.code for note in one.notes] == [note.code for note in other.notes]
        for name in ("estimate", "se", "low", "high", "deff"):
            here, there = getattr(one, name), getattr(other, name)
            assert (here is None) == (there is None)
            assert here is None or here == pytest.approx(there, rel=RELATIVE)


def test_somebody_without_a_calibration_cell_is_an_error(rng):
    answered = random_answers(rng, 60, 9)
    engine = ibis.duckdb.connect()
    with pytest.raises(DataError, match="no value of the margins"):
        through(engine, [ibis.memtable(answered.table)], answered, Breakdown(SETS, ("sex",)))
    engine.disconnect()
