"""Degrees of freedom where one stratum makes most of the variance."""

from dataclasses import replace

import numpy as np
import pytest

from scoring import (
    Calibration,
    Design,
    GivenWeights,
    Jackknife,
    Options,
    PlanError,
    Sample,
    score_sample,
)
from tests.golden.reference import leaf, tree_of
from tests.unit.scoring.files import codes_of, plan, refused, row_of, scored

TOTAL = tree_of(leaf("x"))
RULE = Options(min_n=1, df="satterthwaite")


def unequal(second: float) -> Sample:
    """Three pairs of PSUs; the differences within the pairs are 8, ``second`` and ``second``."""
    x = [8.0, 0.0, second, 0.0, second, 0.0]
    design = Design.from_labels(stratum=list("aabbcc"), psu=range(6))
    return Sample.from_columns(design, items={"x": x})


@pytest.mark.parametrize(
    ("second", "expected"),
    [(8.0, 3.0), (0.0, 1.0), (4.0, (64 + 16 + 16) ** 2 / (64**2 + 16**2 + 16**2))],
)
def test_the_df_follows_from_the_variances_of_the_strata(second, expected):
    row = score_sample(unequal(second), TOTAL, RULE).get("x")
    mean = np.mean([8, 0, second, 0, second, 0])
    t = (np.asarray([8, 0, second, 0, second, 0]) - mean).reshape(3, 2)
    parts = (t[:, 0] - t[:, 1]) ** 2
    assert row.df == pytest.approx(parts.sum() ** 2 / (parts**2).sum())
    assert row.df == pytest.approx(expected)
    plain = score_sample(unequal(second), TOTAL, Options(min_n=1)).get("x")
    assert plain.df == 3
    assert (row.high - row.low >= plain.high - plain.low) or row.df == 3
    assert [note.code for note in row.notes][-1] == "satterthwaite"


def test_no_variance_at_all_keeps_the_df_of_the_design():
    sample = Sample.from_columns(unequal(0).design, items={"x": np.ones(6)})
    assert score_sample(sample, TOTAL, RULE).get("x").df == 3


def test_the_plan_takes_the_rule_and_says_it(tmp_path):
    row = row_of(scored(tmp_path, plan_yaml=plan(df="satterthwaite")), "total")
    assert "satterthwaite" in codes_of(row)
    assert 1 <= row["df"] < 2
    assert row_of(scored(tmp_path), "total")["df"] == 2


def test_the_rule_goes_with_linearization_alone(tmp_path, capsys):
    files = {"plan.yaml": plan(df="satterthwaite", variance="jackknife")}
    assert "df: satterthwaite goes with taylor alone" in refused(tmp_path, files, capsys)
    for changes, said in (
        ({"df": "satterthwaite", "variance": Jackknife()}, "goes with taylor"),
        ({"df": "welch"}, "'welch' is none of"),
        ({"lonely_psu": "adjust", "variance": Jackknife()}, "adjust goes with taylor"),
        ({"trim": 3.0, "variance": GivenWeights(1.0)}, "are not trimmed"),
    ):
        with pytest.raises(PlanError, match=said):
            Options(**changes)


def test_differences_follow_the_rule_too():
    x, y = {"half": "x"}, {"half": "y"}
    sample = unequal(4.0)
    halves = Sample.from_columns(
        sample.design, items=sample.items, domains={"half": list("xyxyxy")}
    )
    one, other = (
        score_sample(halves, TOTAL, Options(compare=[(x, y)], min_n=1, df=rule)).differences[0]
        for rule in ("design", "satterthwaite")
    )
    assert (one.df, one.se) == (3, other.se)
    assert 1 <= other.df < 3
    assert other.high - other.low > one.high - one.low


def test_an_index_without_answers_has_no_df_to_change(tmp_path):
    tree = {"code": "X", "given": "X", "range": [0, 1]}
    files = {
        "plan_yaml": {"index": "index.yaml", "given": "given.csv", "df": "satterthwaite"},
        "index_yaml": {"index": "given", "scale": [0, 10], "tree": tree},
        "given_csv": "code,value,se\nX,0.5,0.1\n",
    }
    row = row_of(scored(tmp_path, **files), "X")
    assert (row["estimate"], row["df"]) == (5, None)
    assert "satterthwaite" not in codes_of(row)


def test_under_calibration_the_residuals_of_all_psus_count():
    x, sex = np.asarray([8.0, 1, 4, 0, 5, 1]), np.asarray([0, 1, 1, 0, 0, 1])
    sample = Sample.from_columns(
        unequal(0).design, items={"x": x}, domains={"sex": sex.astype(str)}
    )
    options = Options(calibration=Calibration("poststratify", {"sex": {"0": 10, "1": 30}}))
    row = score_sample(sample, TOTAL, replace(options, min_n=1, df="satterthwaite")).get("x")
    g = np.asarray([10, 30])[sex] / 3
    residual = x - np.asarray([x[sex == at].mean() for at in (0, 1)])[sex]
    parts = ((g * residual).reshape(3, 2) @ [1, -1]) ** 2
    assert row.se**2 == pytest.approx(parts.sum() / 40**2)
    assert row.df == pytest.approx(parts.sum() ** 2 / (parts**2).sum())


def test_in_a_domain_the_psus_that_hold_members_carry_the_df():
    design = Design.from_labels(stratum=list("aaaabb"), psu=range(6))
    x = np.asarray([1.0, 5, 3, 2, 4, 0])
    sample = Sample.from_columns(design, items={"x": x}, domains={"half": list("yyyzyy")})
    half = {"half": "y"}
    row = score_sample(sample, TOTAL, replace(RULE, domains=[["half"]])).get("x", half)
    t = np.where(np.arange(6) == 3, 0, x - 2.6) / 5
    parts = [4 / 3 * ((t[:4] - t[:4].mean()) ** 2).sum(), 2 * ((t[4:] - t[4:].mean()) ** 2).sum()]
    assert row.se**2 == pytest.approx(sum(parts))
    assert row.df == pytest.approx(sum(parts) ** 2 / (parts[0] ** 2 / 2 + parts[1] ** 2))
