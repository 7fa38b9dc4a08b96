"""Places as values: what a source says, before any table holds it."""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from survey.terms import Extent, PlaceKind

DATA: Final = Path(__file__).with_name("data")
SPELLING: Final = "spelling"
"""The system of an alias that is another spelling; every other system is one of codes."""


@dataclass(frozen=True)
class PlaceRow:
    """One administrative unit or village; ``name`` is bare, ``designation`` its unit's word."""

    code: str
    kind: PlaceKind
    designation: str
    name: str
    parent: str | None
    source: str
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


@dataclass(frozen=True)
class SuccessorRow:
    """One place that followed another, and how their areas lie."""

    old: str
    new: str
    extent: Extent
    source: str


@dataclass(frozen=True)
class AliasRow:
    """Another code (in ``system``) or spelling (system ``spelling``) of a place."""

    place: str
    system: str
    alias: str


@dataclass(frozen=True)
class Gazetteer:
    """All that ships with the program: parents stand before what lies in them."""

    places: tuple[PlaceRow, ...]
    successors: tuple[SuccessorRow, ...]
    aliases: tuple[AliasRow, ...]


def data_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a data file of this room."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@lru_cache(maxsize=1)
def village_designations() -> frozenset[str]:
    """Return the words for what lies within a commune: bản, thôn, tổ dân phố and the like."""
    rows = data_rows("designations")
    return frozenset(row["designation"] for row in rows if row["kind"] == PlaceKind.VILLAGE)


def bare_name(name: str, designation: str) -> str:
    """Return the name without its unit's word before it."""
    prefix = f"{designation} "
    return name[len(prefix) :] if name.casefold().startswith(prefix) else name
