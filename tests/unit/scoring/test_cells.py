"""Calibration cells: how parts of a sample join, and when there are too many to keep sums by."""

import numpy as np
import pytest

from scoring import Calibration, Design, IndexTree, Options, Sample, score_sample
from scoring.cells import Cells
from scoring.index import many_cells
from scoring.index.many_cells import has_many_cells


def cells_of(labels: str, unit: list[int], cell: list[int], weight: list[float]) -> Cells:
    members = np.arange(1, len(unit) + 1)
    names = tuple((label,) for label in labels)
    return Cells(("sex",), names, np.asarray(unit), np.asarray(cell), members, np.asarray(weight))


def test_parts_with_other_cells_and_units_add_up():
    one = cells_of("fm", [0, 0, 2], [0, 1, 1], [1.0, 2, 4])
    other = cells_of("nm", [0, 2, 3], [1, 1, 0], [8.0, 16, 32])
    whole = one.merge(other)
    assert whole.labels == (("f",), ("m",), ("n",))
    assert whole.unit.tolist() == [0, 0, 2, 3]
    assert whole.cell.tolist() == [0, 1, 1, 2]
    assert whole.weight.tolist() == [1, 10, 20, 32]
    assert whole.members.tolist() == [1, 3, 5, 3]
    assert whole.weights.tolist() == [1, 30, 32]


@pytest.mark.parametrize(("most", "many"), [(9, False), (8, True)])
def test_crossings_that_occur_are_counted(most, many, monkeypatch):
    monkeypatch.setattr(many_cells, "MOST_CELLS", most)
    u, v = [*"abcdefgh", "a"], [*"xxxxxxxx", "y"]
    sample = Sample.from_columns(
        Design.from_labels(n=9), items={"a": np.arange(9.0)}, domains={"u": u, "v": v}
    )
    assert has_many_cells(sample, ["u", "v"]) is many
    assert has_many_cells(sample, ["v", "u"]) is many


def test_several_leaves_by_rows_are_those_on_cells(monkeypatch):
    rng = np.random.default_rng(4)
    leaves = [{"code": code, "item": code, "range": [0, 4], "scale": [0, 4]} for code in "abc"]
    tree = IndexTree.from_mapping(
        {"index": "t", "min_n": 1, "tree": {"code": "r", "combine": "sum", "children": leaves}}
    )
    sample = Sample.from_columns(
        Design.from_labels(psu=np.arange(40) % 8),
        items={code: rng.integers(0, 5, 40) for code in "abc"},
        domains={"x": np.arange(40) % 13 + 2, "half": np.arange(40) % 2},
    )
    options = Options([["half"]], calibration=Calibration("raking", {}, {"x": 330.0}))
    on_cells = score_sample(sample, tree, options)
    monkeypatch.setattr(many_cells, "MOST_CELLS", 5)
    by_rows = score_sample(sample, tree, options)
    for one, other in zip(on_cells.estimates, by_rows.estimates, strict=True):
        assert (one.estimate, one.se) == pytest.approx((other.estimate, other.se))
