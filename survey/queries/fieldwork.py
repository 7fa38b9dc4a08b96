"""How far the fieldwork of a round has come: live counts, never answers."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    SQLColumnExpression,
    and_,
    case,
    exists,
    func,
    select,
)

from survey.models import Device, Response, ResponseCount, SampledPlace
from survey.queries.devices import Sender
from survey.terms import ResponseState

CHANNELS: Final = ("device", "slip", "open")


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
    """One sampled place, how many responses it is to give, and how many came from it.

    ``target_count`` is None where none was set; the ``waiting_count`` are among those received.
    """

    place: str
    name: str
    stratum: str
    target_count: int | None
    received_count: int
    waiting_count: int
    abandoned_count: int


def round_progress(connection: Connection, round_code: str) -> Progress:
    """Return the counts of a round."""
    n, is_waiting = ResponseCount.n, ResponseCount.is_waiting
    has_place = SampledPlace.place.is_not(None)
    counts = connection.execute(
        select(
            _total(n, ~is_waiting & has_place),
            _total(n, ~is_waiting & ~has_place),
            _total(n, is_waiting),
            _total(n, ResponseCount.state == ResponseState.ABANDONED.value),
        )
        .join_from(ResponseCount, SampledPlace, _is_placed(), isouter=True)
        .where(ResponseCount.round == round_code)
    ).one()
    is_silent = ~exists(select(ResponseCount.n).where(_is_placed(), ResponseCount.n > 0))
    places = connection.execute(
        select(func.count(), _total(1, is_silent)).where(SampledPlace.round == round_code)
    ).one()
    return Progress(*counts, *places)


def channel_counts(connection: Connection, round_code: str) -> dict[str, int]:
    """Count what a round received by the way it came, all three of them."""
    counted = dict.fromkeys(CHANNELS, 0)
    of_round = ResponseCount.round == round_code
    total = select(ResponseCount.channel, func.sum(ResponseCount.n)).where(of_round)
    for channel, count in connection.execute(total.group_by(ResponseCount.channel)):
        counted[channel] = int(count)
    return counted


def place_progress(connection: Connection, round_code: str) -> list[PlaceProgress]:
    """Return every sampled place of a round with its count, by stratum and place."""
    rows = connection.execute(
        select(
            *(SampledPlace.place, SampledPlace.name, SampledPlace.stratum),
            SampledPlace.target_count,
            func.coalesce(func.sum(ResponseCount.n), 0),
            _total(ResponseCount.n, ResponseCount.is_waiting),
            _total(ResponseCount.n, ResponseCount.state == ResponseState.ABANDONED.value),
        )
        .join_from(SampledPlace, ResponseCount, _is_placed(), isouter=True)
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


def _total(
    each: int | SQLColumnExpression[int], condition: SQLColumnExpression[bool]
) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, each), else_=0)), 0)


def _is_placed() -> ColumnElement[bool]:
    return and_(
        SampledPlace.round == ResponseCount.round,
        SampledPlace.place == ResponseCount.place,
        ResponseCount.channel == "device",
    )
