"""Every golden case of jackknife, half samples, bootstrap and replicate weights."""

from dataclasses import replace

import numpy as np
import pytest

from scoring import (
    Calibration,
    GivenFactors,
    GivenWeights,
    IndexTree,
    Jackknife,
    Options,
    Sample,
    score_sample,
    sum_answers,
    totals_of,
)
from tests.golden.reference import (
    API,
    DIMENSIONS,
    ERROR,
    ESTIMATE,
    api_sample,
    columns,
    floats,
    geomean_tree,
    leaf,
    needs_api,
    numbers,
    papi_sample,
    papi_tree,
    same,
    sum_of,
    tree_of,
)
from tests.golden.test_designs import CLUS1, STRAT_WR, drawn, of_leaves

CASES = numbers("api")
PAPI = numbers("papi")
CHOL = {"code": "chol", "item": "HI_CHOL", "range": [0, 1], "scale": [0, 1]}
NHANES = {"stratum": "SDMVSTRA", "psu": "SDMVPSU", "weight": "WTMEC2YR"}


def case(name: str) -> dict:
    return CASES[name]["result"]


@needs_api
@pytest.mark.parametrize(
    ("name", "design"), [("dstrat_nofpc_JKn", STRAT_WR), ("dclus1_JK1", CLUS1)]
)
def test_the_jackknife_matches_about_either_centre(name, design):
    expected, items = case(name), ("api00", "meals")
    sample = drawn(items=(*items, "api99"), **design)
    for centre, of in (("replicates", "mean"), ("estimate", "mean_mse")):
        options = Options(variance=Jackknife(centre))
        result = score_sample(sample, of_leaves(items), options)
        rows = [result.get(item) for item in items]
        same(name, [row.estimate for row in rows], expected[of]["est"], ESTIMATE)
        same(name, [row.se for row in rows], expected[of]["se"], ERROR)
        covariance = result.covariance([(item, None) for item in items])
        same(name, covariance, expected[of]["vcov"], ERROR)
    assert {row.df for row in rows} == {expected["degf"]}
    weight = Jackknife().factors(sample.design.frame).weight
    scale = np.multiply(expected["scale"], expected["rscales"])
    same(f"{name} scales", np.sort(weight), np.sort(scale), ESTIMATE)


@needs_api
@pytest.mark.parametrize(
    ("name", "design"), [("dstrat_nofpc_JKn", STRAT_WR), ("dclus1_JK1", CLUS1)]
)
def test_a_ratio_under_the_jackknife_matches(name, design):
    expected, tree = case(name)["ratio"], of_leaves(("api00", "api99"))
    totals = totals_of(drawn(items=("api00", "api99"), **design), tree)
    found = sum_answers(totals, tree, Options(variance=Jackknife()))
    ratio = found.ratio("api00", "api99")
    same(name, ratio.estimate, expected["est"], ESTIMATE)
    same(name, ratio.se, expected["se"], ERROR)


def test_the_jackknife_of_the_golden_survey_matches():
    check = PAPI["check"]
    keys = [(code, None) for code in DIMENSIONS]
    for centre, ending in (("replicates", ""), ("estimate", "_mse")):
        options = Options(variance=Jackknife(centre))
        result = score_sample(papi_sample(), papi_tree(), options)
        covariance = result.covariance(keys)
        same("jkn vcov", covariance, check[f"jkn_dim_vcov{ending}"], ERROR)
        same("jkn total", result.get("total").se, check[f"jkn_total_se{ending}"], ERROR)
    row = score_sample(papi_sample(), geomean_tree(), options).get("geomean")
    same("jkn geomean", row.se, check["jkn_geomean_se_mse"], ERROR)


def test_a_jackknife_raked_anew_is_near_the_error_of_weighted_residuals():
    margins = {"female": {"0": 0.49, "1": 0.51}, "kinh": {"0": 0.15, "1": 0.85}}
    options = Options(calibration=Calibration("raking", margins), variance=Jackknife())
    total = score_sample(papi_sample(), papi_tree(), options).get("total")
    same("raked jkn", total.se, 0.185065, 5e-6)  # six digits are known
    same("raked jkn", total.se, PAPI["raked"]["total_se"], 1e-4)


