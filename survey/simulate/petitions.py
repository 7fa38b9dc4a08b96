"""Petition ratings: sixty people each got a link with a code, and answered on their own phones."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Final

import numpy as np

from survey.operations.score_runs import run_scores
from survey.operations.slips import NewStack, print_slips
from survey.queries.fieldwork import response_ids
from survey.queries.rounds import RoundFacts, round_facts, round_instrument
from survey.queries.slips import HeldSlip, held_slip
from survey.queries.staff import OPERATOR
from survey.seals import code_digest
from survey.simulate.answers import Column, Respondents, beliefs_of, drawn_answers
from survey.simulate.bodies import SEED, Sheet, answers_and_missing, body_of, simulated_id
from survey.simulate.people import NOISE_SD
from survey.simulate.rounds import PETITION, PETITIONS, PROVINCE, first_hour, open_if_missing
from survey.simulate.sending import Installation, Letter, Progress, send
from survey.terms import ResponseState

STREAM: Final = 5
N_PEOPLE: Final = 60
DAYS: Final = 30
FIRST_HOUR, LAST_HOUR = 7, 21
PERSON_SD: Final = 0.6
SENDER: Final = "Trả lời phản ánh, kiến nghị (mô phỏng)"


def rate_petitions(place: Installation, progress: Progress) -> None:
    """Open the round, send everybody who has not answered yet a link, and take their answers."""
    with place.database.writing() as connection:
        open_if_missing(connection, PETITIONS)
    with place.database.reading() as connection:
        facts = round_facts(connection, PETITION)
        known = response_ids(connection, PETITION)
    ids = [simulated_id(STREAM, number + 1) for number in range(N_PEOPLE)]
    new = [number for number, interview in enumerate(ids) if interview not in known]
    if not new:
        return
    columns, hours = _answers(place, facts)
    slips = _slips(place, facts, len(new))
    letters = [
        Letter(ids[number], None, partial(_body, facts, columns, number, hours[number]), slip)
        for number, slip in zip(new, slips, strict=True)
    ]
    send(place, PETITION, letters, progress)
    run_scores(place.database, PETITION)


def _slips(place: Installation, facts: RoundFacts, count: int) -> list[HeldSlip]:
    """Print codes as an administrator does, and look up what each opens, as a phone does."""
    stack = NewStack(facts.code, PROVINCE, SENDER, count, facts.closes_on)
    with place.database.writing() as connection:
        codes = print_slips(connection, place.keys, stack, OPERATOR)
    with place.database.reading() as connection:
        return [held_slip(connection, code_digest(place.keys, "slip", code)) for code in codes]


def _answers(
    place: Installation, facts: RoundFacts
) -> tuple[Mapping[str, Column], list[dt.datetime]]:
    """Return everybody's answers and hours: the same on every run."""
    with place.database.reading() as connection:
        instrument = round_instrument(connection, facts)
        first = first_hour(connection, facts.code)
    rng = np.random.default_rng([SEED, 35])
    people = Respondents(
        opinion=(PERSON_SD * rng.standard_normal((N_PEOPLE, 1))).astype(np.float32),
        noise_sd=NOISE_SD,
        reticence=rng.gamma(1.0, 1.0, N_PEOPLE).astype(np.float32),
        stops_at=np.full(N_PEOPLE, np.nan, dtype=np.float32),
        known={},
    )
    columns = drawn_answers(instrument, beliefs_of(instrument.code), people, rng)
    days, hours = rng.integers(0, DAYS, N_PEOPLE), rng.integers(FIRST_HOUR, LAST_HOUR, N_PEOPLE)
    midnight = dt.datetime.combine(facts.opens_on, dt.time(), first.tzinfo)
    planned = (
        midnight + dt.timedelta(days=int(day), hours=int(hour))
        for day, hour in zip(days, hours, strict=True)
    )
    return columns, [max(hour, first) for hour in planned]


def _body(
    facts: RoundFacts, columns: Mapping[str, Column], number: int, hour: dt.datetime
) -> bytes:
    answers, missing = answers_and_missing(columns, number)
    sheet = Sheet(
        answers=answers,
        missing=missing,
        state=ResponseState.COMPLETE,
        answered_hour=hour,
        seconds=30 + (number * 23) % 90,
        is_assisted=False,
    )
    return body_of(facts, sheet)
