"""From an empty folder to a system with something to see: every step keeps what is there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from survey import clock
from survey.clock import VIETNAM
from survey.db.database import Database
from survey.operations.devices import enrol_device
from survey.operations.responses import receive_response
from survey.operations.score_runs import run_scores
from survey.operations.submissions import read_submission
from survey.queries.devices import Sender
from survey.queries.fieldwork import response_ids, senders_by_place
from survey.queries.rounds import published_instrument, round_facts, round_instrument
from survey.queries.scores import trees_of_round
from survey.seals import Keys
from survey.simulate.interview import Beliefs
from survey.simulate.opinions import known_shares, opinion_scales
from survey.simulate.population import (
    Questionnaire,
    Respondent,
    answered_hour,
    open_respondents,
    sampled_respondents,
    simulated_body,
)
from survey.simulate.rounds import OPEN, SAMPLED, open_missing_rounds, publish_builtin
from survey.simulate.sample import demonstration_sample

PER_VILLAGE = 20
N_OPEN = 240
STEP = 20

Progress = Callable[[str, int, int], None]
"""Told after each step: the round, how many responses are in, how many there will be."""


@dataclass(frozen=True)
class Installation:
    """Where the demonstration is built."""

    database: Database
    keys: Keys


def build_demonstration(place: Installation, progress: Progress) -> None:
    """Publish, open, enrol, interview, score; what an interrupted run left is finished."""
    with place.database.writing() as connection:
        senders = _prepare(connection)
    villages = demonstration_sample()
    sampled = [(village.place.stratum, senders[village.place.place]) for village in villages]
    _interview(place, SAMPLED, sampled_respondents(sampled, PER_VILLAGE), progress)
    _interview(place, OPEN, open_respondents(N_OPEN), progress)
    for code in (SAMPLED, OPEN):
        run_scores(place.database, code)


def _prepare(connection: Connection) -> dict[str, Sender]:
    """Publish the instruments, open the rounds, and see that each village has a device."""
    today = clock.now().astimezone(VIETNAM).date()
    places = [village.place for village in demonstration_sample()]
    open_missing_rounds(connection, publish_builtin(connection), places, today)
    equipped = senders_by_place(connection)
    for place in places:
        if place.place not in equipped:
            enrol_device(connection, f"Máy của {place.name}", place.place)
    return senders_by_place(connection)


def _interview(
    place: Installation, code: str, respondents: Iterable[Respondent], progress: Progress
) -> None:
    questionnaire = _questionnaire(place.database, code)
    with place.database.reading() as connection:
        known = response_ids(connection, code)
    asked = list(respondents)
    for count, respondent in enumerate(asked, start=1):
        if respondent.id not in known:
            body = simulated_body(respondent, questionnaire)
            submission = read_submission(respondent.id, body, respondent.sender)
            receive_response(place.database, place.keys, submission)
        if count % STEP == 0 or count == len(asked):
            progress(code, count, len(asked))


def _questionnaire(database: Database, code: str) -> Questionnaire:
    with database.reading() as connection:
        facts = round_facts(connection, code)
        published = published_instrument(connection, facts.instrument, facts.instrument_version)
        trees = trees_of_round(connection, facts.trees)
        instrument = round_instrument(connection, facts)
    scales = opinion_scales([tree.mapping for tree in trees])
    return Questionnaire(
        facts=facts,
        instrument=instrument,
        beliefs=Beliefs(scales, known_shares()),
        answered_hour=answered_hour(facts, published.published_at),
    )
