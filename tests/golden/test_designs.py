"""Every golden case of finite populations, two stages and unequal probabilities."""

from dataclasses import replace

import numpy as np
import pytest

from scoring import Codes, Design, IndexTree, Options, Sample, score_sample, sum_answers, totals_of
from tests.golden.reference import (
    API,
    ERROR,
    ESTIMATE,
    HERE,
    api_sample,
    columns,
    floats,
    leaf,
    needs_api,
    numbers,
    papi_sample,
    papi_tree,
    same,
    sum_of,
    tree_of,
)

CASES = numbers("api")
PAPI = numbers("papi")
FOUR = ("api00", "api99", "meals", "ell")
FIVE = ("api00", "api99", "enroll", "meals", "ell")

SRS = {"name": "apisrs", "fpc": "fpc", "weight": "pw"}
STRAT = {"name": "apistrat", "stratum": "stype", "fpc": "fpc", "weight": "pw"}
STRAT_WR = {"name": "apistrat", "stratum": "stype", "weight": "pw"}
CLUS1 = {"name": "apiclus1", "psu": "dnum", "fpc": "fpc", "weight": "pw"}
CLUS2 = {
    "name": "apiclus2", "psu": "dnum", "ssu": "snum", "fpc": "fpc1", "ssu_fpc": "fpc2",
    "weight": "pw",
}  # fmt: skip


def case(name: str) -> dict:
    return CASES[name]["result"]


def drawn(*, name: str, items: tuple[str, ...], domains: tuple[str, ...] = (), **design) -> Sample:
    """The sample of a file, its units drawn without replacement where it says so."""
    sizes = [design.pop(size, None) for size in ("fpc", "ssu_fpc")]
    sample = api_sample(name, items=items, domains=domains, **design)
    if sizes[0] is None:
        return sample
    fpc, ssu_fpc = (size and floats(columns(API / f"{name}.csv")[size]) for size in sizes)
    return replace(sample, design=sample.design.without_replacement(fpc, ssu_fpc))


def of_leaves(items: tuple[str, ...], root: str = "all") -> IndexTree:
    return tree_of(sum_of(root, *map(wide, items)))


def wide(item: str) -> dict:
    return leaf(item) | {"range": [0, 1e7], "scale": [0, 1e7]}


@needs_api
@pytest.mark.parametrize(
    ("name", "design", "items"),
    [("dstrat_mean", STRAT, FIVE), ("dclus2_mean", CLUS2, FOUR)],
    ids=["dstrat", "dclus2"],
)
def test_means_match_with_covariance_and_interval(name, design, items):
    expected = case(name)
    result = score_sample(drawn(items=items, **design), of_leaves(items), Options())
    rows = [result.get(item) for item in items]
    same(name, [row.estimate for row in rows], expected["est"], ESTIMATE)
    same(name, [row.se for row in rows], expected["se"], ERROR)
    same(name, result.covariance([(item, None) for item in items]), expected["vcov"], ERROR)
    same(name, [[row.low, row.high] for row in rows], expected["ci_t"], ERROR)
    assert {row.df for row in rows} == {expected["degf"]}


@needs_api
@pytest.mark.parametrize(
    ("name", "design", "items"),
    [
        ("dstrat_total", STRAT, FIVE),
        ("dstrat_nofpc_total", STRAT_WR, FIVE),
        ("dclus2_total", CLUS2, FOUR),
        ("dclus2wr_total", {"name": "apiclus2", "psu": "dnum", "weight": "pw"}, FOUR),
    ],
)
def test_totals_match_with_covariance(name, design, items):
    expected, tree = case(name), of_leaves(items)
    found = sum_answers(totals_of(drawn(items=items, **design), tree), tree, Options())
    same(name, [found.get(item).estimate for item in items], expected["est"], ESTIMATE)
    same(name, [found.get(item).se for item in items], expected["se"], ERROR)
    covariance = found.covariance([(item, None) for item in items])
    size = np.sqrt(np.outer(np.diag(expected["vcov"]), np.diag(expected["vcov"])))
    same(name, covariance / size, expected["vcov"] / size, ERROR)


