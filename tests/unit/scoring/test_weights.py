"""Weights from probabilities, nonresponse classes and margins; what is said about them."""

import numpy as np
import pytest

from scoring import (
    Calibration,
    ConvergenceError,
    DataError,
    Design,
    DesignError,
    IndexTree,
    MarginError,
    Options,
    PlanError,
    Sample,
    ShapeError,
    WeightError,
    base_weights,
    calibrate,
    cell_distributions,
    margin_table,
    respondents_weights,
    score_sample,
    score_totals,
    totals_of,
    weight_distribution,
)
from tests.unit.scoring.files import codes_of, design, plan, row_of, scored

LEAF = {"code": "a", "item": "a", "range": [0, 4], "scale": [0, 4]}
TREE = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": LEAF})
HALVES = Calibration("raking", {"sex": {"f": 60, "m": 40}})


def sample_of(weight=None, **domains) -> Sample:
    """Eight people in four PSUs of two strata."""
    columns = {"sex": list("ffmmfmff"), "age": ["1", "2"] * 4, "size": list("12341234")} | domains
    return Sample.from_columns(
        Design.from_labels(stratum=list("aaaabbbb"), psu=list("11223344")),
        weight=weight,
        items={"a": np.asarray([0, 1, 2, 3, 4, 4, np.nan, 1.0])},
        domains=columns,
    )


def cells(*columns: str, **how):
    return totals_of(sample_of(**how), TREE, cells=columns)


def test_base_weights_are_inverse_probabilities_of_all_stages():
    assert base_weights([0.5, 1.0], [0.1, 0.5]).tolist() == [20.0, 2.0]
    assert base_weights().tolist() == []


@pytest.mark.parametrize("p", [0.0, 1.5, float("nan"), -0.1])
def test_what_is_no_probability_is_refused_with_its_row(p):
    with pytest.raises(WeightError, match="stage 2, data row 1"):
        base_weights([0.5], [p])


def test_stages_of_different_length_are_refused():
    with pytest.raises(ShapeError, match="stage 2"):
        base_weights([0.5, 0.5], [1.0])


def test_respondents_carry_the_weight_of_the_silent_of_their_class():
    found = respondents_weights([1, 3, 2, 2], ["x", "x", "y", "y"], [True, False, True, True])
    assert found.weight.tolist() == [4.0, 0.0, 2.0, 2.0]
    assert found.factor == {"x": 4.0, "y": 1.0}


@pytest.mark.parametrize(
    ("weight", "classes", "responded", "error", "said"),
    [
        ([1, 1], ["x", "y"], [True, False], WeightError, "in class 'y'; merge"),
        ([1, 0], ["x", "y"], [True, True], WeightError, "in class 'y'; merge"),
        ([1, -1], ["x", "x"], [True, True], WeightError, "data row 2: weight"),
        ([1, np.inf], ["x", "x"], [True, True], WeightError, "data row 2: weight"),
        ([1, 1], ["x", ""], [True, True], WeightError, "data row 2: no weighting class"),
        ([1, 1], ["x"], [True, True], ShapeError, "classes"),
        ([1, 1], ["x", "x"], [True], ShapeError, "responded"),
    ],
)
def test_weighting_classes_that_cannot_work_are_refused(weight, classes, responded, error, said):
    with pytest.raises(error, match=said):
        respondents_weights(weight, classes, responded)


def test_shares_are_of_the_base_weighted_total_and_counts_are_themselves():
    shares = calibrate(cells("sex"), Calibration("raking", {"sex": {"f": 0.6, "m": 0.4}}))
    counts = calibrate(cells("sex"), HALVES)
    np.testing.assert_allclose(shares.reached, [4.8, 3.2])
    np.testing.assert_allclose(counts.reached, [60, 40])
    np.testing.assert_allclose(counts.factor, [12, 40 / 3])


def test_a_numeric_total_is_met_beside_margins():
    calibration = Calibration("raking", {"sex": {"f": 60, "m": 40}}, totals={"size": 240})
    found = calibrate(cells("sex", "size"), calibration)
    np.testing.assert_allclose(found.reached, [60, 40, 240])
    assert [row.value for row in margin_table(found)] == ["f", "m", None]
    assert [row.n for row in margin_table(found)] == [5, 3, None]


def test_a_total_of_zero_can_be_met():
    signed = sample_of(size=["-1", "1", "-2", "2", "1", "-1", "1", "-1"])
    totals = totals_of(signed, TREE, cells=["size"])
    found = calibrate(totals, Calibration("raking", {}, totals={"size": 0}))
    assert abs(found.reached[0]) < 1e-9


def test_margins_are_shown_before_and_after_with_their_respondents():
    found = calibrate(cells("sex", weight=[1, 1, 1, 1, 1, 1, 1, 3]), HALVES)
    rows = [row[:5] for row in margin_table(found)]
    assert rows == [("sex", "f", 5, 7.0, 60.0), ("sex", "m", 3, 3.0, 40.0)]
    base, calibrated = cell_distributions(found)
    assert (base.n, base.total) == (8, 10.0)
    assert calibrated.total == pytest.approx(100)
    assert calibrated.quantiles[1.0] > base.quantiles[1.0]


def test_extreme_weights_are_counted_on_both_sides_with_their_share():
    found = weight_distribution([1, 1, 1, 1, 10, 0.1])
    assert (found.extreme_n, found.extreme_share) == (2, pytest.approx(10.1 / 14.1))
    assert weight_distribution([1, 1, 1, 1, 10, 0.1], limit=20).extreme_n == 0
    assert (found.quantiles[0.0], found.quantiles[0.5], found.quantiles[1.0]) == (0.1, 1.0, 10.0)


