"""The seller's tax code, and the tax in the price of each product and of each line."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("shop", schema=None) as batch:
        batch.add_column(sa.Column("tax_code", sa.String(), nullable=False, server_default=""))
    for table in ("product", "order_line"):
        with op.batch_alter_table(table, schema=None) as batch:
            batch.add_column(sa.Column("vat", sa.String(32), nullable=True))
