"""Invitations: whoever holds the link sets the password of an account, once."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_invitation",
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff"], ["staff.id"], name="fk_staff_invitation_staff_staff", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff", name="pk_staff_invitation"),
        sa.UniqueConstraint("token_digest", name="uq_staff_invitation_token_digest"),
    )


def downgrade() -> None:
    op.drop_table("staff_invitation")
