"""Both ways to turn a satisfaction item into a percentage, and item-weighted halves."""

import numpy as np
import pytest

from scoring import Codes, Design, IndexTree, Options, Sample, score_sample

POLICY, SERVICE = 3, 2
ANSWERS = {
    "p1": ["5", "4", "2", "3"],
    "p2": ["4", "4", "dk", "1"],
    "p3": ["1", "5", "5", "refused"],
    "s1": ["3", "3", "4", "5"],
    "s2": ["2", "", "4", "4"],
}


def sipas(rule: dict) -> IndexTree:
    """Halves are means of their items; overall weighs them by their number of items."""
    halves = [
        {
            "code": code,
            "combine": "mean",
            "node_weight": size,
            "children": [
                {"code": f"{item}{at}", "item": f"{item}{at}", **rule} for at in range(1, size + 1)
            ],
        }
        for code, item, size in (("P", "p", POLICY), ("S", "s", SERVICE))
    ]
    root = {"code": "SIPAS", "combine": "mean", "children": halves}
    return IndexTree.from_mapping({"index": "s", "scale": [0, 100], "min_n": 1, "tree": root})


def overall(rule: dict) -> dict[str, float]:
    sample = Sample.from_columns(
        Design.from_labels(psu=["1", "1", "2", "2"]),
        items={name: Codes.of(cells) for name, cells in ANSWERS.items()},
    )
    result = score_sample(sample, sipas(rule), Options())
    return {row.node: row.estimate for row in result.estimates}


def valid(name: str) -> np.ndarray:
    return np.asarray([float(cell) for cell in ANSWERS[name] if cell.isdigit()])


def test_mean_over_five_and_item_weighted_halves():
    scores = overall({"range": [0, 5]})
    items = {name: 100 * valid(name).mean() / 5 for name in ANSWERS}
    assert scores["p2"] == pytest.approx(100 * 3 / 5)
    assert scores["SIPAS"] == pytest.approx(np.mean(list(items.values())))
    assert scores["SIPAS"] != pytest.approx((scores["P"] + scores["S"]) / 2)


def test_share_of_the_two_best_answers():
    scores = overall({"share": ["4", "5"]})
    items = {name: 100 * (valid(name) >= 4).mean() for name in ANSWERS}
    assert scores["p2"] == pytest.approx(100 * 2 / 3)
    assert scores["SIPAS"] == pytest.approx(np.mean(list(items.values())))
