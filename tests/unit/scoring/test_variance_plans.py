"""Plans that name finite populations, replicates and their weights: what they give and refuse."""

import numpy as np
import pytest

from tests.unit.scoring.files import (
    HEADER,
    ROWS,
    csv_text,
    design,
    plan,
    refused,
    row_of,
    scored,
)

SIZES = (*HEADER, "ssu", "N", "M")
PAIR = [(1.0, 0.5), (0.5, 2.0), (1.5, 1.0), (2.0, 0.0)]


def with_sizes(n: str = "4", m: str = "4") -> str:
    """The small data with second-stage units, each row its own; a stratum of ``n`` PSUs."""
    rows = [(*row, str(at), n, m) for at, row in enumerate(ROWS)]
    return csv_text(rows, SIZES)


def with_weights(prefix: str = "r", factors=PAIR) -> str:
    """The small data with two replicate weights for each PSU."""
    rows = [
        (*row, *(str(float(row[2]) * factor) for factor in factors[at // 2]))
        for at, row in enumerate(ROWS)
    ]
    return csv_text(rows, (*HEADER, *(f"{prefix}{at}" for at in (10, 9))))


def replicates(**changes) -> dict:
    return plan(variance="replicates", replicate_weights="r", scale=0.5) | changes


def test_a_finite_population_shrinks_the_variance_by_the_share_left(tmp_path):
    infinite = row_of(scored(tmp_path), "A")["se"]
    half = scored(tmp_path, plan_yaml=plan(design=design(fpc="N")), data_csv=with_sizes())
    assert row_of(half, "A")["se"] == pytest.approx(infinite * 0.5**0.5)
    whole = scored(tmp_path, plan_yaml=plan(design=design(fpc="N")), data_csv=with_sizes("2"))
    assert row_of(whole, "A")["se"] == 0


def test_a_second_stage_adds_its_own_variance(tmp_path):
    first, both = (
        scored(
            tmp_path,
            plan_yaml=plan(design=design(fpc="N", ssu="ssu", ssu_fpc=ssu_fpc)),
            data_csv=with_sizes(),
        )
        for ssu_fpc in (None, "M")
    )
    assert row_of(both, "A")["se"] > row_of(first, "A")["se"]


@pytest.mark.parametrize(
    "changes",
    [
        {"variance": "jackknife", "centre": "estimate"},
        {"variance": "bootstrap", "replicates": 4000, "seed": 7},
        {"variance": "brr"},
        {"variance": "brr", "rho": 0.5},
    ],
    ids=["jackknife", "bootstrap", "brr", "fay"],
)
def test_replicates_are_near_linearization(changes, tmp_path):
    taylor, other = row_of(scored(tmp_path), "A"), scored(tmp_path, plan_yaml=plan(**changes))
    row = row_of(other, "A")
    assert (row["estimate"], row["df"], row["n"]) == (taylor["estimate"], 2, 7)
    assert row["se"] == pytest.approx(taylor["se"], rel=0.35)
    assert row["se"] != taylor["se"]


def test_a_seed_draws_the_same_bootstrap_again(tmp_path):
    one, again, other = (
        scored(tmp_path, plan_yaml=plan(variance="bootstrap", seed=seed)) for seed in (3, 3, 4)
    )
    assert one["estimates"] == again["estimates"]
    assert row_of(one, "A")["se"] != row_of(other, "A")["se"]


@pytest.mark.parametrize(
    "block",
    [
        {"replicate_weights": "r", "rscales": [0.5, 0.25]},
        {"replicate_weights": {"prefix": "r", "rscales": [0.5, 0.25]}},
        {"replicate_weights": {"prefix": "r", "rscales": [1, 0.5]}, "scale": 0.5},
    ],
    ids=["beside", "inside", "both"],
)
def test_replicate_weights_are_taken_in_the_order_of_their_numbers(block, tmp_path):
    files = {"plan_yaml": replicates(**({"scale": None, "centre": "estimate"} | block))}
    row = row_of(scored(tmp_path, data_csv=with_weights(), **files), "A")
    answered = [row for row in ROWS if row[5]]
    x, w = (np.asarray([float(row[at]) for row in answered]) for at in (5, 2))
    psu = np.asarray([ROWS.index(row) // 2 for row in answered])
    factors = np.asarray(PAIR)[psu]
    estimate = 25 * ((w @ x) / w.sum() - 1)
    values = [25 * ((w * a @ x) / (w @ a) - 1) for a in factors.T]
    # column r9 is the second of the file and the first of the replicates
    variance = 0.5 * (values[1] - estimate) ** 2 + 0.25 * (values[0] - estimate) ** 2
    assert row["estimate"] == pytest.approx(estimate)
    assert row["se"] == pytest.approx(variance**0.5)
    assert row["df"] == 1


def broken(cell: str) -> str:
    lines = with_weights().splitlines()
    return "\n".join([*lines[:3], lines[3].rsplit(",", 1)[0] + f",{cell}", *lines[4:]]) + "\n"


WEIGHTLESS = with_weights().replace("a,1,2,north", "a,1,0,north")
FPC = {"plan.yaml": plan(design=design(fpc="N"))}
CASES = {
    "smaller than the sample": (
        FPC | {"data.csv": with_sizes("1")},
        "fpc: 1 units in the population of stratum 'a', fewer than the 2 drawn",
    ),
    "blank": (FPC | {"data.csv": with_sizes("")}, "data row 1, fpc: expected a number above 0"),
    "zero": (FPC | {"data.csv": with_sizes("0")}, "fpc: expected a number above 0, got 0"),
    "negative": (FPC | {"data.csv": with_sizes("-3")}, "expected a number above 0, got -3"),
    "endless": (FPC | {"data.csv": with_sizes("inf")}, "'inf' is not a number"),
    "not constant": (
        FPC | {"data.csv": with_sizes().replace("0,4,4\n", "0,5,4\n")},
        "fpc: differs within its group",
    ),
    "second stage smaller": (
        {
            "plan.yaml": plan(design=design(fpc="N", ssu="ssu", ssu_fpc="M")),
            "data.csv": with_sizes(m="1"),
        },
        "ssu_fpc: 1 units in the population of PSU ('a', '1'), fewer than the 2 drawn",
    ),
    "second stage without units": (
        {"plan.yaml": plan(design=design(fpc="N", ssu_fpc="M")), "data.csv": with_sizes()},
        "ssu_fpc: needs ssu and fpc",
    ),
    "second stage under replicates": (
        {
            "plan.yaml": plan(
                variance="jackknife", design=design(fpc="N", ssu="ssu", ssu_fpc="M")
            ),
            "data.csv": with_sizes(),
        },
        "ssu_fpc: replicates of PSUs know no second stage",
    ),
    "bootstrap without seed": (
        {"plan.yaml": plan(variance="bootstrap")},
        "seed: is missing",
    ),
    "negative seed": (
        {"plan.yaml": plan(variance="bootstrap", seed=-1)},
        "seed: -1 is below 0",
    ),
    "one draw": (
        {"plan.yaml": plan(variance="bootstrap", seed=1, replicates=1)},
        "replicates: 1 is below 2",
    ),
    "rho of one": ({"plan.yaml": plan(variance="brr", rho=1)}, "rho: 1 is not in [0, 1)"),
    "rho without halves": (
        {"plan.yaml": plan(variance="jackknife", rho=0.3)},
        "rho: does not go with variance jackknife",
    ),
    "centre": (
        {"plan.yaml": plan(variance="jackknife", centre="x")},
        "centre: 'x' is none of replicates, estimate",
    ),
    "adjust under replicates": (
        {"plan.yaml": plan(variance="jackknife", design=design(lonely_psu="adjust"))},
        "lonely_psu adjust goes with taylor alone",
    ),
    "given weights trimmed": (
        {"plan.yaml": replicates(design=design(trim=3))},
        "design: trim: replicate weights that were given are not trimmed",
    ),
    "no scale": ({"plan.yaml": replicates(scale=None)}, "scale: is missing (or rscales)"),
    "scale of zero": ({"plan.yaml": replicates(scale=0)}, "scale: expected numbers above 0"),
    "no prefix": (
        {"plan.yaml": replicates(replicate_weights=None)},
        "replicate_weights is missing",
    ),
    "no columns": ({"plan.yaml": replicates()}, "0 columns are named 'r' and a number"),
    "rscales": (
        {"plan.yaml": replicates(rscales=[1, 2, 3]), "data.csv": with_weights()},
        "rscales: has 3 rows instead of 2",
    ),
    "all rscales zero": (
        {"plan.yaml": replicates(rscales=[0, 0]), "data.csv": with_weights()},
        "scale: a scale is negative or not finite, or all are zero",
    ),
    "negative replicate weight": (
        {"plan.yaml": replicates(), "data.csv": broken("-1")},
        "data row 3, replicate 1: replicate weight -1",
    ),
    "missing replicate weight": (
        {"plan.yaml": replicates(), "data.csv": broken("")},
        "data row 3, replicate 1: replicate weight nan",
    ),
    "replicate weight of nobody": (
        {"plan.yaml": replicates(), "data.csv": WEIGHTLESS},
        "data row 1, replicate 1: replicate weight 1 beside weight 0",
    ),
}


@pytest.mark.parametrize(("files", "said"), CASES.values(), ids=CASES)
def test_a_mistake_in_design_or_replicates_is_one_clear_line(files, said, tmp_path, capsys):
    assert said in refused(tmp_path, files, capsys)
