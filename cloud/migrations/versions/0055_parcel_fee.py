"""What a carrier asked of the shop for a parcel."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shipment", sa.Column("fee", sa.BigInteger(), nullable=True))
