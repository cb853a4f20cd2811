"""The commune of an address by its code, and what it was called before."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_TABLES = ("order_buyer", "pickup_point", "shop")
_COLUMNS = ("commune", "units", "address_before")


def upgrade() -> None:
    for table in _TABLES:
        with op.batch_alter_table(table) as batch:
            for name in _COLUMNS:
                batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
