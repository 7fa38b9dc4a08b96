"""Rounds and what they are made of: instruments, index trees, sampled places, weighting."""

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class InstrumentVersion(Base):
    """One published version of an instrument; its bytes never change.

    ``document`` is the compiled instrument (instruments.document), so that a response can be read
    by its own version for ever.
    """

    __tablename__ = "instrument_version"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(Text)
    document: Mapped[dict[str, object]]
    published_at: Mapped[dt.datetime]

    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),)


class IndexTreeVersion(Base):
    """One index tree as it was read: several may score the same instrument."""

    __tablename__ = "index_tree"

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    instrument: Mapped[str] = mapped_column(Text)
    title: Mapped[dict[str, str]]
    mapping: Mapped[dict[str, object]]

    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),)


class Round(Base):
    """One đợt khảo sát: an instrument version, its trees, a period, and who may answer.

    ``is_open_access``: responses come without a credential; such a round has no design and is
    shown as indicative. ``variables`` replace the place nouns of the instrument; ``items_off`` are
    the profile items that are not asked; ``consent`` is the text by language, ``consent_version``
    its name. ``purposes`` say by profile item and language why it is asked; ``place`` is what the
    round speaks of. A draft is nobody's to answer or to see but the administrators'.
    """

    __tablename__ = "round"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[dict[str, str]]
    instrument: Mapped[str] = mapped_column(Text)
    instrument_version: Mapped[str] = mapped_column(Text)
    trees: Mapped[list[str]]
    opens_on: Mapped[dt.date]
    closes_on: Mapped[dt.date]
    is_open_access: Mapped[bool]
    is_closed: Mapped[bool] = mapped_column(default=False)
    is_draft: Mapped[bool] = mapped_column(server_default=false())
    is_simulated: Mapped[bool] = mapped_column(default=False)
    consent_version: Mapped[str] = mapped_column(Text)
    consent: Mapped[dict[str, str]]
    place_item: Mapped[str | None] = mapped_column(Text)
    items_off: Mapped[list[str]]
    purposes: Mapped[dict[str, object]] = mapped_column(server_default=text("'{}'"))
    variables: Mapped[dict[str, str]]
    place: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(
            ["instrument", "instrument_version"],
            ["instrument_version.code", "instrument_version.version"],
        ),
        CheckConstraint("opens_on <= closes_on", name="period_runs_forward"),
    )


class SampledPlace(Base):
    """A place of a round's sample with its place in the design; ``psu`` is nested in ``stratum``.

    ``base_weight`` is the quyền số thiết kế of a respondent there (persons represented, > 0);
    ``target_count`` how many were to be interviewed, ``response_class`` the class of places among
    which the silent are made up for. ``is_certainty``: the official survey is sure to draw it.
    """

    __tablename__ = "sampled_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    stratum: Mapped[str] = mapped_column(Text)
    psu: Mapped[str] = mapped_column(Text)
    ssu: Mapped[str | None] = mapped_column(Text)
    base_weight: Mapped[float]
    target_count: Mapped[int | None]
    response_class: Mapped[str | None] = mapped_column(Text)
    is_certainty: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (
        ForeignKeyConstraint(["round"], ["round.code"]),
        UniqueConstraint("round", "place", name="uq_sampled_place_round_place"),
        CheckConstraint("base_weight > 0", name="base_weight_is_positive"),
        CheckConstraint("target_count > 0", name="target_is_positive"),
    )


class Weighting(Base):
    """How a round's base weights are worked on: a row for each proposal.

    The newest accepted one is in force; whoever accepted it saw the weights before.
    ``by_classes``: the silent are made up for within classes of places. ``kind`` and ``margins``
    (variable -> value -> total) are those of the calibration, None and empty without one.
    """

    __tablename__ = "weighting"

    round: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lonely_psu: Mapped[str] = mapped_column(Text)
    by_classes: Mapped[bool]
    kind: Mapped[str | None] = mapped_column(Text)
    margins: Mapped[dict[str, object]]
    proposed_at: Mapped[dt.datetime]
    accepted_at: Mapped[dt.datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["round"], ["round.code"]),
        CheckConstraint(
            "lonely_psu in ('refuse', 'certainty', 'average', 'adjust')", name="policy_is_known"
        ),
        CheckConstraint("kind in ('poststratify', 'raking')", name="kind_is_known"),
    )


class Device(Base):
    """A thing that may send responses for its place; of its key only a digest is kept."""

    __tablename__ = "device"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    key_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    place: Mapped[str] = mapped_column(Text)
    enrolled_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