@needs_api
@pytest.mark.parametrize(
    ("name", "design"),
    [
        ("dsrs_ratio", SRS),
        ("dstrat_ratio", STRAT),
        ("dstrat_nofpc_ratio", STRAT_WR),
        ("dclus1_ratio", CLUS1),
    ],
)
def test_ratios_match(name, design):
    expected, tree = case(name), of_leaves(FOUR)
    found = sum_answers(totals_of(drawn(items=FOUR, **design), tree), tree, Options())
    pairs = [(one, other) for other in ("api99", "ell") for one in ("api00", "meals")]
    ratios = [found.ratio(*pair) for pair in pairs]
    same(name, [ratio.estimate for ratio in ratios], expected["est"], ESTIMATE)
    same(name, [ratio.se for ratio in ratios], expected["se"], ERROR)
    assert {ratio.df for ratio in ratios} == {expected["degf"]}


@needs_api
@pytest.mark.parametrize(
    ("name", "design"),
    [("dstrat_factor_mean", STRAT), ("dclus1_factor_mean", CLUS1), ("dclus2_factor_mean", CLUS2)],
)
def test_shares_match_with_covariance(name, design):
    expected = case(name)
    sample = drawn(items=(), **design)
    kinds = Codes.of(columns(API / f"{design['name']}.csv")["stype"])
    shares = [{"code": kind, "item": "stype", "share": [kind], "scale": [0, 1]} for kind in "EHM"]
    tree = tree_of(sum_of("all", *shares))
    result = score_sample(replace(sample, items={"stype": kinds}), tree, Options())
    same(name, [result.get(kind).estimate for kind in "EHM"], expected["est"], ESTIMATE)
    errors = np.asarray([result.get(kind).se for kind in "EHM"])
    np.testing.assert_allclose(errors, expected["se"], rtol=ERROR, atol=1e-12, err_msg=name)
    if max(expected["se"]) > 0:
        covariance = result.covariance([(kind, None) for kind in "EHM"])
        same(name, covariance, expected["vcov"], ERROR)


@needs_api
@pytest.mark.parametrize("design", [CLUS1, CLUS2], ids=["dclus1", "dclus2"])
def test_a_composite_and_a_geometric_mean_match(design):
    name = {"apiclus1": "dclus1", "apiclus2": "dclus2"}[design["name"]]
    expected, mean = case(f"{name}_composite"), case(f"{name}_geomean")
    parts = [leaf("api00", "a", 0.4), leaf("api99", "b", 0.3), leaf("meals", "c", -0.2)]
    comp = sum_of("comp", *parts, leaf("ell", "d", 0.1))
    diff = sum_of("diff", leaf("api00", "e"), leaf("api99", "f", -1.0))
    sample = drawn(items=FOUR, **design)
    result = score_sample(sample, tree_of(sum_of("r", comp, diff)), Options())
    rows = [result.get("comp"), result.get("diff")]
    same(name, [row.estimate for row in rows], expected["est"], ESTIMATE)
    same(name, [row.se for row in rows], expected["se"], ERROR)
    same(name, result.covariance([("comp", None), ("diff", None)]), expected["vcov"], ERROR)
    same(name, [[row.low, row.high] for row in rows], expected["ci_t"], ERROR)
    turned = {"code": "left", "item": "meals", "range": [100, 0], "scale": [0, 100]}
    root = {"code": "g", "combine": "geometric_mean"}
    root["children"] = [leaf("api00"), leaf("api99"), turned]
    row = score_sample(sample, tree_of(root), Options()).get("g")
    same(name, row.estimate, mean["est"], ESTIMATE)
    same(name, row.se, mean["se"], ERROR)


