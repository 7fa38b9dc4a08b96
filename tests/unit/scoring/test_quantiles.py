"""Quantiles of a numeric item: by hand, in domains, and what cannot be known."""

import numpy as np
import pytest

from scoring import (
    Calibration,
    Codes,
    DataError,
    Design,
    EmptyDomainError,
    Options,
    PlanError,
    Sample,
    quantile_of,
    score_sample,
    weighted_quantile,
)
from scoring.quantiles import BELOW

MINUTES = np.asarray([5.0, 10, 10, 15, 30, 45, np.nan, 20, 8, 60])
WEIGHT = np.asarray([1.0, 2, 1, 1, 3, 1, 5, 1, 0, 2])
OPTIONS = Options(min_n=1)


def sample_of(**changes) -> Sample:
    columns = {"psu": list("1122334455"), "weight": WEIGHT, "minutes": MINUTES} | changes
    return Sample.from_columns(
        Design.from_labels(psu=columns["psu"]),
        weight=columns["weight"],
        items={"minutes": columns["minutes"], "text": Codes.of(["a"] * 10)},
        domains={"sex": list("fmfmfmfmfm")},
    )


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.001, 5), (1 / 12, 5), (0.1, 10), (4 / 12, 10), (0.5, 20), (0.51, 30), (1, 60), (2, 60)],
)
def test_a_quantile_is_the_least_answer_whose_share_reaches_it(probability, expected):
    kept = ~np.isnan(MINUTES) & (WEIGHT > 0)
    assert weighted_quantile(MINUTES[kept], WEIGHT[kept], probability) == expected


def test_its_ends_are_quantiles_at_the_ends_of_its_share():
    row = quantile_of(sample_of(), "minutes", 0.5, OPTIONS)
    below = np.where(np.isnan(MINUTES), np.nan, MINUTES <= 20)
    share = score_sample(sample_of(minutes=below), _renamed(), OPTIONS).get("share")
    kept = ~np.isnan(MINUTES) & (WEIGHT > 0)
    ends = [weighted_quantile(MINUTES[kept], WEIGHT[kept], end) for end in share[4:6]]
    assert (row.estimate, row.low, row.high, row.n, row.df) == (20, *ends, 8, 4)
    assert row.low < row.estimate < row.high
    assert row.se == pytest.approx((row.high - row.low) / 2 / 2.776445105)


def _renamed():
    leaf = {"code": "share", "item": "minutes", "range": [0, 1], "values": {"0": 0, "1": 1}}
    return type(BELOW).from_mapping({"index": "s", "scale": [0, 1], "tree": leaf})


def test_a_domain_keeps_its_own_answers_and_all_psus():
    row = quantile_of(sample_of(), "minutes", 0.5, OPTIONS, {"sex": "m"})
    assert (row.estimate, row.n, row.df) == (20, 5, 4)


def test_ends_never_leave_the_answers():
    for probability in (0.01, 0.99):
        row = quantile_of(sample_of(), "minutes", probability, OPTIONS)
        assert 5 <= row.low <= row.estimate <= row.high <= 60


def test_few_answers_and_answers_of_one_psu_say_so():
    few = quantile_of(sample_of(), "minutes", 0.5, Options())
    assert (few.estimate, few.low, few.n) == (None, None, 8)
    assert [tuple(note) for note in few.notes] == [("small-n", "8 valid answers, fewer than 15")]
    alone = np.where(np.arange(10) < 2, MINUTES, np.nan)
    row = quantile_of(sample_of(minutes=alone), "minutes", 0.5, OPTIONS)
    assert (row.estimate, row.se, row.low) == (10, None, None)
    assert [note.code for note in row.notes] == ["too-few-psus"]


RAKED = Options(calibration=Calibration("raking", {"sex": {"f": 0.5, "m": 0.5}}))
REFUSED = {
    "no probability": ({"probability": 1.0}, PlanError, "1 is not between 0 and 1"),
    "calibration": ({"options": RAKED}, PlanError, "take the weights of the sample as they are"),
    "trimming": ({"options": Options(trim=5)}, PlanError, "take the weights"),
    "unknown item": ({"item": "hours"}, DataError, "item hours: is no column of numbers"),
    "item of codes": ({"item": "text"}, DataError, "item text: is no column of numbers"),
    "unknown column": ({"domain": {"age": "1"}}, EmptyDomainError, "{'age': '1'} is empty"),
    "unknown value": ({"domain": {"sex": "x"}}, EmptyDomainError, "{'sex': 'x'} is empty"),
}


@pytest.mark.parametrize(("changes", "error", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_computed_is_refused(changes, error, said):
    asked = {"item": "minutes", "probability": 0.5, "options": OPTIONS} | changes
    with pytest.raises(error) as refused:
        quantile_of(sample_of(), **asked)
    assert said in str(refused.value)


def test_a_domain_without_any_weight_is_refused():
    weight = np.where(np.arange(10) % 2, 0.0, 1.0)
    with pytest.raises(EmptyDomainError, match="'m'"):
        quantile_of(sample_of(weight=weight), "minutes", 0.5, OPTIONS, {"sex": "m"})
