"""Two places with nothing in common: how errors of every kind join in differences and products."""

import numpy as np
import pytest

from scoring import (
    Calibration,
    Design,
    Figure,
    Given,
    IndexTree,
    Options,
    Sample,
    score_sample,
)

LEAVES = [{"code": code, "item": code, "range": [0, 4], "scale": [0, 4]} for code in "ab"]
OUTSIDE = {"code": "g", "given": "g", "range": [0, 4], "scale": [0, 8]}
ROOT = {"code": "r", "combine": "sum", "children": [*LEAVES, OUTSIDE]}
TREE = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": ROOT})
NONE = np.nan
HERE, THERE = {"place": "x"}, {"place": "y"}
ERRORS = (0.3, 0.7)


def places(b: list[float], tree: IndexTree = TREE):
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
    return score_sample(sample, tree, options)


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


def test_a_leaf_of_one_psu_varies_as_its_villages_do_in_every_place():
    result = places([0, 4, 1, 3, 1, 2, 0, 4])
    # the mean is 2 in both; away from it, over 2 answers: -1/2, 1/2 here and -1, 1 there
    found = [result.get("a", place).se ** 2 for place in (HERE, THERE)]
    assert found == pytest.approx([2 * (0.5**2 + 0.5**2), 2 * (1.0**2 + 1.0**2)])


def test_a_given_figure_adds_its_own_error_and_nothing_else():
    b = [0, 4, 1, 3, 1, 2, NONE, 4]
    asked = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": ROOT | {"children": LEAVES}})
    with_figure, without = places(b), places(b, asked)
    for place, se in ((HERE, ERRORS[0]), (THERE, ERRORS[1])):
        found = with_figure.get("r", place).se ** 2 - without.get("r", place).se ** 2
        assert found == pytest.approx((2 * se) ** 2)


def test_calibration_takes_nothing_out_of_a_leaf_of_one_psu():
    sample = Sample.from_columns(
        Design.from_labels(psu=list("1123"), ssu=list("vwxy")),
        items={"a": np.asarray([1, 3, NONE, NONE]), "b": np.asarray([0.0, 4, 1, 3])},
        domains={"half": list("xyxy")},
    )
    tree = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": ROOT | {"children": LEAVES}})
    as_it_is = Calibration("poststratify", {"half": {"x": 0.5, "y": 0.5}})
    row = score_sample(sample, tree, Options(calibration=as_it_is)).get("a")
    assert row.se**2 == pytest.approx(2 * (0.5**2 + 0.5**2))


def test_a_mean_of_two_stages_varies_at_both():
    # PSUs 1 and 2 of 4, each of 2 villages of 5
    design = Design.from_labels(psu=list("1122"), ssu=list("vwvw"))
    finite = design.without_replacement([4.0] * 4, [5.0] * 4)
    answers = {"a": np.asarray([0.0, 4, 1, 1]), "b": np.zeros(4)}
    tree = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": LEAVES[0]})
    row = score_sample(Sample.from_columns(finite, items=answers), tree, Options()).get("a")
    z = (answers["a"] - 1.5) / 4
    psus = z.reshape(2, 2).sum(axis=1)
    first = (1 - 2 / 4) * 2 * (psus**2).sum()
    second = 2 / 4 * (1 - 2 / 5) * 2 * ((z.reshape(2, 2) - psus[:, np.newaxis] / 2) ** 2).sum()
    assert row.se**2 == pytest.approx(first + second)


def four_psus(children: list[dict], **options):
    """Four PSUs of one person who answers a and b."""
    sample = Sample.from_columns(
        Design.from_labels(psu=range(4)),
        items={"a": np.asarray([0.0, 4, 1, 3]), "b": np.asarray([1.0, 4, 0, 2])},
    )
    root = {"code": "r", "combine": "sum", "children": children}
    tree = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": root})
    return score_sample(sample, tree, Options(**options)).get("r")


def test_a_leaf_beside_a_node_varies_with_the_leaves_below_it():
    row = four_psus([LEAVES[0], {"code": "i", "combine": "sum", "children": [LEAVES[1]]}])
    z = np.asarray([1.0, 8, 1, 5]) / 4
    assert row.se**2 == pytest.approx(4 / 3 * ((z - z.mean()) ** 2).sum())


def test_a_leaf_of_weight_zero_brings_neither_error_nor_df():
    figure = Given.of([("g", (), Figure(2.0, 0.25))])
    row = four_psus([LEAVES[0] | {"node_weight": 0}, OUTSIDE], given=figure)
    assert (row.estimate, row.se, row.df, row.n) == (4.0, 0.5, None, None)
    both = four_psus([LEAVES[0], OUTSIDE], given=figure)
    assert (both.df, both.n) == (3, 4)
