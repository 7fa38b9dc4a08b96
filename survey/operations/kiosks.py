"""Deeds about tablets at counters: offer an enrolment, take it up, count who declined."""

import datetime as dt
import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Date, Row, bindparam, insert, select, text, update

from survey import clock
from survey.errors import InputError, NotFound, StateError
from survey.models import Kiosk, KioskEnrolment
from survey.operations.audit import record
from survey.operations.devices import enrol_device
from survey.queries.kiosks import tidy_code
from survey.queries.rounds import round_facts
from survey.queries.staff import OPERATOR, Actor
from survey.seals import new_code, token_digest
from survey.terms import AuditAction

LIFE: Final = dt.timedelta(hours=24)
PIN_LENGTHS: Final = range(4, 9)
PIN_ROUNDS: Final = 5_000
"""Plain rounds of SHA-256, which a tablet on plain http can do too. The PIN keeps people on the
screens; it guards no data, for nothing of anybody lies open on the tablet."""

# One statement on both databases: a repeated count never lowers what is known.
COUNT = text(
    "INSERT INTO declined (id, round, place, day, count)"
    " VALUES (:id, :round, :place, :day, :count)"
    " ON CONFLICT (id) DO UPDATE SET count = excluded.count"
    " WHERE excluded.count > declined.count AND excluded.round = declined.round"
    " AND excluded.place = declined.place AND excluded.day = declined.day"
).bindparams(bindparam("day", type_=Date))


@dataclass(frozen=True)
class Counter:
    """A counter that gets a tablet: its name, its place, the round that the tablet plays."""

    name: str
    place: str
    round: str


@dataclass(frozen=True)
class Refusals:
    """How many people said no at a place on a day, under the random id of that count."""

    id: str
    round: str
    place: str
    day: dt.date
    count: int


def offer_enrolment(connection: Connection, counter: Counter, by: Actor = OPERATOR) -> str:
    """Return a code that enrols one tablet, once, within a day; only its digest is kept.

    Raises InputError for an empty name, NotFound for a round that is not there, StateError for
    one that is over or a draft.
    """
    if not counter.name.strip():
        raise InputError("empty", "the counter's name is empty", where="name")
    facts = round_facts(connection, counter.round)
    now = clock.now()
    if facts.is_draft or facts.is_over(now.astimezone(clock.VIETNAM).date()):
        raise StateError("closed", "the round takes no responses", where="round")
    code = new_code()
    connection.execute(
        insert(KioskEnrolment).values(
            code_digest=token_digest(tidy_code(code)),
            name=unicodedata.normalize("NFC", counter.name),
            place=counter.place,
            round=counter.round,
            expires_at=now + LIFE,
            used_at=None,
        )
    )
    facts_of_deed = {"place": counter.place, "round": counter.round}
    record(connection, by, AuditAction.DEVICE_OFFERED, detail=facts_of_deed)
    return code


def take_enrolment(connection: Connection, code: str, pin: str, by: Actor = OPERATOR) -> str:
    """Enrol the tablet that has the code and return its key; raise NotFound or InputError.

    The code is used up by one statement: of two tablets that come at once, one is enrolled.
    """
    if len(pin) not in PIN_LENGTHS or not (pin.isascii() and pin.isdigit()):
        raise InputError("bad-pin", "a PIN has 4 to 8 digits", where="pin")
    offer = _used_up(connection, token_digest(tidy_code(code)))
    device, key = enrol_device(connection, offer.name, offer.place, by)
    salt = secrets.token_bytes(16)
    connection.execute(
        insert(Kiosk).values(
            device=device, round=offer.round, exit_salt=salt, exit_hash=pin_hash(pin, salt)
        )
    )
    return key


def pin_hash(pin: str, salt: bytes) -> bytes:
    """Return the salted hash of a PIN; its twin is web/static/kiosk_pin.js."""
    digest = pin.encode()
    for _ in range(PIN_ROUNDS):
        digest = hashlib.sha256(salt + digest).digest()
    return digest


def count_declined(connection: Connection, refusals: Refusals) -> None:
    """Keep a count of refusals: each id once, with the highest count that came under it."""
    connection.execute(COUNT, vars(refusals))


def _used_up(connection: Connection, digest: bytes) -> Row[str, str, str]:
    now = clock.now()
    is_good = (
        (KioskEnrolment.code_digest == digest)
        & KioskEnrolment.used_at.is_(None)
        & (KioskEnrolment.expires_at > now)
    )
    done = connection.execute(update(KioskEnrolment).where(is_good).values(used_at=now))
    if done.rowcount != 1:
        raise NotFound("unknown-code", "no such code, or it was used, or it is too old")
    columns = KioskEnrolment.name, KioskEnrolment.place, KioskEnrolment.round
    return connection.execute(select(*columns).where(KioskEnrolment.code_digest == digest)).one()
