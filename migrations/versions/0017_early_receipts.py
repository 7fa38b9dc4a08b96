"""Receipts that a device drew before the server had the form: of each a keyed digest."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("response", "withdrawal")
HAS_ONE = sa.text("early_digest IS NOT NULL")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("early_digest", sa.LargeBinary(), nullable=True))
        op.create_index(
            f"ix_{table}_early_digest",
            table,
            ["early_digest"],
            sqlite_where=HAS_ONE,
            postgresql_where=HAS_ONE,
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_early_digest", table)
        op.drop_column(table, "early_digest")
