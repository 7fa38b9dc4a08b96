"""Judges whether a default value fits the item it stands in."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final

from pyxform.utils import default_is_dynamic

from survey.instruments.evaluate import days_of
from survey.instruments.points import is_point
from survey.terms import ItemKind, Missing

_INTEGER: Final = re.compile(r"-?[0-9]{1,15}")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")

_FITS: Final[Mapping[ItemKind, Callable[[str, Collection[str]], bool]]] = {
    ItemKind.SELECT_ONE: lambda value, codes: value in codes,
    ItemKind.SELECT_MULTIPLE: lambda value, codes: all(code in codes for code in value.split()),
    ItemKind.INTEGER: lambda value, _: bool(_INTEGER.fullmatch(value)),
    ItemKind.DECIMAL: lambda value, _: bool(_DECIMAL.fullmatch(value)),
    ItemKind.RANGE: lambda value, _: bool(_DECIMAL.fullmatch(value)),
    ItemKind.GEOPOINT: lambda value, _: is_point(value),
    ItemKind.DATE: lambda value, _: days_of(value) is not None,
    ItemKind.TEXT: lambda value, _: not default_is_dynamic(value, "text"),
    ItemKind.NOTE: lambda _value, _codes: True,
    ItemKind.CALCULATE: lambda _value, _codes: True,
}


def is_fitting(value: str, kind: ItemKind, codes: Collection[str]) -> bool:
    """Tell whether a default is a fixed value that the item could take as its answer."""
    return _FITS[kind](value, set(codes) - set(Missing))
