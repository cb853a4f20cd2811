"""Remittances that were undone, and the transactions by which carriers paid them.

Columns that point elsewhere are added as both databases understand it: written anew, as a batch
does it on SQLite, a table would be missed by the rows that name it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("cod_remittance", moment)
    _point("cod_remittance", "undone_by", "account")
    _point("bank_txn", "remittance_id", "cod_remittance")
    op.create_index(op.f("ix_bank_txn_remittance_id"), "bank_txn", ["remittance_id"], unique=True)


def _point(table: str, column: str, other: str) -> None:
    name = f"fk_{table}_{column}"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} INTEGER"
        f" CONSTRAINT {name} REFERENCES {other} (id)"
    )
