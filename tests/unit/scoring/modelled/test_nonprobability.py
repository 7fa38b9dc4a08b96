"""Counter data: indicative without a bias, an interval that holds the bias with one."""

import numpy as np
import pytest
from scipy import stats

from scoring import (
    Codes,
    DesignError,
    IndexTree,
    Options,
    PlanError,
    Sample,
    ShapeError,
    score_sample,
)
from scoring.modelled.nonprobability import Counters, counter_design, counter_result
from scoring.modelled.nonprobability_bias import Bias

LEAVES = [
    {"code": "a", "item": "a", "range": [0, 4]},
    {"code": "g", "given": "g", "range": [0, 4], "node_weight": 0},
]
TREE = IndexTree.from_mapping(
    {
        "index": "t",
        "min_n": 2,
        "scale": [0, 4],
        "tree": {"code": "r", "combine": "mean", "children": LEAVES},
    }
)
BIAS = Bias(mean=0.5, mean_se=0.1, sd=0.3, places=12)
F, M, ONE = {"sex": "f"}, {"sex": "m"}, {"sex": "x"}


def scored(a=(1, 2, 3, 2, 3, 2, 1, 2, 1), **options):
    design = counter_design(list("AAAABBBBB"), list("112211223"))
    sample = Sample.from_columns(
        design, items={"a": np.asarray(a, dtype=float)}, domains={"sex": list("fmfmfmfmx")}
    )
    compare = [(F, M), (F, ONE)]
    return score_sample(sample, TREE, Options([["sex"]], compare=compare, **options))


def published(biases=None, result=None, **how):
    return counter_result(result or scored(), TREE, Counters(biases or {}, **how))


def codes(row) -> list[str]:
    return [note.code for note in row.notes]


def test_the_days_of_each_kiosk_are_the_clusters():
    design = counter_design(["A", "A", "B"], ["1", "2", "1"], ["x", "x", "y"])
    assert design.frame.psus == ("A 1", "A 2", "B 1")
    assert design.frame.strata == ("x", "y")
    assert counter_design(["A", "A", "B"]).frame.psus == ("A", "B")


def test_a_blank_kiosk_or_day_is_refused():
    with pytest.raises(DesignError, match="data row 2"):
        counter_design(["A", "", "B"], ["1", "2", "1"])
    with pytest.raises(DesignError, match="data row 3"):
        counter_design(["A", "B", "B"], ["1", "2", ""])


def test_columns_of_different_length_are_refused():
    with pytest.raises(ShapeError, match="day"):
        counter_design(["A", "B"], ["1"])


def test_without_a_bias_only_the_estimate_is_left():
    plain, found = scored().get("a"), published().get("a")
    assert plain.se > 0
    assert found.estimate == plain.estimate
    assert found.n == plain.n
    assert found[3:7] == (None, None, None, None)
    assert found.deff is None
    assert codes(found) == ["indicative"]


def test_with_a_bias_its_mean_is_taken_off_and_its_spread_is_in_the_error():
    plain, found = scored().get("a"), published({"a": BIAS}).get("a")
    assert found.estimate == pytest.approx(plain.estimate - 0.5)
    assert found.se == pytest.approx((plain.se**2 + 0.3**2 + 0.1**2) ** 0.5)
    assert found.df == min(plain.df, 10)
    share = found.estimate / 4
    half = stats.t.ppf(0.975, found.df) * found.se / 4 / (share * (1 - share))
    ends = 4 / (1 + np.exp(-(np.log(share / (1 - share)) + half * np.asarray([-1, 1]))))
    np.testing.assert_allclose([found.low, found.high], ends)
    assert codes(found) == ["counter-bias"]
    assert found.notes[0].fact == (
        "0.5 taken off, sd 0.3 from place to place, learnt in 12 places with a probability survey"
    )


