"""A bad day in Python: each mishap is one error, or notes, by every way to a variance.

The same list as ``test_bad_day.py`` walks from the command line. Warnings are errors here.
"""

import math
from collections.abc import Iterator

import numpy as np
import pytest

from scoring import (
    BalancedHalves,
    Bootstrap,
    Calibration,
    CodeError,
    Codes,
    ConvergenceError,
    DataError,
    Design,
    DesignError,
    EmptyDomainError,
    Estimate,
    IndexTree,
    Jackknife,
    MarginError,
    Options,
    PlanError,
    Sample,
    SingletonStratumError,
    WeightError,
    score_sample,
)

NAN, INF = math.nan, math.inf
DATA = {
    "stratum": list("aaaabbbb"),
    "psu": list("11221122"),
    "ssu": list("12341234"),
    "w": [2.0, 1, 1, 3, 1, 2, 1, 2],
    "q1": [5.0, 3, 4, 2, 1, NAN, 5, 4],
    "q2": ["co", "khong", "", "co", "co", "khong", "", "khong"],
    "sex": list("fmfmfmfm"),
}
LEAVES = [
    {"code": "A", "item": "q1", "range": [5, 1]},
    {"code": "B", "item": "q2", "values": {"co": 1, "khong": 0}, "range": [0, 1]},
    {"code": "C", "item": "q1", "share": ["4", "5"]},
]
RAKED = Calibration("raking", {"sex": {"f": 0.5, "m": 0.5}})


def tree_of(**root) -> IndexTree:
    whole = {"code": "total", "combine": "mean", "children": LEAVES} | root
    return IndexTree.from_mapping({"index": "s", "scale": [0, 100], "min_n": 1, "tree": whole})


def one(column: str, row: int, cell) -> dict:
    """One cell changed; rows count from 1."""
    return {column: [*DATA[column][: row - 1], cell, *DATA[column][row:]]}


def sample_of(fpc=None, ssu_fpc=None, **changes) -> Sample:
    data = DATA | changes
    n = len(data["w"])
    labels = {kind: data[kind][:n] for kind in ("stratum", "psu", "ssu")}
    design = Design.from_labels(**labels, n=n)
    if fpc is not None:
        sizes = (size and np.full(n, size) for size in (fpc, ssu_fpc))
        design = design.without_replacement(*sizes)
    items = {"q1": np.asarray(data["q1"][:n], float), "q2": Codes.of(data["q2"][:n])}
    sex = Codes.of(data["sex"][:n])
    return Sample.from_columns(design, weight=data["w"], items=items, domains={"sex": sex})


def scored(changes: dict, **options):
    return score_sample(sample_of(**changes), tree_of(), Options([["sex"]], **options))


F_WEIGHTLESS = {"w": [0.0, 1] * 4}
REFUSED = {
    "weight NaN": (one("w", 2, NAN), {}, WeightError, "data row 2: weight is missing"),
    "weight infinite": (one("w", 2, INF), {}, WeightError, "data row 2: weight inf"),
    "weight negative": (one("w", 3, -1), {}, WeightError, "data row 3: weight -1"),
    "weights all zero": ({"w": [0.0] * 8}, {}, WeightError, "no row has a weight above zero"),
    "nobody": ({"w": []}, {}, WeightError, "no row has a weight above zero"),
    "one PSU": ({"stratum": ["a"] * 8, "psu": ["1"] * 8}, {}, SingletonStratumError, "'a'"),
    "one PSU in a stratum": (one("stratum", 1, "c"), {}, SingletonStratumError, "'c'"),
    "no jackknife of one PSU": (
        {"stratum": ["a"] * 8, "psu": ["1"] * 8},
        {"variance": Jackknife(), "lonely_psu": "certainty"},
        DesignError,
        "no stratum has two PSUs",
    ),
    "no half of one PSU": (
        one("stratum", 1, "c"),
        {"variance": BalancedHalves(), "lonely_psu": "certainty"},
        DesignError,
        "stratum 'c'",
    ),
    "stratum blank": (one("stratum", 4, ""), {}, DesignError, "data row 4: stratum is blank"),
    "stratum None": (one("stratum", 4, None), {}, DesignError, "data row 4: stratum is blank"),
    "PSU blank": (one("psu", 4, ""), {}, DesignError, "data row 4: psu is blank"),
    "fpc below the sample": ({"fpc": 1.0}, {}, DesignError, "fewer than the 2 drawn"),
    "fpc NaN": ({"fpc": NAN}, {}, DesignError, "expected a number above 0, got nan"),
    "fpc below zero": ({"fpc": -3.0}, {}, DesignError, "expected a number above 0, got -3"),
    "ssu_fpc below": ({"fpc": 5.0, "ssu_fpc": 1.0}, {}, DesignError, "of PSU ('a', '1')"),
    "answer infinite": (one("q1", 2, INF), {}, CodeError, "data row 2, column q1"),
    "code unknown": (one("q2", 2, "maybe"), {}, CodeError, "answer 'maybe' has no value"),
    "empty domain": (
        {},
        {"compare": [({"sex": "x"}, None)]},
        EmptyDomainError,
        "{'sex': 'x'} is empty",
    ),
    "a margin of nobody": (F_WEIGHTLESS, {"calibration": RAKED}, MarginError, "value 'f'"),
    "a margin that a replicate loses": (
        {"sex": list("fmmmmmmm")},
        {"calibration": RAKED, "variance": Jackknife()},
        ConvergenceError,
        "calibration of replicate 1: stopped",
    ),
}


