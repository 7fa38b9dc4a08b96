"""The engine on the costly parts of a random survey: calibration, replicates, shares, rounds.

Knows nothing of R.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np

from bench.against_engine import (
    NODES,
    PLAIN,
    TREE,
    Asked,
    Domain,
    Key,
    Numbers,
    Parts,
    basics,
    covariance,
    differences,
    floats,
    index,
    jointly,
    means,
    number,
    numbers,
    ratios,
    rows_of,
    sample_of,
    shown,
    totals,
)
from bench.random_surveys import POLICIES, Case
from scoring import (
    BalancedHalves,
    Calibration,
    GivenFactors,
    GivenWeights,
    IndexTree,
    Jackknife,
    Options,
    Result,
    Sample,
    calibrate,
    join_rounds,
    quantile_of,
    score_totals,
    totals_of,
    trim_weights,
)

METHODS = {
    "mean": "t",
    "logit": "logit",
    "xlogit": "logit",
    "beta": "beta",
    "asin": "asin",
    "likelihood": "likelihood",
    "wilson": "wilson",
}
"""R's names of intervals, and ours."""

SHARES = IndexTree.from_mapping(
    {
        "index": "shares",
        "min_n": 1,
        "scale": [0, 1],
        "tree": {
            "code": "all",
            "combine": "sum",
            "children": [
                {"code": "a", "item": "a", "share": ["1"]},
                {"code": "d", "item": "d", "share": ["1"]},
                {"code": "high", "item": "c", "share": ["4", "5"]},
            ],
        },
    }
)


def numbers_of(case: Case) -> Numbers:
    """Compute all that R is asked for."""
    asked = Asked(case, sample_of(case))
    basics(asked)
    {
        "calibration": calibration,
        "replicates": replicates,
        "shares": shares,
        "trimming": trimming,
        "rounds": rounds,
    }[case.block](asked)
    if case.policy != "refuse":
        lonely(asked)
    return asked.numbers


def calibrations(case: Case) -> dict[str, Calibration]:
    """Return the kinds of calibration by R's names of them."""
    margins: dict[str, dict[str, float]] = {}
    for name, value, total in case.margins:
        margins.setdefault(name, {})[value] = total
    number_of = margins.pop("z")[""]
    bounds, z = (case.low, case.high), {"z": number_of}
    return {
        "post-strata": Calibration("poststratify", {"v1": margins["v1"]}),
        "raking": Calibration("raking", margins),
        "raking, number": Calibration("raking", margins, z),
        "linear": Calibration("linear", margins, z),
        "linear in bounds": Calibration("linear", margins, z, bounds=bounds),
        "logit": Calibration("logit", margins, z, bounds=bounds),
        "rake": Calibration("raking", margins),
    }


def calibration(asked: Asked) -> None:
    """Compute weights, means, totals and domains under every kind of calibration."""
    for kind, wanted in calibrations(asked.case).items():
        work = partial(_raked if kind == "rake" else _calibrated, asked, wanted)
        asked.attempt(kind, work)


def weights_of(sample: Sample, wanted: Calibration) -> np.ndarray:
    """Return (n,) calibrated weights."""
    found = calibrate(totals_of(sample, PLAIN, cells=wanted.columns), wanted)
    place = {labels: at for at, labels in enumerate(found.cells.labels)}
    columns = [sample.domains[name] for name in wanted.columns]
    rows = zip(*(column.codes for column in columns), strict=True)
    cell = [
        place[tuple(column.labels[code] for column, code in zip(columns, row, strict=True))]
        for row in rows
    ]
    return sample.weight * found.factor[cell]


def _raked(asked: Asked, wanted: Calibration) -> Parts:
    found = means(asked.scored(PLAIN, calibration=wanted))
    weights = weights_of(asked.sample, wanted)
    return {"weights": weights, "est": found["est"], "se": found["se"]}


def _calibrated(asked: Asked, wanted: Calibration) -> Parts:
    result = asked.scored(PLAIN, calibration=wanted, domains=[["s"]])
    by_domain = means(result, asked.domains("s"))
    keys: list[Key] = [(item, None) for item in "abx"]
    return {
        "weights": weights_of(asked.sample, wanted),
        **_short(asked, {"calibration": wanted}),
        "cov": covariance(result, keys),
        "domain est": by_domain["est"],
        "domain se": by_domain["se"],
        "index se": index(asked.scored(TREE, calibration=wanted))["se"],
    }


