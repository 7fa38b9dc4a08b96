"""The golden survey and means, within the tolerances that came with them; who runs which case."""

import numpy as np
import pytest

from scoring import Codes, Options, Sample, SingletonStratumError, score_sample
from tests.golden.reference import (
    API,
    DIMENSIONS,
    ERROR,
    ESTIMATE,
    HERE,
    api_sample,
    columns,
    geomean_tree,
    leaf,
    needs_api,
    numbers,
    papi_items,
    papi_sample,
    papi_tree,
    same,
    sum_of,
    tree_of,
)

PAPI = numbers("papi")
API_NUMBERS = numbers("api")
EVERY_API_ITEM = ("api00", "api99", "enroll", "meals", "ell")


@pytest.fixture(scope="module")
def papi():
    options = Options(
        domains=[
            ["prov"],
            ["female"],
            ["kinh"],
            ["prov", "kinh"],
            ["prov", "female"],
            ["under_30"],
        ],
        compare=[({"female": "1"}, {"female": "0"})],
    )
    return score_sample(papi_sample(), papi_tree(), options)


def test_the_national_items_and_sub_dimensions_match(papi):
    national = PAPI["national"]
    rows = [papi.get(item["item"]) for item in papi_items()]
    same("item", [(row.estimate - 1) / 9 for row in rows], national["item"], ESTIMATE)
    same("item se", [row.se / 9 for row in rows], national["item_se"], ERROR)
    subs = [papi.get(sub) for sub in dict.fromkeys(item["sub"] for item in papi_items())]
    same("sub", [(row.estimate - 1) / 9 for row in subs], national["sub"], ESTIMATE)
    same("sub se", [row.se / 9 for row in subs], national["sub_se"], ERROR)


def test_the_national_dimensions_match_with_their_covariance(papi):
    national = PAPI["national"]
    same("dim", [papi.get(code).estimate for code in DIMENSIONS], national["dim"], ESTIMATE)
    covariance = papi.covariance([(code, None) for code in DIMENSIONS])
    same("dim_vcov", covariance, national["dim_vcov"], ERROR)
    assert np.linalg.eigvalsh(covariance).min() > 0


def test_the_national_total_matches_with_its_interval(papi):
    total, national = papi.get("total"), PAPI["national"]
    same("total", total.estimate, national["total"], ESTIMATE)
    same("total se", total.se, national["total_se"], ERROR)
    same("total interval", [total.low, total.high], national["total_ci"], ERROR)
    assert total.df == PAPI["degf"] == 195


def test_the_geometric_mean_matches_with_its_error():
    row = score_sample(papi_sample(), geomean_tree(), Options()).get("geomean")
    same("geomean", row.estimate, PAPI["national"]["geomean"], ESTIMATE)
    same("geomean se", row.se, PAPI["national"]["geomean_se"], ERROR)


def named(domain: str) -> dict[str, str]:
    """Read the golden file's name of a domain."""
    if domain == "age<30":
        return {"under_30": "1"}
    return dict(part.split("=") for part in domain.split("&"))


@pytest.mark.parametrize(
    "case", PAPI["provinces"] + PAPI["domains"], ids=lambda case: case["domain"]
)
def test_a_domain_matches(papi, case):
    domain, name = named(case["domain"]), case["domain"]
    dims = [papi.get(code, domain) for code in DIMENSIONS]
    same(f"{name} dim", [row.estimate for row in dims], case["dim"], ESTIMATE)
    same(f"{name} dim se", [row.se for row in dims], case["dim_se"], ERROR)
    total, first = papi.get("total", domain), papi.get("q001", domain)
    same(f"{name} total", total.estimate, case["total"], ESTIMATE)
    same(f"{name} total se", total.se, case["total_se"], ERROR)
    same(f"{name} item1", (first.estimate - 1) / 9, case["item1"], ESTIMATE)
    same(f"{name} item1 se", first.se / 9, case["item1_se"], ERROR)
    assert total.df == case["degf"]


def test_women_less_men_counts_the_psus_they_share(papi):
    row = next(row for row in papi.differences if row.node == "total")
    case = PAPI["diff_female_male"]
    same("diff", row.estimate, case["est"], ESTIMATE)
    same("diff se", row.se, case["se"], ERROR)
    assert abs(row.se / case["se_if_independent"] - 1) > 0.5
    assert row.df == 195


