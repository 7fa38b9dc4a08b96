"""Rounds that are prepared before they open; what their weights are made of."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "round", sa.Column("is_draft", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "round", sa.Column("purposes", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
    )
    _widen_sample()
    op.create_table(
        "weighting",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lonely_psu", sa.Text(), nullable=False),
        sa.Column("by_classes", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("margins", sa.JSON(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "lonely_psu in ('refuse', 'certainty', 'average', 'adjust')",
            name=op.f("ck_weighting_policy_is_known"),
        ),
        sa.CheckConstraint(
            "kind in ('poststratify', 'raking')", name=op.f("ck_weighting_kind_is_known")
        ),
        sa.ForeignKeyConstraint(["round"], ["round.code"], name="fk_weighting_round_round"),
        sa.PrimaryKeyConstraint("round", "number", name="pk_weighting"),
    )


def downgrade() -> None:
    op.drop_table("weighting")
    with op.batch_alter_table("sampled_place") as table:
        table.drop_constraint(op.f("ck_sampled_place_target_is_positive"), type_="check")
        for column in ("is_certainty", "response_class", "target_count"):
            table.drop_column(column)
    op.drop_column("round", "purposes")
    op.drop_column("round", "is_draft")


def _widen_sample() -> None:
    is_certainty = sa.Column(
        "is_certainty", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    with op.batch_alter_table("sampled_place") as table:
        table.add_column(sa.Column("target_count", sa.Integer(), nullable=True))
        table.add_column(sa.Column("response_class", sa.Text(), nullable=True))
        table.add_column(is_certainty)
        table.create_check_constraint(
            op.f("ck_sampled_place_target_is_positive"), "target_count > 0"
        )
