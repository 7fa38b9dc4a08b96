"""Every golden case of calibration with a numeric total: raking, linear, linear within bounds.

The margins are the school types and the total of api99; sch.wide is not among them. The bounds are
those that the weights of the golden file stand on.
"""

from dataclasses import replace

import numpy as np
import pytest

from scoring import Calibration, Options, calibrate, score_sample, sum_answers, totals_of
from scoring.index import many_cells
from tests.golden.reference import (
    ERROR,
    ESTIMATE,
    api_sample,
    leaf,
    needs_api,
    numbers,
    same,
    sum_of,
    tree_of,
)

pytestmark = needs_api

MARGINS = {"stype": {"E": 4421, "H": 755, "M": 1018}}
TOTALS = {"api99": 3914069}
BOUNDED = 1e-6
DISTRICTS = 757
"""All districts of the population, of which the golden file draws 15 without replacement."""
CASES = {
    "cal_cal_raking": (Calibration("raking", MARGINS, TOTALS), ESTIMATE, ERROR),
    "cal_greg_linear": (Calibration("linear", MARGINS, TOTALS), ESTIMATE, ERROR),
    "cal_greg_bounded": (
        Calibration("linear", MARGINS, TOTALS, bounds=(0.6, 1.6)),
        BOUNDED,
        BOUNDED,
    ),
}


@pytest.fixture(params=CASES, name="case")
def one_case(request):
    calibration, estimate, error = CASES[request.param]
    return calibration, numbers("api")[request.param]["result"], estimate, error


def sample_of(*items: str):
    drawn = api_sample(
        "apiclus1", items=items, domains=("stype", "api99"), psu="dnum", weight="pw"
    )
    n = len(drawn.weight)
    return replace(drawn, design=drawn.design.without_replacement(np.full(n, DISTRICTS)))


def test_the_weights_are_those_of_r(case):
    calibration, expected, estimate, _ = case
    sample = sample_of("api00")
    totals = totals_of(sample, tree_of(leaf("api00")), cells=calibration.columns)
    found = calibrate(totals, calibration)
    cell = {labels: at for at, labels in enumerate(found.cells.labels)}
    rows = zip(*(sample.domains[name].codes for name in calibration.columns), strict=True)
    names = [sample.domains[name].labels for name in calibration.columns]
    place = [cell[names[0][stype], names[1][api99]] for stype, api99 in rows]
    same("weights", sample.weight * found.factor[place], expected["weights"], estimate)


def test_means_covariances_and_domains_match(case):
    calibration, expected, estimate, error = case
    items = ("api00", "enroll", "meals")
    tree = tree_of(sum_of("all", *map(leaf, items)))
    options = Options([["stype"]], calibration=calibration, min_n=1)
    result = score_sample(sample_of(*items), tree, options)
    means = expected["mean"]
    same("mean", [result.get(item).estimate for item in items], means["est"], estimate)
    vcov = result.covariance([(item, None) for item in items])
    size = np.sqrt(np.outer(means["se"], means["se"]))
    same("vcov", vcov / size, means["vcov"] / size, error)
    by_type = [result.get("api00", {"stype": kind}) for kind in "EHM"]
    domain = expected["by_stype"]
    same("by stype", [row.estimate for row in by_type], domain["est"], estimate)
    same("by stype se", [row.se for row in by_type], domain["se"], error)


def test_by_rows_instead_of_cells_the_numbers_are_the_same(case, monkeypatch):
    monkeypatch.setattr(many_cells, "MOST_CELLS", 10)
    test_means_covariances_and_domains_match(case)
    test_a_composite_matches(case)


def test_a_composite_matches(case):
    calibration, expected, estimate, error = case
    tree = tree_of(sum_of("comp", leaf("api00", weight=0.7), leaf("meals", weight=-0.3)))
    options = Options(calibration=calibration)
    row = score_sample(sample_of("api00", "meals"), tree, options).get("comp")
    composite = expected["composite"]
    same("composite", row.estimate, composite["est"], estimate)
    same("composite se", row.se, np.ravel(composite["se"]), error)


def test_totals_match(case):
    calibration, expected, estimate, error = case
    items = ("enroll", "api00")
    tree = tree_of(sum_of("all", *map(leaf, items)))
    totals = totals_of(sample_of(*items), tree, cells=calibration.columns)
    rows = sum_answers(totals, tree, Options(calibration=calibration))
    same("total", [row.estimate for row in rows], expected["total"]["est"], estimate)
    same("total se", [row.se for row in rows], expected["total"]["se"], error)
