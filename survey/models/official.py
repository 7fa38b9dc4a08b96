"""Official results as their issuers printed them, and the years in which their method broke."""

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.models.base import Base


class OfficialResult(Base):
    """One printed figure: whose, of which year, on which content, and where it is printed.

    ``place`` is the code of a province; ``index`` names the index (PAPI, SIPAS, PAR_INDEX) and
    ``code`` its content ("D1"; the index itself for the total). ``low`` and ``high`` are as
    printed, ``se`` is None where no error was published. ``certainty`` is H (official text or two
    sources), M (one secondary source), L (weak) or INF (our arithmetic). ``origin`` is the file
    that brought the row; empty: it ships with the program.
    """

    __tablename__ = "official_result"

    place: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    score: Mapped[float]
    se: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    group: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    certainty: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    note_en: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("length(place) = 2", name="place_is_a_province"),
        CheckConstraint("year between 2005 and 2100", name="year_is_plausible"),
        CheckConstraint("se >= 0", name="error_is_not_negative"),
        CheckConstraint("low <= score and score <= high", name="interval_holds_score"),
        CheckConstraint("length(source) > 0", name="has_a_source"),
        CheckConstraint("certainty in ('H', 'M', 'L', 'INF')", name="certainty_is_known"),
    )


class MethodBreak(Base):
    """From this year on an index is measured in another way: earlier figures do not compare.

    ``codes`` are the contents that it touches, divided by spaces; empty: all of the index.
    """

    __tablename__ = "method_break"

    index: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    codes: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(Text)
    what_en: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(Text)

    __table_args__ = (CheckConstraint("year between 2005 and 2100", name="year_is_plausible"),)
