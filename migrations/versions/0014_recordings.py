"""Questions read aloud, one recording for each question and language of a version."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recording",
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name="ck_recording_sha256_is_hex"),
        sa.CheckConstraint("length(content) > 0", name="ck_recording_content_is_there"),
        sa.ForeignKeyConstraint(
            ["instrument", "version"],
            ["instrument_version.code", "instrument_version.version"],
            name="fk_recording_instrument_instrument_version",
        ),
        sa.PrimaryKeyConstraint("instrument", "version", "item", "language", name="pk_recording"),
    )
    op.create_index("ix_recording_sha256", "recording", ["sha256"])


def downgrade() -> None:
    op.drop_index("ix_recording_sha256", table_name="recording")
    op.drop_table("recording")
