"""Trimming of base weights: total kept, limit held, said beside the numbers."""

import numpy as np
import pytest

from scoring import DataError, Options, PlanError, WeightError, score_sample, trim_weights
from scoring.pipeline import score_totals
from tests.unit.scoring.files import changed, codes_of, design, plan, refused, row_of, scored
from tests.unit.scoring.test_weights import TREE, cells, sample_of


def test_what_is_cut_is_shared_equally_among_the_others():
    found = trim_weights([1, 1, 1, 1, 10, 0], 5)
    assert found.weight.tolist() == [2.25, 2.25, 2.25, 2.25, 5.0, 0.0]
    assert (found.limit, found.cut, found.n) == (5.0, 1, 5)
    assert found.fact == (
        "base weights above 5 times their median cut to 5:"
        " 1 of 5, 35.71% of the total shared among the others"
    )


def test_whoever_is_lifted_above_the_limit_is_cut_in_turn():
    found = trim_weights([1, 1, 1, 2.9, 6.1], 3)
    np.testing.assert_allclose(found.weight, [2, 2, 2, 3, 3])
    assert found.cut == 1


def test_a_limit_at_the_mean_makes_all_weights_equal():
    assert trim_weights([1, 1, 1, 5], 2).weight.tolist() == [2, 2, 2, 2]


def test_weights_below_the_limit_stay_as_they_are():
    found = trim_weights([1, 2, 3], 2)
    assert found.weight.tolist() == [1, 2, 3]
    assert (found.cut, found.share) == (0, 0.0)


@pytest.mark.parametrize(
    ("weight", "times", "error", "said"),
    [
        ([1, np.nan], 2, WeightError, "data row 2: weight is missing"),
        ([1, np.inf], 2, WeightError, "data row 2: weight is missing, infinite"),
        ([-1, 1], 2, WeightError, "data row 1: weight is missing, infinite or negative"),
        ([0, 0], 2, WeightError, "needs weights above 0"),
        ([1, 1], 1, WeightError, "a multiple above 1"),
        ([1, 1], np.inf, WeightError, "a multiple above 1"),
        ([1, 1, 1, 100], 2, WeightError, "limit 2 is below the mean weight 25.75"),
        ([1e308, 1e308], 2, DataError, "too large"),
    ],
)
def test_what_cannot_be_trimmed_is_refused(weight, times, error, said):
    with pytest.raises(error, match=said):
        trim_weights(weight, times)


def test_trimming_comes_before_all_else_and_is_said_where_answers_are_used():
    weight = [1, 1, 1, 1, 1, 1, 1, 9]
    compare = [({"sex": "f"}, {"sex": "m"})]
    options = Options([["sex"]], compare=compare, trim=5)
    found = score_sample(sample_of(weight=weight), TREE, options)
    by_hand = sample_of(weight=trim_weights(weight, 5).weight)
    plain = score_sample(by_hand, TREE, Options([["sex"]], compare=compare))
    row = found.get("a", {"sex": "f"})
    assert row[:-1] == plain.get("a", {"sex": "f"})[:-1]
    assert [note.code for note in row.notes][-1:] == ["trimmed"]
    assert [note.code for note in found.differences[0].notes][-1:] == ["trimmed"]


def test_totals_cannot_be_trimmed_any_more():
    with pytest.raises(PlanError, match="trim: totals cannot be trimmed"):
        score_totals(cells("sex"), TREE, Options(trim=5))


def test_a_figure_that_is_not_shown_says_nothing_of_weights():
    row = score_sample(sample_of(), TREE, Options(trim=5, min_n=100)).get("a")
    assert [note.code for note in row.notes] == ["small-n"]


def test_the_command_trims_and_says_so(tmp_path):
    named = plan(design=design(trim=5))
    heavy = changed(1, "w", "8")
    row = row_of(scored(tmp_path, plan_yaml=named, data_csv=heavy), "total")
    assert codes_of(row)[-1] == "trimmed"
    assert " above 5 times their median cut to 7.5: 1 of 8" in row["notes"][-1]["fact"]


@pytest.mark.parametrize(
    ("trim", "said"),
    [
        (1, "design: trim: expected a multiple of the median above 1, got 1"),
        ("much", "trim: expected a number"),
        (1.01, "data.csv: trim: the limit 1.515 is below the mean weight 1.625"),
    ],
)
def test_a_limit_that_cannot_be_is_one_clear_line(trim, said, tmp_path, capsys):
    assert said in refused(tmp_path, {"plan.yaml": plan(design=design(trim=trim))}, capsys)
