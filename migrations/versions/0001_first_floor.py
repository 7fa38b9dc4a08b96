"""The first floor: instruments, rounds, devices, staff, responses, score runs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

IN_ORDER_OF_NEED = (
    "instrument_version", "index_tree", "round", "sampled_place", "device", "staff",
    "staff_session", "response", "quarantine", "probe", "score_run",
)  # fmt: skip


def upgrade() -> None:
    _make_instruments()
    _make_fieldwork()
    _make_devices()
    _make_people()
    _make_responses()
    _make_results()


def downgrade() -> None:
    for table in reversed(IN_ORDER_OF_NEED):
        op.drop_table(table)


def _make_instruments() -> None:
    op.create_table(
        "instrument_version",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name="ck_instrument_version_sha256_is_hex"),
        sa.PrimaryKeyConstraint("code", "version", name="pk_instrument_version"),
    )
    op.create_table(
        "index_tree",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name="ck_index_tree_sha256_is_hex"),
        sa.PrimaryKeyConstraint("sha256", name="pk_index_tree"),
    )


def _make_fieldwork() -> None:
    op.create_table(
        "round",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("instrument_version", sa.Text(), nullable=False),
        sa.Column("trees", sa.JSON(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("is_open_access", sa.Boolean(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.Column("consent_version", sa.Text(), nullable=False),
        sa.Column("consent", sa.JSON(), nullable=False),
        sa.Column("place_item", sa.Text(), nullable=True),
        sa.Column("items_off", sa.JSON(), nullable=False),
        sa.Column("variables", sa.JSON(), nullable=False),
        sa.CheckConstraint("opens_on <= closes_on", name="ck_round_period_runs_forward"),
        sa.ForeignKeyConstraint(
            ["instrument", "instrument_version"],
            ["instrument_version.code", "instrument_version.version"],
            name="fk_round_instrument_instrument_version",
        ),
        sa.PrimaryKeyConstraint("code", name="pk_round"),
    )
    op.create_table(
        "sampled_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("psu", sa.Text(), nullable=False),
        sa.Column("ssu", sa.Text(), nullable=True),
        sa.Column("base_weight", sa.Double(), nullable=False),
        sa.CheckConstraint("base_weight > 0", name="ck_sampled_place_base_weight_is_positive"),
        sa.ForeignKeyConstraint(["round"], ["round.code"], name="fk_sampled_place_round_round"),
        sa.PrimaryKeyConstraint("id", name="pk_sampled_place"),
        sa.UniqueConstraint("round", "place", name="uq_sampled_place_round_place"),
    )


def _make_devices() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_digest", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
        sa.UniqueConstraint("key_digest", name="uq_device_key_digest"),
    )


def _make_people() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role in ('device', 'interviewer', 'supervisor', 'analyst', 'micro_analyst', "
            "'designer', 'admin', 'auditor', 'key_officer')",
            name="ck_staff_role_is_known",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("login", name="uq_staff_login"),
    )
    op.create_table(
        "staff_session",
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff"], ["staff.id"], name="fk_staff_session_staff_staff", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_digest", name="pk_staff_session"),
    )


def _make_responses() -> None:
    op.create_table(
        "response",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("instrument_version", sa.Text(), nullable=False),
        sa.Column("instrument_sha256", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("received_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("channel in ('open', 'device')", name="ck_response_channel_is_known"),
        sa.CheckConstraint(
            "state in ('complete', 'abandoned')", name="ck_response_state_is_known"
        ),
        sa.CheckConstraint("length(id) = 36", name="ck_response_id_is_uuid"),
        sa.CheckConstraint("length(sha256) = 64", name="ck_response_sha256_is_hex"),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interview", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("error_where", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("received_hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
    )
    op.create_table(
        "probe",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_probe_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_probe"),
    )
    op.create_index("ix_response_round", "response", ["round"])
    op.create_index("ix_quarantine_device", "quarantine", ["device"])


def _make_results() -> None:
    op.create_table(
        "score_run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("tree_sha256", sa.Text(), nullable=False),
        sa.Column("instrument_sha256", sa.Text(), nullable=False),
        sa.Column("answers_sha256", sa.Text(), nullable=False),
        sa.Column("frame_sha256", sa.Text(), nullable=False),
        sa.Column("responses_count", sa.Integer(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round"], ["round.code"], name="fk_score_run_round_round"),
        sa.ForeignKeyConstraint(
            ["tree_sha256"], ["index_tree.sha256"], name="fk_score_run_tree_sha256_index_tree"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_score_run"),
    )
    op.create_index("ix_score_run_round", "score_run", ["round", "tree_sha256", "computed_at"])
