"""How the weights of a round are made: the proposals, and the one in force."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, select

from survey.models import Weighting


@dataclass(frozen=True)
class WeightingFacts:
    """One proposal as its row says; number 0 is the plain weighting of a round without any."""

    number: int
    lonely_psu: str
    by_classes: bool
    kind: str | None
    margins: dict[str, dict[str, float]]
    proposed_at: dt.datetime | None
    accepted_at: dt.datetime | None

    @property
    def is_plain(self) -> bool:
        """Tell whether base weights stay as they are."""
        return not self.by_classes and self.kind is None

    @property
    def options(self) -> dict[str, Any]:
        """What a score run records: enough to weigh the same responses again."""
        options: dict[str, Any] = {"lonely_psu": self.lonely_psu}
        if self.by_classes:
            options["nonresponse"] = "classes"
        if self.kind is not None:
            options["calibration"] = {"kind": self.kind, "margins": self.margins}
        return options


PLAIN: Final = WeightingFacts(
    number=0,
    lonely_psu="refuse",
    by_classes=False,
    kind=None,
    margins={},
    proposed_at=None,
    accepted_at=None,
)


def newest_weighting(connection: Connection, round_code: str) -> WeightingFacts:
    """Return what was proposed last, accepted or not."""
    newest = _newest(round_code)
    row = connection.execute(newest).one_or_none()
    return PLAIN if row is None else _facts(row)


def weighting_in_force(connection: Connection, round_code: str) -> WeightingFacts:
    """Return what was accepted last."""
    accepted = _newest(round_code).where(Weighting.accepted_at.is_not(None))
    row = connection.execute(accepted).one_or_none()
    return PLAIN if row is None else _facts(row)


def _newest(round_code: str) -> Select[Any]:
    columns = Weighting.__table__.c
    return (
        select(*(columns[name] for name in WeightingFacts.__dataclass_fields__))
        .where(Weighting.round == round_code)
        .order_by(Weighting.number.desc())
        .limit(1)
    )


def _facts(row: Row[Any]) -> WeightingFacts:
    return WeightingFacts(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
