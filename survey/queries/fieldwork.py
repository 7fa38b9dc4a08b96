"""How far the fieldwork of a round has come: live counts, never answers."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Text, and_, case, cast, exists, func, select

from survey.models import Device, Response, SampledPlace
from survey.queries.devices import Sender
from survey.terms import ResponseState

NO_NOTES = "[]"


@dataclass(frozen=True)
class Progress:
    """Counts of one round.

    ``waiting_count`` are flagged responses, left out until accepted; ``silent_places_count`` are
    sampled places from which nothing has come.
    """

    sampled_count: int
    placeless_count: int
    waiting_count: int
    abandoned_count: int
    places_count: int
    silent_places_count: int

    @property
    def has_design(self) -> bool:
        """Tell whether the round has a sample of places."""
        return self.places_count > 0

    @property
    def received_count(self) -> int:
        """Everything that was received."""
        return self.sampled_count + self.placeless_count + self.waiting_count


@dataclass(frozen=True)
class PlaceProgress:
    """One sampled place, how many responses it needs, if that was set, and how many came."""

    place: str
    name: str
    stratum: str
    target_count: int | None
    received_count: int


def round_progress(connection: Connection, round_code: str) -> Progress:
    """Return the counts of a round."""
    is_waiting = cast(Response.notes, Text) != NO_NOTES
    has_place = SampledPlace.place.is_not(None)
    row = connection.execute(
        select(
            _count(~is_waiting & has_place),
            _count(~is_waiting & ~has_place),
            _count(is_waiting),
            _count(Response.state == ResponseState.ABANDONED.value),
        )
        .join_from(Response, SampledPlace, _is_placed(), isouter=True)
        .where(Response.round == round_code)
    ).one()
    is_silent = ~exists(select(Response.id).where(_is_placed()))
    places = connection.execute(
        select(func.count(), _count(is_silent)).where(SampledPlace.round == round_code)
    ).one()
    return Progress(*row, *places)


def place_progress(connection: Connection, round_code: str) -> list[PlaceProgress]:
    """Return every sampled place of a round with its count, by stratum and place."""
    rows = connection.execute(
        select(
            SampledPlace.place,
            SampledPlace.name,
            SampledPlace.stratum,
            SampledPlace.target_count,
            func.count(Response.id),
        )
        .join_from(SampledPlace, Response, _is_placed(), isouter=True)
        .where(SampledPlace.round == round_code)
        .group_by(SampledPlace.id)
        .order_by(SampledPlace.stratum, SampledPlace.place)
    )
    return [PlaceProgress(*row) for row in rows]


def response_ids(connection: Connection, round_code: str) -> frozenset[str]:
    """Return the ids of everything that a round has received."""
    return frozenset(connection.scalars(select(Response.id).where(Response.round == round_code)))


def senders_by_place(connection: Connection) -> dict[str, Sender]:
    """Return one live device for each place that has one, the first enrolled."""
    live = select(Device.id, Device.place).where(Device.revoked_at.is_(None))
    found: dict[str, Sender] = {}
    for row in connection.execute(live.order_by(Device.enrolled_at, Device.id)):
        found.setdefault(row.place, Sender(row.id, row.place, is_revoked=False))
    return found


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _is_placed() -> ColumnElement[bool]:
    return and_(
        SampledPlace.round == Response.round,
        SampledPlace.place == Response.place,
        Response.channel == "device",
    )
