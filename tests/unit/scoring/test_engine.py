"""The engine's promises that no golden number covers: PSUs, small cells, merging, covariances."""

import numpy as np
import pytest

from scoring import (
    DataError,
    Design,
    DesignError,
    EmptyDomainError,
    IndexTree,
    Options,
    Sample,
    score_sample,
    score_totals,
    totals_of,
)
from scoring.columns import text_of

LEAF = {"code": "a", "item": "a", "range": [0, 4], "scale": [0, 4]}


def tree_of(*leaves: dict, min_n: int = 1) -> IndexTree:
    root = (
        {"code": "r", "combine": "sum", "children": list(leaves)} if len(leaves) > 1 else leaves[0]
    )
    return IndexTree.from_mapping({"index": "t", "min_n": min_n, "tree": root})


def sample_of(a, *, stratum=None, psu, ssu=None, **domains) -> Sample:
    """One row for each answer; None is missing."""
    answers = np.asarray([np.nan if cell is None else cell for cell in a], dtype=float)
    design = Design.from_labels(stratum=stratum, psu=list(psu), ssu=ssu and list(ssu))
    return Sample.from_columns(design, items={"a": answers}, domains=domains)


def codes(row) -> list[str]:
    return [note.code for note in row.notes]


def test_a_psu_without_members_of_a_domain_is_a_row_of_zeros():
    sample = sample_of([0, 2, 4, 4], psu="1123", half=["x", "x", "x", "y"])
    row = score_sample(sample, tree_of(LEAF), Options([["half"]])).get("a", {"half": "x"})
    # z of the PSUs: ((0 + 2) - 2 x 2) / 3, (4 - 2) / 3, and 0 for the PSU without members
    assert row.se**2 == pytest.approx(3 / 2 * (4 / 9 + 4 / 9))
    assert row.df == 1
    assert codes(row) == ["df-1"]


def test_one_psu_in_each_of_two_strata_has_an_error_but_no_interval():
    sample = sample_of([0, 2, 1, 1], stratum="aabb", psu="1212", half=["x", "y", "x", "y"])
    row = score_sample(sample, tree_of(LEAF), Options([["half"]])).get("a", {"half": "x"})
    assert row.se > 0
    assert (row.low, row.high, row.df, codes(row)) == (None, None, 0, ["no-df"])


def test_below_the_minimum_a_leaf_is_null_and_keeps_its_n():
    sample = sample_of([1, 2, None, 3], psu="1234")
    row = score_sample(sample, tree_of(LEAF, min_n=4), Options()).get("a")
    assert row[2:] == (None, None, None, None, None, 3, None, row.notes)
    assert [tuple(note) for note in row.notes] == [("small-n", "3 valid answers, fewer than 4")]
    assert score_sample(sample, tree_of(LEAF, min_n=4), Options(min_n=3)).get("a").estimate == 2


def test_a_small_leaf_is_a_missing_child_and_n_is_the_least_that_counts():
    other = {**LEAF, "code": "b", "item": "b"}
    sample = sample_of([1, 2, None, 3], psu="1234")
    both = Sample.from_columns(sample.design, items={**sample.items, "b": np.ones(4)})
    row = score_sample(both, tree_of(LEAF, other, min_n=4), Options()).get("r")
    assert (row.estimate, row.n, codes(row)) == (None, 3, ["missing-child"])


def test_a_commune_that_is_one_psu_takes_its_error_from_its_villages():
    sample = sample_of(
        [0, 2, 4, 4, 1, 3], psu="111122", ssu="vvwwxy", commune=["p"] * 4 + ["q"] * 2
    )
    result = score_sample(sample, tree_of(LEAF), Options([["commune"]]))
    row = result.get("a", {"commune": "p"})
    # R = 2.5; z of the villages: (0 + 2 - 5) / 4 and (4 + 4 - 5) / 4
    assert row.se**2 == pytest.approx(2 / 1 * (9 / 16 + 9 / 16))
    assert (row.df, codes(row)) == (1, ["within-psu", "df-1"])
    assert result.covariance([("a", {"commune": "p"})])[0, 0] == pytest.approx(row.se**2)


