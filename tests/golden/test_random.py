"""Random surveys that nobody tuned, with the numbers that R gave for them.

Twelve of the cases of ``python -m bench.against_r``; the reasons for what differs are kept there.
"""

import pytest

from bench.against_blocks import numbers_of
from bench.against_r import Found, numbers_of_r, said
from bench.random_surveys import BLOCKS, DESIGNS, read_cases
from tests.golden.reference import HERE

CASES = list(read_cases(HERE / "random"))
THEIRS = numbers_of_r(HERE / "random")
LEAST = 150
"""A case has more numbers than that which both know."""


def unexplained(found: Found) -> list[str]:
    return [fact for fact, why in said(found) if why is None]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.block}")
def test_a_random_survey_has_the_numbers_of_r(case):
    found = Found()
    found.compare(numbers_of(case), THEIRS[case.name])
    assert unexplained(found) == []
    assert sum(line.compared for line in found.lines.values()) > LEAST


def test_the_kept_surveys_are_of_every_kind():
    assert {case.block for case in CASES} == set(BLOCKS)
    assert {case.design for case in CASES} == set(DESIGNS)
    assert {case.policy for case in CASES} == {"refuse", "certainty"}


@pytest.mark.parametrize("part", ["est", "se", "df"])
def test_a_number_that_is_off_is_seen(part):
    case = CASES[0]
    ours = numbers_of(case)
    numbers = ours["mean", "", part]
    assert isinstance(numbers, list)
    found = Found()
    found.compare(ours | {("mean", "", part): [x * (1 + 1e-6) for x in numbers]}, ours)
    assert len(unexplained(found)) == 1
    assert unexplained(found)[0].startswith(f"mean: {part}: {len(numbers)} of {len(numbers)}")
