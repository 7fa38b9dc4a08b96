"""Runs the cases of the jackknife, of half samples and of the bootstrap."""

from dataclasses import replace

import numpy as np

from scoring import (
    GivenFactors,
    GivenWeights,
    Jackknife,
    Options,
    Result,
    Sample,
    score_sample,
    sum_answers,
    totals_of,
)
from tests.golden.case import ESTIMATE, Case
from tests.golden.drawn import DESIGN, NHANES, drawn, of_leaves
from tests.golden.reference import API, api_sample, columns, floats, tree_of

FAY_RHO = 0.3


def jackknife(case: Case, design: str) -> None:
    items = tuple(case.names("mean.names"))
    sample = drawn(design, (*items, "api99"))
    for centre, of in (("replicates", "mean"), ("estimate", "mean_mse")):
        options = Options(variance=Jackknife(centre))
        result = score_sample(sample, of_leaves(items), options)
        rows = [result.get(item) for item in items]
        case.holds(f"{of}.est", [row.estimate for row in rows])
        case.holds(f"{of}.se", [row.se for row in rows])
        case.holds(f"{of}.vcov", result.covariance([(item, None) for item in items]))
    case.holds("degf", rows[0].df)
    weight = Jackknife().factors(sample.design.frame).weight
    scale = np.multiply(case.used("scale"), case.used("rscales"))
    np.testing.assert_allclose(np.sort(weight), np.sort(scale), rtol=ESTIMATE, err_msg=str(case))
    tree = of_leaves(("api00", "api99"))
    found = sum_answers(totals_of(sample, tree), tree, Options(variance=Jackknife()))
    ratio = found.ratio("api00", "api99")
    case.holds("ratio.est", ratio.estimate)
    case.holds("ratio.se", ratio.se)


def nhanes(only: set[tuple[str, str]] | None = None) -> Sample:
    """The sample, or its part in some (stratum, PSU)."""
    data = columns(API / "nhanes.csv")
    sample = api_sample("nhanes", items=("HI_CHOL",), **NHANES)
    if only is None:
        return sample
    units = zip(data["SDMVSTRA"], data["SDMVPSU"], strict=True)
    kept = np.flatnonzero([unit in only for unit in units])
    labels = {name: np.asarray(data[of])[kept] for name, of in NHANES.items() if name != "weight"}
    taken = sample.take(kept)
    design = type(sample.design).from_labels(**labels)
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


def scored(sample: Sample, item: str, variance: GivenFactors | GivenWeights) -> Result:
    tree = tree_of({"code": item, "item": item, "range": [0, 1], "scale": [0, 1]})
    return score_sample(sample, tree, Options(variance=variance))


def held(case: Case, result: Result, item: str, before: str = "") -> None:
    row = result.get(item)
    case.holds(f"{before}est", row.estimate)
    case.holds(f"{before}se", row.se)
    case.holds(f"{before}vcov", row.se**2)


def half_samples(case: Case) -> None:
    halves, n = factors("nhanes_brr_psuweights")
    case.holds("R", n)
    sample = nhanes(set(halves))
    for kind, rho in (("brr", 0.0), ("fay", FAY_RHO)):
        item = case.names(f"{kind}.names")[0]
        psu = 1 + (1 - rho) * (by_psu(sample, halves) - 1)
        variance = GivenFactors(psu, 1 / (n * (1 - rho) ** 2))
        held(case, scored(sample, item, variance), item, f"{kind}.")


def bootstrap_of_given_draws(case: Case) -> None:
    """By factors of PSUs, and by the weights of respondents that they make."""
    draws, n = factors("nhanes_boot12_psuweights")
    item, scale, sample = case.names()[0], case.used("scale"), nhanes()
    psu = by_psu(sample, draws)
    held(case, scored(sample, item, GivenFactors(psu, scale)), item)
    own = replace(sample, replicates=sample.weight[:, np.newaxis] * psu[sample.design.psu])
    held(case, scored(own, item, GivenWeights(1.0, np.full(n, scale))), item)


RUNNERS = {
    f"api {DESIGN}_JK[1n]": jackknife,
    "api nhanes_brr": half_samples,
    "api nhanes_subbootstrap_12": bootstrap_of_given_draws,
}