def test_equal_weights_have_no_design_effect():
    found = weight_distribution([2.0] * 5)
    assert (found.deff, found.effective_n) == (pytest.approx(1), pytest.approx(5))


@pytest.mark.parametrize(
    ("weight", "count", "error"),
    [
        ([], None, WeightError),
        ([1, 0], None, WeightError),
        ([1], [0], WeightError),
        ([1], [1, 1], ShapeError),
    ],
)
def test_what_is_no_distribution_is_refused(weight, count, error):
    with pytest.raises(error):
        weight_distribution(weight, count)


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: Calibration("guess", {"a": {"b": 1}}), PlanError, "'guess' is none of"),
        (lambda: Calibration("raking", {"a": {}}), MarginError, "a: the shares add up to 0"),
        (
            lambda: Calibration("raking", {}, totals={"a": float("inf")}),
            MarginError,
            "a: the total is not finite",
        ),
        (
            lambda: Calibration("raking", {"a": {"b": float("inf")}}),
            MarginError,
            "a=b: expected a number above 0, got inf",
        ),
        (lambda: Options(lonely_psu="centre"), PlanError, "'centre' is none of refuse, certainty"),
        (
            lambda: score_totals(cells("age"), TREE, Options(calibration=HALVES)),
            DataError,
            "not summed by the margin 'sex'",
        ),
        (lambda: cells("sex").merge(cells("age")), DesignError, "different calibration cells"),
        (lambda: cells("region"), DataError, "region: no such domain column"),
    ],
)
def test_what_cannot_be_calibrated_is_refused_by_name(make, error, said):
    with pytest.raises(error, match=said):
        make()


def test_too_many_cells_are_refused_before_they_cost_memory():
    n = 2_001
    sample = Sample.from_columns(
        Design.from_labels(n=n), items={"a": np.ones(n)}, domains={"x": np.arange(n)}
    )
    with pytest.raises(DataError, match="x: 2001 calibration cells, more than 2000"):
        totals_of(sample, TREE, cells=["x"])


def test_a_row_without_weight_needs_no_margin():
    sample = sample_of(weight=[1, 1, 1, 1, 1, 1, 1, 0], sex=[*"ffmmfmf", ""])
    assert score_sample(sample, TREE, Options(calibration=HALVES)).get("a").estimate > 0


def uneven(iterations: int, men: float = 80) -> Calibration:
    """Margins of two variables that take Newton several steps."""
    margins = {"sex": {"f": 100 - men, "m": men}, "age": {"1": 90, "2": 10}}
    return Calibration("raking", margins, iterations=iterations)


def test_raking_that_stops_early_is_an_error_with_iterations_and_gap():
    with pytest.raises(ConvergenceError, match="after 2 iterations") as refused:
        calibrate(cells("sex", "age"), uneven(2))
    assert refused.value.iterations == 2
    assert refused.value.gap > 1e-6


def test_raking_that_nearly_arrives_is_published_with_its_gap():
    """Each of Newton's steps squares the gap; the fifth leaves two ten-millionths."""
    row = score_sample(sample_of(), TREE, Options(calibration=uneven(5, men=40))).get("a")
    assert [tuple(note) for note in row.notes] == [
        ("calibrated", "raking: sex, age"),
        ("not-converged", "2e-07 from a margin after 5 iterations"),
    ]


def test_the_command_rakes_to_margins_of_the_plan_and_of_a_file_alike(tmp_path):
    margins = {"female": {0: 3, 1: 3}, "region": {"north": 2, "south": 4}}
    named = plan(calibration={"kind": "raking", "margins": margins}, domains=["region"])
    filed = plan(calibration={"kind": "raking", "margins_file": "margins.csv"}, domains=["region"])
    text = "variable,value,total\n" + "".join(
        f"{name},{value},{total}\n"
        for name, values in margins.items()
        for value, total in values.items()
    )
    one = scored(tmp_path, plan_yaml=named)
    other = scored(tmp_path, plan_yaml=filed, margins_csv=text)
    assert one["estimates"] == other["estimates"]
    assert "calibrated" in codes_of(row_of(one, "total", {"region": "north"}))


def test_the_command_post_stratifies_and_takes_numeric_totals(tmp_path):
    post = {"kind": "poststratify", "margins": {"female": {"0": 0.5, "1": 0.5}}}
    numeric = {"kind": "raking", "margins": {"female": {"0": 6, "1": 7}}, "totals": {"w": 24}}
    for block in (post, numeric):
        row = row_of(scored(tmp_path, plan_yaml=plan(calibration=block)), "total")
        assert "calibrated" in codes_of(row)


def test_the_command_knows_the_policies_for_lonely_psus(tmp_path):
    data = "stratum,psu,w,region,female,q1,q2\n" + "".join(
        f"{h},{c},1,north,1,{q},co\n" for h, c, q in ("a11", "a23", "a24", "b15", "b15", "c34")
    )
    errors = {}
    for policy in ("certainty", "average", "adjust"):
        named = plan(design=design(lonely_psu=policy))
        row = row_of(scored(tmp_path, plan_yaml=named, data_csv=data), "A")
        assert row["notes"][-1] == {"code": "lonely-psu", "fact": f"{policy}: b, c"}
        errors[policy] = row["se"]
    assert errors["average"] == pytest.approx(errors["certainty"] * 3**0.5)
    assert errors["adjust"] > errors["certainty"]
