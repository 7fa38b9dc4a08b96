"""Which interval stands beside which node, and that proportions stay within 0..1."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import Design, IndexTree, Options, PlanError, Sample, score_sample
from scoring.estimates.intervals import INTERVALS
from scoring.estimates.profile import profile_ends
from scoring.estimates.proportions import PROPORTIONS, Shares, logit_ends
from tests.unit.scoring.files import index, plan, row_of, scored

METHODS = {**PROPORTIONS, "logit": logit_ends}
SHARE = {"code": "s", "item": "q", "share": ["1"]}
SCORE = {"code": "m", "item": "q", "range": [0, 4]}


def result_of(answers: list[int], interval=None, *leaves: dict, scale=(0, 100)):
    """Four PSUs of one stratum that share the answers in turn."""
    design = Design.from_labels(psu=[at % 4 for at in range(len(answers))])
    sample = Sample.from_columns(design, items={"q": np.asarray(answers)})
    children = list(leaves) or [SHARE, SCORE]
    root = {"code": "r", "combine": "mean", "children": children}
    tree = IndexTree.from_mapping({"index": "i", "scale": scale, "min_n": 1, "tree": root})
    return score_sample(sample, tree, Options(interval=interval))


def said(row) -> list[str]:
    return [note.fact.split(" interval")[0] for note in row.notes if note.code == "interval"]


RARE = [1, 0, 0, 4, *[0] * 16]
EVEN = [0, 1, 1, 0, 1, 0, 0, 1] * 3 + [1, 0]


def test_without_a_word_a_rare_share_takes_korn_graubard_and_everything_else_t():
    result = result_of(RARE)
    share, score, root = result.get("s"), result.get("m"), result.get("r")
    assert said(share) == ["Korn-Graubard"]
    assert share.estimate - 3.18 * share.se < 0 < share.low < share.estimate < share.high
    assert (said(score), said(root)) == ([], [])
    assert score.low < 0


def test_without_a_word_a_share_far_from_its_ends_takes_t():
    share = result_of(EVEN).get("s")
    assert said(share) == []
    assert share.high - share.estimate == pytest.approx(share.estimate - share.low)


def test_t_is_t_wherever_it_is_asked_for():
    share = result_of(RARE, "t").get("s")
    assert said(share) == []
    assert share.low < 0


@pytest.mark.parametrize("interval", ["beta", "wilson", "likelihood", "asin"])
def test_methods_for_proportions_leave_other_nodes_at_t(interval):
    result = result_of(RARE, interval)
    assert len(said(result.get("s"))) == 1
    assert 0 <= result.get("s").low < result.get("s").high <= 100
    assert said(result.get("m")) == said(result.get("r")) == []


def test_the_logit_serves_every_node_on_a_scale_with_two_ends():
    result = result_of(RARE, "logit")
    for node in ("s", "m", "r"):
        row = result.get(node)
        assert said(row) == ["t"]
        assert 0 < row.low < row.estimate < row.high < 100


@pytest.mark.parametrize("interval", [None, "logit", "beta", "wilson", "likelihood", "asin"])
def test_where_all_answer_alike_a_share_still_has_an_interval(interval):
    yes, no = result_of([1] * 20, interval).get("s"), result_of([0] * 20, interval).get("s")
    assert (yes.se, no.se) == (0, 0)
    assert (no.low, yes.high) == (0, 100)
    assert yes.low == pytest.approx(100 - no.high)
    assert 40 < yes.low < 85
    assert {note.code for note in yes.notes} == {"at-bound", "interval"}


def test_a_score_on_the_end_of_its_scale_keeps_t_under_the_logit():
    row = result_of([4] * 8, "logit").get("m")
    assert (row.low, row.high, said(row)) == (100, 100, [])


def test_a_share_that_does_not_vary_between_psus_has_no_width():
    row = result_of([0, 0, 0, 0, 1, 1, 1, 1], "wilson").get("s")
    assert (row.se, row.low, row.high, said(row)) == (0, 50, 50, [])


def test_two_values_make_a_proportion_between_their_scores():
    pair = {"code": "v", "item": "q", "values": {"0": 0, "1": 1, "4": 1}, "range": [0, 2]}
    other = {"code": "w", "item": "q", "values": {"0": 0, "1": 1, "4": 2}, "range": [2, 0]}
    result = result_of(RARE, "beta", pair, other)
    assert said(result.get("v")) == ["Korn-Graubard"]
    assert 0 <= result.get("v").low < result.get("v").high <= 50
    assert said(result.get("w")) == []


def test_a_reversed_share_has_the_mirrored_interval():
    turned = {"code": "t", "item": "q", "share": ["1"], "range": [1, 0]}
    result = result_of(RARE, "beta", SHARE, turned)
    share, mirror = result.get("s"), result.get("t")
    assert (mirror.low, mirror.high) == pytest.approx((100 - share.high, 100 - share.low))


def test_a_plan_chooses_the_interval_and_the_result_says_it(tmp_path):
    leaf = {"code": "B", "item": "q2", "share": ["co"]}
    chosen = scored(tmp_path, index_yaml=index(tree=leaf), plan_yaml=plan(interval="wilson"))
    row = row_of(chosen, "B")
    assert 0 < row["low"] < row["estimate"] < row["high"] < 100
    assert row["notes"] == [{"code": "interval", "fact": "Wilson interval of a proportion"}]


def test_an_unknown_method_is_refused():
    with pytest.raises(PlanError, match="'z' is none of t, logit, beta"):
        Options(interval="z")


@pytest.mark.parametrize(
    ("p", "effective", "t"),
    [(0.004, 250.0, 2.0), (0.5, 2.0, 12.7), (0.02, 3.0, 4.3), (0.975, 30.93, 12.7)],
)
def test_where_a_profile_cannot_be_read_its_exact_ends_stand(p, effective, t):
    low, high = profile_ends(p, effective, t, 250.0)
    assert 0 <= low < p < high <= 1
    for q in (end for end in (low, high) if 1e-9 < end < 1 - 1e-9):
        divergence = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))
        assert 2 * 249 * divergence == pytest.approx(t**2 * 250 / effective, rel=1e-2)


shares = st.tuples(
    st.floats(1e-4, 1 - 1e-4), st.floats(1.5, 1e5), st.floats(0.2, 20.0), st.integers(1, 30)
)


@given(shares, st.sampled_from(sorted(METHODS)))
@settings(max_examples=300, deadline=None)
def test_no_method_leaves_its_range_and_all_are_mirrored(drawn, method):
    p, n, deff, df = drawn
    n = float(int(n) + 2)
    se = (p * (1 - p) / n * deff) ** 0.5
    t = np.asarray([2 + 10.7 / df**2])
    both = [
        METHODS[method](Shares(*(np.asarray([v]) for v in (at, se)), t, *np.full((2, 1), n), 0.95))
        for at in (p, 1 - p)
    ]
    (low, high), (turned_low, turned_high) = both
    assert 0 <= low <= p * (1 + 1e-9)
    assert p * (1 - 1e-9) <= high <= 1
    np.testing.assert_allclose([turned_low, turned_high], [1 - high, 1 - low], atol=1e-6)


def test_every_method_has_a_word():
    assert set(INTERVALS) == {"t", *METHODS}
