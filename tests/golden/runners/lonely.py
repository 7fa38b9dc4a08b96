"""Runs the cases of two strata that hold one PSU each."""

import numpy as np
import pytest

from scoring import Codes, Options, SingletonStratumError, score_sample, sum_answers, totals_of
from tests.golden.case import Case
from tests.golden.reference import api_sample, leaf, sum_of, tree_of


def refused(case: Case) -> None:
    assert case.role == "must_raise"
    sample = api_sample("lonely", items=("api00",), stratum="str", weight="pw")
    with pytest.raises(SingletonStratumError) as error:
        score_sample(sample, tree_of(leaf("api00")), Options())
    assert error.value.strata == ("Z1", "Z2")


def treated(case: Case, policy: str) -> None:
    items = tuple(case.names("mean.names"))
    sample = api_sample("lonely", items=items, domains=("meals",), stratum="str", weight="pw")
    poor = Codes.of(np.where(sample.items["meals"] > 80, "1", "0"))
    sample = type(sample)(sample.design, sample.weight, sample.items, {"poor": poor})
    options = Options([["poor"]], lonely_psu=policy)
    tree = tree_of(sum_of("all", *map(leaf, items)))
    result = score_sample(sample, tree, options)
    rows = [result.get(item) for item in items]
    case.holds("mean.est", [row.estimate for row in rows])
    case.holds("mean.se", [row.se for row in rows])
    case.holds("mean.vcov", result.covariance([(item, None) for item in items]))
    case.holds("degf", rows[0].df)
    assert rows[0].notes[0].fact == f"{policy}: Z1, Z2"
    found = sum_answers(totals_of(sample, tree), tree, Options(lonely_psu=policy))
    total = found.get(case.names("total.names")[0])
    domain = result.get(case.names("domain.names")[0], {"poor": "1"})
    for of, row in (("total", total), ("domain", domain)):
        case.holds(f"{of}.est", row.estimate)
        case.holds(f"{of}.se", row.se)
        case.holds(f"{of}.vcov", row.se**2)


RUNNERS = {
    "api lonely_fail(_adjdom)?": refused,
    "api lonely_(?P<policy>adjust|average|certainty)(_adjdom)?": treated,
}
