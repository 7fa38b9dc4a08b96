"""Pace, straight lines, near copies, don't knows."""

import numpy as np
import pytest

from scoring import DataError, ShapeError
from scoring.quality.fieldwork import (
    dont_know_shares,
    longest_runs,
    near_duplicates,
    straight_lines,
    too_fast,
)


def test_about_one_honest_interview_in_a_hundred_is_too_fast():
    rng = np.random.default_rng(1)
    work = rng.integers(200, 900, 20_000)
    seconds = work * np.exp(rng.normal(-0.5, 0.3, len(work)))
    assert too_fast(seconds, work).mean() == pytest.approx(0.01, abs=0.003)


def test_a_long_interview_needs_more_time_than_a_short_one():
    rng = np.random.default_rng(1)
    work = np.append(np.full(200, 300.0), [900, 50])
    seconds = np.append(300 * np.exp(rng.normal(0, 0.2, 200)), [300, 60])
    assert np.flatnonzero(too_fast(seconds, work))[-1] == 200


def test_unknown_durations_are_never_too_fast():
    assert not too_fast([np.nan, np.nan], [1, 1]).any()
    assert too_fast([600, 620, 590, np.nan, 60], [1] * 5).tolist() == [False] * 4 + [True]


@pytest.mark.parametrize(
    ("seconds", "work", "said"),
    [
        ([0, 1], [1, 1], "seconds: a duration"),
        ([-1, 1], [1, 1], "seconds: a duration"),
        ([np.inf, 1], [1, 1], "seconds: a duration"),
        ([1, 1], [0, 1], "work: must be"),
        ([1, 1], [np.nan, 1], "work: must be"),
        ([1, 1], [1], "work: has 1 rows"),
    ],
)
def test_impossible_times_are_refused(seconds, work, said):
    with pytest.raises(DataError, match=said):
        too_fast(seconds, work)


def test_a_missing_answer_ends_a_run():
    assert longest_runs(np.asarray([[3, 3, 3, -1, 3], [-1, -1, -1, -1, -1]])).tolist() == [3, 0]


def test_a_straight_line_needs_half_of_the_answers():
    full, most, few = [2] * 10, [2] * 9 + [1], [2] * 4 + [-1] * 6
    assert straight_lines([full, most, few]).tolist() == [True, True, False]
    assert straight_lines([most], share=0.95).tolist() == [False]
    assert straight_lines(np.full((1, 3), -1)).tolist() == [False]


def near_by_hand(codes, near):
    distance = (codes[:, None, :] != codes[None, :, :]).sum(axis=2)
    return (distance <= near).sum(axis=1) - 1


@pytest.mark.parametrize("near", [0, 2, 5])
def test_near_copies_are_those_of_every_pair_compared(near):
    rng = np.random.default_rng(near)
    codes = rng.integers(0, 2, (1500, 12)).astype(np.int8)
    assert near_duplicates(codes, near).tolist() == near_by_hand(codes, near).tolist()


def test_a_missing_answer_is_an_answer_of_its_own_and_empty_interviews_copy_nobody():
    rows = np.asarray([[1, 2, 3, -1], [1, 2, 3, -2], [1, 2, 3, 4], [-1, -1, -1, -1], [-1] * 4])
    assert near_duplicates(rows, near=0).tolist() == [1, 1, 0, 0, 0]
    assert near_duplicates(np.full((2, 4), -1)).tolist() == [0, 0]
    assert near_duplicates(np.zeros((3, 4), dtype=np.uint8)).tolist() == [2, 2, 2]


def test_codes_must_be_whole_numbers_by_person_and_item():
    for wrong in ([1, 2], [[0.5, 1]]):
        with pytest.raises(ShapeError, match="needs integer codes"):
            near_duplicates(wrong)


def test_dont_knows_count_among_what_was_asked():
    said, asked = np.asarray([[1, 1, 0, 0]]), np.asarray([[1, 0, 1, 1]])
    assert dont_know_shares(said, asked).tolist() == [1 / 3]
    with pytest.raises(ShapeError):
        dont_know_shares(said, asked[:, :3])
    with pytest.raises(ShapeError):
        dont_know_shares([True], [True])
