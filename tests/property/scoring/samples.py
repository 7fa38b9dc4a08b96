"""Small random samples and trees, drawn by hypothesis."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from scoring import Design, IndexTree, Result, Sample

ITEMS = ("a", "b", "c")
HIGHEST = 3
LAW = settings(max_examples=40, deadline=None)


@st.composite
def samples(draw, *, missing: bool = True, several: bool = True) -> Sample:
    """One to three strata of two to four PSUs of one to five respondents; items on 0..3."""
    stratum, psu, ssu = [], [], []
    for h in range(draw(st.integers(1, 3))):
        for c in range(draw(st.integers(2, 4))):
            size = draw(st.integers(1, 5)) if several else 3
            stratum += [f"h{h}"] * size
            psu += [f"c{c}"] * size
            ssu += [f"s{at % 2}" for at in range(size)]
    n = len(stratum)
    low = -1 if missing else 0
    answers = st.lists(st.integers(low, HIGHEST), min_size=n, max_size=n)
    weights = st.lists(st.sampled_from([0.5, 1.0, 1.25, 3.0]), min_size=n, max_size=n)
    halves = st.lists(st.sampled_from(["x", "y"]), min_size=n, max_size=n)
    return Sample.from_columns(
        Design.from_labels(stratum=stratum, psu=psu, ssu=ssu),
        weight=np.asarray(draw(weights)) if several else np.ones(n),
        items={name: np.asarray(draw(answers), dtype=np.int8) for name in ITEMS},
        domains={"half": draw(halves)},
    )


def tree(combine: str = "sum", **root: object) -> IndexTree:
    """A tree of two levels over the three items, on 1..10."""
    leaves = [{"code": name, "item": name, "range": [0, HIGHEST]} for name in ITEMS]
    leaves[1] |= {"node_weight": 2}
    pair = {"code": "pair", "combine": "mean", "children": leaves[:2]} | root
    whole = {"code": "total", "combine": combine, "children": [pair, leaves[2]]} | root
    return IndexTree.from_mapping({"index": "small", "scale": [1, 10], "min_n": 1, "tree": whole})


def numbers(result: Result) -> np.ndarray:
    """Estimate, se, df and n of every row; null is NaN."""
    rows = [(row.estimate, row.se, row.df, row.n) for row in result.estimates]
    return np.asarray(rows, dtype=float)


def close(one: Result, other: Result) -> None:
    """Assert that two results say the same, notes included."""
    np.testing.assert_allclose(numbers(one), numbers(other), rtol=1e-9, atol=1e-9)
    assert [row.notes for row in one.estimates] == [row.notes for row in other.estimates]