def _short(asked: Asked, how: Mapping[str, Any]) -> Parts:
    found = means(asked.scored(PLAIN, **how))
    summed = totals(asked.summed(PLAIN, **how), "ax")
    return {
        "est": found["est"],
        "se": found["se"],
        "total": summed["est"],
        "total se": summed["se"],
    }


def replicates(asked: Asked) -> None:
    """Compute errors from replicates: made here by the same rule, or given to both."""
    case, kinds = asked.case, calibrations(asked.case)
    replicated(asked, "jackknife", variance=Jackknife())
    replicated(asked, "jackknife about the estimate", variance=Jackknife("estimate"))
    for kind in ("raking", "linear", "post-strata"):
        how = {"variance": Jackknife("estimate"), "calibration": kinds[kind]}
        asked.attempt(f"jackknife, {kind}", partial(_short, asked, how))
    draws = GivenFactors(by_psu(asked, "draws"), 1 / 11)
    replicated(asked, "bootstrap, given draws", variance=draws)
    how = {"variance": draws, "calibration": kinds["linear"]}
    asked.attempt("bootstrap, linear", partial(_short, asked, how))
    weights = rows_of(case.people["own"]) * asked.sample.weight[:, np.newaxis]
    own = replace(asked, sample=replace(asked.sample, replicates=weights))
    scale = GivenWeights(0.5, np.arange(1, 13) / 12, "estimate")
    replicated(own, "own weights", variance=scale)
    if case.design == "pairs":
        _halves(asked)


def _halves(asked: Asked) -> None:
    halves = by_psu(asked, "halves")
    for name, rho in (("half samples", 0.0), ("half samples of Fay", asked.case.rho)):
        scale = 1 / (halves.shape[1] * (1 - rho) ** 2)
        replicated(asked, name, variance=GivenFactors(1 + (1 - rho) * halves, scale))

    def ours() -> Parts:
        found = totals(asked.summed(PLAIN, variance=BalancedHalves()), "abx")
        return {part: found[part] for part in ("est", "se")}

    asked.attempt("half samples of R", ours)


def by_psu(asked: Asked, column: str) -> np.ndarray:
    """Return (C, R) what replicates multiply the weights of each PSU by."""
    first = np.unique(asked.sample.design.psu, return_index=True)[1]
    return rows_of(asked.case.people[column])[first]


def replicated(asked: Asked, quantity: str, **how: Any) -> None:  # noqa: ANN401 - handed on
    """Compute means, ratio, index and domains from replicates."""

    def whole() -> Parts:
        result = asked.scored(PLAIN, domains=[["s"]], **how)
        found, row = means(result), asked.scored(TREE, **how).get("index")
        ratio = asked.summed(PLAIN, **how).ratio("x", "b")
        return {
            "est": found["est"],
            "se": found["se"],
            "cov": covariance(result, [(item, None) for item in "abx"]),
            "ratio": [ratio.estimate, ratio.se],
            "domain cov": jointly(result, asked.domains("s"))["cov"],
            "index": [number(row.estimate), number(row.se)],
        }

    def by_domain() -> Parts:
        found = means(asked.scored(PLAIN, domains=[["g"]], **how), asked.domains("g"))
        return {part: found[part] for part in ("est", "se", "df")}

    asked.attempt(quantity, whole)
    asked.attempt(f"{quantity} design", lambda: {"df": means(asked.scored(PLAIN, **how))["df"]})
    asked.attempt(f"{quantity} domain", by_domain)


def shares(asked: Asked) -> None:
    """Compute intervals of proportions."""
    for where, domain in (("whole", None), ("women", {"s": "f"})):
        for method, ours in METHODS.items():
            result = asked.scored(SHARES, interval=ours, domains=[["s"]])
            for node in ("a", "d", "high"):
                row = result.get(node, domain)
                found = {
                    "est": [number(row.estimate)],
                    "ends": numbers((row.low, row.high)),
                }
                asked.attempt(f"share, {method}", partial(dict, found), f"{where} {node}")


