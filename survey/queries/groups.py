"""What the groups of a breakdown are called: options of an item, communes, strata."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from survey.models import Place
from survey.queries.rounds import RoundFacts, round_instrument

STRATUM, COMMUNE = "stratum", "commune"


def group_names(
    connection: Connection, facts: RoundFacts, column: str, values: Collection[str]
) -> dict[str, Mapping[str, str]]:
    """Return the name of each group of a column by language; a group without one is its code."""
    names: dict[str, Mapping[str, str]] = {value: {"vi": value} for value in values}
    if column == COMMUNE:
        rows = connection.execute(
            select(Place.code, Place.designation, Place.name).where(Place.code.in_(values))
        )
        return names | {
            code: {"vi": f"{designation[:1].upper()}{designation[1:]} {name}"}
            for code, designation, name in rows
        }
    item = round_instrument(connection, facts).items_by_name.get(column)
    options = item.options if item is not None and column != STRATUM else ()
    return names | {option.name: option.label for option in options if option.name in names}
