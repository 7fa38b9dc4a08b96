"""The counters: twenty thousand ratings of half a year, arriving while the system runs."""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from survey.operations.device_reports import Heard, note_heard
from survey.operations.kiosks import Counter, offer_enrolment, take_enrolment
from survey.operations.score_runs import run_scores
from survey.queries.counters import tablets
from survey.queries.devices import Sender
from survey.queries.rounds import RoundFacts, round_facts, round_instrument
from survey.simulate.answers import Column, Respondents, beliefs_of, drawn_answers
from survey.simulate.bodies import SEED, Sheet, answers_and_missing, body_of, simulated_id
from survey.simulate.people import NOISE_SD
from survey.simulate.province import Commune, communes_of_file
from survey.simulate.rounds import COUNTER, COUNTERS, first_hour, open_if_missing
from survey.simulate.sending import Installation, Letter, Progress, send
from survey.terms import Keeping, ResponseState

STREAM: Final = 4
N_RATINGS = 20_000
DAYS: Final = 180
HOURS: Final = (8, 9, 10, 13, 14, 15, 16)
WEEK: Final = 7
WORKING_DAYS: Final = 5
AT_ONCE = 200
SCORED_EVERY = 5_000
"""Estimates move while ratings arrive, as they do in a province."""

MOST_TABLETS: Final = 1_000
OFTEN, AT_THE_FIRST = (0, Keeping.SAFE), (3, Keeping.PERHAPS)
"""How many ratings wait on a tablet, how safely: the first counter shows what needs a hand."""

COUNTER_SD, PERSON_SD, BETTER_OVER_TIME = 0.25, 0.5, 0.25
STOPS_EARLY_SHARE: Final = 0.03


@dataclass(frozen=True, eq=False)
class _Ratings:
    """Everybody's rating, the counter where it was given, and the hour."""

    facts: RoundFacts
    columns: Mapping[str, Column]
    counter: npt.NDArray[np.integer]
    hours: list[dt.datetime]
    stops: npt.NDArray[np.bool_]


def counters() -> list[Commune]:
    """Return the communes whose centre has a counter with a tablet: the former district towns."""
    return [commune for commune in communes_of_file() if commune.is_seat]


def open_counters(place: Installation) -> None:
    """Open the round, see that each counter has its tablet, let tablets say how they are."""
    with place.database.writing() as connection:
        open_if_missing(connection, COUNTERS)
        equipped = _tablets(connection)
        for commune in counters():
            if commune.code not in equipped:
                _enrol(connection, commune)
        equipped = _tablets(connection)
    for number, commune in enumerate(counters()):
        waiting, keeping = OFTEN if number else AT_THE_FIRST
        note_heard(place.database, Heard(equipped[commune.code].device, waiting, keeping))


def rate_at_counters(place: Installation, progress: Progress) -> None:
    """Send the ratings that have not arrived yet, scoring them from time to time."""

    def and_score(code: str, count: int, total: int) -> None:
        progress(code, count, total)
        if count % SCORED_EVERY < AT_ONCE or count == total:
            run_scores(place.database, COUNTER)

    send(place, COUNTER, _letters(place), and_score, AT_ONCE)


def _enrol(connection: Connection, commune: Commune) -> None:
    """Enrol a tablet as the staff of a counter would; nobody holds it, so nobody needs its PIN."""
    counter = Counter(f"Quầy số 1, {commune.name} (mô phỏng)", commune.code, COUNTER)
    pin = f"{secrets.randbelow(10**6):06}"
    take_enrolment(connection, offer_enrolment(connection, counter), pin)


def _tablets(connection: Connection) -> dict[str, Sender]:
    """Return a live tablet of the round for each place that has one."""
    return {
        tablet.place: Sender(tablet.id, tablet.place, is_revoked=False)
        for tablet in tablets(connection, None, MOST_TABLETS)
        if tablet.round == COUNTER and tablet.revoked_at is None
    }


def _letters(place: Installation) -> list[Letter]:
    with place.database.reading() as connection:
        senders = _tablets(connection)
    ratings = _ratings(place)
    codes = [commune.code for commune in counters()]
    return [
        Letter(
            simulated_id(STREAM, number + 1),
            senders[codes[ratings.counter[number]]],
            partial(_body, ratings, number),
        )
        for number in range(N_RATINGS)
    ]


def _ratings(place: Installation) -> _Ratings:
    with place.database.reading() as connection:
        facts = round_facts(connection, COUNTER)
        instrument = round_instrument(connection, facts)
        first = first_hour(connection, COUNTER)
    rng = np.random.default_rng([SEED, 34])
    sizes = np.array([commune.adults for commune in counters()], dtype=np.float64)
    counter = rng.choice(len(sizes), N_RATINGS, p=sizes / sizes.sum())
    days = np.sort(rng.choice(_working_days(facts.opens_on), N_RATINGS))
    hours = rng.choice(HOURS, N_RATINGS)
    mood = COUNTER_SD * rng.standard_normal(len(sizes))[counter]
    mood += PERSON_SD * rng.standard_normal(N_RATINGS) + BETTER_OVER_TIME * (days / DAYS - 0.5)
    stops = rng.random(N_RATINGS) < STOPS_EARLY_SHARE
    people = Respondents(
        opinion=mood[:, None].astype(np.float32),
        noise_sd=NOISE_SD,
        reticence=rng.gamma(1.0, 1.0, N_RATINGS).astype(np.float32),
        stops_at=np.where(stops, rng.uniform(0.2, 0.8, N_RATINGS), np.nan).astype(np.float32),
        known={},
    )
    columns = drawn_answers(instrument, beliefs_of(instrument.code), people, rng)
    midnight = dt.datetime.combine(facts.opens_on, dt.time(), first.tzinfo)
    planned = (
        midnight + dt.timedelta(days=int(day), hours=int(hour))
        for day, hour in zip(days, hours, strict=True)
    )
    return _Ratings(facts, columns, counter, [max(hour, first) for hour in planned], stops)


def _working_days(opens_on: dt.date) -> list[int]:
    """Return the days of the half year at which counters are open, from 0 on."""
    return [day for day in range(DAYS) if (opens_on.weekday() + day) % WEEK < WORKING_DAYS]


def _body(ratings: _Ratings, number: int) -> bytes:
    answers, missing = answers_and_missing(ratings.columns, number)
    sheet = Sheet(
        answers=answers,
        missing=missing,
        state=ResponseState.ABANDONED if ratings.stops[number] else ResponseState.COMPLETE,
        answered_hour=ratings.hours[number],
        seconds=40 + (number * 37) % 120,
        is_assisted=False,
    )
    return body_of(ratings.facts, sheet)
