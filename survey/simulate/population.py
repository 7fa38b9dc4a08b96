"""Who answers in the demonstration: a fixed seed gives the same persons, moods and answers."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from survey.instruments.model import Instrument
from survey.queries.devices import Sender
from survey.queries.rounds import RoundFacts
from survey.simulate.bodies import SEED, Sheet, body_of, simulated_id
from survey.simulate.interview import Beliefs, Persona, simulated_interview
from survey.simulate.opinions import PERSON_SD, VILLAGE_SD

STRATUM_MOODS = {"Phường": -0.12, "Xã vùng thấp": 0.05, "Xã vùng cao": 0.02}
OPEN_MOOD = -0.2
STOPS_EARLY_SHARE = 0.025
MEAN_DONT_KNOW = 0.03
MEAN_REFUSED = 0.008


@dataclass(frozen=True)
class Respondent:
    """One person to be asked: an id, a place in the order of the draw, and through whom."""

    id: str
    number: int
    sender: Sender | None
    place_mood: float


@dataclass(frozen=True)
class Questionnaire:
    """What everybody of a round is asked, and when the simulated answers were given."""

    facts: RoundFacts
    instrument: Instrument
    beliefs: Beliefs
    answered_hour: dt.datetime


def sampled_respondents(places: list[tuple[str, Sender]], per_place: int) -> Iterator[Respondent]:
    """Yield the respondents of a sample: ``places`` are (stratum, sender) in a fixed order."""
    moods = np.random.default_rng([SEED, 0]).normal(0.0, VILLAGE_SD, len(places))
    for village, (stratum, sender) in enumerate(places):
        mood = STRATUM_MOODS.get(stratum, 0.0) + float(moods[village])
        for place in range(per_place):
            number = 1 + village * per_place + place
            yield Respondent(simulated_id(1, number), number, sender, mood)


def open_respondents(count: int) -> Iterator[Respondent]:
    """Yield people who came by themselves: no sender, and a little less content."""
    for number in range(1, count + 1):
        yield Respondent(simulated_id(2, number), number, None, OPEN_MOOD)


def simulated_body(respondent: Respondent, questionnaire: Questionnaire) -> bytes:
    """Return the bytes of the response of one person."""
    facts = questionnaire.facts
    rng = np.random.default_rng([SEED, 1 if respondent.sender else 2, respondent.number])
    persona = _persona(respondent, rng)
    today = questionnaire.answered_hour.date()
    interview = simulated_interview(
        questionnaire.instrument, persona, questionnaire.beliefs, today, rng
    )
    sheet = Sheet(
        answers=interview.answers,
        missing=interview.missing,
        state=interview.state,
        answered_hour=questionnaire.answered_hour,
        seconds=int(rng.gamma(9.0, 70.0)),
        is_assisted=respondent.sender is not None,
    )
    return body_of(facts, sheet)


def _persona(respondent: Respondent, rng: np.random.Generator) -> Persona:
    stops = rng.random() < STOPS_EARLY_SHARE
    return Persona(
        mood=respondent.place_mood + PERSON_SD * float(rng.standard_normal()),
        dont_know_share=float(rng.gamma(1.5, MEAN_DONT_KNOW / 1.5)),
        refused_share=float(rng.gamma(1.0, MEAN_REFUSED)),
        stops_at=float(rng.uniform(0.1, 0.9)) if stops else None,
    )
