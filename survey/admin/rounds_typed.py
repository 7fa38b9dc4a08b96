"""Between the forms about rounds and the rounds themselves: what was typed, what is shown."""

import datetime as dt
from typing import cast

from wtforms import DateField

from survey.admin.forms import typed
from survey.admin.places import place_typed
from survey.admin.rounds_forms import BY_CREDENTIAL, OPEN, FreeForm, RoundForm
from survey.admin.rounds_words import FIRST_CONSENT
from survey.instruments.model import Instrument
from survey.instruments.tailor import variables_of
from survey.operations.rounds import SENSITIVE, NewRound
from survey.queries.rounds import RoundFacts

LANGUAGES = ("vi", "en")


def new_round(form: RoundForm, instrument: Instrument, code: str | None = None) -> NewRound:
    """Return the round that was typed; its code cannot change once it has one.

    Raise InputError or NotFound where its place cannot be told.
    """
    profile = [item.name for item in instrument.items if item.is_profile]
    asked = [name for name in profile if form[f"ask_{name}"].data]
    nouns = {name: typed(form[f"noun_{name}"]) for name in variables_of(instrument)}
    return NewRound(
        code=code or typed(form.code),
        title=_both(form, "title"),
        instrument=instrument.code,
        instrument_version=instrument.version,
        opens_on=_day(form.opens_on),
        closes_on=_day(form.closes_on),
        is_open_access=form.access.data == OPEN,
        consent_version=typed(form.consent_version),
        consent=_both(form, "consent"),
        trees=tuple(form.trees.data or ()),
        is_draft=True,
        place_item=form.place_item.data or None,
        items_off=tuple(name for name in profile if name not in asked),
        purposes={name: why for name in asked if (why := _purpose(form, name))},
        variables={name: noun for name, noun in nouns.items() if noun},
        place=_place(form),
    )


def round_with(facts: RoundFacts, form: FreeForm) -> NewRound:
    """Return a round with what may change under responses as it was typed.

    Raise InputError or NotFound where its place cannot be told.
    """
    return NewRound(
        code=facts.code,
        title=_both(form, "title"),
        instrument=facts.instrument,
        instrument_version=facts.instrument_version,
        opens_on=facts.opens_on,
        closes_on=_day(form.closes_on),
        is_open_access=facts.is_open_access,
        consent_version=facts.consent_version,
        consent=facts.consent,
        trees=tuple(form.trees.data or ()),
        place_item=facts.place_item,
        items_off=tuple(facts.items_off),
        purposes=facts.purposes,
        variables=facts.variables,
        place=_place(form),
    )


def fill_free(form: FreeForm, facts: RoundFacts) -> None:
    """Show in the form what a round says now."""
    _show(form, "title", facts.title)
    form.closes_on.data = facts.closes_on
    form.trees.data = list(facts.trees)
    form.place.data = facts.place or ""


def fill(form: RoundForm, instrument: Instrument, facts: RoundFacts | None) -> None:
    """Show a round in the form; without one, what is usual: sensitive items are off."""
    names = [item.name for item in instrument.items if item.is_profile]
    off = SENSITIVE if facts is None else set(facts.items_off)
    for name in names:
        form[f"ask_{name}"].data = name not in off
    if facts is None:
        form.access.data = BY_CREDENTIAL
        form.consent_version.data = "1"
        _show(form, "consent", FIRST_CONSENT)
        return
    fill_free(form, facts)
    form.code.data, form.opens_on.data = facts.code, facts.opens_on
    form.access.data = OPEN if facts.is_open_access else BY_CREDENTIAL
    form.consent_version.data = facts.consent_version
    _show(form, "consent", facts.consent)
    form.place_item.data = facts.place_item or ""
    for name, why in facts.purposes.items():
        _show(form, f"why_{name}", why)
    for name, noun in facts.variables.items():
        form[f"noun_{name}"].data = noun


def _day(field: DateField) -> dt.date:
    return cast("dt.date", field.data)  # the form was valid: there is one


def _place(form: FreeForm) -> str | None:
    """Return the code of the place that was typed, by code or by name, None for none."""
    named = typed(form.place)
    return place_typed(named) if named else None


def _both(form: FreeForm, name: str) -> dict[str, str]:
    return {language: typed(form[f"{name}_{language}"]) for language in LANGUAGES}


def _purpose(form: RoundForm, name: str) -> dict[str, str]:
    """Return why an item is asked, in the languages in which it is said."""
    said = _both(form, f"why_{name}")
    return {language: text for language, text in said.items() if text}


def _show(form: FreeForm, name: str, texts: dict[str, str]) -> None:
    for language in LANGUAGES:
        form[f"{name}_{language}"].data = texts.get(language, "")
