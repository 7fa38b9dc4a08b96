"""Tablets at counters: offers to enrol one, what each plays, and counts of who declined."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kiosk_enrolment",
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round"], ["round.code"], name="fk_kiosk_enrolment_round_round"),
        sa.PrimaryKeyConstraint("code_digest", name="pk_kiosk_enrolment"),
    )
    op.create_table(
        "kiosk",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("exit_salt", sa.LargeBinary(), nullable=False),
        sa.Column("exit_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["device.id"], name="fk_kiosk_device_device"),
        sa.ForeignKeyConstraint(["round"], ["round.code"], name="fk_kiosk_round_round"),
        sa.PrimaryKeyConstraint("device", name="pk_kiosk"),
    )
    op.create_table(
        "declined",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(id) = 36", name=op.f("ck_declined_id_is_uuid")),
        sa.CheckConstraint("count > 0", name=op.f("ck_declined_count_is_positive")),
        sa.ForeignKeyConstraint(["round"], ["round.code"], name="fk_declined_round_round"),
        sa.PrimaryKeyConstraint("id", name="pk_declined"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("declined", "kiosk", "kiosk_enrolment"):
        op.drop_table(table)
