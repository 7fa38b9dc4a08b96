"""Live counts: how many responses stand where, kept by triggers instead of read from them all."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEYS = ("round", "place", "channel", "state", "is_waiting")
LISTED = ", ".join(KEYS)
SAME = " AND ".join(f"counted.{key} = gone.{key}" for key in KEYS)
GROUPED = """
    SELECT round, coalesce(place, '') AS place, channel, state, {notes} <> '[]' AS is_waiting,
           count(*) AS n
    FROM {rows} GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""
"""In one order, so that two writers that count many places never wait for each other in a ring."""

SQLITE_ADD = f"""
    INSERT INTO response_count ({LISTED}, n)
    VALUES (new.round, coalesce(new.place, ''), new.channel, new.state, new.notes <> '[]', 1)
    ON CONFLICT ({LISTED}) DO UPDATE SET n = n + 1;
"""  # noqa: S608 - words of this file
SQLITE_TAKE = """
    UPDATE response_count SET n = n - 1
    WHERE round = old.round AND place = coalesce(old.place, '') AND channel = old.channel
      AND state = old.state AND is_waiting = (old.notes <> '[]');
"""
POSTGRESQL_ADD = f"""
    INSERT INTO response_count AS counted ({LISTED}, n)
    {GROUPED.format(notes="notes::text", rows="added")}
    ON CONFLICT ({LISTED}) DO UPDATE SET n = counted.n + excluded.n;
"""
POSTGRESQL_TAKE = f"""
    UPDATE response_count AS counted SET n = counted.n - gone.n
    FROM ({GROUPED.format(notes="notes::text", rows="taken")}) AS gone WHERE {SAME};
"""  # noqa: S608 - words of this file
EVENTS = (
    ("insert", ("ADD",), "NEW TABLE AS added"),
    ("update", ("TAKE", "ADD"), "OLD TABLE AS taken NEW TABLE AS added"),
    ("delete", ("TAKE",), "OLD TABLE AS taken"),
)


def upgrade() -> None:
    op.create_table(
        "response_count",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0", name=op.f("ck_response_count_nothing_is_owed")),
        sa.PrimaryKeyConstraint(*KEYS, name="pk_response_count"),
        sqlite_with_rowid=False,
    )
    notes = "notes::text" if _is_postgresql() else "notes"
    counted = GROUPED.format(notes=notes, rows="response")
    op.execute(f"INSERT INTO response_count ({LISTED}, n) {counted}")
    for event, steps, tables in EVENTS:
        _make_trigger(event, steps, tables)


def downgrade() -> None:
    for event, _, _ in EVENTS:
        name = f"response_count_{event}"
        op.execute(f"DROP TRIGGER {name}" + (" ON response" if _is_postgresql() else ""))
        if _is_postgresql():
            op.execute(f"DROP FUNCTION {name}")
    op.drop_table("response_count")


def _make_trigger(event: str, steps: tuple[str, ...], tables: str) -> None:
    """Make one trigger: row by row on SQLite, once for each statement on PostgreSQL."""
    name = f"response_count_{event}"
    if not _is_postgresql():
        texts = {"ADD": SQLITE_ADD, "TAKE": SQLITE_TAKE}
        deeds = "".join(texts[step] for step in steps)
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON response BEGIN {deeds} END")
        return
    texts = {"ADD": POSTGRESQL_ADD, "TAKE": POSTGRESQL_TAKE}
    deeds = "".join(texts[step] for step in steps)
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {deeds} RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} AFTER {event} ON response REFERENCING {tables} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