def nhanes(only: set[tuple[str, str]] | None = None) -> Sample:
    data = columns(API / "nhanes.csv")
    sample = api_sample("nhanes", items=("HI_CHOL",), **NHANES)
    if only is None:
        return sample
    units = zip(data["SDMVSTRA"], data["SDMVPSU"], strict=True)
    kept = np.flatnonzero([unit in only for unit in units])
    labels = {name: np.asarray(data[of])[kept] for name, of in NHANES.items() if name != "weight"}
    design = type(sample.design).from_labels(**labels)
    taken = sample.take(kept)
    return Sample(design, taken.weight, taken.items, taken.domains)


def factors(name: str) -> tuple[dict[tuple[str, str], np.ndarray], int]:
    """The replicate factors of a file by (stratum, PSU), and their number."""
    data = columns(API / f"{name}.csv")
    fixed = ("SDMVSTRA", "SDMVPSU")
    rows = np.stack([floats(data[column]) for column in data if column not in fixed], axis=1)
    units = zip(*(data[name] for name in fixed), strict=True)
    return dict(zip(units, rows, strict=True)), rows.shape[1]


def by_psu(sample: Sample, of_unit: dict[tuple[str, str], np.ndarray]) -> np.ndarray:
    frame = sample.design.frame
    strata = np.asarray(frame.strata)[frame.psu_stratum]
    return np.stack([of_unit[unit] for unit in zip(strata, frame.psus, strict=True)])


def chol() -> IndexTree:
    return tree_of(CHOL)


@needs_api
@pytest.mark.parametrize(("kind", "rho"), [("brr", 0.0), ("fay", 0.3)])
def test_half_samples_match(kind, rho):
    expected = case("nhanes_brr")
    halves, n = factors("nhanes_brr_psuweights")
    assert n == expected["R"]
    sample = nhanes(set(halves))
    psu = 1 + (1 - rho) * (by_psu(sample, halves) - 1)
    options = Options(variance=GivenFactors(psu, 1 / (n * (1 - rho) ** 2)))
    row = score_sample(sample, chol(), options).get("chol")
    same(kind, row.estimate, expected[kind]["est"], ESTIMATE)
    same(f"{kind} se", row.se, expected[kind]["se"], ERROR)


@needs_api
def test_a_bootstrap_of_given_draws_matches():
    expected = case("nhanes_subbootstrap_12")
    draws, n = factors("nhanes_boot12_psuweights")
    sample = nhanes()
    psu = by_psu(sample, draws)
    options = Options(variance=GivenFactors(psu, expected["scale"]))
    row = score_sample(sample, chol(), options).get("chol")
    same("bootstrap", row.estimate, expected["est"], ESTIMATE)
    same("bootstrap se", row.se, expected["se"], ERROR)
    weights = sample.weight[:, np.newaxis] * psu[sample.design.psu]
    own = replace(sample, replicates=weights)
    options = Options(variance=GivenWeights(1.0, np.full(n, expected["scale"])))
    again = score_sample(own, chol(), options).get("chol")
    same("replicate weights", again.estimate, expected["est"], ESTIMATE)
    same("replicate weights se", again.se, expected["se"], ERROR)


@needs_api
def test_replicate_weights_of_a_file_match_its_ratio():
    data = columns(API / "scd.csv")
    items = {name: floats(data[name]) for name in ("alive", "arrests")}
    weights = np.stack([floats(data[str(at)]) for at in range(1, 5)], axis=1)
    sample = Sample.from_columns(
        drawn(items=("alive",), name="scd", stratum="ESA", psu="ambulance", weight="alive").design,
        items=items,
        replicates=weights,
    )
    tree = tree_of(sum_of("all", leaf("alive"), leaf("arrests")))
    found = sum_answers(totals_of(sample, tree), tree, Options(variance=GivenWeights(0.25)))
    taylor = sum_answers(totals_of(sample, tree), tree, Options())
    for name in items:
        same(f"scd {name}", found.get(name).se, taylor.get(name).se, ERROR)
