"""The PAPI-like round: 240 interviews in twelve drawn villages, raked, from nothing to scores."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from sqlalchemy import Connection

from survey.operations.score_runs import run_scores
from survey.operations.weighting import accept_weighting, propose_weighting
from survey.queries.devices import Sender
from survey.queries.rounds import PlaceInSample, RoundFacts, round_facts, round_instrument
from survey.queries.weighting import PLAIN, newest_weighting
from survey.simulate.answers import Column, beliefs_of, drawn_answers
from survey.simulate.bodies import SEED, Sheet, answers_and_missing, body_of, simulated_id
from survey.simulate.demonstration import equip
from survey.simulate.draw import PER_VILLAGE, Drawn, drawn_sample
from survey.simulate.people import People, respondents, seeded_people
from survey.simulate.province import Province
from survey.simulate.rounds import GOVERNANCE, PAPI_LIKE, first_hour, open_if_missing
from survey.simulate.sending import Installation, Letter, Progress, send
from survey.terms import ResponseState

STREAM: Final = 3
HOURS: Final = (8, 9, 10, 14, 15, 16)
DAYS_PER_VILLAGE: Final = 2
"""One team after the other: a village every other day, so all ends before today."""

MARGINS: Final = ("sex", "age_band")
"""What the sample is raked to: both are known of all adults, and both move opinions."""


@dataclass(frozen=True, eq=False)
class Fieldwork:
    """The sample with everybody's answers, and how many adults of each kind the province has."""

    places: tuple[PlaceInSample, ...]
    people: People
    margins: dict[str, dict[str, float]]


@dataclass(frozen=True, eq=False)
class _Pile:
    """Filled questionnaires, in the order of the sample."""

    facts: RoundFacts
    columns: Mapping[str, Column]
    stops_at: np.ndarray[tuple[int], np.dtype[np.float32]]
    first_hour: dt.datetime


def seeded_fieldwork() -> Fieldwork:
    """Draw the sample of the demonstration: the same on every run."""
    province, everybody = seeded_people()
    drawn = drawn_sample(province, np.random.default_rng([SEED, 32]))
    margins = {variable: everybody.profile[variable].counts() for variable in MARGINS}
    return Fieldwork(_places(province, drawn), everybody.take(drawn.people.ravel()), margins)


def build_governance_round(place: Installation, fieldwork: Fieldwork, progress: Progress) -> None:
    """Open the round, interview and score; what an interrupted run left is finished."""
    with place.database.writing() as connection:
        open_if_missing(connection, GOVERNANCE, fieldwork.places)
        _rake(connection, fieldwork)
        senders = equip(connection, fieldwork.places)
    pile = _filled(place, fieldwork)
    letters = [
        Letter(
            simulated_id(STREAM, person + 1),
            _sender(senders, fieldwork, person),
            partial(_body, pile, person),
        )
        for person in range(len(fieldwork.people.village))
    ]
    send(place, PAPI_LIKE, letters, progress)
    run_scores(place.database, PAPI_LIKE)


def _rake(connection: Connection, fieldwork: Fieldwork) -> None:
    """Propose and accept to rake to the margins of the province, unless somebody proposed."""
    if newest_weighting(connection, PAPI_LIKE) is not PLAIN:
        return
    wanted = replace(PLAIN, kind="raking", margins=fieldwork.margins)
    propose_weighting(connection, PAPI_LIKE, wanted)
    accept_weighting(connection, PAPI_LIKE, newest_weighting(connection, PAPI_LIKE).number)


def _places(province: Province, drawn: Drawn) -> tuple[PlaceInSample, ...]:
    places = []
    for village, weight in zip(drawn.villages, drawn.base_weight, strict=True):
        commune = province.communes[province.commune_of[village]]
        code = province.village_code(village)
        places.append(
            PlaceInSample(
                place=code,
                name=f"{province.village_name(village)}, {commune.name}",
                stratum=commune.stratum,
                psu=commune.code,
                ssu=code,
                base_weight=weight,
                target_count=PER_VILLAGE,
            )
        )
    return tuple(places)


def _filled(place: Installation, fieldwork: Fieldwork) -> _Pile:
    """Let one interviewer of each village ask its people."""
    with place.database.reading() as connection:
        facts = round_facts(connection, PAPI_LIKE)
        instrument = round_instrument(connection, facts)
        hour = first_hour(connection, PAPI_LIKE)
    rng = np.random.default_rng([SEED, 33])
    interviewer = np.repeat(np.arange(len(fieldwork.places), dtype=np.int32), PER_VILLAGE)
    asked = respondents(fieldwork.people, interviewer, rng)
    columns = drawn_answers(instrument, beliefs_of(instrument.code), asked, rng)
    return _Pile(facts, columns, asked.stops_at, hour)


def _sender(senders: Mapping[str, Sender], fieldwork: Fieldwork, person: int) -> Sender:
    return senders[fieldwork.places[person // PER_VILLAGE].place]


def _body(pile: _Pile, person: int) -> bytes:
    answers, missing = answers_and_missing(pile.columns, person)
    stopped = not np.isnan(pile.stops_at[person])
    day = DAYS_PER_VILLAGE * (person // PER_VILLAGE) + person % DAYS_PER_VILLAGE
    hour = HOURS[person % len(HOURS)]
    planned = dt.datetime.combine(pile.facts.opens_on, dt.time(hour), pile.first_hour.tzinfo)
    minutes = 18.0 if stopped else 37.0
    rng = np.random.default_rng([SEED, STREAM, person + 1])
    sheet = Sheet(
        answers=answers,
        missing=missing,
        state=ResponseState.ABANDONED if stopped else ResponseState.COMPLETE,
        answered_hour=max(planned + dt.timedelta(days=day), pile.first_hour),
        seconds=int(rng.gamma(30.0, minutes * 2)),
        is_assisted=True,
    )
    return body_of(pile.facts, sheet)
