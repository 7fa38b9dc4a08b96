"""The invented villages of the demonstration, brought as an operator brings a file of villages."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Final

from sqlalchemy import Connection

from survey.operations.places import import_villages
from survey.places.model import village_designations
from survey.queries.rounds import PlaceInSample

FILE: Final = "demo-villages.csv (mô phỏng)"


def bring_villages(connection: Connection, villages: Iterable[PlaceInSample]) -> None:
    """Bring villages to their communes, which ship with the program."""
    sheet = StringIO()
    writer = csv.writer(sheet)
    writer.writerow(["commune", "code", "kind", "name"])
    for village in villages:
        commune, _, number = village.place.partition(".")
        name = village.name.partition(",")[0]
        writer.writerow([commune, number, _kind(name), name])
    import_villages(connection, sheet.getvalue().encode(), FILE)


def _kind(name: str) -> str:
    """Return the longest word for a village that the name begins with."""
    words = sorted(village_designations(), key=len, reverse=True)
    return next(word for word in words if name.casefold().startswith(word))
