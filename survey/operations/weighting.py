"""The weights of a round's places, and the deeds about them: propose, look, accept."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, insert, update

from survey import clock
from survey.bridge.folding import EVERYBODY
from survey.bridge.weights import EVERYWHERE, Margins, class_factors
from survey.errors import StateError
from survey.models import Weighting
from survey.operations.audit import record
from survey.queries.rounds import PlaceInSample
from survey.queries.staff import OPERATOR, Actor
from survey.queries.weighting import PLAIN, WeightingFacts, newest_weighting
from survey.snapshot.read import Snapshot
from survey.snapshot.totals import Columns, Question
from survey.terms import AuditAction

NO_CODES: Final[Columns] = {
    name: [] for name in ("source", "item", "code", "leaf", "score", "is_known")
}
NO_NUMBERS: Final[Columns] = {name: [] for name in ("item", "leaf", "worst", "best")}


def propose_weighting(
    connection: Connection, round_code: str, wanted: WeightingFacts, by: Actor = OPERATOR
) -> None:
    """Propose how to weigh a round; in force at once only where base weights stay as they are."""
    now = clock.now()
    number = newest_weighting(connection, round_code).number + 1
    connection.execute(
        insert(Weighting).values(
            round=round_code,
            number=number,
            lonely_psu=wanted.lonely_psu,
            by_classes=wanted.by_classes,
            kind=wanted.kind,
            margins=wanted.margins,
            proposed_at=now,
            accepted_at=now if wanted.is_plain else None,
        )
    )
    facts: dict[str, str | int] = {
        "number": number,
        "lonely_psu": wanted.lonely_psu,
        "nonresponse": "classes" if wanted.by_classes else "none",
        "calibration": wanted.kind or "none",
        "margins": ", ".join(wanted.margins),
    }
    record(connection, by, AuditAction.WEIGHTS_PROPOSED, f"round:{round_code}", detail=facts)


def accept_weighting(
    connection: Connection, round_code: str, number: int, by: Actor = OPERATOR
) -> None:
    """Put the proposal that was looked at into force; StateError when it is not the newest."""
    newest = newest_weighting(connection, round_code)
    if number != newest.number or newest is PLAIN or newest.accepted_at is not None:
        raise StateError("other-weights", "another proposal is the newest", where="number")
    connection.execute(
        update(Weighting)
        .where(Weighting.round == round_code, Weighting.number == number)
        .values(accepted_at=clock.now())
    )
    facts: dict[str, str | int] = {"number": number}
    record(connection, by, AuditAction.WEIGHTS_ACCEPTED, f"round:{round_code}", detail=facts)


def margins_of(options: Mapping[str, Any]) -> Margins:
    """Return the margins that the options of a run name."""
    margins: Margins = (options.get("calibration") or {}).get("margins", {})
    return margins


def place_factors(
    places: Sequence[PlaceInSample],
    options: Mapping[str, Any],
    snapshot: Snapshot,
    only: bytes | None,
) -> list[float]:
    """Return for each place what its base weight is multiplied by for the silent of its class."""
    if "nonresponse" not in options:
        return [1.0] * len(places)
    found = class_factors(
        [place.base_weight for place in places],
        [place.response_class for place in places],
        [place.target_count for place in places],
        place_counts(places, snapshot, only),
    )
    return [found[place.response_class or EVERYWHERE] for place in places]


def place_counts(
    places: Sequence[PlaceInSample], snapshot: Snapshot, only: bytes | None
) -> list[int]:
    """Count the responses that a run counts, place by place."""
    units = unit_table(places, [1.0] * len(places))
    numbers = snapshot.sums(Question(NO_CODES, NO_NUMBERS, units), only).numbers
    counts = [0] * len(places)
    for unit, leaf, n in zip(numbers["unit"], numbers["leaf"], numbers["n"], strict=True):
        if unit >= 0 and leaf == EVERYBODY:
            counts[int(unit)] += int(n)
    return counts


def unit_table(places: Sequence[PlaceInSample], factors: Sequence[float]) -> Columns:
    """Return each place of the sample as a unit of its own, with its weight."""
    return {
        "place": [place.place for place in places],
        "unit": list(range(len(places))),
        "weight": [
            place.base_weight * factor for place, factor in zip(places, factors, strict=True)
        ],
    }
