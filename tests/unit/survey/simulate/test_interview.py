"""Simulated people answer any instrument in a way that the ingest accepts."""

import datetime as dt

import numpy as np
import pytest

from survey.instruments.check import check_response
from survey.instruments.loader import builtin_codes, load_builtin
from survey.simulate.interview import Beliefs, Persona, simulated_interview
from survey.simulate.opinions import drawn_option, known_shares
from survey.terms import ResponseState

TODAY = dt.date(2026, 11, 21)
CALM = Persona(mood=0.0, dont_know_share=0.05, refused_share=0.02)


@pytest.mark.parametrize("code", builtin_codes())
@pytest.mark.parametrize("stops_at", [None, 0.4])
def test_what_is_simulated_is_a_valid_response(code, stops_at):
    instrument = load_builtin(code)
    persona = Persona(0.0, 0.05, 0.02, stops_at)
    for seed in range(5):
        interview = simulated_interview(
            instrument, persona, Beliefs({}, known_shares()), TODAY, np.random.default_rng(seed)
        )
        expected = ResponseState.COMPLETE if stops_at is None else ResponseState.ABANDONED
        assert interview.state is expected
        refusals = check_response(
            instrument, interview.answers, interview.missing, interview.state, TODAY
        )
        assert refusals == ()


def test_the_same_seed_gives_the_same_answers():
    instrument = load_builtin("one_stop")
    one, other = (
        simulated_interview(instrument, CALM, Beliefs({}, {}), TODAY, np.random.default_rng(7))
        for _ in range(2)
    )
    assert one == other


def test_a_better_mood_gives_better_answers(rng):
    scale = ("1", "2", "3", "4", "5")
    low, high = (
        np.mean([int(drawn_option(scale, "s01", mood, rng)) for _ in range(500)])
        for mood in (-1.0, 1.0)
    )
    assert low < 4 < high