@pytest.mark.parametrize(("changes", "options", "error", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_computed_is_an_error_with_its_place(changes, options, error, said):
    with pytest.raises(error) as refused:
        scored(changes, **options)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


CIRCLE: dict = {"code": "total", "combine": "mean", "children": []}
CIRCLE["children"].append(CIRCLE)
TREES = {
    "unknown item": ({"children": [LEAVES[0] | {"item": "q9"}]}, DataError, "q9"),
    "empty node": ({"children": []}, PlanError, "children: is empty"),
    "circular node": (CIRCLE, PlanError, "deeper than 30 levels"),
    "nothing counts": ({"children": [LEAVES[0] | {"node_weight": 0}]}, PlanError, "node_weight 0"),
    "code twice": ({"children": LEAVES[:1] * 2}, PlanError, "code 'A' stands there twice"),
}


@pytest.mark.parametrize(("root", "error", "said"), TREES.values(), ids=TREES)
def test_a_tree_that_cannot_be_climbed_is_refused(root, error, said):
    with pytest.raises(error) as refused:
        score_sample(sample_of(), tree_of(**root), Options())
    assert said in str(refused.value)


NOTED = {
    "nothing amiss": ({}, None, "B", set()),
    "a weight of zero": (one("w", 1, 0.0), None, "A", set()),
    "a domain without weight": (F_WEIGHTLESS, {"sex": "f"}, "A", {"small-n"}),
    "a stratum without weight": ({"w": [0.0] * 4 + DATA["w"][4:]}, None, "A", set()),
    "a domain of one": ({"sex": list("fmmmmmmm")}, {"sex": "f"}, "A", {"too-few-psus"}),
    "a domain in one PSU": ({"sex": list("ffmmmmmm")}, {"sex": "f"}, "A", {"within-psu"}),
    "nobody in any domain": ({"sex": [""] * 8}, None, "total", {"blank-domain"}),
    "a constant item": ({"q1": [3.0] * 8}, None, "A", {"no-spread"}),
    "a constant item at the end": ({"q1": [5.0] * 8}, None, "A", {"at-bound"}),
    "a share of nobody": ({"q1": [3.0] * 8}, None, "C", {"at-bound"}),
    "all missing": ({"q1": [NAN] * 8}, None, "A", {"small-n"}),
    "everything missing": ({"q1": [NAN] * 8, "q2": [""] * 8}, None, "total", {"missing-child"}),
    "one answer": ({"q1": [3.0, *[NAN] * 7]}, None, "A", {"too-few-psus"}),
    "answers off the range": (one("q1", 1, 9.0), None, "A", {"out-of-range"}),
    "one PSU in a stratum": (one("stratum", 1, "c"), None, "A", {"lonely-psu"}),
    "every PSU drawn": ({"fpc": 2.0}, None, "A", set()),
    "an endless population": ({"fpc": INF}, None, "A", set()),
    "very small weights": ({"w": [1e-300] * 8}, None, "A", set()),
    "very large weights": ({"w": [1e300] * 8}, None, "A", set()),
}
WAYS = {
    "taylor": {},
    "adjust": {"lonely_psu": "adjust"},
    "jackknife": {"variance": Jackknife()},
    "about the estimate": {"variance": Jackknife("estimate")},
    "bootstrap": {"variance": Bootstrap(20, np.random.default_rng(1))},
    **{kind: {"interval": kind} for kind in ("logit", "beta", "wilson", "likelihood", "asin")},
}


def numbers_of(row: Estimate) -> Iterator[float]:
    return (each for each in row if isinstance(each, float))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("changes", "domain", "node", "codes"), NOTED.values(), ids=NOTED)
def test_what_is_in_doubt_has_a_note_and_never_a_nan(changes, domain, node, codes, way, capfd):
    options = {"lonely_psu": "certainty"} | WAYS[way]
    result = scored(changes, **options)
    assert tuple(capfd.readouterr()) == ("", "")
    for row in result.estimates:
        assert all(map(math.isfinite, numbers_of(row))), row
        assert row.notes or None not in (row.estimate, row.se, row.low), row
        assert row.low is None or row.low <= row.estimate <= row.high, row
    found = {note.code for note in result.get(node, domain).notes}
    # a replicate that loses the only answers says so before anything else
    assert codes <= found | ({"within-psu"} if "too-few-psus" in found else set())


def test_drawing_every_psu_leaves_no_error_by_any_way():
    for way in ("taylor", "jackknife", "about the estimate", "bootstrap"):
        row = scored({"fpc": 2.0}, **WAYS[way]).get("total")
        assert (row.se, row.low, row.high) == (0, row.estimate, row.estimate), way


def test_the_same_psu_label_in_two_strata_is_two_psus():
    apart = [stratum + psu for stratum, psu in zip(DATA["stratum"], DATA["psu"], strict=True)]
    assert scored({}).estimates == scored({"psu": apart}).estimates
    assert scored({}).get("A").df == 2
