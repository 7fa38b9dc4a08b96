"""Deeds about the design of a round: its sample and its margins, from CSV files."""

from dataclasses import asdict, dataclass, replace

from sqlalchemy import Connection, delete, insert

from survey.errors import StateError
from survey.models import SampledPlace
from survey.operations.audit import record
from survey.operations.margin_files import POSTSTRATIFY, Margins, read_margins
from survey.operations.sample_files import NOT_CHOSEN, read_sample
from survey.operations.weighting import propose_weighting
from survey.queries.places import known_places, place_path
from survey.queries.rounds import (
    PlaceInSample,
    has_responses,
    published_instrument,
    round_facts,
    round_instrument,
    sampled_places,
)
from survey.queries.staff import Actor
from survey.queries.weighting import newest_weighting
from survey.seals import sha256_hex
from survey.terms import AuditAction

REFUSE = "refuse"


@dataclass(frozen=True)
class File:
    """An uploaded file: its bytes and how it is called."""

    source: bytes
    name: str


@dataclass(frozen=True)
class WantedWeights:
    """What is to be done about base weights; without a kind nothing is calibrated."""

    lonely_psu: str
    by_classes: bool
    kind: str | None
    margins: File | None = None


def store_sample(
    connection: Connection, round_code: str, file: File, lonely_psu: str, by: Actor
) -> list[PlaceInSample]:
    """Put the sample of a file in the place of the former one.

    Raise TableError with every fault; StateError once responses rest on the sample, or when
    the round has none by its nature.
    """
    facts = round_facts(connection, round_code)
    if facts.is_open_access:
        raise StateError("open-access", "nobody is drawn in an open round", where="round")
    if has_responses(connection, round_code):
        raise StateError("round-has-responses", "responses rest on the sample", where="sample")
    found = read_sample(file.source, file.name, known_places(connection, facts.place), lonely_psu)
    places = [_named(connection, place) for place in found]
    connection.execute(delete(SampledPlace).where(SampledPlace.round == round_code))
    rows = [{"round": round_code, **asdict(place)} for place in places]
    connection.execute(insert(SampledPlace), rows)
    said: dict[str, str | int] = {
        "sha256": sha256_hex(file.source),
        "places": len(places),
        "psus": len({(place.stratum, place.psu) for place in places}),
        "strata": len({place.stratum for place in places}),
    }
    record(connection, by, AuditAction.SAMPLE_STORED, f"round:{round_code}", detail=said)
    policy = REFUSE if lonely_psu == NOT_CHOSEN else lonely_psu
    before = newest_weighting(connection, round_code)
    if policy != before.lonely_psu:
        propose_weighting(connection, round_code, replace(before, lonely_psu=policy), by)
    return places


def store_weighting(
    connection: Connection, round_code: str, wanted: WantedWeights, by: Actor
) -> None:
    """Propose another weighting; raise TableError with every fault of its margins.

    Margins that are not given anew stay as they are. Raise StateError when classes or margins
    are wanted and the round has not what they need.
    """
    places = sampled_places(connection, round_code)
    if wanted.by_classes and not all(place.target_count for place in places):
        raise StateError("no-targets", "classes need the target of each place", where="by_classes")
    before = newest_weighting(connection, round_code)
    margins: Margins = before.margins if wanted.kind else {}
    if wanted.kind and wanted.margins is not None:
        margins = _read(connection, round_code, wanted.margins, wanted.kind)
    if wanted.kind and not margins:
        raise StateError("no-margins", "a calibration needs margins", where="margins")
    if wanted.kind == POSTSTRATIFY and len(margins) > 1:
        raise StateError("one-variable", "post-stratification takes one variable", where="kind")
    after = replace(
        before,
        lonely_psu=wanted.lonely_psu,
        by_classes=wanted.by_classes,
        kind=wanted.kind,
        margins=margins,
    )
    propose_weighting(connection, round_code, after, by)


def _read(connection: Connection, round_code: str, file: File, kind: str) -> Margins:
    facts = round_facts(connection, round_code)
    published = published_instrument(connection, facts.instrument, facts.instrument_version)
    asked = round_instrument(connection, facts)
    return read_margins(file.source, file.name, published.instrument, asked, kind)


def _named(connection: Connection, place: PlaceInSample) -> PlaceInSample:
    return place if place.name else replace(place, name=place_path(connection, place.place))
