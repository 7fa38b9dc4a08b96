"""Runs the synthetic survey: items, dimensions, domains, raking, lonely PSUs, two stages."""

from dataclasses import replace
from functools import cache

import numpy as np

from scoring import (
    Calibration,
    Design,
    Jackknife,
    Options,
    Result,
    Sample,
    score_sample,
    totals_of,
)
from tests.golden.case import ESTIMATE, Case
from tests.golden.reference import (
    DIMENSIONS,
    HERE,
    columns,
    geomean_tree,
    papi_items,
    papi_sample,
    papi_tree,
)

DIMENSION_KEYS = [(code, None) for code in DIMENSIONS]
DOMAINS = [["prov"], ["female"], ["kinh"], ["prov", "kinh"], ["prov", "female"], ["under_30"]]
MARGINS = {"female": {"0": 0.49, "1": 0.51}, "kinh": {"0": 0.15, "1": 0.85}}


@cache
def survey() -> Result:
    options = Options(DOMAINS, [({"female": "1"}, {"female": "0"})])
    return score_sample(papi_sample(), papi_tree(), options)


def as_share(points: np.ndarray) -> np.ndarray:
    return (np.asarray(points) - 1) / 9


def sub_dimensions() -> list[str]:
    return list(dict.fromkeys(item["sub"] for item in papi_items()))


def head(case: Case) -> None:
    """The size of the file, and what listwise deletion would leave of it."""
    case.holds("n", len(papi_sample().weight))
    case.holds("degf", survey().get("total").df)
    items = papi_sample().items.values()
    complete = np.all([column.codes >= 0 for column in items], axis=0)
    case.holds("listwise_n_WRONG", complete.sum())
    assert survey().get("total").n > 0


def national(case: Case) -> None:
    items = [item["item"] for item in papi_items()]
    for of, codes in (("item", items), ("sub", sub_dimensions())):
        rows = [survey().get(code) for code in codes]
        case.holds(of, as_share([row.estimate for row in rows]))
        case.holds(f"{of}_se", [row.se / 9 for row in rows])
    case.holds("dim", [survey().get(code).estimate for code in DIMENSIONS])
    case.holds("dim_vcov", survey().covariance(DIMENSION_KEYS))
    total = survey().get("total")
    case.holds("total", total.estimate)
    case.holds("total_se", total.se)
    case.holds("total_ci", [total.low, total.high])
    mean = score_sample(papi_sample(), geomean_tree(), Options()).get("geomean")
    case.holds("geomean", mean.estimate)
    case.holds("geomean_se", mean.se)


def domain(case: Case) -> None:
    """A province or another domain; the file names it ``prov=1&kinh=0``, or by an age."""
    named = {"under_30": "1"}
    if case.result["domain"] != "age<30":
        named = dict(part.split("=") for part in case.result["domain"].split("&"))
    dims = [survey().get(code, named) for code in DIMENSIONS]
    case.holds("dim", [row.estimate for row in dims])
    case.holds("dim_se", [row.se for row in dims])
    total, first = survey().get("total", named), survey().get("q001", named)
    case.holds("total", total.estimate)
    case.holds("total_se", total.se)
    case.holds("item1", as_share(first.estimate))
    case.holds("item1_se", first.se / 9)
    case.holds("degf", total.df)
    case.holds("n", members()[frozenset(named.items())])


@cache
def members() -> dict[frozenset, int]:
    """Respondents of each domain, whatever they answered."""
    totals = totals_of(papi_sample(), papi_tree(), DOMAINS)
    counts = np.bincount(totals.psus.domain, totals.psus.members)
    return dict(zip(map(frozenset, totals.domains), counts.tolist(), strict=True))


def women_less_men(case: Case) -> None:
    row = next(row for row in survey().differences if row.node == "total")
    case.holds("est", row.estimate)
    case.holds("se", row.se)
    apart = [survey().get("total", {"female": sex}).se for sex in "01"]
    case.holds("se_if_independent", np.hypot(*apart))
    case.rejects("se_if_independent", row.se)


