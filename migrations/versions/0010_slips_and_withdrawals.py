"""Slips of single-use codes, responses that come by them, and withdrawals by receipt."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CHANNEL = "ck_response_ck_response_channel_is_known"  # as the first migration came to name it
NARROW = "channel in ('open', 'device')"
WIDE = "channel in ('open', 'device', 'slip')"


def upgrade() -> None:
    _take_channels(NARROW, WIDE)
    op.add_column("response", sa.Column("procedure_group", sa.Text(), nullable=True))
    op.add_column("response", sa.Column("receipt_digest", sa.LargeBinary(), nullable=True))
    op.create_index("ix_response_receipt_digest", "response", ["receipt_digest"])
    _make_slips()
    op.create_table(
        "withdrawal",
        sa.Column("id_digest", sa.Text(), nullable=False),
        sa.Column("receipt_digest", sa.LargeBinary(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=False),
        sa.Column("is_wiped", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(id_digest) = 64", name=op.f("ck_withdrawal_id_digest_is_hex")),
        sa.PrimaryKeyConstraint("id_digest", name="pk_withdrawal"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_withdrawal_receipt_digest", "withdrawal", ["receipt_digest"])
    op.create_index("ix_withdrawal_round", "withdrawal", ["round"])


def downgrade() -> None:
    for table in ("withdrawal", "slip", "slip_batch"):
        op.drop_table(table)
    op.drop_index("ix_response_receipt_digest", "response")
    op.drop_column("response", "receipt_digest")
    op.drop_column("response", "procedure_group")
    op.execute("UPDATE response SET channel = 'open' WHERE channel = 'slip'")
    _take_channels(WIDE, NARROW)


def _make_slips() -> None:
    op.create_table(
        "slip_batch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("procedure_group", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "made_on <= expires_on", name=op.f("ck_slip_batch_period_runs_forward")
        ),
        sa.ForeignKeyConstraint(["round"], ["round.code"], name="fk_slip_batch_round_round"),
        sa.PrimaryKeyConstraint("id", name="pk_slip_batch"),
    )
    op.create_table(
        "slip",
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["slip_batch.id"], name="fk_slip_batch_slip_batch"),
        sa.PrimaryKeyConstraint("code_digest", name="pk_slip"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_slip_batch", "slip", ["batch"])


def _take_channels(old: str, new: str) -> None:
    """Change which channels there are; SQLite makes the table anew, with all that hangs on it."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint(op.f(CHANNEL), "response", type_="check")
        op.create_check_constraint(op.f(CHANNEL), "response", new)
        return
    hangs_on_it = sa.text(
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'response' AND sql IS NOT NULL"
        " ORDER BY type <> 'table', type, name"
    )
    table, *others = connection.scalars(hangs_on_it).all()
    op.execute(_text(table.replace("response", "response_anew", 1).replace(old, new)))
    op.execute("INSERT INTO response_anew SELECT * FROM response")
    op.drop_table("response")
    op.rename_table("response_anew", "response")
    for text in others:
        op.execute(_text(text))


def _text(sql: str) -> sa.TextClause:
    """Return words of SQLite's own as they are, without reading a colon in them as a parameter."""
    return sa.text(sql.replace(":", "\\:"))
