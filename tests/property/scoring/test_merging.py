"""Parts of the answers, summed apart and merged in any order, are the whole."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring import Options, PsuTotals, Sample, score_sample, score_totals, totals_of
from tests.property.scoring.samples import LAW, close, samples, tree

BY_HALF = Options(domains=[["half"]])


def summed(sample: Sample, rows: list[int]) -> PsuTotals:
    part = sample.take(np.asarray(rows))
    return totals_of(part, tree(), [["half"]], second_stage="all")


@LAW
@given(samples(), st.data())
def test_parts_merge_in_any_order_and_grouping(sample, data):
    n = len(sample.weight)
    of_row = data.draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    parts = [[row for row in range(n) if of_row[row] == part] for part in set(of_row)]
    waiting = [summed(sample, rows) for rows in parts]
    while len(waiting) > 1:
        one = waiting.pop(data.draw(st.integers(0, len(waiting) - 1)))
        other = waiting.pop(data.draw(st.integers(0, len(waiting) - 1)))
        waiting.append(one.merge(other))
    close(score_sample(sample, tree(), BY_HALF), score_totals(waiting[0], tree(), BY_HALF))


@LAW
@given(samples(), st.integers(1, 7))
def test_blocks_of_rows_are_the_whole(sample, size):
    rows = list(range(len(sample.weight)))
    blocks = [rows[start : start + size] for start in range(0, len(rows), size)]
    grown = summed(sample, blocks[0])
    for block in blocks[1:]:
        grown = grown.merge(summed(sample, block))
    close(score_sample(sample, tree(), BY_HALF), score_totals(grown, tree(), BY_HALF))


@LAW
@given(samples(), st.integers(2, 40))
def test_what_a_merge_adds_up_has_the_size_of_the_design(sample, times):
    once = summed(sample, list(range(len(sample.weight))))
    many = summed(sample, list(range(len(sample.weight))) * times)
    for one, other in ((once.psus, many.psus), (once.seconds, many.seconds)):
        assert one.y.shape == other.y.shape
        np.testing.assert_allclose(times * one.y, other.y, rtol=1e-9)
    assert once.merge(many).psus.members.sum() == (times + 1) * once.psus.members.sum()
