"""Every golden case of calibration and of strata with one PSU."""

import numpy as np
import pytest

from scoring import Calibration, Options, score_sample, sum_answers, totals_of
from tests.golden.reference import (
    DIMENSIONS,
    ERROR,
    ESTIMATE,
    api_sample,
    leaf,
    needs_api,
    numbers,
    papi_sample,
    papi_tree,
    same,
    sum_of,
    tree_of,
)

PAPI = numbers("papi")
API_NUMBERS = numbers("api")
MARGINS = {"female": {"0": 0.49, "1": 0.51}, "kinh": {"0": 0.15, "1": 0.85}}


@pytest.fixture(scope="module")
def raked():
    options = Options([["female"], ["prov"]], calibration=Calibration("raking", MARGINS))
    return score_sample(papi_sample(), papi_tree(), options)


def test_raked_dimensions_match_with_their_covariance(raked):
    case = PAPI["raked"]
    same("raked", [raked.get(code).estimate for code in DIMENSIONS], case["dim"], ESTIMATE)
    covariance = raked.covariance([(code, None) for code in DIMENSIONS])
    same("raked vcov", covariance, case["dim_vcov"], ERROR)
    assert np.linalg.eigvalsh(covariance).min() > 0


def test_the_raked_total_has_the_error_of_weighted_residuals(raked):
    case, total = PAPI["raked"], raked.get("total")
    same("raked total", total.estimate, case["total"], ESTIMATE)
    same("raked total se", total.se, case["total_se"], ERROR)
    for wrong in (
        "total_se_R_rake_unweighted_residuals_NOT_ANCHOR",
        "total_se_if_weights_fixed_WRONG",
    ):
        assert abs(total.se / case[wrong] - 1) > 1e-3
    assert [note.code for note in total.notes] == ["calibrated"]
    assert total.notes[0].fact == "raking: female, kinh"


def test_the_margins_of_the_golden_survey_are_met_and_shown(raked):
    weights = raked.weights
    assert [margin.name for margin in weights.margins] == [
        "female=0",
        "female=1",
        "kinh=0",
        "kinh=1",
    ]
    whole = papi_sample().weight.sum()
    np.testing.assert_allclose(weights.reached / whole, [0.49, 0.51, 0.15, 0.85], rtol=1e-12)
    assert abs(weights.base - weights.reached).max() > 0.004 * whole


@needs_api
def test_post_stratification_matches():
    case = API_NUMBERS["cal_poststrat_strat"]["result"]
    items = ("api00", "meals")
    sample = api_sample(
        "apistrat", items=items, domains=("sch.wide",), stratum="stype", weight="pw"
    )
    calibration = Calibration("poststratify", {"sch.wide": {"No": 1072, "Yes": 5122}})
    tree = tree_of(sum_of("all", *map(leaf, items)))
    result = score_sample(sample, tree, Options(calibration=calibration))
    same("poststrat", [result.get(item).estimate for item in items], case["est"], ESTIMATE)
    same("poststrat se", [result.get(item).se for item in items], case["se"], ERROR)
    vcov = result.covariance([(item, None) for item in items])
    same("poststrat vcov", vcov, case["vcov"], ERROR)


@needs_api
@pytest.mark.parametrize("policy", ["adjust", "average", "certainty"])
def test_totals_with_lonely_strata_are_centred_at_the_mean_of_all_psus(policy):
    case = API_NUMBERS[f"lonely_{policy}"]["result"]["total"]
    sample = api_sample("lonely", items=("api00",), stratum="str", weight="pw")
    tree = tree_of(leaf("api00"))
    row = sum_answers(totals_of(sample, tree), tree, Options(lonely_psu=policy))[0]
    same(policy, row.estimate, case["est"], ESTIMATE)
    same(f"{policy} se", row.se, np.ravel(case["se"]), ERROR)