def test_a_village_without_answers_counts_among_the_clusters_of_its_psu():
    sample = sample_of([0, 2, None, 1], psu="1112", ssu="vwxy", commune=["p"] * 3 + ["q"])
    row = score_sample(sample, tree_of(LEAF), Options([["commune"]])).get("a", {"commune": "p"})
    assert row.se**2 == pytest.approx(3 / 2 * (1 / 4 + 1 / 4))


def test_one_psu_without_second_stage_units_has_no_error_and_no_node_above_has():
    answers = [1, 2, None, None]
    sample = sample_of(answers, psu="1123", ssu="vvwx")
    other = {**LEAF, "code": "b", "item": "b"}
    both = Sample.from_columns(sample.design, items={**sample.items, "b": np.arange(4.0)})
    result = score_sample(both, tree_of(LEAF, other), Options())
    for node in ("a", "r"):
        row = result.get(node)
        assert row.estimate is not None
        assert (row.se, row.low, row.high, row.deff) == (None, None, None, None)
        assert codes(row) == ["too-few-psus"]
    assert result.get("b").se > 0
    with pytest.raises(DesignError, match="variance of 'r' in None is unknown"):
        result.covariance([("r", None)])


def test_a_leaf_within_one_psu_joins_the_leaves_answered_in_several():
    sample = sample_of([1, 3, None, None], psu="1123", ssu="vwxy")
    other = {**LEAF, "code": "b", "item": "b"}
    for b in ([0.0, 0, 0, 0], [0.0, 4, 1, 3], [4.0, 0, 2, 2]):
        both = Sample.from_columns(sample.design, items={**sample.items, "b": np.asarray(b)})
        result = score_sample(both, tree_of(LEAF, other), Options())
        row = result.get("r")
        assert row.se >= result.get("a").se > 0
        assert (row.df, codes(row)) == (1, ["within-psu", "df-1"])


def test_a_difference_between_two_one_psu_communes_uses_both():
    sample = sample_of([0, 2, 1, 3], psu="1122", ssu="vwxy", commune=list("ppqq"))
    pair = ({"commune": "p"}, {"commune": "q"})
    result = score_sample(sample, tree_of(LEAF), Options([["commune"]], compare=[pair]))
    row = result.differences[0]
    errors = [result.get("a", domain).se for domain in pair]
    assert row.se**2 == pytest.approx(sum(error**2 for error in errors))
    assert codes(row) == ["within-psu", "df-1"]


def test_a_difference_counts_the_strata_of_both_domains():
    sample = sample_of([0, 2, 1, 3], stratum="aabb", psu="1212", half=list("xyxy"))
    pair = ({"half": "x"}, {"half": "y"})
    result = score_sample(
        sample, tree_of(LEAF), Options([["half"]], compare=[pair, (None, pair[0])])
    )
    assert [row.df for row in result.differences] == [2, 2]
    assert result.get("a", pair[0]).df == 0
    single = score_sample(
        sample_of([0, 2, 1, 3], stratum="aabb", psu="1212", d=list("x-y-")),
        tree_of(LEAF),
        Options(compare=[({"d": "x"}, {"d": "y"})]),
    )
    assert codes(single.differences[0]) == ["too-few-psus"]


def test_a_difference_without_degrees_of_freedom_says_so():
    rows = {"stratum": "aabbccdd", "psu": "12121212"}
    sample = sample_of([0, 2, 1, 3, 2, 1, 4, 0], **rows, d=list("x.x.y.y."))
    pair = ({"d": "x"}, {"d": "y"})
    row = score_sample(sample, tree_of(LEAF), Options(compare=[pair])).differences[0]
    assert (row.df, row.low, codes(row)) == (0, None, ["no-df"])


def test_answers_beyond_the_range_are_counted():
    leaf = {**LEAF, "range": [0, 3]}
    row = score_sample(sample_of([0, 4, 5, 3], psu="1234"), tree_of(leaf), Options()).get("a")
    assert ("out-of-range", "2 answers outside 0..3") in [tuple(note) for note in row.notes]


