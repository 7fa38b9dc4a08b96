"""Official rounding and grades are presentation: estimates and intervals stay unrounded."""

from decimal import Decimal

import pytest

from scoring import (
    Codes,
    Design,
    Figure,
    Given,
    IndexTree,
    Options,
    Sample,
    present,
    score_sample,
    score_totals,
    totals_of_nothing,
)

AGENCY = [("Xuất sắc", 15), ("Tốt", 12), ("Khá", 9), ("Trung bình", 6), ("Yếu", 0)]
OFFICER = [("100 %", 5), ("70-100 %", 3.5), ("< 70 %", 0)]


def counter_tree(grades, parts: int) -> IndexTree:
    """Points 0, 1, 2 per indicator, each rounded to one decimal before the sum."""
    leaf = {"range": [0, 2], "scale": [0, 2]}
    children = [{"code": f"i{at}", "given": f"i{at}", **leaf} for at in range(parts)]
    shown = {
        "decimals": 1,
        "round_children": 1,
        "grades": [{"from": start, "title": {"vi": title}} for title, start in grades],
    }
    root = {"code": "total", "combine": "sum", "missing": "drop", "children": children}
    return IndexTree.from_mapping({"index": "counter", "tree": {**root, "present": shown}})


def shown(tree: IndexTree, *values: float | None, se: float | None = None):
    rows = [(f"i{at}", (), Figure(value, se)) for at, value in enumerate(values)]
    options = Options(given=Given.of(rows))
    result = score_totals(totals_of_nothing([()], ()), tree, options)
    return {row.node: row for row in present(result, tree)}, result


@pytest.mark.parametrize(
    ("grades", "total", "grade"),
    [
        (AGENCY, 15.0, "Xuất sắc"),
        (AGENCY, 14.9, "Tốt"),
        (AGENCY, 12.0, "Tốt"),
        (AGENCY, 11.9, "Khá"),
        (AGENCY, 9.0, "Khá"),
        (AGENCY, 8.9, "Trung bình"),
        (AGENCY, 6.0, "Trung bình"),
        (AGENCY, 5.9, "Yếu"),
        (OFFICER, 5.0, "100 %"),
        (OFFICER, 4.9, "70-100 %"),
        (OFFICER, 3.5, "70-100 %"),
        (OFFICER, 3.4, "< 70 %"),
    ],
)
def test_a_grade_starts_exactly_at_its_boundary(grades, total, grade):
    """Ten indicators of a tenth of the points each: binary sums of these miss the boundary."""
    tree = counter_tree(grades, 10)
    tenth = round(total / 10, 1)
    values = [tenth] * 9 + [total - 9 * tenth]
    rows, _ = shown(tree, *values)
    assert rows["total"].grade == {"vi": grade}
    assert rows["total"].value == Decimal(f"{total:.1f}")


def test_children_are_rounded_before_the_sum_and_halves_go_up():
    rows, result = shown(counter_tree(AGENCY, 3), 1.25, 1.25, 1.25)
    assert result.get("total").estimate == 3.75
    assert rows["total"].value == Decimal("3.9")
    assert rows["i0"].value == Decimal("1.3")


def test_a_child_without_a_value_is_left_out_and_the_boundaries_stay():
    rows, _ = shown(counter_tree(AGENCY, 3), 2.0, None, 2.0)
    assert rows["i1"][2:] == (None, None, None, None)
    assert (rows["total"].value, rows["total"].grade) == (Decimal("4.0"), {"vi": "Yếu"})


def test_the_interval_is_that_of_the_unrounded_estimate():
    rows, result = shown(counter_tree(AGENCY, 1), 1.26, se=0.1)
    row = result.get("total")
    assert (row.low, row.high) == (pytest.approx(1.064, abs=1e-3), pytest.approx(1.456, abs=1e-3))
    assert (rows["total"].low, rows["total"].high) == (Decimal("1.1"), Decimal("1.5"))


def test_below_the_lowest_grade_there_is_none_and_without_rounding_the_number_stays():
    leaf = {"code": "i0", "given": "i0", "range": [0, 2], "scale": [0, 2]}
    grades = [{"from": 1, "title": {"vi": "đạt"}}]
    tree = IndexTree.from_mapping(
        {"index": "one", "tree": {**leaf, "present": {"grades": grades}}}
    )
    rows, _ = shown(tree, 0.123456)
    assert (rows["i0"].value, rows["i0"].grade) == (Decimal("0.123456"), None)


QUICKER, SAME, SLOWER = "2", "1", "0"


def rated(*files: str):
    """An officer rated on five indicators, one letter of answers for each file and indicator."""
    values = {QUICKER: 2, SAME: 1, SLOWER: 0}
    leaf = {"values": values, "range": [0, 2], "scale": [0, 2]}
    children = [{"code": f"i{at}", "item": f"i{at}", **leaf} for at in range(5)]
    grades = [{"from": start, "title": {"vi": title}} for title, start in OFFICER]
    shown = {"decimals": 1, "round_children": 1, "grades": grades}
    root = {"code": "total", "combine": "sum", "missing": "drop", "children": children}
    tree = IndexTree.from_mapping(
        {"index": "officer", "min_n": 1, "tree": {**root, "present": shown}}
    )
    items = {f"i{at}": Codes.of([file[at].strip() for file in files]) for at in range(5)}
    sample = Sample.from_columns(Design.from_labels(n=len(files)), items=items)
    result = score_sample(sample, tree, Options())
    return next(row for row in present(result, tree) if row.node == "total"), result.get("total")


def test_files_of_an_officer_on_the_boundary_are_judged_by_rounded_indicators():
    # means 1.25, 1.25, 1, 1, 0.25 round to 1.3, 1.3, 1, 1, 0.3 before they are added up
    row, estimate = rated("11110", "11110", "11110", "22111")
    assert estimate.estimate == pytest.approx(4.75)
    assert (row.value, row.grade) == (Decimal("4.9"), {"vi": "70-100 %"})
    row, estimate = rated("11111", "11111", "11111", "11111")
    assert (row.value, row.grade) == (Decimal("5.0"), {"vi": "100 %"})
    # 0.75 rounds to 0.8 four times: 3.2 + 0.5 where 3.5 was
    row, estimate = rated("11111", "11110", "11111", "00000")
    assert estimate.estimate == pytest.approx(3.5)
    assert (row.value, row.grade) == (Decimal("3.7"), {"vi": "70-100 %"})


def test_an_indicator_without_data_is_not_counted_and_the_thresholds_stay():
    row, estimate = rated("2222 ", "2221 ")
    assert (row.value, row.grade) == (Decimal("7.5"), {"vi": "100 %"})
    assert estimate.notes[0] == ("missing-child", "i4 without a value: left out")
