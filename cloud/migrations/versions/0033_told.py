"""Up to where our own rows are told as events, and which of them cannot be."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "epcis_mark",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("upto", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_epcis_mark")),
    )
    op.create_table(
        "epcis_aside",
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_epcis_aside_cooperative_id")
        ),
        sa.PrimaryKeyConstraint("cooperative_id", "source", name=op.f("pk_epcis_aside")),
    )
    op.create_index("ix_lot_created", "lot", ["created_at"])
    op.create_index("ix_lot_recalled", "lot", ["recalled_at"])
    op.create_index("ix_issuance_issued", "issuance", ["issued_at"])
    op.create_index("ix_order_event_what", "order_event", ["what", "at"])
