"""A point on the earth as XLSForm tools write it: latitude, longitude, altitude, accuracy.

Degrees, metres, four numbers with blanks between them. Its twin is typedPoint in
web/static/fields.js.
"""

import re
from typing import Final

_NUMBER: Final = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,12})?")
_PARTS: Final = 4
_LATITUDE: Final = 90
_LONGITUDE: Final = 180


def is_point(text: str) -> bool:
    """Tell whether a text is a point: on the earth, its accuracy not below zero."""
    parts = text.split(" ")
    if len(parts) != _PARTS or not all(_NUMBER.fullmatch(part) for part in parts):
        return False
    latitude, longitude, _altitude, accuracy = map(float, parts)
    return abs(latitude) <= _LATITUDE and abs(longitude) <= _LONGITUDE and accuracy >= 0


def typed_point(typed: str) -> str | None:
    """Return what a person typed as a point, None if it is none; two numbers are enough."""
    parts = typed.replace(",", " ").replace(";", " ").split()
    text = " ".join(parts + ["0"] * (_PARTS - len(parts))) if len(parts) > 1 else ""
    return text if is_point(text) else None