def test_an_interval_is_never_narrower_than_the_bias_alone_makes_it():
    found = published({"a": BIAS}, confidence=0.9).get("a")
    wider = published({"a": BIAS}).get("a")
    assert wider.low < found.low < found.high < wider.high
    assert found.high - found.low > 2 * 0.3


def test_a_bias_of_few_places_has_few_degrees_of_freedom():
    few = Bias(0.5, 0.1, 0.3, 5)
    assert published({"a": few}).get("a").df == 3
    assert published({"a": few}).get("a").high > published({"a": BIAS}).get("a").high


def test_a_bias_that_leaves_the_scale_leaves_no_interval():
    found = published({"a": Bias(9.0, 0.1, 0.3, 12)}).get("a")
    assert (found.estimate, found.se, found.low) == (0.0, None, None)
    assert codes(found) == ["counter-bias", "indicative"]


def test_nodes_above_need_a_bias_of_their_own():
    found = published({"a": BIAS})
    assert codes(found.get("a")) == ["counter-bias"]
    assert codes(found.get("r")) == ["indicative"]


def test_counters_whose_own_error_is_unknown_are_indicative():
    constant = scored(a=(1, 1, 1, 1, 1, 1, 1, 1, np.nan), min_n=1)
    lone = score_sample(
        Sample.from_columns(counter_design(["A", "A", "B"]), items={"a": [1.0, 2.0, np.nan]}),
        TREE,
        Options(),
    )
    found = published({"a": BIAS}, lone).get("a")
    assert codes(found) == ["too-few-psus", "indicative"]
    assert codes(published({"a": BIAS}, constant).get("a", ONE)) == codes(constant.get("a", ONE))


def test_differences_have_two_biases_or_no_interval():
    plain, found = scored().differences[0], published({"a": BIAS})
    row = next(row for row in found.differences if row.node == "a")
    first = next(row for row in scored().differences if row.node == "a")
    assert row.estimate == first.estimate
    assert row.se == pytest.approx((first.se**2 + 2 * 0.3**2) ** 0.5)
    assert row.high - row.low == pytest.approx(2 * stats.t.ppf(0.975, row.df) * row.se)
    assert codes(row) == ["no-spread", "counter-bias"]
    bare = published().differences[0]
    assert bare.estimate == plain.estimate
    assert bare[4:8] == (None, None, None, None)
    assert codes(bare) == ["indicative"]
    hidden = [row for row in found.differences if row.domain_b == ONE]
    assert {row.estimate for row in hidden} == {None}


def test_figures_from_outside_stay_as_they_are():
    assert published({"a": BIAS}).get("g") == scored().get("g")
    rows = [
        [row for row in result.differences if row.node == "g"]
        for result in (published(), scored())
    ]
    assert rows[0] == rows[1]


def test_the_coverage_of_the_transactions_is_said():
    found = published(transactions=[(None, 90), (F, 16)])
    assert found.get("a").notes[-1] == ("coverage", "9 answers of 90 transactions, 10.0%")
    assert found.get("a", F).notes[-1] == ("coverage", "4 answers of 16 transactions, 25.0%")
    assert "coverage" not in codes(found.get("a", M))


def test_joint_covariances_are_refused():
    with pytest.raises(DesignError, match="unknown"):
        published({"a": BIAS}).covariance([("a", None)])


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"confidence": 1.0}, "confidence: 1.0 is not between"),
        ({"transactions": [(None, 0)]}, "transactions: domain None needs a number above 0"),
        ({"transactions": [(F, float("nan"))]}, "needs a number above 0"),
    ],
)
def test_what_cannot_be_published_is_refused(how, said):
    with pytest.raises(PlanError, match=said):
        Counters({}, **how)


def test_codes_serve_as_columns():
    kiosk = Codes(np.asarray([0, 0, 1], dtype=np.int8), ("A", "B"))
    day = Codes(np.asarray([1, 0, 1], dtype=np.int8), ("1", "2"))
    design = counter_design(kiosk, day)
    assert [design.frame.psus[at] for at in design.psu] == ["A 2", "A 1", "B 2"]