def raked(case: Case) -> None:
    options = Options([["female"]], calibration=Calibration("raking", MARGINS))
    result = score_sample(papi_sample(), papi_tree(), options)
    case.holds("dim", [result.get(code).estimate for code in DIMENSIONS])
    case.holds("dim_vcov", result.covariance(DIMENSION_KEYS))
    total = result.get("total")
    case.holds("total", total.estimate)
    case.holds("total_se", total.se)
    case.rejects("total_se_R_rake_unweighted_residuals_NOT_ANCHOR", total.se)
    case.rejects("total_se_if_weights_fixed_WRONG", total.se)
    assert [tuple(note) for note in total.notes] == [("calibrated", "raking: female, kinh")]
    reached = result.weights.reached / papi_sample().weight.sum()
    np.testing.assert_allclose(reached, [0.49, 0.51, 0.15, 0.85], rtol=1e-12)
    assert abs(result.weights.base - result.weights.reached).max() > 1


def lonely(case: Case, policy: str) -> None:
    sample = without_psu(str(case.used("dropped_psu")))
    options = Options([["prov"]], lonely_psu=policy)
    result = score_sample(sample, papi_tree(), options)
    total, prov5 = result.get("total"), result.get("total", {"prov": "5"})
    case.holds("total", total.estimate)
    case.holds("total_se", total.se)
    case.holds("prov5_total", prov5.estimate)
    case.holds("prov5_total_se", prov5.se)
    case.holds("degf", total.df)
    told = [note.fact.split(":")[0] for note in prov5.notes if note.code == "lonely-psu"]
    assert told == [policy]
    assert not result.get("total", {"prov": "6"}).notes


@cache
def without_psu(dropped: str) -> Sample:
    """The survey without one PSU, in a frame that does not know it."""
    sample = papi_sample()
    names = np.asarray(sample.design.frame.psus)[sample.design.psu]
    rest = sample.take(np.flatnonzero(names != dropped))
    frame, psu = rest.design.frame, rest.design.psu
    strata = np.asarray(frame.strata)[frame.psu_stratum[psu]]
    design = Design.from_labels(stratum=strata, psu=np.asarray(frame.psus)[psu])
    return Sample(design, rest.weight, rest.items, rest.domains)


def two_stages(case: Case) -> None:
    data = columns(HERE / "papi" / "papi.csv")
    design = Design.from_labels(**{name: data[name] for name in ("stratum", "psu", "ssu")})
    sizes = [np.full(len(design), case.used(name)) for name in ("N1", "N2")]
    sample = replace(papi_sample(), design=design.without_replacement(*sizes))
    total = score_sample(sample, papi_tree(), Options()).get("total")
    case.holds("total", total.estimate)
    case.holds("total_se", total.se)


def checks(case: Case) -> None:
    """The file's checks on itself: the jackknife, and how far numpy was from R."""
    for centre, ending in (("replicates", ""), ("estimate", "_mse")):
        options = Options(variance=Jackknife(centre))
        result = score_sample(papi_sample(), papi_tree(), options)
        case.holds(f"jkn_dim_vcov{ending}", result.covariance(DIMENSION_KEYS))
        case.holds(f"jkn_total_se{ending}", result.get("total").se)
    mean = score_sample(papi_sample(), geomean_tree(), options).get("geomean")
    case.holds("jkn_geomean_se_mse", mean.se)
    case.holds("total_se_linearized_variable", survey().get("total").se)
    sub = survey().get(papi_items()[0]["sub"])
    case.holds("sub1_svycontrast", [as_share(sub.estimate), sub.se / 9])
    assert max(case.used("max_rel_item"), case.used("max_rel_item_se")) < ESTIMATE


def matrices(case: Case) -> None:
    """The matrix from items to dimensions gives, from our items, our dimensions."""
    assert case.used("subs") == [float(sub) for sub in sub_dimensions()]
    items = as_share([survey().get(item["item"]).estimate for item in papi_items()])
    dims = 1 + np.asarray(case.used("A_item_to_dim")) @ items
    found = [survey().get(code).estimate for code in DIMENSIONS]
    np.testing.assert_allclose(found, dims, rtol=ESTIMATE, err_msg=str(case))


RUNNERS = {
    "papi head": head,
    "papi national": national,
    "papi (provinces|domains) .+": domain,
    "papi diff_female_male": women_less_men,
    "papi raked": raked,
    "papi lonely_(?P<policy>adjust|average|certainty)": lonely,
    "papi fpc2stage": two_stages,
    "papi check": checks,
    "papi matrices": matrices,
}
