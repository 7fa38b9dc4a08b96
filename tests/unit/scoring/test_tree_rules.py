"""How nodes combine: missing children, weights, factors, constants, bounds."""

import pytest

from scoring import (
    DataError,
    Figure,
    Given,
    IndexTree,
    Options,
    PlanError,
    score_totals,
    totals_of_nothing,
)
from scoring.nodes import Node, bounds


def tree_of(combine: str, *weights: float, **root: object) -> IndexTree:
    children = [
        {"code": f"c{at}", "given": f"c{at}", "range": [0, 1], "node_weight": weight}
        for at, weight in enumerate(weights)
    ]
    whole = {"code": "r", "combine": combine, "children": children, **root}
    return IndexTree.from_mapping({"index": "t", "scale": [0, 10], "tree": whole})


def scored(tree: IndexTree, *values: float | None, se: float | None = 0.1):
    rows = [(f"c{at}", (), Figure(value, se)) for at, value in enumerate(values)]
    return score_totals(totals_of_nothing([()], ()), tree, Options(given=Given.of(rows))).get("r")


@pytest.mark.parametrize(
    ("combine", "expected"),
    [("sum", 2 * (1 + 3 * 4)), ("mean", 2 * 13 / 4), ("geometric_mean", 2 * (1 * 4**3) ** 0.25)],
)
def test_a_node_combines_its_children_by_weight_and_factor(combine, expected):
    row = scored(tree_of(combine, 1, 3, factor=2), 0.1, 0.4)
    assert row.estimate == pytest.approx(expected)
    assert row.se > 0


def test_the_error_of_a_geometric_mean_follows_its_gradient():
    row = scored(tree_of("geometric_mean", 1, 3), 0.1, 0.4)
    slopes = (row.estimate * 0.25 / 1, row.estimate * 0.75 / 4)
    assert row.se == pytest.approx(sum(slope**2 for slope in slopes) ** 0.5)


@pytest.mark.parametrize(
    ("combine", "missing", "expected", "fate"),
    [
        ("mean", "propagate", None, "c0 without a value: not combined"),
        ("mean", "drop", 3 * 4 / 4, "c0 without a value: left out"),
        ("mean", "drop_and_reweight", 4, "c0 without a value: reweighted"),
        ("geometric_mean", "drop_and_reweight", 4, "c0 without a value: reweighted"),
        ("sum", "drop", 12, "c0 without a value: left out"),
    ],
)
def test_a_missing_child_is_handled_as_the_node_says(combine, missing, expected, fate):
    row = scored(tree_of(combine, 1, 3, missing=missing), None, 0.4)
    assert row.estimate == (None if expected is None else pytest.approx(expected))
    assert [tuple(note) for note in row.notes] == [("missing-child", fate)]


@pytest.mark.parametrize("missing", ["propagate", "drop", "drop_and_reweight"])
def test_a_node_without_any_child_has_no_value(missing):
    row = scored(tree_of("mean", 1, 3, missing=missing), None, None)
    assert (row.estimate, row.se, row.low) == (None, None, None)


def test_a_child_of_weight_zero_is_shown_and_does_not_count():
    row = scored(tree_of("mean", 1, 0), 0.4, None)
    assert (row.estimate, row.notes) == (pytest.approx(4), ())


def test_a_figure_used_twice_keeps_its_covariance():
    children = [
        {"code": code, "given": "c0", "range": [0, 1], "scale": [0, 10]} for code in ("a", "b")
    ]
    tree = IndexTree.from_mapping(
        {"index": "t", "tree": {"code": "r", "combine": "sum", "children": children}}
    )
    assert scored(tree, 0.5).se == pytest.approx(2.0)


