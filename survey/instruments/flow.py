"""The route through an instrument, derived from the answers each time and never stored.

Items are met once, in the order of the form, so there is no loop: an item sees the answers of
the items before it, and those that the logic skipped read as empty whatever was typed there.
Its twin is web/static/flow.js.
"""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeAlias

from survey.instruments.evaluate import Scope, Value, evaluate, holds
from survey.instruments.labels import choice_labels
from survey.instruments.model import Instrument, Item, Option

Answers: TypeAlias = Mapping[str, object]
"""Answers as they stand in a response: item name -> JSON value."""

MissingAnswers: TypeAlias = Mapping[str, object]
"""Why reached items have no answer: item name -> dk, refused or na."""

MAX_NUMBER: Final = 2**53 - 1
"""The largest number that both languages hold exactly."""


@dataclass(frozen=True)
class Reached:
    """What the logic reaches.

    ``path`` holds asked items and notes in the order of the form, ``values`` what each reached
    item or calculation reads as, ``options`` the choices that each reached select offers.
    """

    path: tuple[str, ...]
    values: Mapping[str, Value]
    options: Mapping[str, tuple[str, ...]]


def reached(
    instrument: Instrument,
    answers: Answers,
    missing: MissingAnswers,
    today: dt.date,
    language: str | None = None,
) -> Reached:
    """Walk the instrument from its first item to its last and return what is reached.

    ``today`` is the day of the interview; ``language`` only chooses the labels that calculations
    with jr:choice-name take (default: the instrument's own), never the route.
    """
    path: list[str] = []
    values: dict[str, Value] = {}
    options: dict[str, tuple[str, ...]] = {}
    scope = Scope(
        today=today.isoformat(), values=values, labels=partial(choice_labels, instrument, language)
    )
    for item in instrument.items:
        if item.relevant is not None and not holds(item.relevant, scope):
            continue
        if item.calculation is not None:
            values[item.name] = _stored(evaluate(item.calculation, scope))
            continue
        path.append(item.name)
        values[item.name] = _reading(item, answers, missing)
        if item.options:
            options[item.name] = _offered(item, scope)
    return Reached(tuple(path), values, options)


def reading_of(answer: object) -> Value:
    """Return what an answer reads as in an expression; nonsense reads as empty."""
    if isinstance(answer, str):
        return answer
    if isinstance(answer, list):
        return " ".join(code for code in answer if isinstance(code, str))
    if isinstance(answer, dict):
        choice = answer.get("choice")
        return choice if isinstance(choice, str) else ""
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return ""
    return float(answer) if abs(answer) <= MAX_NUMBER else ""


def _reading(item: Item, answers: Answers, missing: MissingAnswers) -> Value:
    if not item.is_asked:
        return ""
    if item.name in answers:
        return reading_of(answers[item.name])
    reason = missing.get(item.name)
    return str(reason) if reason in item.missing_options else ""


def _stored(value: Value) -> Value:
    is_lost = isinstance(value, float) and not math.isfinite(value)
    return "" if is_lost else value


def _offered(item: Item, scope: Scope) -> tuple[str, ...]:
    if item.choice_filter is None:
        return item.option_names
    return tuple(
        option.name
        for option in item.options
        if holds(item.choice_filter, _with_columns(scope, option))
    )


def _with_columns(scope: Scope, option: Option) -> Scope:
    return replace(scope, columns={**option.extra, "name": option.name})
