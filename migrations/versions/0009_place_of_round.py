"""Provinces that were merged have codes of their own; a round names the place that it covers."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NAME = "ck_place_code_fits_kind"
OLD = "(kind = 'province' and length(code) = 2)"
NEW = "(kind = 'province' and (length(code) = 2 or code like '__-____'))"
OTHERS = (
    " or (kind = 'district' and length(code) = 3)"
    " or (kind in ('commune', 'ward', 'special_zone') and length(code) = 5)"
    " or (kind = 'village' and length(code) > 6 and substr(code, 1, 6) = (parent || '.'))"
)


def upgrade() -> None:
    _hold_codes_to(NEW)
    op.add_column("round", sa.Column("place", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("round", "place")
    op.execute("delete from place_alias where place like '__-____'")
    op.execute("delete from place_successor where old like '__-____' or new like '__-____'")
    op.execute("delete from place where code like '__-____'")
    _hold_codes_to(OLD)


def _hold_codes_to(provinces: str) -> None:
    with op.batch_alter_table("place") as table:
        table.drop_constraint(op.f(NAME), type_="check")
        table.create_check_constraint(op.f(NAME), provinces + OTHERS)
