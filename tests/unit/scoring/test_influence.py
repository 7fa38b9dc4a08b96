"""Two places with nothing in common: how errors of every kind join in differences and products."""

import numpy as np
import pytest

from scoring import Design, Figure, Given, IndexTree, Options, Sample, score_sample

LEAVES = [{"code": code, "item": code, "range": [0, 4], "scale": [0, 4]} for code in "ab"]
OUTSIDE = {"code": "g", "given": "g", "range": [0, 4], "scale": [0, 8]}
ROOT = {"code": "r", "combine": "sum", "children": [*LEAVES, OUTSIDE]}
TREE = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": ROOT})
NONE = np.nan
HERE, THERE = {"place": "x"}, {"place": "y"}
ERRORS = (0.3, 0.7)


def places(b: list[float]):
    """Each place: villages v and w of a PSU, which alone answer a, and two PSUs of one village.

    Given is a figure for each place; its leaf doubles it.
    """
    sample = Sample.from_columns(
        Design.from_labels(psu=list("11234456"), ssu=list("vwvvvwvv")),
        items={"a": np.asarray([1, 3, NONE, NONE, 0, 4, NONE, NONE]), "b": np.asarray(b)},
        domains={"place": list("xxxxyyyy")},
    )
    figures = [
        ("g", (("place", place),), Figure(2.0, se)) for place, se in zip("xy", ERRORS, strict=True)
    ]
    options = Options([["place"]], compare=[(HERE, THERE)], given=Given.of(figures))
    return score_sample(sample, TREE, options)


@pytest.mark.parametrize("b", [[0, 4, 1, 3, 1, 2, 0, 4], [4, 0, 1, 3, 3, 1, 1, 3]])
def test_errors_of_places_apart_add_up_in_their_difference(b):
    result = places(b)
    for row in result.differences:
        errors = [result.get(row.node, place).se for place in (HERE, THERE)]
        assert row.se**2 == pytest.approx(sum(error**2 for error in errors)), row.node


def test_places_apart_vary_apart_and_a_given_figure_with_its_place_alone():
    result = places([0, 4, 1, 3, 1, 2, 0, 4])
    keys = [(node, place) for place in (HERE, THERE) for node in "rg"]
    found = result.covariance(keys)
    given = [(2 * se) ** 2 for se in ERRORS]
    whole = [result.get("r", place).se ** 2 for place in (HERE, THERE)]
    expected = np.zeros((4, 4))
    for at in (0, 1):
        expected[2 * at : 2 * at + 2, 2 * at : 2 * at + 2] = given[at]
        expected[2 * at, 2 * at] = whole[at]
    np.testing.assert_allclose(found, expected, atol=1e-12)
