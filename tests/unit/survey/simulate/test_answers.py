"""Answers of many people at once: on the instrument's own route, from what the file believes."""

import datetime as dt

import numpy as np
import pytest

from survey.instruments.check import check_response
from survey.instruments.loader import load_builtin
from survey.instruments.tailor import tailor
from survey.simulate.answers import Column, Respondents, beliefs_of, drawn_answers, reached
from survey.simulate.bodies import answers_and_missing
from survey.simulate.people import respondents, seeded_people
from survey.terms import Missing, ResponseState

TODAY = dt.date(2026, 11, 21)
CODES = ("papi_like", "one_stop")


@pytest.fixture(scope="module")
def instruments():
    return {code: load_builtin(code) for code in CODES}


def some_people(instrument, count: int = 60) -> Respondents:
    rng = np.random.default_rng(1)
    if instrument.code == "papi_like":
        _, everybody = seeded_people()
        people = everybody.take(rng.choice(len(everybody.village), count))
        return respondents(people, np.arange(count) // 20, rng)
    early = np.where(rng.random(count) < 0.3, 0.5, np.nan)
    return Respondents(
        opinion=rng.standard_normal((count, 1)).astype(np.float32),
        noise_sd=0.8,
        reticence=np.full(count, 5.0, dtype=np.float32),
        stops_at=early.astype(np.float32),
        known={},
    )


@pytest.mark.parametrize("code", CODES)
def test_the_instrument_accepts_everybody(instruments, code):
    instrument = tailor(
        instruments[code], frozenset({"commune"} if code == "papi_like" else ()), {}
    )
    people = some_people(instrument)
    columns = drawn_answers(instrument, beliefs_of(code), people, np.random.default_rng(2))
    for person in range(len(people)):
        answers, missing = answers_and_missing(columns, person)
        stopped = not np.isnan(people.stops_at[person])
        state = ResponseState.ABANDONED if stopped else ResponseState.COMPLETE
        assert check_response(instrument, answers, missing, state, TODAY) == ()


@pytest.mark.parametrize("code", CODES)
def test_beliefs_name_existing_items_and_choices_and_shares_are_whole(instruments, code):
    instrument = instruments[code]
    for name, belief in beliefs_of(code).items():
        options = set(instrument.item(name).option_names) - set(Missing)
        assert set(belief.choices) == options
        assert np.all(np.diff(belief.cuts) >= 0)


def test_a_share_of_the_file_is_the_share_of_the_answers(instruments):
    """Opinions near a standard normal: 0.670 of four thousand, within four standard errors."""
    instrument, count = instruments["one_stop"], 4000
    rng = np.random.default_rng(3)
    people = Respondents(
        opinion=0.6 * rng.standard_normal((count, 1)).astype(np.float32),
        noise_sd=0.8,
        reticence=np.zeros(count, dtype=np.float32),
        stops_at=np.full(count, np.nan, dtype=np.float32),
        known={},
    )
    columns = drawn_answers(instrument, beliefs_of("one_stop"), people, rng)
    asked = columns["offices"].codes >= 0
    share = columns["offices"].equals("2")[asked].mean()
    assert abs(share - 0.67) < 4 * np.sqrt(0.67 * 0.33 / asked.sum())


def test_whoever_was_not_asked_reads_as_empty():
    columns = {"a": Column(np.array([-1, 0, 1], dtype=np.int8), ("na", "yes"))}
    ref = {"op": "ref", "name": "a"}

    def compare(sign, text):
        return {"op": sign, "args": [ref, {"op": "literal", "value": text}]}

    assert reached(compare("=", "yes"), columns, 3).tolist() == [False, False, True]
    assert reached(compare("!=", "na"), columns, 3).tolist() == [True, False, True]
    assert reached(compare("=", "elsewhere"), columns, 3).tolist() == [False] * 3
    either = {"op": "or", "args": [compare("=", "yes"), compare("=", "na")]}
    assert reached(either, columns, 3).tolist() == [False, True, True]


def test_interviewers_differ(instruments):
    instrument = tailor(instruments["papi_like"], frozenset({"commune", "ethnic"}), {})
    _, everybody = seeded_people()
    same = everybody.take(np.zeros(20_000, dtype=np.int64))
    rng = np.random.default_rng(4)
    asked = respondents(same, np.arange(20_000) // 2000, rng)
    columns = drawn_answers(instrument, beliefs_of("papi_like"), asked, rng)
    unsaid = columns["d411"].equals("dk").reshape(10, 2000).mean(axis=1)
    assert unsaid.max() > 1.5 * unsaid.min()
