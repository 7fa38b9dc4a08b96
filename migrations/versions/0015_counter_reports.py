"""The files that offices finished month by month, and the monthly report of their counters."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "finished_files",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("files_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("files_count >= 0", name="ck_finished_files_files_are_counted"),
        sa.PrimaryKeyConstraint("place", "month", name="pk_finished_files"),
    )
    op.create_table(
        "counter_report",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("answers_sha256", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round"], ["round.code"], name="fk_counter_report_round_round"),
        sa.PrimaryKeyConstraint("round", "month", name="pk_counter_report"),
    )


def downgrade() -> None:
    op.drop_table("counter_report")
    op.drop_table("finished_files")
