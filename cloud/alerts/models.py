"""The table of alerts, those that are over among them."""

from datetime import datetime

from sqlalchemy import Column, Index, text
from sqlmodel import Field, SQLModel

from cloud.alerts.kinds import Kind, Severity
from cloud.db import JSON_TYPE, UtcDateTime, code_column, new_public_id

_IN_ZONE = text("resolved_at IS NULL AND zone_id IS NOT NULL")
_IN_HOUSE = text("resolved_at IS NULL AND zone_id IS NULL")


class Alert(SQLModel, table=True):
    """One trouble from its first sign to its end; of each kind and place one that is not over."""

    __table_args__ = (
        Index(
            "ux_alert_zone",
            "zone_id",
            "kind",
            unique=True,
            sqlite_where=_IN_ZONE,
            postgresql_where=_IN_ZONE,
        ),
        Index(
            "ux_alert_house",
            "greenhouse_id",
            "kind",
            unique=True,
            sqlite_where=_IN_HOUSE,
            postgresql_where=_IN_HOUSE,
        ),
        Index("ix_alert_greenhouse", "greenhouse_id", "opened_at"),
        Index("ix_alert_cooperative", "cooperative_id", "opened_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    greenhouse_id: int = Field(foreign_key="greenhouse.id")
    zone_id: int | None = Field(default=None, foreign_key="zone.id")
    kind: Kind = Field(sa_column=code_column(Kind))
    severity: Severity = Field(sa_column=code_column(Severity))
    detail: dict[str, str | int | float] = Field(sa_column=Column(JSON_TYPE, nullable=False))
    since: datetime = Field(sa_type=UtcDateTime, description="of the trouble itself")
    opened_at: datetime = Field(sa_type=UtcDateTime, description="when it was first seen here")
    seen_at: datetime = Field(sa_type=UtcDateTime)
    well_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="since when nothing of it was seen"
    )
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_by_id: int | None = Field(default=None, foreign_key="account.id")
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def is_urgent(self) -> bool:
        return self.severity is Severity.ACT
