"""Calibration on more cells than sums are kept by says what calibration on cells says."""

import numpy as np
import pytest

from scoring import (
    Calibration,
    DataError,
    Design,
    DesignError,
    Options,
    Sample,
    WeightError,
    score_sample,
)
from scoring.estimates.schemes import Jackknife
from scoring.index import many_cells
from scoring.index.many_cells import has_many_cells
from tests.unit.scoring.test_weights import TREE

N = 240
SIZES = {"f": 300.0, "m": 250.0}


def sample_of(**how) -> Sample:
    """Respondents of three strata with a continuous variable that is also below zero."""
    rng = np.random.default_rng(20241130)
    weight = rng.uniform(1, 3, N)
    weight[5] = 0.0
    design = {"stratum": rng.integers(0, 3, N), "psu": rng.integers(0, 5, N)} | how
    return Sample.from_columns(
        Design.from_labels(**design),
        weight=weight,
        items={"a": rng.integers(-1, 5, N).astype(np.int8)},
        domains={"sex": rng.choice(["f", "m"], N), "x": rng.normal(1, 2, N).round(1)},
    )


def calibrated(kind="raking", total=620.0, bounds=None) -> Calibration:
    return Calibration(kind, {"sex": SIZES}, {"x": total}, bounds=bounds)


KINDS = [
    calibrated(),
    calibrated("linear"),
    calibrated("linear", bounds=(0.5, 2)),
    calibrated("logit", bounds=(0.5, 2)),
]


def both(monkeypatch, sample, options):
    """The result on cells, and by rows."""
    on_cells = score_sample(sample, TREE, options)
    monkeypatch.setattr(many_cells, "MOST_CELLS", 10)
    assert has_many_cells(sample, options.cells)
    return on_cells, score_sample(sample, TREE, options)


def assert_same(one, other):
    for a, b in zip(one.estimates, other.estimates, strict=True):
        assert (a.domain, a.node, a.n, a.df, a.notes) == (b.domain, b.node, b.n, b.df, b.notes)
        np.testing.assert_allclose(
            [a.estimate, a.se, a.low, a.high, a.deff],
            [b.estimate, b.se, b.low, b.high, b.deff],
            rtol=1e-9,
        )
    for a, b in zip(one.differences, other.differences, strict=True):
        np.testing.assert_allclose([a.estimate, a.se], [b.estimate, b.se], rtol=1e-9)


@pytest.mark.parametrize("calibration", KINDS, ids=lambda each: each.fact)
def test_rows_say_what_cells_say(calibration, monkeypatch):
    compare = [({"sex": "f"}, {"sex": "m"})]
    options = Options([["sex"]], calibration=calibration, compare=compare)
    assert_same(*both(monkeypatch, sample_of(), options))


def test_rows_know_the_second_stage(monkeypatch):
    units = np.arange(N) % 4
    sample = sample_of(ssu=units)
    design = sample.design.without_replacement(np.full(N, 40.0), np.full(N, 12.0))
    options = Options([["sex"]], calibration=calibrated())
    whole = Sample(design, sample.weight, sample.items, sample.domains)
    one, other = both(monkeypatch, whole, options)
    assert whole.design.frame.is_two_stage
    assert_same(one, other)


def test_few_values_and_few_crossings_are_no_reason(monkeypatch):
    sample = sample_of()
    assert not has_many_cells(sample, ["sex", "x"])
    monkeypatch.setattr(many_cells, "MOST_CELLS", 300)
    sparse = Sample(
        sample.design,
        sample.weight,
        sample.items,
        {"x": sample.domains["x"], "y": sample.domains["x"]},
    )
    assert not has_many_cells(sparse, ["x", "y"])


def test_negative_weights_of_rows_are_refused(monkeypatch):
    monkeypatch.setattr(many_cells, "MOST_CELLS", 10)
    options = Options(calibration=calibrated("linear", total=4000.0))
    with pytest.raises(WeightError, match="weights are not above 0; give bounds, or rake"):
        score_sample(sample_of(), TREE, options)


def test_replicates_need_cells(monkeypatch):
    monkeypatch.setattr(many_cells, "MOST_CELLS", 10)
    options = Options(calibration=calibrated(), variance=Jackknife())
    with pytest.raises(DesignError, match="sex, x: replicates are calibrated anew on cells"):
        score_sample(sample_of(), TREE, options)


def test_more_cells_than_a_million_are_refused(monkeypatch):
    monkeypatch.setattr(many_cells, "MOST_CELLS", 10)
    monkeypatch.setattr(many_cells, "MOST_OF_ALL", 20)
    with pytest.raises(DataError, match="calibration cells, more than 20; group or round"):
        score_sample(sample_of(), TREE, Options(calibration=calibrated()))


def test_a_margin_that_is_no_column_is_refused_by_name():
    options = Options(calibration=Calibration("raking", {"region": SIZES}))
    with pytest.raises(DataError, match="region: no such domain column"):
        score_sample(sample_of(), TREE, options)
