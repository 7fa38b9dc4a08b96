"""What the golden samples show beyond the cases of their files."""

import numpy as np

from scoring import (
    Calibration,
    GivenWeights,
    Jackknife,
    Options,
    Sample,
    score_sample,
    sum_answers,
    totals_of,
)
from tests.golden.case import ERROR, cases_of
from tests.golden.reference import (
    API,
    HERE,
    api_sample,
    columns,
    floats,
    leaf,
    needs_api,
    papi_sample,
    papi_tree,
    sum_of,
    tree_of,
)
from tests.golden.runners.survey import MARGINS


def test_a_jackknife_raked_anew_is_near_the_error_of_weighted_residuals():
    options = Options(calibration=Calibration("raking", MARGINS), variance=Jackknife())
    total = score_sample(papi_sample(), papi_tree(), options).get("total")
    raked = next(case for case in cases_of(HERE / "papi" / "golden.json") if case.name == "raked")
    np.testing.assert_allclose(total.se, 0.185065, rtol=5e-6)  # six digits are known
    np.testing.assert_allclose(total.se, raked.used("total_se"), rtol=1e-4)


@needs_api
def test_four_half_samples_of_a_file_give_the_variances_of_taylor():
    data = columns(API / "scd.csv")
    design = api_sample("scd", items=(), stratum="ESA", psu="ambulance", weight="alive").design
    items = {name: floats(data[name]) for name in ("alive", "arrests")}
    weights = np.stack([floats(data[str(at)]) for at in range(1, 5)], axis=1)
    sample = Sample.from_columns(design, items=items, replicates=weights)
    tree = tree_of(sum_of("all", leaf("alive"), leaf("arrests")))
    totals = totals_of(sample, tree)
    found = sum_answers(totals, tree, Options(variance=GivenWeights(0.25)))
    taylor = sum_answers(totals, tree, Options())
    for name in items:
        np.testing.assert_allclose(found.get(name).se, taylor.get(name).se, rtol=ERROR)
