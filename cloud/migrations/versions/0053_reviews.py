"""Reviews by buyers, why some were refused, and the counters that lists read."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_CODE = sa.String(32)


def upgrade() -> None:
    for name in ("review_count", "review_stars"):
        column = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        op.add_column("product", column)
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("written_at", _MOMENT, nullable=False),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("refused_for", _CODE, nullable=True),
        sa.Column("judged_by", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.Column("reported_for", _CODE, nullable=True),
        sa.Column("reported_at", _MOMENT, nullable=True),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="ck_review_stars"),
        _reference("review", "cooperative"),
        _reference("review", "product"),
        _reference("review", "order", "orders"),
        _reference("review", "lot"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("public_id", name=op.f("uq_review_public_id")),
        sa.UniqueConstraint("order_id", "product_id", name=op.f("uq_review_order_id_product_id")),
    )
    op.create_index(op.f("ix_review_cooperative_id"), "review", ["cooperative_id"])
    op.create_index("ix_review_product_id", "review", ["product_id", "state", "id"])
    op.create_table(
        "review_refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("part", _CODE, nullable=False),
        sa.Column("reason", _CODE, nullable=False),
        sa.Column("was_shown", sa.Boolean(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        _reference("review_refusal", "cooperative"),
        _reference("review_refusal", "product"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_refusal")),
    )
    for name in ("cooperative_id", "product_id"):
        op.create_index(op.f(f"ix_review_refusal_{name}"), "review_refusal", [name])


def _reference(table: str, what: str, other: str = "") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{what}_id")
    return sa.ForeignKeyConstraint([f"{what}_id"], [f"{other or what}.id"], name=name)
