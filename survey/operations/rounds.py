"""Deeds about rounds: publish an instrument version, keep a tree, open and close a round."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from sqlalchemy import Connection, insert, select, update

from survey import clock
from survey.errors import ConflictError, InputError, NotFound
from survey.instruments.document import to_document
from survey.instruments.model import Instrument, Text
from survey.instruments.tailor import tailor
from survey.instruments.trees import TreeSource
from survey.models import IndexTreeVersion, InstrumentVersion, Round, SampledPlace
from survey.operations.audit import record
from survey.queries.places import place_facts
from survey.queries.rounds import ETHNIC, PlaceInSample, published_instrument
from survey.queries.staff import OPERATOR, Actor
from survey.terms import AuditAction

SENSITIVE: Final = frozenset({ETHNIC})
"""Items that are asked only where the round says what for."""


@dataclass(frozen=True)
class NewRound:
    """A round to be opened; the fields are those of the table."""

    code: str
    title: Text
    instrument: str
    instrument_version: str
    opens_on: dt.date
    closes_on: dt.date
    is_open_access: bool
    consent_version: str
    consent: Text
    trees: tuple[str, ...] = ()
    is_simulated: bool = False
    is_draft: bool = False
    place_item: str | None = None
    items_off: tuple[str, ...] = ()
    purposes: Mapping[str, Text] = field(default_factory=dict)
    variables: Text = field(default_factory=dict)
    place: str | None = None


def publish_instrument(
    connection: Connection,
    instrument: Instrument,
    by: Actor = OPERATOR,
    at: dt.datetime | None = None,
) -> None:
    """Publish a version; the same bytes again change nothing, other bytes are a ConflictError.

    ``at`` is the moment from which answers may come, if not now: simulated fieldwork lies behind.
    """
    known = connection.execute(
        select(InstrumentVersion.sha256).where(
            InstrumentVersion.code == instrument.code,
            InstrumentVersion.version == instrument.version,
        )
    ).scalar_one_or_none()
    if known is None:
        connection.execute(
            insert(InstrumentVersion).values(
                code=instrument.code,
                version=instrument.version,
                sha256=instrument.sha256,
                document=to_document(instrument),
                published_at=at or clock.now(),
            )
        )
        version = f"instrument:{instrument.code}/{instrument.version}"
        published = {"sha256": instrument.sha256}
        record(connection, by, AuditAction.INSTRUMENT_PUBLISHED, version, detail=published)
    elif known != instrument.sha256:
        raise ConflictError(
            "published-version",
            f"{instrument.code} version {instrument.version} is published with other content",
            where="version",
            got=instrument.sha256,
            expected=known,
        )


def keep_tree(connection: Connection, instrument: Instrument, tree: TreeSource) -> None:
    """Keep an index tree of an instrument; the same tree again changes nothing."""
    known = select(IndexTreeVersion.sha256).where(IndexTreeVersion.sha256 == tree.sha256)
    if connection.execute(known).first() is None:
        connection.execute(
            insert(IndexTreeVersion).values(
                sha256=tree.sha256,
                code=tree.code,
                instrument=instrument.code,
                title=dict(tree.title),
                mapping=dict(tree.mapping),
            )
        )


def open_round(
    connection: Connection,
    new: NewRound,
    places: Iterable[PlaceInSample] = (),
    by: Actor = OPERATOR,
) -> None:
    """Open a round with its sampled places; the round must be playable as it is described."""
    check_playable(connection, new)
    connection.execute(insert(Round).values(**round_row(new)))
    rows = [{"round": new.code, **asdict(place)} for place in places]
    if rows:
        connection.execute(insert(SampledPlace), rows)
    opened: dict[str, str | int] = {
        "instrument": f"{new.instrument}/{new.instrument_version}",
        "places": len(rows),
    }
    record(connection, by, AuditAction.ROUND_OPENED, f"round:{new.code}", detail=opened)


def check_playable(connection: Connection, new: NewRound) -> None:
    """Raise InputError or NotFound unless the round can be asked as it is described."""
    if new.closes_on < new.opens_on:
        raise InputError("bad-period", where="closes_on", expected="on or after opens_on")
    published = published_instrument(connection, new.instrument, new.instrument_version)
    asked = tailor(published.instrument, frozenset(new.items_off), new.variables)
    names = {item.name for item in asked.items}
    if new.place_item is not None and new.place_item not in names:
        raise InputError("unknown-item", where="place_item", got=new.place_item)
    if new.place is not None:
        place_facts(connection, new.place)
    for item in sorted(SENSITIVE & names):
        if not new.purposes.get(item, {}).get("vi"):
            raise InputError("no-purpose", f"{item} is asked without a purpose", where=item)


def close_round(connection: Connection, code: str, by: Actor = OPERATOR) -> None:
    """Close a round by hand, before its last day; raise NotFound."""
    done = connection.execute(update(Round).where(Round.code == code).values(is_closed=True))
    if done.rowcount == 0:
        raise NotFound("unknown-round", where="round", got=code)
    record(connection, by, AuditAction.ROUND_CLOSED, f"round:{code}")


def round_row(new: NewRound) -> dict[str, object]:
    """Return what the table of rounds holds of it."""
    row = asdict(new)
    row.update(trees=list(new.trees), items_off=list(new.items_off), is_closed=False)
    return row