def test_listwise_deletion_would_leave_nobody(papi):
    items = papi_sample().items.values()
    complete = np.all([column.codes >= 0 for column in items], axis=0)
    assert complete.sum() == PAPI["listwise_n_WRONG"] == 0
    assert papi.get("total").n > 0


DSTRAT = {"name": "apistrat", "stratum": "stype", "weight": "pw"}
DCLUS2 = {"name": "apiclus2", "psu": "dnum", "weight": "pw"}
DESIGNS = pytest.mark.parametrize(
    ("prefix", "design", "items"),
    [
        ("dstrat_nofpc", DSTRAT, EVERY_API_ITEM),
        ("dclus2wr", DCLUS2, ("api00", "api99", "meals", "ell")),
    ],
    ids=["dstrat_nofpc", "dclus2wr"],
)


def case_of(prefix: str, name: str) -> dict:
    return API_NUMBERS[f"{prefix}_{name}"]["result"]


@needs_api
@DESIGNS
def test_means_match_with_covariance_interval_and_design_effect(prefix, design, items):
    case = case_of(prefix, "mean")
    sample = api_sample(**design, items=items)
    result = score_sample(sample, tree_of(sum_of("all", *map(leaf, items))), Options())
    rows = [result.get(item) for item in items]
    same(prefix, [row.estimate for row in rows], case["est"], ESTIMATE)
    same(prefix, [row.se for row in rows], case["se"], ERROR)
    same(prefix, result.covariance([(item, None) for item in items]), case["vcov"], ERROR)
    same(prefix, [[row.low, row.high] for row in rows], case["ci_t"], ERROR)
    # The file holds deff=TRUE, whose simple random sample is drawn without replacement
    replaced = np.asarray(case["deff"]) * (1 - len(sample.weight) / sample.weight.sum())
    same(prefix, [row.deff for row in rows], replaced, ERROR)
    assert {row.df for row in rows} == {case["degf"]}


@needs_api
@DESIGNS
def test_a_composite_and_a_contrast_match(prefix, design, items):
    case = case_of(prefix, "composite")
    parts = [leaf("api00", "a", 0.4), leaf("api99", "b", 0.3), leaf("meals", "c", -0.2)]
    comp = sum_of("comp", *parts, leaf("ell", "d", 0.1))
    diff = sum_of("diff", leaf("api00", "e"), leaf("api99", "f", -1.0))
    result = score_sample(
        api_sample(**design, items=items), tree_of(sum_of("r", comp, diff)), Options()
    )
    rows = [result.get("comp"), result.get("diff")]
    same(prefix, [row.estimate for row in rows], case["est"], ESTIMATE)
    same(prefix, [row.se for row in rows], case["se"], ERROR)
    same(prefix, result.covariance([("comp", None), ("diff", None)]), case["vcov"], ERROR)
    same(prefix, [[row.low, row.high] for row in rows], case["ci_t"], ERROR)


@needs_api
@DESIGNS
def test_a_geometric_mean_of_means_matches(prefix, design, items):
    case = case_of(prefix, "geomean")
    turned = {"code": "left", "item": "meals", "range": [100, 0], "scale": [0, 100]}
    root = {"code": "g", "combine": "geometric_mean"}
    root["children"] = [leaf("api00"), leaf("api99"), turned]
    row = score_sample(api_sample(**design, items=items), tree_of(root), Options()).get("g")
    same(prefix, row.estimate, case["est"], ESTIMATE)
    same(prefix, row.se, case["se"], ERROR)


