"""How safely a device keeps what waits on it, as the device itself says."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NAME = "ck_device_report_keeping_is_known"


def upgrade() -> None:
    with op.batch_alter_table("device_report") as table:
        table.add_column(sa.Column("keeping", sa.Text(), nullable=True))
        table.create_check_constraint(op.f(NAME), "keeping IN ('safe', 'perhaps', 'memory')")


def downgrade() -> None:
    with op.batch_alter_table("device_report") as table:
        table.drop_constraint(op.f(NAME), type_="check")
        table.drop_column("keeping")
