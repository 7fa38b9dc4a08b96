"""The place that an administrator typed: a code, or a name that only one place bears."""

from survey import clock
from survey.clock import VIETNAM
from survey.errors import InputError, NotFound
from survey.queries.devices import is_sampled_place
from survey.queries.places import PlaceFacts, place_facts, place_path, search_places
from survey.vietnamese import fold
from survey.web.store import reading

MOST_OFFERED = 6


def place_typed(typed: str) -> str:
    """Return the code of the place that was typed; raise InputError or NotFound."""
    today = clock.now().astimezone(VIETNAM).date()
    with reading() as connection:
        found = search_places(connection, typed, today, limit=MOST_OFFERED)
        exact = [place for place in found if typed == place.code or _is_named(place, typed)]
        if not found:
            return place_facts(connection, typed).code
        if len(exact) == 1:
            return exact[0].code
        offered = [
            f"{place.code} ({place_path(connection, place.code)})" for place in exact or found
        ]
    raise InputError("many-places", where="place", got="; ".join(offered))


def device_place_typed(typed: str) -> str:
    """Return the place that a device sends for: one of the list, or one of a round's sample."""
    with reading() as connection:
        if is_sampled_place(connection, typed):
            return typed
    return place_typed(typed)


def scope_typed(typed: str, *, is_whole: bool) -> str | None:
    """Return the place that an account is held to, None for the whole country."""
    if is_whole:
        return None
    if not typed:
        raise InputError("no-place", "neither a place nor the whole country", where="place")
    return place_typed(typed)


def place_names(codes: set[str]) -> dict[str, str]:
    """Return what people call these places; a code that is no stored place stands for itself."""
    with reading() as connection:
        names = {}
        for code in codes:
            try:
                names[code] = place_path(connection, code)
            except NotFound:
                names[code] = code
    return names


def _is_named(place: PlaceFacts, typed: str) -> bool:
    """Tell whether a place's name was typed, with its unit's word or without."""
    return fold(typed) in {fold(place.name), fold(place.title)}
