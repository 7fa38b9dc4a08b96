"""A tree that the engine refuses becomes faults with the path of the node."""

import pytest

from survey.bridge.trees import index_tree
from survey.errors import InstrumentError


def test_a_mean_of_mixed_scales_names_its_node():
    leaves = [
        {"code": "a", "item": "s01", "range": [1, 5], "scale": [0, 1]},
        {"code": "b", "item": "s02", "range": [1, 5], "scale": [0, 100]},
    ]
    mapping = {"index": "x", "tree": {"code": "top", "combine": "mean", "children": leaves}}
    with pytest.raises(InstrumentError) as refused:
        index_tree(mapping, "index.x.yaml")
    fault = refused.value.faults[0]
    assert fault.sheet == "index.x.yaml"
    assert "top" in fault.en
    assert "top" in fault.vi


def test_every_fault_of_a_tree_is_told():
    children = [{"code": "a"}, {"code": "b", "item": "s01", "range": [1, 1]}]
    mapping = {
        "index": "x",
        "scale": [0, 1],
        "tree": {"code": "top", "combine": "mean", "children": children},
    }
    with pytest.raises(InstrumentError) as refused:
        index_tree(mapping, "index.x.yaml")
    assert len(refused.value.faults) >= 2
