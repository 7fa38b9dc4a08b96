"""Reads about tablets at counters: what one plays, an open offer, who declined where."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from survey.errors import NotAllowed, NotFound
from survey.models import Declined, Device, Kiosk, KioskEnrolment, SampledPlace
from survey.queries.place_scope import is_within
from survey.queries.places import place_path
from survey.seals import CROCKFORD, token_digest

LOOKALIKES = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class KioskFacts:
    """One tablet as its page needs it."""

    device: str
    name: str
    place: str
    round: str
    exit_salt: bytes
    exit_hash: bytes
    is_revoked: bool


@dataclass(frozen=True)
class Offer:
    """An enrolment that still waits for its tablet."""

    name: str
    place: str
    round: str


@dataclass(frozen=True)
class DeclinedCount:
    """How many people said no at a place on a day."""

    place: str
    day: dt.date
    count: int


def tidy_code(typed: str) -> str:
    """Return a typed code in its one form: no hyphens, no look-alikes, no other characters."""
    upper = typed.upper().translate(LOOKALIKES)
    return "".join(letter for letter in upper if letter in CROCKFORD)


def kiosk_of_key(connection: Connection, key: str) -> KioskFacts:
    """Return the tablet that has this key; raise NotAllowed for any other device."""
    columns = (
        Device.id, Device.name, Device.place, Kiosk.round, Kiosk.exit_salt, Kiosk.exit_hash,
        Device.revoked_at.is_not(None),
    )  # fmt: skip
    row = connection.execute(
        select(*columns)
        .join(Kiosk, Kiosk.device == Device.id)
        .where(Device.key_digest == token_digest(key))
    ).one_or_none()
    if row is None:
        raise NotAllowed("unauthorised", "no tablet has this key")
    return KioskFacts(*row)


def open_offer(connection: Connection, code: str, now: dt.datetime) -> Offer:
    """Return what a code would enrol; raise NotFound when it is unknown, used or too old."""
    row = connection.execute(
        select(KioskEnrolment.name, KioskEnrolment.place, KioskEnrolment.round).where(
            KioskEnrolment.code_digest == token_digest(tidy_code(code)),
            KioskEnrolment.used_at.is_(None),
            KioskEnrolment.expires_at > now,
        )
    ).one_or_none()
    if row is None:
        raise NotFound("unknown-code", "no such code, or it was used, or it is too old")
    return Offer(*row)


def counter_place(connection: Connection, place: str) -> str:
    """Return what people call a place: of the list, of a sample, else its code."""
    try:
        return place_path(connection, place)
    except NotFound:
        named = select(SampledPlace.name).where(SampledPlace.place == place).limit(1)
        return connection.scalar(named) or place


def kiosk_rounds(connection: Connection) -> dict[str, str]:
    """Return which round each tablet plays, by device."""
    return {row.device: row.round for row in connection.execute(select(Kiosk.device, Kiosk.round))}


def declined_counts(
    connection: Connection, round_code: str, place: str | None
) -> list[DeclinedCount]:
    """Return the refusals of a round by place and day, within a place (None: everywhere)."""
    rows = connection.execute(
        select(Declined.place, Declined.day, func.sum(Declined.count))
        .where(Declined.round == round_code, is_within(Declined.__table__.c.place, place))
        .group_by(Declined.place, Declined.day)
        .order_by(Declined.day, Declined.place)
    )
    return [DeclinedCount(*row) for row in rows]
