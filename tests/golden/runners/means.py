"""Runs the cases of means, totals, ratios, composites and domains on the classic designs."""

import numpy as np
from scipy import special

from scoring import Codes, Options, quantile_of, score_sample, sum_answers, totals_of
from tests.golden.case import Case
from tests.golden.drawn import DESIGN, DESIGNS, NHANES, drawn, of_leaves, with_item
from tests.golden.reference import API, api_sample, columns, leaf, sum_of, tree_of

STYPES = "EHM"


def means(case: Case, design: str) -> None:
    items = tuple(case.names())
    sample = drawn(design, items)
    result = score_sample(sample, of_leaves(items), Options())
    rows = [result.get(item) for item in items]
    estimates, errors = (np.asarray(column) for column in zip(*[row[2:4] for row in rows]))  # noqa: B905 - rows of one shape
    case.holds("est", estimates)
    case.holds("se", errors)
    case.holds("vcov", result.covariance([(item, None) for item in items]))
    case.holds("ci_t", [[row.low, row.high] for row in rows])
    z = special.ndtri(0.975)
    case.holds("ci_z", np.stack([estimates - z * errors, estimates + z * errors], axis=1))
    # The file holds deff=TRUE, whose simple random sample is drawn without replacement
    left = 1 - len(sample.weight) / sample.weight.sum()
    case.holds("deff", [row.deff / left for row in rows])
    assert {row.df for row in rows} == {case.used("degf")}


def totals(case: Case, design: str) -> None:
    items = tuple(case.names())
    tree, sample = of_leaves(items), drawn(design, items)
    found = sum_answers(totals_of(sample, tree), tree, Options())
    case.holds("est", [found.get(item).estimate for item in items])
    case.holds("se", [found.get(item).se for item in items])
    case.holds("vcov", found.covariance([(item, None) for item in items]))
    # The simple random sample of as many answers, drawn with replacement
    n, whole = len(sample.weight), sample.weight.sum()
    answers = np.stack([sample.items[item] for item in items])
    centred = answers - (answers @ sample.weight / whole)[:, np.newaxis]
    spread = n / (n - 1) * (centred**2 @ sample.weight) / whole
    simple = whole**2 * spread / n
    case.holds("deff_replace", [found.get(item).se ** 2 for item in items] / simple)


def ratios(case: Case, design: str) -> None:
    pairs = [name.split("/") for name in case.names()]
    items = tuple(dict.fromkeys(item for pair in pairs for item in pair))
    tree = of_leaves(items)
    found = sum_answers(totals_of(drawn(design, items), tree), tree, Options())
    rows = [found.ratio(*pair) for pair in pairs]
    case.holds("est", [row.estimate for row in rows])
    case.holds("se", [row.se for row in rows])
    assert {row.df for row in rows} == {case.used("degf")}


def shares(case: Case, design: str) -> None:
    kinds = Codes.of(columns(API / f"{DESIGNS[design]['name']}.csv")["stype"])
    leaves = [
        {"code": name, "item": "stype", "share": [name[-1]], "scale": [0, 1]}
        for name in case.names()
    ]
    sample = with_item(drawn(design), "stype", kinds)
    result = score_sample(sample, tree_of(sum_of("all", *leaves)), Options())
    rows = [result.get(name) for name in case.names()]
    case.holds("est", [row.estimate for row in rows])
    case.holds("se", [row.se for row in rows])
    case.holds("vcov", result.covariance([(name, None) for name in case.names()]))


def composites(case: Case, design: str) -> None:
    parts = [leaf("api00", "a", 0.4), leaf("api99", "b", 0.3), leaf("meals", "c", -0.2)]
    comp = sum_of("comp", *parts, leaf("ell", "d", 0.1))
    diff = sum_of("diff", leaf("api00", "e"), leaf("api99", "f", -1.0))
    sample = drawn(design, ("api00", "api99", "meals", "ell"))
    result = score_sample(sample, tree_of(sum_of("r", comp, diff)), Options())
    rows = [result.get(name) for name in case.names()]
    case.holds("est", [row.estimate for row in rows])
    case.holds("se", [row.se for row in rows])
    case.holds("vcov", result.covariance([(name, None) for name in case.names()]))
    case.holds("ci_t", [[row.low, row.high] for row in rows])


def geometric_means(case: Case, design: str) -> None:
    turned = {"code": "left", "item": "meals", "range": [100, 0], "scale": [0, 100]}
    root = {"code": "g", "combine": "geometric_mean"}
    root["children"] = [leaf("api00"), leaf("api99"), turned]
    sample = drawn(design, ("api00", "api99", "meals"))
    row = score_sample(sample, tree_of(root), Options()).get("g")
    case.holds("est", row.estimate)
    case.holds("se", row.se)


def domains(case: Case, design: str) -> None:
    named = [name.split(":") for name in case.names()]
    items = tuple(dict.fromkeys(item for _, item in named))
    sample = drawn(design, items, ("stype",))
    result = score_sample(sample, of_leaves(items), Options([["stype"]]))
    keys = [(item, {"stype": kind}) for kind, item in named]
    rows = [result.get(*key) for key in keys]
    case.holds("est", [row.estimate for row in rows])
    case.holds("se", np.reshape([row.se for row in rows], (len(items), -1)))
    case.holds("vcov", result.covariance(keys))
    case.holds("degf_domain", [row.df for row in rows[: len(STYPES)]])


def differences(case: Case, design: str) -> None:
    one, other = case.names()[0].split("_minus_")
    sample = drawn(design, ("api00",), ("stype",))
    options = Options(compare=[({"stype": one}, {"stype": other})])
    row = score_sample(sample, tree_of(leaf("api00")), options).differences[0]
    case.holds("est", row.estimate)
    case.holds("se", row.se)
    case.holds("vcov", row.se**2)


def of_who_answered(case: Case) -> None:
    """A missing answer makes another domain."""
    item = case.names()[0]
    sample = api_sample("nhanes", items=(item,), **NHANES)
    root = {"code": item, "item": item, "range": [0, 1], "scale": [0, 1]}
    row = score_sample(sample, tree_of(root), Options()).get(item)
    case.holds("est", row.estimate)
    case.holds("se", row.se)
    case.holds("vcov", row.se**2)
    case.holds("degf", row.df)
    case.holds("n_used", row.n)
    answered = sample.weight[~np.isnan(sample.items[item])].sum()
    case.holds("deff", row.deff / (1 - row.n / answered))


def quantiles(case: Case, design: str) -> None:
    sample = drawn(design, ("api00",))
    rows = [quantile_of(sample, "api00", p, Options()) for p in case.used("q")]
    table = [[row.estimate, row.low, row.high, row.se] for row in rows]
    assert case.names("columns") == ["quantile", "ci.2.5", "ci.97.5", "se"]
    case.holds("table", table)


RUNNERS = {
    f"api {DESIGN}_quantile": quantiles,
    f"api {DESIGN}_mean": means,
    f"api {DESIGN}_total": totals,
    f"api {DESIGN}_ratio": ratios,
    f"api {DESIGN}_factor_mean": shares,
    f"api {DESIGN}_composite": composites,
    f"api {DESIGN}_geomean": geometric_means,
    f"api {DESIGN}_by_stype": domains,
    f"api {DESIGN}_domain_diff": differences,
    "api nhanes_mean": of_who_answered,
}
