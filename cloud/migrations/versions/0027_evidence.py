"""What the law asks of goods, states of stamps, sheets as jobs, looks, and inputs of the diary."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    _lots_and_runs()
    _passports()
    _voids_and_sheets()
    _looks()
    _inputs()
    _moves()


def _lots_and_runs() -> None:
    with op.batch_alter_table("lot", schema=None) as batch:
        batch.add_column(sa.Column("key", sa.String(36), nullable=True))
        batch.add_column(sa.Column("recalled_at", _MOMENT, nullable=True))
        batch.add_column(sa.Column("recall_reason", sa.String(200), server_default=""))
        batch.add_column(sa.Column("left_g", sa.BigInteger(), nullable=True))
        batch.alter_column("recall_reason", nullable=False, existing_type=sa.String(200))
    # What stands on shelves was packed from its lot already.
    op.execute(
        "UPDATE lot SET left_g = quantity_g - coalesce("
        "(SELECT sum(m.delta * v.mass_g) FROM stock_move m JOIN variant v ON v.id = m.variant_id"
        " WHERE m.source = 'lot:' || lot.public_id), 0)"
    )
    with op.batch_alter_table("lot", schema=None) as batch:
        batch.alter_column("left_g", nullable=False, existing_type=sa.BigInteger())
    op.create_index("ux_lot_key", "lot", ["cooperative_id", "key"], unique=True)
    with op.batch_alter_table("issuance", schema=None) as batch:
        batch.add_column(sa.Column("key", sa.String(36), nullable=True))
        batch.add_column(sa.Column("kind", sa.String(32), server_default="unit"))
        batch.add_column(sa.Column("producer", sa.String(), server_default=""))
        batch.add_column(sa.Column("activated", sa.Integer(), nullable=True))
    # What was printed before this day was glued on without being told so.
    op.execute("UPDATE issuance SET activated = quantity")
    with op.batch_alter_table("issuance", schema=None) as batch:
        batch.alter_column("activated", nullable=False, existing_type=sa.Integer())
        batch.alter_column("kind", nullable=False, existing_type=sa.String(32))
        batch.alter_column("producer", nullable=False, existing_type=sa.String())
    op.create_index("ux_issuance_key", "issuance", ["cooperative_id", "key"], unique=True)


def _passports() -> None:
    op.create_table(
        "passport_party",
        sa.Column("cooperative_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_passport_party_cooperative_id")
        ),
        sa.PrimaryKeyConstraint("cooperative_id", name=op.f("pk_passport_party")),
    )
    op.create_table(
        "passport",
        sa.Column("trade_item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("brand", sa.String(), nullable=True),
        sa.Column("shelf_life", sa.String(), nullable=True),
        sa.Column("standards", sa.String(), nullable=True),
        sa.Column("warnings", sa.String(), nullable=True),
        sa.Column("more", sa.String(), nullable=True),
        sa.Column("no_certificates", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trade_item_id"], ["trade_item.id"], name=op.f("fk_passport_trade_item_id")
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_passport_photo_id")),
        sa.PrimaryKeyConstraint("trade_item_id", name=op.f("pk_passport")),
    )
    op.create_index(op.f("ix_passport_photo_id"), "passport", ["photo_id"])
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("trade_item_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_certificate_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["trade_item_id"], ["trade_item.id"], name=op.f("fk_certificate_trade_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certificate_public_id")),
    )
    op.create_index(op.f("ix_certificate_cooperative_id"), "certificate", ["cooperative_id"])
    op.create_index(op.f("ix_certificate_trade_item_id"), "certificate", ["trade_item_id"])


def _voids_and_sheets() -> None:
    op.create_table(
        "stamp_void",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuance_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["issuance_id"], ["issuance.id"], name=op.f("fk_stamp_void_issuance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_void")),
    )
    op.create_index(op.f("ix_stamp_void_issuance_id"), "stamp_void", ["issuance_id"])
    op.create_table(
        "stamp_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("issuance_id", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(20), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("turn", sa.String(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_stamp_sheet_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["issuance_id"], ["issuance.id"], name=op.f("fk_stamp_sheet_issuance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_sheet")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stamp_sheet_public_id")),
    )
    op.create_index(op.f("ix_stamp_sheet_cooperative_id"), "stamp_sheet", ["cooperative_id"])
    op.create_index(op.f("ix_stamp_sheet_issuance_id"), "stamp_sheet", ["issuance_id"])
    op.create_index(op.f("ix_stamp_sheet_state"), "stamp_sheet", ["state"])


def _looks() -> None:
    with op.batch_alter_table("scan", schema=None) as batch:
        batch.add_column(sa.Column("province", sa.String(8), server_default=""))
        batch.add_column(sa.Column("device", sa.String(32), server_default=""))
    with op.batch_alter_table("scan", schema=None) as batch:
        batch.alter_column("province", nullable=False, existing_type=sa.String(8))
        batch.alter_column("device", nullable=False, existing_type=sa.String(32))
    op.create_index(op.f("ix_scan_day"), "scan", ["day"])
    op.create_table(
        "scan_total",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("issuance_id", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("provinces", _JSON, nullable=False),
        sa.Column("devices", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["issuance_id"], ["issuance.id"], name=op.f("fk_scan_total_issuance_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_scan_total")),
    )
    op.create_index(op.f("ix_scan_total_issuance_id"), "scan_total", ["issuance_id"])
    op.create_table(
        "stamp_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("issuance_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("note", sa.String(300), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_stamp_report_cooperative_id")
        ),
        sa.ForeignKeyConstraint(
            ["issuance_id"], ["issuance.id"], name=op.f("fk_stamp_report_issuance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp_report")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stamp_report_public_id")),
    )
    op.create_index(op.f("ix_stamp_report_cooperative_id"), "stamp_report", ["cooperative_id"])
    op.create_index(op.f("ix_stamp_report_issuance_id"), "stamp_report", ["issuance_id"])


def _inputs() -> None:
    op.create_table(
        "diary_input",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product", sa.String(80), nullable=False),
        sa.Column("registration", sa.String(40), nullable=False),
        sa.Column("dose", sa.String(60), nullable=False),
        sa.Column("phi_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["diary_entry.id"], name=op.f("fk_diary_input_entry_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_diary_input")),
    )


def _moves() -> None:
    op.create_table(
        "lot_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(36), nullable=True),
        sa.Column("delta_g", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_lot_move_cooperative_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_move_lot_id")),
        sa.ForeignKeyConstraint(["into_id"], ["lot.id"], name=op.f("fk_lot_move_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_move")),
    )
    op.create_index("ux_lot_move_key", "lot_move", ["cooperative_id", "key"], unique=True)
    op.create_index(op.f("ix_lot_move_lot_id"), "lot_move", ["lot_id"])
    op.create_index(op.f("ix_lot_move_into_id"), "lot_move", ["into_id"])