@needs_api
@pytest.mark.parametrize(("name", "design"), [("dsrs_by_stype", SRS), ("dstrat_by_stype", STRAT)])
def test_domains_match_with_their_joint_covariance(name, design):
    expected = case(name)
    sample = drawn(items=("api00", "meals"), domains=("stype",), **design)
    result = score_sample(sample, of_leaves(("api00", "meals")), Options([["stype"]]))
    keys = [(item, {"stype": kind}) for item in ("api00", "meals") for kind in "EHM"]
    rows = [result.get(*key) for key in keys]
    same(name, [row.estimate for row in rows], expected["est"], ESTIMATE)
    same(name, [row.se for row in rows], np.ravel(expected["se"]), ERROR)
    vcov = np.asarray(expected["vcov"])
    size = np.sqrt(np.outer(np.diag(vcov), np.diag(vcov)))
    np.testing.assert_allclose(
        result.covariance(keys) / size, vcov / size, rtol=ERROR, atol=ERROR, err_msg=name
    )
    assert [row.df for row in rows[:3]] == expected["degf_domain"]


@needs_api
@pytest.mark.parametrize(
    ("name", "design"), [("dstrat_domain_diff", STRAT), ("dclus2_domain_diff", CLUS2)]
)
def test_a_difference_of_domains_matches(name, design):
    expected = case(name)
    sample = drawn(items=("api00",), domains=("stype",), **design)
    options = Options(compare=[({"stype": "E"}, {"stype": "H"})])
    row = score_sample(sample, tree_of(leaf("api00")), options).differences[0]
    same(name, row.estimate, expected["est"], ESTIMATE)
    same(name, row.se, np.ravel(expected["se"]), ERROR)


def small(name: str, item: str, weight: list[float], **labels) -> Sample:
    """The sample of a small file; labels are columns, numbers of units end in ``size``."""
    data = columns(API / f"{name}.csv")
    sizes = [labels.pop(size, None) for size in ("fpc", "ssu_fpc")]
    design = Design.from_labels(**{kind: data[of] for kind, of in labels.items()}, n=len(weight))
    fpc, ssu_fpc = (size and floats(data[size]) for size in sizes)
    items = {item: floats(data[item])}
    strata = {"stratum": data[labels["stratum"]]} if "stratum" in labels else {}
    return Sample.from_columns(
        design.without_replacement(fpc, ssu_fpc), weight=weight, items=items, domains=strata
    )


def total_and_mean_match(name: str, sample: Sample, item: str) -> None:
    expected, tree = case(name), tree_of(wide(item))
    options = Options(min_n=1)
    total = sum_answers(totals_of(sample, tree), tree, options)[0]
    mean = score_sample(sample, tree, options).get(item)
    for row, of in ((total, "total"), (mean, "mean")):
        same(f"{name} {of}", row.estimate, np.ravel(expected[of]["est"]), ESTIMATE)
        same(f"{name} {of} se", row.se, np.ravel(expected[of]["se"]), ERROR)


@needs_api
def test_two_stages_without_replacement_match():
    data = columns(API / "mu284.csv")
    first, second = floats(data["n1"]), floats(data["n2"])
    design = {"psu": "id1", "ssu": "id2", "fpc": "n1", "ssu_fpc": "n2"}
    sample = small("mu284", "y1", first / 5 * second / 3, **design)
    total_and_mean_match("mu284_total", sample, "y1")


@needs_api
@pytest.mark.parametrize(
    ("name", "file", "item", "weight", "design"),
    [
        ("fpc_wor", "fpc", "x", "weight", {"stratum": "stratid", "psu": "psuid", "fpc": "Nh"}),
        ("hospital", "hospital", "births", "weighta", {"stratum": "oblevel", "fpc": "tothosp"}),
    ],
)
def test_strata_drawn_without_replacement_match(name, file, item, weight, design):
    weights = floats(columns(API / f"{file}.csv")[weight])
    total_and_mean_match(name, small(file, item, weights, **design), item)