@needs_api
@DESIGNS
def test_domains_match_with_their_joint_covariance_and_difference(prefix, design, items):
    case, diff = case_of(prefix, "by_stype"), case_of(prefix, "domain_diff")
    sample = api_sample(**design, items=items, domains=("stype",))
    options = Options(domains=[["stype"]], compare=[({"stype": "E"}, {"stype": "H"})])
    tree = tree_of(sum_of("r", leaf("api00"), leaf("meals")))
    result = score_sample(sample, tree, options)
    keys = [(item, {"stype": kind}) for item in ("api00", "meals") for kind in "EHM"]
    rows = [result.get(*key) for key in keys]
    same(prefix, [row.estimate for row in rows], case["est"], ESTIMATE)
    same(prefix, [row.se for row in rows], np.ravel(case["se"]), ERROR)
    covariance = result.covariance(keys)
    expected = np.asarray(case["vcov"])
    size = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    same(prefix, covariance / size, expected / size, ERROR)
    assert [row.df for row in rows[:3]] == case["degf_domain"]
    row = next(row for row in result.differences if row.node == "api00")
    same(prefix, row.estimate, diff["est"], ESTIMATE)
    same(prefix, row.se, np.ravel(diff["se"]), ERROR)


@needs_api
def test_shares_of_the_stratum_variable_have_no_error():
    case = case_of("dstrat_nofpc", "factor_mean")
    sample = api_sample(**DSTRAT, items=())
    stype = Codes.of(columns(API / "apistrat.csv")["stype"])
    sample = Sample(sample.design, sample.weight, {"stype": stype}, {})
    shares = [{"code": kind, "item": "stype", "share": [kind], "scale": [0, 1]} for kind in "EHM"]
    result = score_sample(sample, tree_of(sum_of("all", *shares)), Options())
    rows = [result.get(kind) for kind in "EHM"]
    same("factor_mean", [row.estimate for row in rows], case["est"], ESTIMATE)
    same("factor_mean", [row.se for row in rows], case["se"], 1e-12)


@needs_api
def test_a_missing_answer_makes_another_domain():
    case = API_NUMBERS["nhanes_mean"]["result"]
    design = {"stratum": "SDMVSTRA", "psu": "SDMVPSU", "weight": "WTMEC2YR"}
    sample = api_sample("nhanes", items=("HI_CHOL",), **design)
    root = {"code": "chol", "item": "HI_CHOL", "range": [0, 1], "scale": [0, 1]}
    row = score_sample(sample, tree_of(root), Options()).get("chol")
    same("nhanes_mean", row.estimate, case["est"], ESTIMATE)
    same("nhanes_mean", row.se, np.ravel(case["se"]), ERROR)
    replaced = case["deff"] * (
        1 - case["n_used"] / sample.weight[~np.isnan(sample.items["HI_CHOL"])].sum()
    )
    same("nhanes_mean deff", row.deff, replaced, ERROR)
    assert (row.df, row.n) == (case["degf"], case["n_used"])


@needs_api
def test_a_stratum_of_one_psu_is_refused_by_name():
    assert {case for case, row in API_NUMBERS.items() if row["role"] == "must_raise"} == {
        "lonely_fail",
        "lonely_fail_adjdom",
    }
    sample = api_sample("lonely", items=("api00",), stratum="str", weight="pw")
    with pytest.raises(SingletonStratumError) as refused:
        score_sample(sample, tree_of(leaf("api00")), Options())
    assert refused.value.strata == ("Z1", "Z2")


NOT_SUPPORTED = {
    "dstrat_nofpc_quantile": "quantiles are no part of an index",
    "dclus1_quantile": "quantiles are no part of an index",
    "dclus2wr_quantile": "quantiles are no part of an index",
    "election_brewer": "pairs of probabilities (Brewer) are more than totals by PSU hold",
}
BY_DESIGN = {
    *(
        f"{design}_{call}"
        for design in ("dstrat_nofpc", "dclus2wr")
        for call in ("mean", "composite", "geomean", "by_stype", "domain_diff")
    ),
    *(f"{design}_{call}" for design in ("dclus1", "dclus2") for call in ("composite", "geomean")),
    "dstrat_nofpc_factor_mean",
}
"""Cases whose names tests put together from a design and a call."""


@needs_api
def test_every_golden_case_is_run_by_a_test_of_this_folder():
    source = "".join(file.read_text(encoding="utf-8") for file in HERE.glob("test_*.py"))
    written = {name for name in API_NUMBERS if f'"{name}"' in source}
    proportions = {name for name in API_NUMBERS if "_ciprop_" in name}
    assert len(API_NUMBERS) == 112
    assert set(API_NUMBERS) == written | proportions | BY_DESIGN
    assert not NOT_SUPPORTED.keys() & BY_DESIGN