def test_many_different_answers_score_like_few():
    answers = np.arange(200) / 50
    sample = sample_of(answers, psu=[str(at % 5) for at in range(200)])
    texts = Sample.from_columns(sample.design, items={"a": [str(cell) for cell in answers]})
    values = {text_of(cell): cell for cell in answers.tolist()}
    listed = tree_of({**LEAF, "values": values})
    rows = [
        score_sample(*pair, Options()).get("a")
        for pair in ((sample, tree_of(LEAF)), (texts, tree_of(LEAF)), (sample, listed))
    ]
    assert rows[1][2:-1] == pytest.approx(rows[0][2:-1])
    assert rows[2][2:-1] == pytest.approx(rows[0][2:-1])


def test_an_item_or_a_column_that_is_not_there_is_named():
    sample = sample_of([1, 2], psu="12")
    with pytest.raises(DataError, match=r"b: the data have no such item \(leaf 'a'\)"):
        score_sample(sample, tree_of({**LEAF, "item": "b"}), Options())
    with pytest.raises(DataError, match="prov: no such domain column"):
        score_sample(sample, tree_of(LEAF), Options([["prov"]]))


def test_totals_of_another_tree_frame_or_domain_are_refused():
    sample = sample_of([1, 2, 3], psu="122")
    totals = totals_of(sample, tree_of(LEAF))
    with pytest.raises(DataError, match="another tree"):
        score_totals(totals, tree_of({**LEAF, "code": "z"}), Options())
    with pytest.raises(DataError, match=r"not summed by \[\('prov',\)\]"):
        score_totals(totals, tree_of(LEAF), Options([["prov"]]))
    other = totals_of(sample_of([1, 2], psu="12"), tree_of({**LEAF, "code": "z"}))
    with pytest.raises(DesignError, match="cannot be merged"):
        totals.merge(other)
    with pytest.raises(DesignError, match="cannot be merged"):
        totals.merge(totals_of(sample_of([1, 2, 3], psu="123"), tree_of(LEAF)))


@pytest.mark.parametrize("second", [2, None])
def test_merged_parts_without_all_second_stage_sums_are_refused_when_they_are_needed(second):
    whole = sample_of([1, second, None, None, 0, 0], psu="111122", ssu="vwvwxx", d=list("ppppqq"))
    parts = [whole.take(np.asarray(rows)) for rows in ([0, 1], [2, 3, 4, 5])]
    totals = [totals_of(part, tree_of(LEAF), [["d"]]) for part in parts]
    with pytest.raises(DesignError, match="second_stage='all'"):
        score_totals(totals[0].merge(totals[1]), tree_of(LEAF), Options([["d"]]))


def test_a_merge_adds_what_belongs_to_no_domain():
    sample = sample_of([1, 2, 3, 4], psu="1122", d=["x", "", "y", ""])
    halves = [
        totals_of(sample.take(np.asarray(rows)), tree_of(LEAF), [["d"]])
        for rows in ([0, 1], [2, 3])
    ]
    merged = halves[0].merge(halves[1])
    assert merged.blank == ((("d",), 2),)
    assert merged.domains == ((), (("d", "x"),), (("d", "y"),))


def test_an_unknown_domain_is_named():
    result = score_sample(sample_of([1, 2], psu="12"), tree_of(LEAF), Options())
    with pytest.raises(EmptyDomainError, match="'prov': '1'"):
        result.covariance([("a", {"prov": "1"})])


def test_a_t_interval_covers_at_its_level():
    """Seeded: 400 samples of 3 strata x 2 PSUs; the Monte Carlo error is about 1.1 points."""
    rng = np.random.default_rng(20241130)
    stratum, psu = np.repeat(list("abc"), 20), np.tile(np.repeat(["1", "2"], 10), 3)
    design = Design.from_labels(stratum=stratum, psu=psu)
    hits = 0
    for _ in range(400):
        effects = rng.normal(0, 0.4, 6)
        a = 2 + effects[design.psu] + rng.normal(0, 1, 60)
        row = score_sample(
            Sample.from_columns(design, items={"a": a}), tree_of(LEAF), Options()
        ).get("a")
        hits += row.low <= 2 <= row.high
    assert 0.92 <= hits / 400 <= 0.98
