"""The view that one round has of an instrument: items switched off, place nouns put in.

A calculation that is nothing but a text in quotes is a variable: ``'xã/phường'`` in the sheet is
its standard value, a round may give another, and labels pipe it as ``${name}``.
"""

from collections.abc import Mapping
from dataclasses import replace

from survey.errors import InputError
from survey.instruments.model import Instrument, Item


def tailor(
    instrument: Instrument, items_off: frozenset[str], variables: Mapping[str, str]
) -> Instrument:
    """Return the instrument without the profile items switched off, with the round's variables.

    Whatever refers to an item that is off sees it empty. Raise InputError for an item that is
    not a profile item, or a variable that the instrument does not have.
    """
    profile = {item.name for item in instrument.items if item.is_profile}
    for name in sorted(items_off - profile):
        raise InputError("unknown-item", where=name, expected=", ".join(sorted(profile)))
    for name in sorted(variables.keys() - variables_of(instrument).keys()):
        raise InputError("unknown-variable", where=name)
    items = (_with_variable(item, variables) for item in instrument.items)
    return replace(instrument, items=tuple(item for item in items if item.name not in items_off))


def variables_of(instrument: Instrument) -> dict[str, str]:
    """Return the variables of an instrument and their standard values."""
    literals = {item.name: (item.calculation or {}).get("value") for item in instrument.items}
    return {name: text for name, text in literals.items() if isinstance(text, str)}


def _with_variable(item: Item, variables: Mapping[str, str]) -> Item:
    if item.name not in variables:
        return item
    return replace(item, calculation={"op": "literal", "value": variables[item.name]})
