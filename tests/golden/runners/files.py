"""Runs the cases that have a small data file and a design of their own."""

import numpy as np

from scoring import Brewer, Design, Options, Sample, score_sample, sum_answers, totals_of
from tests.golden.case import Case
from tests.golden.drawn import of_leaves, small
from tests.golden.reference import API, api_sample, columns, floats, leaf, tree_of


def totals_and_means(case: Case, sample: Sample) -> None:
    item = case.names("total.names")[0]
    tree, options = of_leaves((item,)), Options(min_n=1)
    total = sum_answers(totals_of(sample, tree), tree, options)[0]
    mean = score_sample(sample, tree, options).get(item)
    for row, of in ((total, "total"), (mean, "mean")):
        case.holds(f"{of}.est", row.estimate)
        case.holds(f"{of}.se", row.se)
        case.holds(f"{of}.vcov", row.se**2)


def two_stages(case: Case) -> None:
    data = columns(API / "mu284.csv")
    weight = floats(data["n1"]) / 5 * floats(data["n2"]) / 3
    design = {"psu": "id1", "ssu": "id2", "fpc": "n1", "ssu_fpc": "n2"}
    totals_and_means(case, small("mu284", "y1", weight, **design))


def strata_of_clusters(case: Case) -> None:
    weight = floats(columns(API / "fpc.csv")["weight"])
    design = {"stratum": "stratid", "psu": "psuid", "fpc": "Nh"}
    totals_and_means(case, small("fpc", "x", weight, **design))


def strata_of_hospitals(case: Case) -> None:
    weight = floats(columns(API / "hospital.csv")["weighta"])
    sample = small("hospital", "births", weight, stratum="oblevel", fpc="tothosp")
    totals_and_means(case, sample)
    result = score_sample(sample, of_leaves(("births",)), Options([["stratum"]], min_n=1))
    keys = [("births", {"stratum": label}) for label in case.names("by.names")]
    case.holds("by.est", [result.get(*key).estimate for key in keys])
    case.holds("by.se", [result.get(*key).se for key in keys])
    case.holds("by.vcov", result.covariance(keys))


def a_ratio_of_clusters(case: Case) -> None:
    data, items = columns(API / "scd.csv"), ("alive", "arrests")
    sample = Sample.from_columns(
        Design.from_labels(stratum=data["ESA"], psu=data["ambulance"]),
        items={name: floats(data[name]) for name in items},
    )
    tree = of_leaves(items)
    ratio = sum_answers(totals_of(sample, tree), tree, Options()).ratio(*items)
    case.holds("est", ratio.estimate)
    case.holds("se", ratio.se)


def unequal_probabilities(case: Case) -> None:
    names = tuple(case.names("total.names"))
    tree = of_leaves(names)
    sample = api_sample("election_pps", items=names, weight="wt")
    found = sum_answers(totals_of(sample, tree), tree, Options())
    case.holds("total.est", [found.get(name).estimate for name in names])
    case.holds("total.se", [found.get(name).se for name in names])
    case.holds("total.vcov", found.covariance([(name, None) for name in names]))
    ratio = found.ratio("Bush", "Kerry")
    case.holds("ratio.est", ratio.estimate)
    case.holds("ratio.se", ratio.se)


def unequal_probabilities_without_replacement(case: Case) -> None:
    names = tuple(case.names())
    tree = of_leaves(names)
    sample = api_sample("election_pps", items=names, weight="wt")
    variance = Brewer(floats(columns(API / "election_pps.csv")["p"]))
    found = sum_answers(totals_of(sample, tree), tree, Options(variance=variance))
    case.holds("est", [found.get(name).estimate for name in names])
    case.holds("se", [found.get(name).se for name in names])
    case.holds("vcov", found.covariance([(name, None) for name in names]))


def two_years(case: Case) -> None:
    sample = api_sample("trend", items=("y",), domains=("year",), psu="dnum", weight="pw")
    before, after = ({"year": year} for year in case.names("by.names"))
    options = Options([["year"]], compare=[(after, before)])
    result = score_sample(sample, tree_of(leaf("y")), options)
    rows = [result.get("y", year) for year in (before, after)]
    case.holds("by.est", [row.estimate for row in rows])
    case.holds("by.se", [row.se for row in rows])
    case.holds("by.vcov", result.covariance([("y", before), ("y", after)]))
    change = result.differences[0]
    case.holds("est", change.estimate)
    case.holds("se", change.se)
    case.holds("vcov", change.se**2)
    case.holds("degf", change.df)
    assert np.hypot(*[row.se for row in rows]) > 10 * change.se


RUNNERS = {
    "api mu284_total": two_stages,
    "api fpc_wor": strata_of_clusters,
    "api hospital": strata_of_hospitals,
    "api scd_taylor": a_ratio_of_clusters,
    "api election_brewer": unequal_probabilities_without_replacement,
    "api election_wr": unequal_probabilities,
    "api trend_overlap": two_years,
}
