"""The places that the demonstration needs: those that ship with the program, and its villages."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Final

from sqlalchemy import Connection

from survey.operations.places import bring_builtin_places, import_villages
from survey.places.model import village_designations
from survey.queries.rounds import PlaceInSample

FILE: Final = "demo-villages.csv (mô phỏng)"
PROVINCE: Final = "14"
"""Sơn La: where the people of the demonstration work."""


def bring_places(connection: Connection, villages: Iterable[PlaceInSample]) -> None:
    """Bring the built-in places, then the invented villages as a file of the operator would."""
    bring_builtin_places(connection)
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