def trimming(asked: Asked) -> None:
    """Compute trimmed weights, and quantiles."""

    def trimmed() -> Parts:
        found = means(asked.scored(PLAIN, trim=asked.case.times))
        weights = trim_weights(asked.sample.weight, asked.case.times).weight
        return {"weights": weights, "est": found["est"], "se": found["se"]}

    asked.attempt("trimming", trimmed)
    items = {item: floats(asked.case.people[item]) for item in ("c", "x")}
    numeric = replace(asked.sample, items=items)
    for where, domain in (("whole", None), ("women", {"s": "f"})):
        for item in items:
            work = partial(_quantiles, numeric, item, asked.options(min_n=1), domain)
            asked.attempt("quantiles", work, f"{where} {item}")


def _quantiles(sample: Sample, item: str, options: Options, domain: Domain) -> Parts:
    found = [quantile_of(sample, item, p, options, domain) for p in (0.25, 0.5, 0.75)]
    return {
        "est": numbers(each.estimate for each in found),
        "ends": numbers(end for side in ("low", "high") for end in map(attrgetter(side), found)),
    }


def rounds(asked: Asked) -> None:
    """Join two rounds that share some PSUs."""
    year = np.asarray(asked.case.people["year"])
    pair = [({"year": "2026"}, {"year": "2025"})]

    def joined(tree: IndexTree) -> Any:  # noqa: ANN401 - a result
        parts = {}
        for name in ("2025", "2026"):
            rows = np.flatnonzero(year == name)
            people = {column: list(np.asarray(x)[rows]) for column, x in asked.case.people.items()}
            parts[name] = totals_of(sample_of(replace(asked.case, people=people)), tree)
        both = join_rounds(parts, "year").totals
        return score_totals(both, tree, asked.options(domains=[["year"]], compare=pair))

    def plain() -> Parts:
        result = joined(PLAIN)
        change = differences(result, "ab")
        found = jointly(result, asked.domains("year"))
        named = {"change": change["est"], "change se": change["se"], "df": change["df"]}
        return {**found, **named}

    def whole() -> Parts:
        found = differences(joined(TREE), NODES)
        return {part: found[part] for part in ("est", "se")}

    asked.attempt("rounds", plain)
    asked.attempt("rounds, index", whole)


def lonely(asked: Asked) -> None:
    """Compute means, totals, domains and raked means under every policy for lonely strata."""
    for policy in POLICIES:
        for what, work in _under(asked, policy).items():
            asked.attempt(f"lonely {policy}, {what}", work)


def _under(asked: Asked, policy: str) -> dict[str, Callable[[], Parts]]:
    groups, raking = asked.domains("g"), calibrations(asked.case)["raking"]
    how = {"lonely_psu": policy, "domains": [["g"]]}
    raked = {"lonely_psu": policy, "calibration": raking}
    made = {"lonely_psu": policy, "variance": Jackknife()}
    keys: list[Key] = [(item, None) for item in "abcd"]
    return {
        "mean": lambda: _some(means(asked.scored(PLAIN, **how)), "est", "se"),
        "mean with gaps": lambda: {"cov": covariance(asked.scored(PLAIN, **how), keys)},
        "index": lambda: index(asked.scored(TREE, **how)),
        "total": lambda: _some(totals(asked.summed(PLAIN, **how), "abx"), "est", "se"),
        "ratio": lambda: ratios(asked.summed(PLAIN, **how), [("x", "b")]),
        "domain": lambda: _two_items(asked.scored(PLAIN, **how), groups),
        "domains jointly": lambda: _some(jointly(asked.scored(PLAIN, **how), groups), "cov"),
        "jackknife": lambda: _some(means(asked.scored(PLAIN, **made)), "est", "se"),
        "raking": lambda: _some(means(asked.scored(PLAIN, **raked)), "est", "se"),
    }


def _some(parts: Parts, *names: str) -> Parts:
    return {name: parts[name] for name in names}


def _two_items(result: Result, domains: Sequence[Domain]) -> Parts:
    rows = [result.get(item, domain) for item in "ab" for domain in domains]
    return {
        "est": numbers(row.estimate for row in rows),
        "se": numbers(row.se if shown(row) else None for row in rows),
    }
