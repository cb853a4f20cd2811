"""Samples by day, what they are rolled up to, and the packed days they leave behind."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Milliseconds since 1970 to the number of a day or a quarter of an hour in Vietnam.
_OFFSET_MS = 7 * 3_600_000
_DAY = f"CAST((wall_ms + {_OFFSET_MS}) / 86400000 AS INTEGER)"
_QUARTER = f"CAST((wall_ms + {_OFFSET_MS}) / 900000 AS INTEGER)"
_COLUMNS = "device_id, epoch, seq, boot, uptime_ms, wall_ms, quality, zone_key, metrics"


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    op.drop_index("ix_sample_zone_time", table_name="sample")
    op.rename_table("sample", "sample_before")
    if postgres:
        op.execute("ALTER TABLE sample_before RENAME CONSTRAINT pk_sample TO pk_sample_before")
    op.create_table(
        "sample",
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("boot", sa.String(), nullable=False),
        sa.Column("uptime_ms", sa.BigInteger(), nullable=False),
        sa.Column("wall_ms", sa.BigInteger(), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("zone_key", sa.String(), nullable=True),
        sa.Column("metrics", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("device_id", "epoch", "seq", "day", name=op.f("pk_sample")),
        sqlite_with_rowid=False,
        postgresql_partition_by="RANGE (day)",
    )
    if postgres:
        # A schema of their own: days come and go there, and the tables of the product stay few.
        op.execute("CREATE SCHEMA parts")
        op.execute("CREATE TABLE parts.sample_other PARTITION OF sample DEFAULT")
    op.execute(f"INSERT INTO sample ({_COLUMNS}, day) SELECT {_COLUMNS}, {_DAY} FROM sample_before")
    op.drop_table("sample_before")
    op.create_index("ix_sample_zone_time", "sample", ["device_id", "day", "zone_key", "wall_ms"])
    _rollups()
    op.execute(
        "INSERT INTO rollup_due (quarter, device_id) "
        f"SELECT DISTINCT {_QUARTER}, device_id FROM sample"
    )


def _rollups() -> None:
    op.create_table(
        "rollup",
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("zone_key", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("total", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint(
            "level", "device_id", "bucket", "zone_key", "metric", name=op.f("pk_rollup")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rollup_due",
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("quarter", "device_id", name=op.f("pk_rollup_due")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sample_pack",
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("device_id", "day", name=op.f("pk_sample_pack")),
    )
