"""Events of EPCIS 2.0, what was captured, and keys of programs."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _tokens()
    _events()
    _things()
    _captures()


def _tokens() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("scope", sa.String(32), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_api_token_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_api_token_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("public_id", name=op.f("uq_api_token_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_cooperative_id"), "api_token", ["cooperative_id"])


def _events() -> None:
    op.create_table(
        "epcis_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("declared", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("event_type", sa.String(), nullable=False),
        sa.Column("event_ms", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("action", sa.String(), nullable=True),
        sa.Column("biz_step", sa.String(), nullable=True),
        sa.Column("disposition", sa.String(), nullable=True),
        sa.Column("read_point", sa.String(), nullable=True),
        sa.Column("biz_location", sa.String(), nullable=True),
        sa.Column("transformation_id", sa.String(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_epcis_event_cooperative_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epcis_event")),
    )
    names = ["cooperative_id", "event_id", "declared"]
    op.create_index("ux_epcis_event_name", "epcis_event", names, unique=True)
    op.create_index(
        "ux_epcis_event_source", "epcis_event", ["cooperative_id", "source"], unique=True
    )
    op.create_index("ix_epcis_event_hash", "epcis_event", ["cooperative_id", "hash"])
    op.create_index("ix_epcis_event_time", "epcis_event", ["cooperative_id", "event_ms", "id"])
    op.create_index("ix_epcis_event_number", "epcis_event", ["cooperative_id", "id"])


def _things() -> None:
    op.create_table(
        "epcis_thing",
        sa.Column("cooperative_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_epcis_thing_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["epcis_event.id"], name=op.f("fk_epcis_thing_event_id")
        ),
        sa.PrimaryKeyConstraint(
            "cooperative_id", "thing", "part", "event_id", name=op.f("pk_epcis_thing")
        ),
        sqlite_with_rowid=False,
    )


def _captures() -> None:
    op.create_table(
        "epcis_capture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_epcis_capture_cooperative_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epcis_capture")),
        sa.UniqueConstraint("public_id", name=op.f("uq_epcis_capture_public_id")),
    )
    op.create_index(op.f("ix_epcis_capture_cooperative_id"), "epcis_capture", ["cooperative_id"])
