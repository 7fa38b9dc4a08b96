"""Columns, designs and samples are checked once, where they are made."""

import numpy as np
import pytest

from scoring import (
    CodeError,
    Codes,
    DataError,
    Design,
    DesignError,
    Frame,
    Options,
    PlanError,
    Sample,
    ShapeError,
    WeightError,
)
from scoring.columns import text_of


def two_rows(**changes) -> Sample:
    columns = {"items": {"a": [1.0, 2.0]}} | changes
    return Sample.from_columns(Design.from_labels(psu=["1", "2"]), **columns)


def test_labels_become_codes_by_their_text():
    assert Codes.of([1, None, 2.0, float("nan"), "x", True]).labels == ("1", "2", "x", "true")
    assert Codes.of(np.asarray([3, -1], dtype=np.int64)).labels == ("-1", "3")
    assert text_of(np.bool_(0).item()) == "false"
    already = Codes.of(["a"])
    assert Codes.of(already) is already


def test_integer_answers_are_their_own_codes_and_negatives_are_missing():
    codes = Codes.of_answers(np.asarray([2, -3], dtype=np.int8))
    assert (codes.labels, codes.codes.dtype) == (("0", "1", "2"), np.int8)
    assert Codes.of_answers(np.asarray([], dtype=np.uint8)).labels == ()


def test_a_column_is_frozen():
    sample = two_rows(weight=[1, 2])
    with pytest.raises(ValueError, match="read-only"):
        sample.weight[0] = 5


def test_arguments_are_not_mutated_and_kinds_of_items_are_told_apart():
    sample = two_rows(items={"n": [0.5, np.nan], "c": np.asarray([1, -2]), "t": ["x", ""]})
    assert isinstance(sample.items["n"], np.ndarray)
    assert sample.items["c"].codes.tolist() == [1, -2]
    assert sample.items["t"].codes.tolist() == [0, -1]


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: Codes(np.asarray([0, 2]), ("a", "b")), CodeError, "code 2 has no label"),
        (lambda: Codes(np.asarray([0.5]), ("a",)), DataError, "not integer codes"),
        (lambda: Codes(np.asarray([[0]]), ("a",)), ShapeError, "2 dimensions"),
        (lambda: two_rows(weight=["a", "b"]), DataError, "weight: holds values that are not"),
        (lambda: two_rows(weight=[1.0]), ShapeError, "weight: has 1 rows instead of 2"),
        (lambda: two_rows(weight=[1.0, np.nan]), WeightError, "data row 2: weight is missing"),
        (lambda: two_rows(weight=[np.inf, 1]), WeightError, "weight inf is not allowed"),
        (lambda: two_rows(weight=[0, 0]), WeightError, "no row has a weight above zero"),
        (lambda: two_rows(items={"a": [1.0]}), ShapeError, "a: has 1 rows instead of 2"),
        (lambda: two_rows(items={"a": [1.0, np.inf]}), CodeError, "row 2, column a: the answer"),
        (lambda: two_rows(domains={"d": ["x"]}), ShapeError, "d: has 1 rows"),
        (Design.from_labels, ShapeError, "number of rows is unknown"),
        (lambda: Design.from_labels(psu=["1", ""]), DesignError, "data row 2: psu is blank"),
        (lambda: Design.from_labels(stratum=["1"], psu=["1", "2"]), ShapeError, "stratum: has"),
        (lambda: Frame(("a",), ("1", "2"), np.asarray([1, 0])), DesignError, "must be ascending"),
        (lambda: Options(confidence=1.0), PlanError, "confidence: 1.0 is not between"),
        (lambda: Options(min_n=0), PlanError, "min_n: 0 is below 1"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(make, error, said):
    with pytest.raises(error, match=said):
        make()


def test_codes_outside_the_frame_are_refused():
    frame = Design.from_labels(psu=["1", "2"], ssu=["a", "b"]).frame
    with pytest.raises(DesignError, match="psu: code outside"):
        Design(frame, np.asarray([0, 2]))
    with pytest.raises(DesignError, match="ssu: code outside"):
        Design(frame, np.asarray([0, 1]), np.asarray([-1, 0]))
    with pytest.raises(ShapeError, match="ssu: has 1 rows"):
        Design(frame, np.asarray([0, 1]), np.asarray([0]))


def test_labels_are_nested_in_their_parents():
    design = Design.from_labels(stratum=["b", "a", "b"], psu=["1", "1", "1"], ssu=[1, 1, 2])
    assert design.frame.strata == ("b", "a")
    assert len(design.frame.psus) == 2
    assert design.frame.ssus_per_psu.tolist() == [2, 1]
    assert len(design) == 3


def test_a_listed_unit_without_answers_stays_in_the_frame():
    listed = Design.from_labels(stratum=list("aabb"), psu=list("1212"), ssu=list("xxxx"))
    drawn = Design.from_labels(stratum=["a", "b"], psu=["2", "1"], ssu=["x", "x"], listed=listed)
    assert drawn.frame is listed.frame
    assert drawn.psu.tolist() == drawn.ssu.tolist() == [1, 2]
    without = Design.from_labels(stratum=["a"], psu=["2"], listed=listed)
    assert (without.psu.tolist(), without.ssu) == ([1], None)


@pytest.mark.parametrize(
    ("ssu", "said"),
    [(["y"], "second-stage unit"), (None, r"PSU \('a', '3'\) is not in the frame")],
)
def test_a_unit_that_was_not_listed_is_refused(ssu, said):
    listed = Design.from_labels(stratum=["a", "a"], psu=["1", "2"], ssu=["x", "x"])
    with pytest.raises(DesignError, match=said):
        Design.from_labels(stratum=["a"], psu=["1" if ssu else "3"], ssu=ssu, listed=listed)
