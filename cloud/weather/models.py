"""Table of the newest forecast: one place, one source, some days."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from cloud.db import UtcDateTime


class ForecastDay(SQLModel, table=True):
    """Reference evapotranspiration of a day in the open air, past or ahead."""

    __tablename__ = "forecast_day"

    day: date = Field(primary_key=True, description="in Viet Nam")
    et0_mm: float = Field(description="FAO-56 reference evapotranspiration, mm")
    source: str = Field(max_length=20)
    fetched_at: datetime = Field(sa_type=UtcDateTime)
