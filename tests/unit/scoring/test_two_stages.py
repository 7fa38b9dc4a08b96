"""Finite populations at both stages, by hand: what each unit adds, and who was certain."""

import numpy as np
import pytest

from scoring import (
    Design,
    DesignError,
    Frame,
    IndexTree,
    Options,
    Sample,
    ShapeError,
    SingletonStratumError,
    score_sample,
    sum_answers,
    totals_of,
)

LEAF = {"code": "a", "item": "a", "range": [0, 100], "scale": [0, 100]}
TREE = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": LEAF})

# PSUs 1 and 2 of 4; their second-stage units p, q, r of 5, and s alone
PSU, SSU = list("1112"), list("pqrs")
ANSWERS = [1.0, 2.0, 6.0, 5.0]


def design_of(fpc=4.0, ssu_fpc=(5.0, 5.0, 5.0, 2.0), **changes) -> Design:
    labels = {"psu": PSU, "ssu": SSU} | changes
    return Design.from_labels(**labels).without_replacement(np.full(4, fpc), ssu_fpc)


def variance_of(design: Design, **options) -> float:
    sample = Sample.from_columns(design, items={"a": ANSWERS})
    return sum_answers(totals_of(sample, TREE), TREE, Options(**options))[0].se ** 2


FIRST = (1 - 2 / 4) * 2 * (2.0**2 + 2.0**2)
SECOND = 2 / 4 * (1 - 3 / 5) * 3 / 2 * (2.0**2 + 1.0**2 + 3.0**2)


@pytest.mark.parametrize(
    ("policy", "lonely"),
    [
        ("certainty", 0.0),
        ("average", SECOND),
        # 5 less the mean of all four units, by what is left of one unit of two
        ("adjust", 2 / 4 * (1 - 1 / 2) * (5 - 3.5) ** 2),
    ],
)
def test_a_psu_of_one_unit_of_several_adds_what_the_policy_says(policy, lonely):
    found = variance_of(design_of(), lonely_psu=policy)
    assert found == pytest.approx(FIRST + SECOND + lonely)


def test_a_psu_of_one_unit_of_several_is_refused_by_name():
    with pytest.raises(DesignError, match=r"one second-stage unit of several in PSU '2'"):
        variance_of(design_of())


def test_a_unit_that_is_the_whole_psu_was_certain_and_is_not_lonely():
    assert variance_of(design_of(ssu_fpc=(5, 5, 5, 1))) == pytest.approx(FIRST + SECOND)


def test_units_of_psus_drawn_with_replacement_add_nothing():
    assert variance_of(design_of(fpc=np.inf)) == pytest.approx(2 * FIRST)


def test_a_stratum_of_its_only_psu_was_certain_and_varies_within_it():
    stratum = ["a", "a", "a", "b"]
    sizes = ([1, 1, 1, 1], [5, 5, 5, 1])
    design = Design.from_labels(stratum=stratum, psu=PSU, ssu=SSU).without_replacement(*sizes)
    assert variance_of(design) == pytest.approx(2 * SECOND)
    row = score_sample(Sample.from_columns(design, items={"a": ANSWERS}), TREE, Options()).get("a")
    assert (row.df, row.low) == (0, None)
    lonely = Design.from_labels(stratum=stratum, psu=PSU).without_replacement([1, 1, 1, 2])
    with pytest.raises(SingletonStratumError) as refused:
        variance_of(lonely)
    assert refused.value.strata == ("b",)


def test_a_design_listed_in_full_brings_its_populations():
    listed = Design.from_labels(psu=list("123"), ssu=list("pst")).without_replacement(
        [9, 9, 9], [4, 4, 4]
    )
    rows = Design.from_labels(psu=["2"], ssu=["s"], listed=listed)
    assert rows.frame.fraction.tolist() == [3 / 9]
    assert rows.frame.second_fraction.tolist() == [1 / 4] * 3
    with pytest.raises(DesignError, match="ssu: is missing"):
        Design.from_labels(psu=["2"], listed=listed)


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: design_of(fpc=1.0), DesignError, "1 units in the population of stratum 'all'"),
        (lambda: design_of(fpc=np.nan), DesignError, "data row 1, fpc: expected a number above 0"),
        (lambda: design_of(ssu_fpc=(5, 5, 4, 2)), DesignError, "data row 1, ssu_fpc: differs"),
        (lambda: design_of(ssu_fpc=(5, 5, 5)), ShapeError, "has 3 rows instead of 4"),
        (lambda: design_of(ssu=None), DesignError, "needs ssu and fpc"),
        (
            lambda: Frame(
                ("a",), ("1",), np.zeros(1, int), ("s",), np.zeros(1, int), psu_size=[2.0]
            ),
            DesignError,
            "needs ssu and fpc",
        ),
        (
            lambda: Frame(("a",), ("1",), np.zeros(1, int), stratum_size=np.ones(2)),
            ShapeError,
            "fpc: has 2 rows instead of 1",
        ),
    ],
)
def test_sizes_that_cannot_be_are_refused(make, error, said):
    with pytest.raises(error, match=said):
        make()


def test_parts_of_different_populations_are_not_merged():
    one, other = (
        totals_of(Sample.from_columns(design_of(fpc=fpc), items={"a": ANSWERS}), TREE)
        for fpc in (4.0, 5.0)
    )
    with pytest.raises(DesignError, match="different trees or frames"):
        one.merge(other)
