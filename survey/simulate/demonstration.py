"""The two SIPAS rounds, from an empty folder to scores: every step keeps what is there."""

from collections.abc import Iterable
from functools import partial

from sqlalchemy import Connection

from survey.db.database import Database
from survey.operations.devices import enrol_device
from survey.operations.score_runs import run_scores
from survey.queries.devices import Sender
from survey.queries.fieldwork import senders_by_place
from survey.queries.rounds import PlaceInSample, round_facts, round_instrument
from survey.queries.scores import trees_of_round
from survey.simulate.interview import Beliefs
from survey.simulate.opinions import known_shares, opinion_scales
from survey.simulate.population import (
    Questionnaire,
    Respondent,
    open_respondents,
    sampled_respondents,
    simulated_body,
)
from survey.simulate.rounds import (
    HOUSEHOLD,
    OPEN,
    PASSERS_BY,
    SAMPLED,
    first_hour,
    open_if_missing,
)
from survey.simulate.sample import demonstration_sample
from survey.simulate.sending import Installation, Letter, Progress, send

PER_VILLAGE = 20
N_OPEN = 240


def build_demonstration(place: Installation, progress: Progress) -> None:
    """Publish, open, enrol, interview, score; what an interrupted run left is finished."""
    villages = demonstration_sample()
    places = [village.place for village in villages]
    with place.database.writing() as connection:
        open_if_missing(connection, HOUSEHOLD, places)
        open_if_missing(connection, PASSERS_BY)
        senders = equip(connection, places)
    sampled = [(at.stratum, senders[at.place]) for at in places]
    _interview(place, SAMPLED, sampled_respondents(sampled, PER_VILLAGE), progress)
    _interview(place, OPEN, open_respondents(N_OPEN), progress)
    for code in (SAMPLED, OPEN):
        run_scores(place.database, code)


def equip(connection: Connection, places: Iterable[PlaceInSample]) -> dict[str, Sender]:
    """See that each place has a device; return the senders by place."""
    equipped = senders_by_place(connection)
    for place in places:
        if place.place not in equipped:
            enrol_device(connection, f"Máy của {place.name}", place.place)
    return senders_by_place(connection)


def _interview(
    place: Installation, code: str, respondents: Iterable[Respondent], progress: Progress
) -> None:
    questionnaire = _questionnaire(place.database, code)
    letters = [
        Letter(person.id, person.sender, partial(simulated_body, person, questionnaire))
        for person in respondents
    ]
    send(place, code, letters, progress)


def _questionnaire(database: Database, code: str) -> Questionnaire:
    with database.reading() as connection:
        facts = round_facts(connection, code)
        trees = trees_of_round(connection, facts.trees)
        instrument = round_instrument(connection, facts)
        answered_hour = first_hour(connection, code)
    scales = opinion_scales([tree.mapping for tree in trees])
    return Questionnaire(facts, instrument, Beliefs(scales, known_shares()), answered_hour)
