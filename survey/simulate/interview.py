"""One simulated interview: any instrument, answered by a person who does not exist.

Every item is drafted as if the logic reached it; ``check_response`` then says what to drop and
what to answer again, so the route and the constraints are the instrument's own.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from survey.instruments.check import Refusal, check_response
from survey.instruments.model import Instrument, Item
from survey.instruments.spans import DEFAULT, stops
from survey.simulate.bodies import SIMULATED_TEXT
from survey.simulate.opinions import drawn_option
from survey.terms import ItemKind, Missing, ResponseState

ROUNDS = 20
FAREST_DAY = 365
MOST = 12


@dataclass(frozen=True)
class Persona:
    """Who answers: a mood shared with the village, how often they do not know or refuse.

    ``stops_at`` is the share of the form after which the person stops early, or None.
    """

    mood: float
    dont_know_share: float
    refused_share: float
    stops_at: float | None = None


@dataclass(frozen=True)
class Beliefs:
    """What the simulation assumes of an instrument.

    ``scales`` gives the choices of opinion items from worst to best, ``shares`` the distribution
    of others by item and choice; an item in neither draws evenly.
    """

    scales: Mapping[str, tuple[str, ...]]
    shares: Mapping[str, Mapping[str, float]]


@dataclass
class Interview:
    """What a person leaves: answers, reasons for missing ones, and how far they came."""

    answers: dict[str, object] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    state: ResponseState = ResponseState.COMPLETE


@dataclass(frozen=True)
class _Drawing:
    persona: Persona
    beliefs: Beliefs
    today: dt.date
    rng: np.random.Generator


def simulated_interview(
    instrument: Instrument,
    persona: Persona,
    beliefs: Beliefs,
    today: dt.date,
    rng: np.random.Generator,
) -> Interview:
    """Answer the whole instrument as this person would; the same generator gives the same."""
    drawing = _Drawing(persona, beliefs, today, rng)
    interview = Interview()
    for item in instrument.items:
        if item.is_asked:
            _answer(interview, item, drawing)
    for _ in range(ROUNDS):
        refusals = _refusals(instrument, interview, today)
        if not refusals:
            break
        for refusal in refusals:
            _mend(interview, instrument, refusal, drawing)
    else:
        _give_up(interview, _refusals(instrument, interview, today))
    if persona.stops_at is not None:
        _stop_early(interview, instrument, persona.stops_at)
    return interview


def _refusals(instrument: Instrument, interview: Interview, today: dt.date) -> tuple[Refusal, ...]:
    return check_response(instrument, interview.answers, interview.missing, interview.state, today)


def _mend(
    interview: Interview, instrument: Instrument, refusal: Refusal, drawing: _Drawing
) -> None:
    name = refusal.where.partition(".")[2]
    _forget(interview, name)
    if refusal.code != "skipped":
        _answer(interview, instrument.item(name), drawing)


def _give_up(interview: Interview, refusals: tuple[Refusal, ...]) -> None:
    for refusal in refusals:
        name = refusal.where.partition(".")[2]
        _forget(interview, name)
        if refusal.code != "skipped":
            interview.missing[name] = Missing.REFUSED.value


def _stop_early(interview: Interview, instrument: Instrument, share: float) -> None:
    reached = [
        item.name
        for item in instrument.items
        if item.name in interview.answers or item.name in interview.missing
    ]
    for name in reached[max(1, round(share * len(reached))) :]:
        _forget(interview, name)
    interview.state = ResponseState.ABANDONED


def _forget(interview: Interview, name: str) -> None:
    interview.answers.pop(name, None)
    interview.missing.pop(name, None)


def _answer(interview: Interview, item: Item, drawing: _Drawing) -> None:
    reason = _reason_not_to_answer(item, drawing)
    if reason is not None:
        interview.missing[item.name] = reason.value
    else:
        interview.answers[item.name] = _ANSWERS[item.kind](item, drawing)


def _reason_not_to_answer(item: Item, drawing: _Drawing) -> Missing | None:
    is_silent = item.kind is ItemKind.TEXT and not item.required
    if is_silent or item.kind is ItemKind.GEOPOINT:
        return Missing.REFUSED
    chance = drawing.rng.random()
    if item.is_profile:
        return Missing.REFUSED if chance < drawing.persona.refused_share else None
    if chance < drawing.persona.dont_know_share:
        return Missing.DONT_KNOW
    is_refused = chance < drawing.persona.dont_know_share + drawing.persona.refused_share
    return Missing.REFUSED if is_refused else None


def _choices(item: Item) -> list[str]:
    return [option.name for option in item.options if option.name not in item.missing_options]


def _select_one(item: Item, drawing: _Drawing) -> object:
    scale = drawing.beliefs.scales.get(item.name)
    if scale is not None:
        return drawn_option(scale, item.name, drawing.persona.mood, drawing.rng)
    choices = _choices(item)
    shares = drawing.beliefs.shares.get(item.name, {})
    weights = np.array([shares.get(choice, 0.0) for choice in choices])
    weights = weights if weights.sum() > 0 else np.ones(len(choices))
    choice = choices[int(drawing.rng.choice(len(choices), p=weights / weights.sum()))]
    is_other = item.has_other and choice == "other"
    return {"choice": "other", "text": SIMULATED_TEXT} if is_other else choice


def _select_multiple(item: Item, drawing: _Drawing) -> object:
    choices = _choices(item)
    shares = drawing.beliefs.shares.get(item.name, {})
    chosen = [choice for choice in choices if drawing.rng.random() < shares.get(choice, 0.3)]
    return chosen or [choices[int(drawing.rng.integers(len(choices)))]]


def _integer(_item: Item, drawing: _Drawing) -> object:
    return min(int(drawing.rng.geometric(0.4)), MOST)


def _decimal(_item: Item, drawing: _Drawing) -> object:
    return round(float(drawing.rng.gamma(2.0, 2.0)), 1)


def _range(item: Item, drawing: _Drawing) -> object:
    offered = stops(item.span or DEFAULT)
    return offered[int(drawing.rng.integers(len(offered)))]


def _date(_item: Item, drawing: _Drawing) -> object:
    return (drawing.today - dt.timedelta(days=int(drawing.rng.integers(FAREST_DAY)))).isoformat()


def _text(_item: Item, _drawing: _Drawing) -> object:
    return SIMULATED_TEXT


_ANSWERS: Mapping[ItemKind, Callable[[Item, _Drawing], object]] = {
    ItemKind.SELECT_ONE: _select_one,
    ItemKind.SELECT_MULTIPLE: _select_multiple,
    ItemKind.INTEGER: _integer,
    ItemKind.DECIMAL: _decimal,
    ItemKind.RANGE: _range,
    ItemKind.DATE: _date,
    ItemKind.TEXT: _text,
}
