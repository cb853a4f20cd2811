"""What buyers and shops are told of orders, and buyers' addresses and numbers sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("order_buyer", schema=None) as batch:
        batch.add_column(sa.Column("phone_key", sa.String(), nullable=True))
        batch.add_column(sa.Column("email", sa.String(), nullable=False, server_default=""))
    op.create_index(op.f("ix_order_buyer_phone_key"), "order_buyer", ["phone_key"])