@needs_api
def test_strata_as_domains_match():
    expected = case("hospital")["by"]
    weights = floats(columns(API / "hospital.csv")["weighta"])
    sample = small("hospital", "births", weights, stratum="oblevel", fpc="tothosp")
    options = Options([["stratum"]], min_n=1)
    result = score_sample(sample, tree_of(wide("births")), options)
    keys = [("births", {"stratum": label}) for label in expected["names"]]
    same("hospital by", [result.get(*key).estimate for key in keys], expected["est"], ESTIMATE)
    np.testing.assert_allclose(result.covariance(keys), expected["vcov"], rtol=ERROR, atol=1e-9)


@needs_api
def test_a_ratio_of_clusters_in_strata_matches():
    expected = case("scd_taylor")
    data = columns(API / "scd.csv")
    items = {name: floats(data[name]) for name in ("alive", "arrests")}
    design = Design.from_labels(stratum=data["ESA"], psu=data["ambulance"])
    tree = of_leaves(("alive", "arrests"))
    sample = Sample.from_columns(design, items=items)
    ratio = sum_answers(totals_of(sample, tree), tree, Options()).ratio("alive", "arrests")
    same("scd", ratio.estimate, expected["est"], ESTIMATE)
    same("scd se", ratio.se, expected["se"], ERROR)


@needs_api
def test_unequal_probabilities_with_replacement_match():
    expected, names = case("election_wr"), ("Bush", "Kerry", "Nader")
    sample = api_sample("election_pps", items=names, weight="wt")
    tree = of_leaves(names)
    found = sum_answers(totals_of(sample, tree), tree, Options())
    same("pps", [found.get(name).estimate for name in names], expected["total"]["est"], ESTIMATE)
    same("pps se", [found.get(name).se for name in names], expected["total"]["se"], ERROR)
    covariance = found.covariance([(name, None) for name in names])
    same("pps vcov", covariance, expected["total"]["vcov"], ERROR)
    ratio = found.ratio("Bush", "Kerry")
    same("pps ratio", ratio.estimate, expected["ratio"]["est"], ESTIMATE)
    same("pps ratio se", ratio.se, expected["ratio"]["se"], ERROR)


@needs_api
def test_two_years_on_shared_psus_match():
    expected = case("trend_overlap")
    sample = api_sample("trend", items=("y",), domains=("year",), psu="dnum", weight="pw")
    years = [{"year": "1999"}, {"year": "2000"}]
    options = Options([["year"]], compare=[(years[1], years[0])])
    result = score_sample(sample, tree_of(leaf("y")), options)
    by = expected["by"]
    same("trend", [result.get("y", year).estimate for year in years], by["est"], ESTIMATE)
    same("trend vcov", result.covariance([("y", year) for year in years]), by["vcov"], ERROR)
    row = result.differences[0]
    same("trend difference", row.estimate, expected["est"], ESTIMATE)
    same("trend difference se", row.se, np.ravel(expected["se"]), ERROR)
    independent = np.hypot(*[result.get("y", year).se for year in years])
    assert independent > 10 * row.se
    assert row.df == expected["degf"]


def test_villages_of_communes_without_replacement_match():
    expected = PAPI["fpc2stage"]
    data = columns(HERE / "papi" / "papi.csv")
    labels = {"stratum": data["stratum"], "psu": data["psu"], "ssu": data["ssu"]}
    design = Design.from_labels(**labels)
    n = len(design)
    design = design.without_replacement(np.full(n, expected["N1"]), np.full(n, expected["N2"]))
    total = score_sample(replace(papi_sample(), design=design), papi_tree(), Options()).get(
        "total"
    )
    same("papi fpc", total.estimate, expected["total"], ESTIMATE)
    same("papi fpc se", total.se, expected["total_se"], ERROR)
