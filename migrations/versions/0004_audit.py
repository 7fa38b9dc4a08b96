"""The audit chain: its lines, its head, and triggers that refuse to change what was written."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

IS_WRITTEN = "EXISTS (SELECT 1 FROM {} WHERE {})"
SAME_LINE = "seq = NEW.seq OR prev = NEW.prev OR hash = NEW.hash"
NOT_THE_NEXT = "NEW.id <> OLD.id OR NEW.seq <> OLD.seq + 1"

SQLITE_TRIGGER = """
    CREATE TRIGGER {table}_refuses_{event} BEFORE {event} ON {table} WHEN {condition}
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END
"""
ON_SQLITE = (
    ("audit", "update", "true"),
    ("audit", "delete", "true"),
    # INSERT OR REPLACE removes a row without asking the trigger above
    ("audit", "insert", IS_WRITTEN.format("audit", SAME_LINE)),
    ("audit_head", "update", NOT_THE_NEXT),
    ("audit_head", "delete", "true"),
    ("audit_head", "insert", IS_WRITTEN.format("audit_head", "true")),
)

POSTGRESQL_FUNCTION = """
    CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$
"""
POSTGRESQL_TRIGGER = """
    CREATE TRIGGER {table}_refuses_{name} BEFORE {event} ON {table} FOR EACH {scope}
    EXECUTE FUNCTION refuse_audit_change()
"""
ON_POSTGRESQL = (
    ("audit", "change", "UPDATE OR DELETE OR TRUNCATE", "STATEMENT"),
    ("audit_head", "removal", "DELETE OR TRUNCATE", "STATEMENT"),
    ("audit_head", "update", "UPDATE", f"ROW WHEN ({NOT_THE_NEXT})"),
)


def upgrade() -> None:
    _make_chain()
    _make_head()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_FUNCTION)
        for table, name, event, scope in ON_POSTGRESQL:
            op.execute(POSTGRESQL_TRIGGER.format(table=table, name=name, event=event, scope=scope))
        return
    for table, event, condition in ON_SQLITE:
        op.execute(SQLITE_TRIGGER.format(table=table, event=event, condition=condition))


def downgrade() -> None:
    for table in ("audit_head", "audit"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")


def _make_chain() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("ip_class", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_audit_seq_is_positive")),
        sa.CheckConstraint("length(prev) = 64", name=op.f("ck_audit_prev_is_hex")),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_audit_hash_is_hex")),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
        sa.UniqueConstraint("prev", name="uq_audit_prev"),
        sa.UniqueConstraint("hash", name="uq_audit_hash"),
    )
    op.create_index("ix_audit_actor", "audit", ["actor", "seq"])
    op.create_index("ix_audit_action", "audit", ["action", "seq"])


def _make_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
