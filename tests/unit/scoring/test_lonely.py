"""Strata with one PSU: what each policy shows, and what it must not."""

import numpy as np
import pytest

from scoring import Design, IndexTree, Options, Sample, score_sample

LEAF = {"code": "a", "item": "a", "range": [0, 4], "scale": [0, 4]}
TREE = IndexTree.from_mapping({"index": "t", "min_n": 1, "tree": LEAF})
POLICIES = ("certainty", "average", "adjust")


def sample_of(strata: str, answers: list[float], **domains: str) -> Sample:
    """One PSU for each letter, one person in each."""
    return Sample.from_columns(
        Design.from_labels(stratum=list(strata), n=len(strata)),
        items={"a": np.asarray(answers, dtype=float)},
        domains={name: list(values) for name, values in domains.items()},
    )


def row_of(policy: str, strata: str, answers: list[float]):
    return score_sample(sample_of(strata, answers), TREE, Options(lonely_psu=policy)).get("a")


@pytest.mark.parametrize("policy", ["certainty", "average"])
def test_answers_in_lonely_strata_alone_have_no_error_rather_than_zero(policy):
    row = row_of(policy, "aabc", [np.nan, np.nan, 1, 3])
    assert (row.estimate, row.se, row.low, row.df) == (2.0, None, None, 1)
    assert [tuple(note) for note in row.notes] == [
        ("too-few-psus", "all valid answers lie in strata of one PSU")
    ]


def test_adjust_knows_the_spread_of_lonely_strata():
    row = row_of("adjust", "aabc", [np.nan, np.nan, 1, 3])
    # t = (x - 2) / 2 in each of the two, their mean over all PSUs zero
    assert row.se**2 == pytest.approx(0.5)
    assert [note.code for note in row.notes] == ["df-1", "lonely-psu"]


def test_certainty_average_and_adjust_of_one_lonely_stratum_by_hand():
    # R = 2; t = -0.5, 0.5, 0 (x less 2, over 4) and 0 for the lonely one
    found = {policy: row_of(policy, "aabb", [0, 4, 2, 2]).se for policy in POLICIES}
    assert len({round(se, 12) for se in found.values()}) == 1
    found = {policy: row_of(policy, "aaab", [0, 1, 2, 5]).se ** 2 for policy in POLICIES}
    t = (np.asarray([0, 1, 2, 5]) - 2) / 4
    others = 1.5 * ((t[:3] - t[:3].mean()) ** 2).sum()
    assert found["certainty"] == pytest.approx(others)
    assert found["average"] == pytest.approx(2 * others)
    assert found["adjust"] == pytest.approx(others + t[3] ** 2)


def test_a_domain_that_no_lonely_stratum_holds_is_left_alone():
    sample = sample_of("aaaabbc", [0, 1, 2, 4, 1, 3, 2], half="xxyyxyy")
    results = [score_sample(sample, TREE, Options([["half"]], lonely_psu=p)) for p in POLICIES]
    rows = [result.get("a", {"half": "x"}) for result in results]
    assert {round(row.se, 12) for row in rows} == {round(rows[0].se, 12)}
    assert all("lonely-psu" not in {note.code for note in row.notes} for row in rows)
    others = [result.get("a", {"half": "y"}) for result in results]
    assert len({round(row.se, 12) for row in others}) == 3
    assert [row.notes[-1].fact for row in others] == [f"{policy}: c" for policy in POLICIES]


@pytest.mark.parametrize("policy", ["certainty", "average"])
def test_a_domain_of_lonely_strata_alone_has_no_error(policy):
    sample = sample_of("aabc", [0, 4, 1, 3], half="xxyy")
    result = score_sample(sample, TREE, Options([["half"]], lonely_psu=policy))
    row = result.get("a", {"half": "y"})
    assert (row.estimate, row.se) == (2.0, None)
    assert [note.code for note in row.notes] == ["too-few-psus"]
