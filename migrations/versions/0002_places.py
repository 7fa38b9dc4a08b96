"""Places: administrative units, villages, successors, aliases, and the Vietnamese order."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # SQLite gets the same order, under the same name, from each connection
        op.execute("CREATE COLLATION vietnamese (provider = icu, locale = 'vi-u-kn-true')")
    _make_place()
    _make_successor()
    _make_alias()


def downgrade() -> None:
    for table in ("place_alias", "place_successor", "place"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP COLLATION vietnamese")


def _make_place() -> None:
    op.create_table(
        "place",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("designation", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind in ('province', 'district', 'commune', 'ward', 'special_zone', 'village')",
            name=op.f("ck_place_kind_is_known"),
        ),
        sa.CheckConstraint(
            "(kind = 'province' and length(code) = 2)"
            " or (kind = 'district' and length(code) = 3)"
            " or (kind in ('commune', 'ward', 'special_zone') and length(code) = 5)"
            " or (kind = 'village' and length(code) > 6"
            " and substr(code, 1, 6) = (parent || '.'))",
            name=op.f("ck_place_code_fits_kind"),
        ),
        sa.CheckConstraint(
            "(kind = 'province') = (parent is null)", name=op.f("ck_place_only_provinces_are_top")
        ),
        sa.CheckConstraint(
            "valid_from <= valid_until", name=op.f("ck_place_validity_runs_forward")
        ),
        sa.ForeignKeyConstraint(["parent"], ["place.code"], name="fk_place_parent_place"),
        sa.PrimaryKeyConstraint("code", name="pk_place"),
    )
    op.create_index("ix_place_parent", "place", ["parent"])


def _make_successor() -> None:
    op.create_table(
        "place_successor",
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("extent", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("old <> new", name=op.f("ck_place_successor_two_places")),
        sa.CheckConstraint(
            "extent in ('same', 'inside', 'contains', 'overlaps')",
            name=op.f("ck_place_successor_extent_is_known"),
        ),
        sa.ForeignKeyConstraint(["old"], ["place.code"], name="fk_place_successor_old_place"),
        sa.ForeignKeyConstraint(["new"], ["place.code"], name="fk_place_successor_new_place"),
        sa.PrimaryKeyConstraint("old", "new", name="pk_place_successor"),
    )
    op.create_index("ix_place_successor_new", "place_successor", ["new"])


def _make_alias() -> None:
    op.create_table(
        "place_alias",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["place"], ["place.code"], name="fk_place_alias_place_place"),
        sa.PrimaryKeyConstraint("place", "system", "alias", name="pk_place_alias"),
    )
    only_codes = sa.text("system <> 'spelling'")
    op.create_index(
        "uq_place_alias_system_alias",
        "place_alias",
        ["system", "alias"],
        unique=True,
        sqlite_where=only_codes,
        postgresql_where=only_codes,
    )
