"""Runs the cases of calibration: post-strata, raking, linear, linear within bounds.

The margins of the three with a numeric total are the school types and the total of api99; sch.wide
is not among them. The bounds are those that the weights of the golden file stand on.
"""

from dataclasses import replace

import numpy as np

from scoring import Calibration, Options, Sample, calibrate, score_sample, sum_answers, totals_of
from tests.golden.case import Case
from tests.golden.reference import api_sample, leaf, sum_of, tree_of

MARGINS = {"stype": {"E": 4421, "H": 755, "M": 1018}}
TOTALS = {"api99": 3914069}
DISTRICTS = 757
"""All districts of the population, of which the golden file draws 15 without replacement."""
CALIBRATIONS = {
    "cal_raking": Calibration("raking", MARGINS, TOTALS),
    "greg_linear": Calibration("linear", MARGINS, TOTALS),
    "greg_bounded": Calibration("linear", MARGINS, TOTALS, bounds=(0.6, 1.6)),
}


def sample_of(*items: str) -> Sample:
    drawn = api_sample(
        "apiclus1", items=items, domains=("stype", "api99"), psu="dnum", weight="pw"
    )
    n = len(drawn.weight)
    return replace(drawn, design=drawn.design.without_replacement(np.full(n, DISTRICTS)))


def calibrated(case: Case, kind: str) -> None:
    calibration = CALIBRATIONS[kind]
    _weights(case, calibration)
    _means(case, calibration)
    _totals(case, calibration)
    _composite(case, calibration)


def _weights(case: Case, calibration: Calibration) -> None:
    sample = sample_of("api00")
    totals = totals_of(sample, tree_of(leaf("api00")), cells=calibration.columns)
    found = calibrate(totals, calibration)
    cell = {labels: at for at, labels in enumerate(found.cells.labels)}
    columns = [sample.domains[name] for name in calibration.columns]
    rows = zip(*[np.asarray(column.labels)[column.codes] for column in columns], strict=True)
    weights = sample.weight * found.factor[[cell[row] for row in rows]]
    case.holds("weights", weights)
    case.holds("weights_sum", weights.sum())


def _means(case: Case, calibration: Calibration) -> None:
    items = tuple(case.names("mean.names"))
    tree = tree_of(sum_of("all", *map(leaf, items)))
    options = Options([["stype"]], calibration=calibration, min_n=1)
    result = score_sample(sample_of(*items), tree, options)
    rows = [result.get(item) for item in items]
    case.holds("mean.est", [row.estimate for row in rows])
    case.holds("mean.se", [row.se for row in rows])
    case.holds("mean.vcov", result.covariance([(item, None) for item in items]))
    case.holds("degf", rows[0].df)
    by_type = [result.get("api00", {"stype": kind}) for kind in "EHM"]
    case.holds("by_stype.est", [row.estimate for row in by_type])
    case.holds("by_stype.se", [row.se for row in by_type])


def _totals(case: Case, calibration: Calibration) -> None:
    items = tuple(case.names("total.names"))
    tree = tree_of(sum_of("all", *map(leaf, items)))
    totals = totals_of(sample_of(*items), tree, cells=calibration.columns)
    found = sum_answers(totals, tree, Options(calibration=calibration))
    case.holds("total.est", [found.get(item).estimate for item in items])
    case.holds("total.se", [found.get(item).se for item in items])
    case.holds("total.vcov", found.covariance([(item, None) for item in items]))


def _composite(case: Case, calibration: Calibration) -> None:
    tree = tree_of(sum_of("comp", leaf("api00", weight=0.7), leaf("meals", weight=-0.3)))
    options = Options(calibration=calibration)
    row = score_sample(sample_of("api00", "meals"), tree, options).get("comp")
    case.holds("composite.est", row.estimate)
    case.holds("composite.se", row.se)
    case.holds("composite.vcov", row.se**2)


def post_strata(case: Case) -> None:
    items = tuple(case.names())
    sample = api_sample(
        "apistrat", items=items, domains=("sch.wide",), stratum="stype", weight="pw"
    )
    calibration = Calibration("poststratify", {"sch.wide": {"No": 1072, "Yes": 5122}})
    tree = tree_of(sum_of("all", *map(leaf, items)))
    result = score_sample(sample, tree, Options(calibration=calibration))
    case.holds("est", [result.get(item).estimate for item in items])
    case.holds("se", [result.get(item).se for item in items])
    case.holds("vcov", result.covariance([(item, None) for item in items]))


RUNNERS = {
    rf"api cal_(?P<kind>{'|'.join(CALIBRATIONS)})": calibrated,
    "api cal_poststrat_strat": post_strata,
}