@needs_api
def test_totals_of_a_stratified_sample_match():
    case = API_NUMBERS["dstrat_nofpc_total"]["result"]
    items = ("api00", "api99", "enroll", "meals", "ell")
    sample = api_sample("apistrat", items=items, stratum="stype", weight="pw")
    tree = tree_of(sum_of("all", *map(leaf, items)))
    rows = sum_answers(totals_of(sample, tree), tree, Options())
    same("total", [row.estimate for row in rows], case["est"], ESTIMATE)
    same("total se", [row.se for row in rows], case["se"], ERROR)
    assert {(row.df, row.n) for row in rows} == {(197, 200)}


@pytest.fixture(scope="module")
def one_psu_dropped():
    sample = papi_sample()
    kept = [
        at
        for at, psu in enumerate(sample.design.psu)
        if sample.design.frame.psus[psu] != str(PAPI["lonely_adjust"]["dropped_psu"])
    ]
    return relabelled(sample.take(np.asarray(kept)))


def relabelled(sample):
    """The same rows in a frame that lists only the PSUs that are left."""
    frame, psu = sample.design.frame, sample.design.psu
    names = np.asarray(frame.psus)[psu]
    strata = np.asarray(frame.strata)[frame.psu_stratum[psu]]
    design = type(sample.design).from_labels(stratum=strata, psu=names)
    return type(sample)(design, sample.weight, sample.items, sample.domains)


@pytest.mark.parametrize("policy", ["adjust", "average", "certainty"])
def test_a_policy_for_a_lonely_psu_matches(one_psu_dropped, policy):
    case = PAPI[f"lonely_{policy}"]
    options = Options([["prov"]], lonely_psu=policy)
    result = score_sample(one_psu_dropped, papi_tree(), options)
    total, prov5 = result.get("total"), result.get("total", {"prov": "5"})
    same(policy, total.estimate, case["total"], ESTIMATE)
    same(f"{policy} se", total.se, case["total_se"], ERROR)
    same(f"{policy} prov5", prov5.estimate, case["prov5_total"], ESTIMATE)
    same(f"{policy} prov5 se", prov5.se, case["prov5_total_se"], ERROR)
    assert total.df == case["degf"]
    assert [note.fact.split(":")[0] for note in prov5.notes if note.code == "lonely-psu"] == [
        policy
    ]
    assert not result.get("total", {"prov": "6"}).notes


@needs_api
@pytest.mark.parametrize(
    ("name", "policy"),
    [
        ("lonely_adjust", "adjust"),
        ("lonely_average", "average"),
        ("lonely_certainty", "certainty"),
        ("lonely_certainty_adjdom", "certainty"),
    ],
)
def test_a_policy_for_two_lonely_strata_matches(name, policy):
    case = API_NUMBERS[name]["result"]
    items = ("api00", "meals")
    sample = api_sample("lonely", items=items, domains=("meals",), stratum="str", weight="pw")
    poor = np.where(sample.items["meals"] > 80, "1", "0")
    sample = type(sample)(
        sample.design,
        sample.weight,
        sample.items,
        {"poor": type(sample.domains["meals"]).of(poor)},
    )
    options = Options([["poor"]], lonely_psu=policy)
    result = score_sample(sample, tree_of(sum_of("all", *map(leaf, items))), options)
    mean, domain = case["mean"], case["domain"]
    same(name, [result.get(item).estimate for item in items], mean["est"], ESTIMATE)
    vcov = result.covariance([(item, None) for item in items])
    same(f"{name} vcov", vcov, mean["vcov"], ERROR)
    row = result.get("api00", {"poor": "1"})
    same(f"{name} domain", row.estimate, domain["est"], ESTIMATE)
    same(f"{name} domain se", row.se, np.ravel(domain["se"]), ERROR)
    assert result.get("api00").df == case["degf"]
    assert result.get("api00").notes[0].fact == f"{policy}: Z1, Z2"