def test_a_constant_counts_in_the_divisor_and_has_no_error():
    children = [
        {"code": "c0", "given": "c0", "range": [0, 1]},
        {"code": "k", "constant": 0},
    ]
    root = {"code": "r", "combine": "mean", "children": children}
    tree = IndexTree.from_mapping({"index": "t", "scale": [1, 10], "tree": root})
    rows = [("c0", (), Figure(0.5, 0.1))]
    result = score_totals(totals_of_nothing([()], ()), tree, Options(given=Given.of(rows)))
    assert result.get("r").estimate == pytest.approx(5.5 / 2)
    assert result.get("k")[2:] == (0.0, 0.0, 0.0, 0.0, None, None, None, ())


def test_an_estimate_on_the_end_of_its_scale_is_noted():
    assert [note.code for note in scored(tree_of("mean", 1, 1), 1.0, 1.0).notes] == ["at-bound"]
    assert scored(tree_of("mean", 1, 1), 1.0, 0.9).notes == ()


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (tree_of("sum", 1, -2, factor=0.5), (-10, 5)),
        (tree_of("mean", 1, 3, factor=-1), (-10, 0)),
        (tree_of("geometric_mean", 1, 1), (0, 10)),
    ],
)
def test_the_bounds_of_a_node_follow_from_its_children(tree, expected):
    assert bounds(tree.root) == pytest.approx(expected)


def test_only_kinds_of_nodes_have_bounds():
    node = Node(**dict.fromkeys(("code", "official", "title", "node_weight", "present")))
    with pytest.raises(TypeError, match="no kind of node"):
        bounds(node)


def test_a_mean_of_means_asks_for_one_scale_and_overlooks_constants():
    inner = {"code": "i", "combine": "mean", "factor": 2}
    inner["children"] = [
        {"code": "k", "constant": 3},
        {"code": "a", "item": "a", "range": [0, 1], "scale": [0, 5]},
    ]
    only = {"code": "c", "combine": "mean", "children": [{"code": "z", "constant": 1}]}
    leaf = {"code": "b", "item": "b", "range": [0, 1], "scale": [0, 10]}
    root = {"code": "r", "combine": "mean", "children": [inner, leaf, only]}
    assert IndexTree.from_mapping({"index": "t", "tree": root}).root.code == "r"


def test_a_figure_named_twice_in_one_domain_is_refused():
    rows = [("x", (("a", "1"), ("b", "2")), Figure(1.0, None))] * 2
    with pytest.raises(DataError, match="two figures"):
        Given.of(rows)


def test_every_fault_of_a_tree_is_kept():
    children = [{"code": "a"}, {"code": "b", "item": "b"}, "c"]
    root = {"code": "r", "combine": "sum", "children": children}
    with pytest.raises(PlanError) as refused:
        IndexTree.from_mapping({"index": "t", "scale": [0, 1], "tree": root}, where="t.yaml")
    assert [fault.split(": ")[1] for fault in refused.value.faults] == [
        "tree > r > a",
        "tree > r > b",
        "tree > r > child 3",
    ]


def test_titles_and_missing_codes_are_read():
    leaf = {"code": "a", "item": "a", "range": [0, 1], "title": {"vi": "Tên", "en": "Name"}}
    raw = {"index": "t", "scale": [0, 1], "missing_codes": [], "tree": {**leaf, "official": "X"}}
    tree = IndexTree.from_mapping(raw)
    assert (tree.root.title["vi"], tree.root.official) == ("Tên", "X")
    assert tree.missing_codes == frozenset()


@pytest.mark.parametrize(
    ("combine", "expected"),
    [("sum", (1, 64)), ("mean", (0.25, 16)), ("geometric_mean", (0.25, 16))],
)
def test_bounds_away_from_zero_are_combined_like_the_values(combine, expected):
    children = [
        {"code": "x", "given": "x", "range": [0, 1], "scale": [0.25, 16]},
        {"code": "y", "given": "y", "range": [0, 1], "scale": [16, 0.25], "node_weight": 3},
    ]
    root = {"code": "r", "combine": combine, "children": children}
    tree = IndexTree.from_mapping({"index": "t", "tree": root})
    assert bounds(tree.root) == pytest.approx(expected)
