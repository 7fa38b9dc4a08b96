"""When a device was last heard is read from an index, not from every response."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    from_devices = sa.text("device IS NOT NULL")
    op.create_index(
        "ix_response_device",
        "response",
        ["device", "received_hour"],
        sqlite_where=from_devices,
        postgresql_where=from_devices,
    )


def downgrade() -> None:
    op.drop_index("ix_response_device", "response")
