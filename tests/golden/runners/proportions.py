"""Runs the intervals of proportions: seven methods of R on seven designs.

Four likelihood intervals of the golden file hold the state of a fit that R stopped too early. Each
of them is met in two ways: the engine gives the number of R's finished fit (``finished/``), and
R's own stopping rule, written out here, leads from the engine's formula to the golden number.
"""

import numpy as np
from scipy import special

from scoring import Codes, Estimate, Options, Sample, score_sample
from scoring.estimates.intervals import quantile
from scoring.estimates.profile import profile_ends
from tests.golden.case import Case, read
from tests.golden.drawn import DESIGN, DESIGNS, NHANES, drawn, with_item
from tests.golden.reference import API, HERE, api_sample, columns, floats, tree_of

# R's names for what is one method here: the mean's own interval, and the logit without a model
SAME = {"mean": "t", "xlogit": "logit"}
FINISHED = HERE / "finished" / "golden.json"
TREE = {"code": "yes", "item": "yes", "share": ["1"], "scale": [0, 1]}
GLM_EPSILON = 1e-8


def of_schools(design: str, asked: str) -> Sample:
    data = columns(API / f"{DESIGNS[design]['name']}.csv")
    yes = [cell == "Yes" for cell in data["sch.wide"]]
    if asked == "api00gt800":
        yes = [score > 800 for score in floats(data["api00"])]
    return with_item(drawn(design), "yes", Codes.of(np.asarray(yes, int)))


def of_people() -> Sample:
    sample = api_sample("nhanes", items=("HI_CHOL",), **NHANES)
    return with_item(sample, "yes", Codes.of(sample.items["HI_CHOL"]))


def school(case: Case, design: str, method: str, asked: str) -> None:
    held(case, of_schools(design, asked), method)


def person(case: Case, method: str) -> None:
    held(case, of_people(), method)


def held(case: Case, sample: Sample, method: str) -> None:
    options = Options(interval=SAME.get(method, method))
    row = score_sample(sample, tree_of(TREE), options).get("yes")
    case.holds("degf", row.df)
    if "var" in case.result:
        case.holds("var", row.se**2)
    finished = read(FINISHED)
    if case.name not in finished:
        case.holds("est", row.estimate)
        case.holds("ci", [row.low, row.high])
        return
    tight = Case("finished", case.name, finished[case.name]["result"], finished[case.name]["call"])
    tight.holds("est", row.estimate)
    tight.holds("ci", [row.low, row.high])
    as_r_stops(case, sample, row)


def as_r_stops(case: Case, sample: Sample, row: Estimate) -> None:
    """Hold that the state in which R stops gives the golden number by the engine's formula."""
    column = sample.items["yes"]
    answers = np.asarray([*map(float, column.labels), np.nan])[column.codes]
    share, working = unfinished_fit(answers, sample.weight)
    n = float(row.n)
    effective = n / working * (share * (1 - share) / row.se) ** 2
    t = float(quantile(np.asarray([float(row.df)]), 0.95)[0])
    case.holds("est", share)
    case.holds("ci", profile_ends(share, effective, t, n))


def unfinished_fit(yes: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """R's ``glm(yes ~ 1, quasibinomial, weights)`` where it stops.

    Weights are over the mean of all respondents, also where some gave no answer (``svyglm``). The
    start is (w y + 1/2) / (w + 1); the fit ends when the deviance moves by less than 1e-8 of
    itself, and its covariance then comes from the working weights of the step before. Returned are
    the share and the sum of those weights.
    """
    weight = weight / weight.mean()
    weight, yes = weight[~np.isnan(yes)], yes[~np.isnan(yes)]
    share, before = (weight * yes + 0.5) / (weight + 1), np.inf
    while True:
        working = weight * share * (1 - share)
        step = special.logit(share) + (yes - share) / (share * (1 - share))
        share = np.full(len(yes), special.expit((working * step).sum() / working.sum()))
        deviance = -2 * (weight * np.log(np.where(yes == 1, share, 1 - share))).sum()
        if abs(deviance - before) < GLM_EPSILON * (abs(deviance) + 0.1):
            return float(share[0]), float(working.sum())
        before = deviance


METHOD = "(?P<method>logit|likelihood|asin|beta|mean|xlogit|wilson)"
RUNNERS = {
    f"api {DESIGN}_ciprop_{METHOD}_(?P<asked>schwide|api00gt800)": school,
    f"api nhanes_ciprop_{METHOD}": person,
}
