"""Reads about official results: the newest of a province, method breaks, a round's province."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from survey.models import MethodBreak, OfficialResult, Place, SampledPlace
from survey.queries.rounds import RoundFacts
from survey.queries.scores import KeptTree

COMMUNE_DIGITS = 5


@dataclass(frozen=True)
class OfficialFigure:
    """One printed figure with its source; ``se`` is None where no error was published."""

    place: str
    year: int
    index: str
    code: str
    score: float
    se: float | None
    low: float | None
    high: float | None
    group: str
    source: str
    certainty: str
    note: str
    note_en: str


@dataclass(frozen=True)
class Break:
    """From this year on the index is measured in another way; no codes: all of it."""

    year: int
    codes: tuple[str, ...]
    what: dict[str, str]

    def touches(self, code: str) -> bool:
        """Tell whether a content is measured in another way."""
        return not self.codes or code in self.codes


@dataclass(frozen=True)
class OfficialSide:
    """What is officially known about the index of a tree in the province of a round.

    ``figures`` are the newest by content, none later than the ``year`` of the round.
    """

    figures: Mapping[str, OfficialFigure]
    breaks: Sequence[Break]
    year: int


def official_side(connection: Connection, facts: RoundFacts, tree: KeptTree) -> OfficialSide:
    """Return the official figures beside a tree; none where its root names no official index."""
    index = str(tree.mapping["tree"].get("official", ""))
    year = facts.opens_on.year
    province = province_of_round(connection, facts.code) if index else None
    if province is None:
        return OfficialSide({}, (), year)
    figures = newest_figures(connection, province, index, year)
    return OfficialSide(figures, method_breaks(connection, index), year)


def newest_figures(
    connection: Connection, place: str, index: str, until: int
) -> dict[str, OfficialFigure]:
    """Return the newest figure of each content of an index, none later than a year."""
    table = OfficialResult.__table__
    columns = [column for column in table.columns if column.name != "origin"]
    rows = connection.execute(
        select(*columns)
        .where(table.c.place == place, table.c.index == index, table.c.year <= until)
        .order_by(table.c.year)
    )
    return {row.code: OfficialFigure(*row) for row in rows}


def method_breaks(connection: Connection, index: str) -> list[Break]:
    """Return the breaks of an index, the oldest first."""
    rows = connection.execute(
        select(MethodBreak.year, MethodBreak.codes, MethodBreak.what, MethodBreak.what_en)
        .where(MethodBreak.index == index)
        .order_by(MethodBreak.year)
    )
    return [
        Break(row.year, tuple(row.codes.split()), {"vi": row.what, "en": row.what_en})
        for row in rows
    ]


def province_of_round(connection: Connection, round_code: str) -> str | None:
    """Return the province in which all sampled places of a round lie; None when there is none."""
    sampled = connection.scalars(
        select(SampledPlace.place).where(SampledPlace.round == round_code)
    )
    tops = _tops(connection, {code[:COMMUNE_DIGITS] for code in sampled})
    return tops.pop() if len(tops) == 1 else None


def _tops(connection: Connection, codes: set[str]) -> set[str]:
    """Climb from places to what holds them; an unknown place stands for itself."""
    tops: set[str] = set()
    while codes:
        known = connection.execute(select(Place.code, Place.parent).where(Place.code.in_(codes)))
        parents = {code: parent for code, parent in known if parent is not None}
        tops |= codes - parents.keys()
        codes = set(parents.values())
    return tops
