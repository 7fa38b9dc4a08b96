"""Places: administrative units and villages, what followed what, and their other names."""

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base
from survey.terms import Extent, PlaceKind

ONLY_CODES = text("system <> 'spelling'")
"""The aliases that are codes of another system; all others are spellings."""

CODE_SHAPE = (
    "(kind = 'province' and (length(code) = 2 or code like '__-____'))"
    " or (kind = 'district' and length(code) = 3)"
    " or (kind in ('commune', 'ward', 'special_zone') and length(code) = 5)"
    " or (kind = 'village' and length(code) > 6 and substr(code, 1, 6) = (parent || '.'))"
)
"""A village's code begins with the five digits of its commune and a point.

A province that was merged keeps its two digits and gets the year: 15-2025 was Yên Bái, 15 is Lào
Cai.
"""


def _one_of(column: str, terms: type[PlaceKind] | type[Extent]) -> str:
    return f"{column} in (" + ", ".join(f"'{term.value}'" for term in terms) + ")"


class Place(Base):
    """An administrative unit or a village, with the dates between which it is known to stand.

    ``name`` is bare ("Mường Giôn"), in NFC; ``designation`` is the unit's own word ("xã").
    ``valid_from`` is the first day for which the source vouches, None for a place known to be
    older than the reform of 2025-07-01; ``valid_until`` is the last day, None while it stands.
    ``folded`` is what search compares.
    """

    __tablename__ = "place"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    designation: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(ForeignKey("place.code"), index=True)
    valid_from: Mapped[dt.date | None] = mapped_column(Date)
    valid_until: Mapped[dt.date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint(_one_of("kind", PlaceKind), name="kind_is_known"),
        CheckConstraint(CODE_SHAPE, name="code_fits_kind"),
        CheckConstraint("(kind = 'province') = (parent is null)", name="only_provinces_are_top"),
        CheckConstraint("valid_from <= valid_until", name="validity_runs_forward"),
    )


class PlaceSuccessor(Base):
    """One place followed another: ``extent`` says how the new area lies to the old one."""

    __tablename__ = "place_successor"

    old: Mapped[str] = mapped_column(ForeignKey("place.code"), primary_key=True)
    new: Mapped[str] = mapped_column(ForeignKey("place.code"), primary_key=True)
    extent: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("old <> new", name="two_places"),
        CheckConstraint(_one_of("extent", Extent), name="extent_is_known"),
        Index("ix_place_successor_new", "new"),
    )


class PlaceAlias(Base):
    """Another code or spelling of a place; within one system of codes, a code is one place."""

    __tablename__ = "place_alias"

    place: Mapped[str] = mapped_column(ForeignKey("place.code"), primary_key=True)
    system: Mapped[str] = mapped_column(Text, primary_key=True)
    alias: Mapped[str] = mapped_column(Text, primary_key=True)
    folded: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index(
            "uq_place_alias_system_alias",
            "system",
            "alias",
            unique=True,
            sqlite_where=ONLY_CODES,
            postgresql_where=ONLY_CODES,
        ),
    )
