"""Snapshots: which responses are due in the columns, and which responses a score run counted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQLITE_TRIGGER = """
    CREATE TRIGGER response_{event} AFTER {event} ON response BEGIN
        INSERT INTO snapshot_due (response, round, marks) VALUES ({row}.id, {row}.round, {marks})
        ON CONFLICT (response) DO UPDATE SET marks = marks + 1;
    END
"""
POSTGRESQL_FUNCTION = """
    CREATE FUNCTION response_{event}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO snapshot_due AS due (response, round, marks)
        VALUES ({row}.id, {row}.round, {marks})
        ON CONFLICT (response) DO UPDATE SET marks = due.marks + 1;
        RETURN NULL;
    END $$
"""
POSTGRESQL_TRIGGER = """
    CREATE TRIGGER response_{event} AFTER {event} ON response
    FOR EACH ROW EXECUTE FUNCTION response_{event}()
"""
EVENTS = (("insert", "new", 0), ("update", "new", 1), ("delete", "old", 1))


def upgrade() -> None:
    op.create_table(
        "snapshot_due",
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.CheckConstraint("marks >= 0", name=op.f("ck_snapshot_due_marks_count_up")),
        sa.PrimaryKeyConstraint("response", name="pk_snapshot_due"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_snapshot_due_round", "snapshot_due", ["round"])
    op.create_table(
        "score_batch",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("added", sa.LargeBinary(), nullable=False),
        sa.Column("removed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["round"], ["round.code"], name="fk_score_batch_round_round"),
        sa.PrimaryKeyConstraint("round", "part", "number", name="pk_score_batch"),
    )
    op.add_column("score_run", sa.Column("batch", sa.Integer(), nullable=True))
    op.execute("INSERT INTO snapshot_due SELECT id, round, 0 FROM response")
    _make_triggers()


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for event, _, _ in EVENTS:
        op.execute(f"DROP TRIGGER response_{event}" + (" ON response" if is_postgresql else ""))
        if is_postgresql:
            op.execute(f"DROP FUNCTION response_{event}")
    op.drop_column("score_run", "batch")
    op.drop_table("score_batch")
    op.drop_table("snapshot_due")


def _make_triggers() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for event, row, marks in EVENTS:
        texts = [POSTGRESQL_FUNCTION, POSTGRESQL_TRIGGER] if is_postgresql else [SQLITE_TRIGGER]
        for text in texts:
            op.execute(text.format(event=event, row=row, marks=marks))
