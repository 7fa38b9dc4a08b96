"""The hour in which a device was last heard, and how many interviews wait on it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_report",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("heard_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_count", sa.Integer(), nullable=True),
        sa.CheckConstraint("waiting_count >= 0", name="ck_device_report_waiting_is_counted"),
        sa.ForeignKeyConstraint(["device"], ["device.id"], name="fk_device_report_device_device"),
        sa.PrimaryKeyConstraint("device", name="pk_device_report"),
    )


def downgrade() -> None:
    op.drop_table("device_report")
