"""Builders with honest defaults: a small instrument, rounds that ask it, responses to it."""

import base64
import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from survey.clock import VIETNAM
from survey.db.database import Database
from survey.instruments.expressions import parse
from survey.instruments.model import Instrument, Item, Option
from survey.operations.devices import enrol_device
from survey.operations.rounds import NewRound, open_round, publish_instrument
from survey.queries.rounds import PlaceInSample
from survey.terms import ItemKind

NOON = dt.datetime(2026, 11, 21, 12, 30, tzinfo=VIETNAM)
"""The moment at which the test clock stands."""


def an_option(name: str) -> Option:
    return Option(name, {"vi": f"Phương án {name}", "en": f"Option {name}"})


def an_item(name: str, kind: ItemKind, *options: str, **facts: Any) -> Item:
    return Item(
        name=name,
        kind=kind,
        label={"vi": f"Câu {name}", "en": f"Question {name}"},
        options=tuple(an_option(option) for option in options),
        **facts,
    )


def an_instrument(version: str = "1") -> Instrument:
    """One item of each kind: profile, place, a scale with a follow-up, numbers, date, text."""
    below = parse("${s01} = '1' or ${s01} = '2'")
    return Instrument(
        code="small",
        version=version,
        sha256=hashlib.sha256(f"small {version}".encode()).hexdigest(),
        title={"vi": "Phiếu nhỏ", "en": "Small form"},
        default_language="vi",
        languages=("vi", "en"),
        sections=(),
        items=(
            an_item("sex", ItemKind.SELECT_ONE, "1", "2", is_profile=True),
            an_item("place", ItemKind.SELECT_ONE, "00001", "00004"),
            an_item("s01", ItemKind.SELECT_ONE, "1", "2", "3", "4", "5"),
            an_item("why", ItemKind.SELECT_ONE, "slow", "other", has_other=True, relevant=below),
            an_item("age", ItemKind.INTEGER, constraint=parse(". >= 18 and . <= 120")),
            an_item("hours", ItemKind.DECIMAL),
            an_item("channels", ItemKind.SELECT_MULTIPLE, "tv", "zalo", "loa"),
            an_item("seen_on", ItemKind.DATE),
            an_item("note", ItemKind.TEXT, required=False),
        ),
    )


def answers(**changes: Any) -> dict[str, Any]:
    """Answers that the small instrument accepts; a change to None leaves the item out."""
    full = {
        "sex": "2", "place": "00001", "s01": "4", "age": 47, "hours": 1.5,
        "channels": ["tv", "zalo"], "seen_on": "2026-11-20", "note": "Cán bộ nhiệt tình",
    }  # fmt: skip
    full.update(changes)
    return {name: answer for name, answer in full.items() if answer is not None}


def a_document(**changes: Any) -> dict[str, Any]:
    """A complete response to the round ``mo`` as a document."""
    document = {
        "round": "mo", "instrument": "small", "version": "1", "language": "vi",
        "answered_hour": "2026-11-21T12:00+07:00", "seconds": 312, "assisted": False,
        "consent": "1", "state": "complete", "answers": answers(), "missing": {},
    }  # fmt: skip
    return {**document, **changes}


def a_body(**changes: Any) -> bytes:
    """The bytes of such a response."""
    return json.dumps(a_document(**changes), ensure_ascii=False).encode()


def an_id() -> str:
    return str(uuid.uuid4())


def digest_of(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def a_round(code: str = "mo", *, is_open_access: bool = True, **changes: Any) -> NewRound:
    """A round of November 2026 that asks the small instrument."""
    new = NewRound(
        code=code,
        title={"vi": "Đợt thử", "en": "Trial round"},
        instrument="small",
        instrument_version="1",
        opens_on=dt.date(2026, 11, 1),
        closes_on=dt.date(2026, 11, 30),
        is_open_access=is_open_access,
        consent_version="1",
        consent={"vi": "Tôi đồng ý", "en": "I agree"},
        place_item="place" if is_open_access else None,
    )
    return replace(new, **changes)


def a_place(place: str = "00001", **changes: Any) -> PlaceInSample:
    facts: Mapping[str, Any] = {
        "name": f"Xã {place}", "stratum": "h1", "psu": f"p{place}", "ssu": None,
        "base_weight": 10.0,
    }  # fmt: skip
    return PlaceInSample(place=place, **{**facts, **changes})


def with_rounds(database: Database, **changes: Any) -> str:
    """Open the round ``mo`` (open) and ``kin`` (by devices only); return the key of a device."""
    with database.writing() as connection:
        publish_instrument(connection, an_instrument())
        open_round(connection, a_round("mo", **changes))
        open_round(connection, a_round("kin", is_open_access=False), [a_place()])
        _, key = enrol_device(connection, "Máy tính bảng 1", "00001")
    return key


def settle(database: Database) -> None:
    """Wait until all that was posted to the writer is written: nobody waits for a post itself."""
    database.writer.submit(_nothing, None)


def _nothing(_connection: Connection, things: Sequence[None]) -> Sequence[None]:
    return things
