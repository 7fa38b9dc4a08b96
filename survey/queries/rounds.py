"""Reads about rounds: what a door has to know of a round before it shows or takes anything."""

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from sqlalchemy import Connection, Row, exists, select

from survey.db.database import Database
from survey.db.recent import Recent
from survey.errors import NotFound
from survey.instruments.document import from_document
from survey.instruments.model import Instrument
from survey.instruments.tailor import tailor
from survey.models import InstrumentVersion, Response, Round, SampledPlace

ETHNIC: Final = "ethnic"
ETHNIC_LINE: Final = {
    "vi": "Dân tộc: câu này chỉ được hỏi để",
    "en": "Ethnic group: this is asked only in order to",
}

FIRST_MONTH, LAST_MONTH, LAST_DAY = 8, 11, 30
"""The official survey is in the field from August to November."""

_COMPILED: Final[Recent[str, Instrument]] = Recent(seconds=math.inf)
_TAILORED: Final[Recent[tuple[object, ...], Instrument]] = Recent(seconds=math.inf)
"""A published version never changes, so what is made of it is kept, by the hash of its sheets."""


@dataclass(frozen=True)
class RoundFacts:
    """One round as its row says; ``today`` decides whether it takes responses."""

    code: str
    title: dict[str, str]
    instrument: str
    instrument_version: str
    trees: list[str]
    opens_on: dt.date
    closes_on: dt.date
    is_open_access: bool
    is_closed: bool
    is_draft: bool
    is_simulated: bool
    consent_version: str
    consent: dict[str, str]
    place_item: str | None
    items_off: list[str]
    purposes: dict[str, dict[str, str]]
    variables: dict[str, str]
    place: str | None

    def is_over(self, today: dt.date) -> bool:
        """Tell whether the round has ended: closed by hand, or past its last day."""
        return self.is_closed or today > self.closes_on

    def is_running(self, today: dt.date) -> bool:
        """Tell whether the round has begun and has not ended."""
        return today >= self.opens_on and not self.is_over(today) and not self.is_draft

    @property
    def consent_told(self) -> dict[str, str]:
        """The consent text with the line that says why the ethnic group is asked, if it is."""
        purpose = self.purposes.get(ETHNIC, {})
        if not purpose:
            return self.consent
        return {
            language: f"{text}\n{ETHNIC_LINE[language]} {purpose.get(language, purpose['vi'])}"
            for language, text in self.consent.items()
        }

    @property
    def is_in_official_fieldwork(self) -> bool:
        """Tell whether the period touches the months in which the official survey is out."""
        return any(
            self.opens_on <= dt.date(year, LAST_MONTH, LAST_DAY)
            and dt.date(year, FIRST_MONTH, 1) <= self.closes_on
            for year in range(self.opens_on.year, self.closes_on.year + 1)
        )


@dataclass(frozen=True)
class PublishedInstrument:
    """One published version: the instrument as values and the moment of publication."""

    instrument: Instrument
    published_at: dt.datetime


@dataclass(frozen=True)
class PlaceInSample:
    """A sampled place of a round with its place in the design."""

    place: str
    name: str
    stratum: str
    psu: str
    ssu: str | None
    base_weight: float
    target_count: int | None = None
    response_class: str | None = None
    is_certainty: bool = False


def all_rounds(connection: Connection, *, with_drafts: bool = False) -> list[RoundFacts]:
    """Return every round that was opened, the one that opened last first."""
    newest_first = select(Round.__table__).order_by(Round.opens_on.desc(), Round.code)
    if not with_drafts:
        newest_first = newest_first.where(Round.is_draft.is_(False))
    return [_facts(row) for row in connection.execute(newest_first)]


def round_facts(connection: Connection, code: str) -> RoundFacts:
    """Return the round of that code; raise NotFound."""
    row = connection.execute(select(Round.__table__).where(Round.code == code)).one_or_none()
    if row is None:
        raise NotFound("unknown-round", where="round", got=code)
    return _facts(row)


def published_instrument(connection: Connection, code: str, version: str) -> PublishedInstrument:
    """Return a published version of an instrument; raise NotFound."""
    row = connection.execute(
        select(InstrumentVersion.sha256, InstrumentVersion.published_at).where(
            InstrumentVersion.code == code, InstrumentVersion.version == version
        )
    ).one_or_none()
    if row is None:
        raise NotFound("unknown-version", where="version", got=version)

    def compiled() -> Instrument:
        document = connection.scalars(
            select(InstrumentVersion.document).where(InstrumentVersion.sha256 == row.sha256)
        ).first()
        return from_document(cast("dict[str, Any]", document))

    return PublishedInstrument(_COMPILED.get(row.sha256, compiled), row.published_at)


def sampled_places(connection: Connection, round_code: str) -> list[PlaceInSample]:
    """Return the sampled places of a round, in the order of their codes."""
    rows = connection.execute(
        select(
            SampledPlace.place,
            SampledPlace.name,
            SampledPlace.stratum,
            SampledPlace.psu,
            SampledPlace.ssu,
            SampledPlace.base_weight,
            SampledPlace.target_count,
            SampledPlace.response_class,
            SampledPlace.is_certainty,
        )
        .where(SampledPlace.round == round_code)
        .order_by(SampledPlace.place)
    )
    return [PlaceInSample(*row) for row in rows]


def has_responses(connection: Connection, round_code: str) -> bool:
    """Tell whether anything was received in a round, flagged or not."""
    return bool(connection.scalar(select(exists().where(Response.round == round_code))))


def round_instrument(connection: Connection, facts: RoundFacts) -> Instrument:
    """Return the instrument as this round asks it: its version, items off, place nouns."""
    published = published_instrument(connection, facts.instrument, facts.instrument_version)
    return tailored(published.instrument, facts)


def tailored(instrument: Instrument, facts: RoundFacts) -> Instrument:
    """Return an instrument version as the round asks it."""
    items_off, variables = frozenset(facts.items_off), tuple(sorted(facts.variables.items()))
    key = (instrument.sha256, items_off, variables)
    return _TAILORED.get(key, lambda: tailor(instrument, items_off, facts.variables))


def recent_round(database: Database, code: str) -> RoundFacts:
    """Return the round, at most a second old; raise NotFound, for a draft too."""

    def fetch() -> RoundFacts:
        with database.reading() as connection:
            facts = round_facts(connection, code)
        if facts.is_draft:
            raise NotFound("unknown-round", "not opened yet", where="round", got=code)
        return facts

    return cast("RoundFacts", database.recent.get(("round", code), fetch))


def recent_form(database: Database, facts: RoundFacts, version: str) -> PublishedInstrument:
    """Return the round's instrument in that version as the round asks it; raise NotFound."""

    def fetch() -> PublishedInstrument:
        with database.reading() as connection:
            published = published_instrument(connection, facts.instrument, version)
        return replace(published, instrument=tailored(published.instrument, facts))

    return cast("PublishedInstrument", database.recent.get(("form", facts.code, version), fetch))


def _facts(row: Row[Any]) -> RoundFacts:
    return RoundFacts(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
