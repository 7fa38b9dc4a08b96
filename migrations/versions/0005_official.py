"""Official results with their sources, and the years in which their method broke."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_result()
    _make_break()


def downgrade() -> None:
    for table in ("method_break", "official_result"):
        op.drop_table(table)


def _make_result() -> None:
    op.create_table(
        "official_result",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("se", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.CheckConstraint("length(place) = 2", name=_named("place_is_a_province")),
        sa.CheckConstraint("year between 2005 and 2100", name=_named("year_is_plausible")),
        sa.CheckConstraint("se >= 0", name=_named("error_is_not_negative")),
        sa.CheckConstraint("low <= score and score <= high", name=_named("interval_holds_score")),
        sa.CheckConstraint("length(source) > 0", name=_named("has_a_source")),
        sa.CheckConstraint(
            "certainty in ('H', 'M', 'L', 'INF')", name=_named("certainty_is_known")
        ),
        sa.PrimaryKeyConstraint("place", "year", "index", "code", name="pk_official_result"),
    )


def _make_break() -> None:
    op.create_table(
        "method_break",
        sa.Column("index", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("what_en", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "year between 2005 and 2100", name=op.f("ck_method_break_year_is_plausible")
        ),
        sa.PrimaryKeyConstraint("index", "year", name="pk_method_break"),
    )


def _named(rule: str) -> str:
    return str(op.f(f"ck_official_result_{rule}"))
