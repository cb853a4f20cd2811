"""Who a shop is, and the certificates that its products claim."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_TEXTS = ("registration", "address", "representative", "verified_by", "refused_reason")


def upgrade() -> None:
    with op.batch_alter_table("shop", schema=None) as batch:
        for name in _TEXTS:
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.create_table(
        "shop_certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(32), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("picture_id", sa.Integer(), nullable=True),
        sa.Column("verified_at", _MOMENT, nullable=True),
        sa.Column("verified_by", sa.String(), nullable=False),
        sa.Column("refused_reason", sa.String(), nullable=False),
        sa.Column("withdrawn_at", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "(scheme = 'ocop') = (stars IS NOT NULL) AND (stars IS NULL OR stars BETWEEN 3 AND 5)",
            name="ck_shop_certificate_stars",
        ),
        _to("shop_certificate", "cooperative"),
        _to("shop_certificate", "shop"),
        _to("shop_certificate", "picture"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_certificate")),
        sa.UniqueConstraint("public_id", name=op.f("uq_shop_certificate_public_id")),
    )
    op.create_index(op.f("ix_shop_certificate_shop_id"), "shop_certificate", ["shop_id"])
    op.create_table(
        "product_claim",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("shop_certificate_id", sa.Integer(), nullable=False),
        sa.Column("cooperative_id", sa.Integer(), nullable=False),
        _to("product_claim", "product"),
        _to("product_claim", "shop_certificate"),
        _to("product_claim", "cooperative"),
        sa.PrimaryKeyConstraint(
            "product_id", "shop_certificate_id", name=op.f("pk_product_claim")
        ),
    )


def _to(table: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{other}_id")
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name)
