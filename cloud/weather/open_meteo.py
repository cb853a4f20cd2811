"""Forecasts by Open-Meteo; off where it is not chosen.

Its documents (open-meteo.com/en/docs): one GET of `/v1/forecast` with `daily` variables and
`past_days`; values stand in columns beside `time`, their units in `daily_units`; a value that is
not known is null. Free of charge for what is no commerce, the data under CC BY 4.0; with a key the
address is another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cloud.calling import Get, SilentError, get
from cloud.weather.rules import AHEAD_DAYS, BEFORE_DAYS
from cloud.weather.source import Day, NoForecastError, SourceName

BASE: Final = "https://api.open-meteo.com"
MOST_MM: Final = 20.0
"""No day on earth draws more."""
_MOST_DAYS: Final = 32
_VARIABLE: Final = "et0_fao_evapotranspiration"
_Millimetres = Annotated[float, Field(ge=0.0, le=MOST_MM)]


class _Units(BaseModel):
    model_config = ConfigDict(strict=True)

    et0_fao_evapotranspiration: Literal["mm"]


class _Daily(BaseModel):
    model_config = ConfigDict(strict=True, allow_inf_nan=False)

    time: Annotated[list[date], Field(min_length=1, max_length=_MOST_DAYS)]
    et0_fao_evapotranspiration: Annotated[list[_Millimetres | None], Field(max_length=_MOST_DAYS)]

    @model_validator(mode="after")
    def _are_columns(self) -> "_Daily":
        if len(self.time) != len(self.et0_fao_evapotranspiration):
            raise ValueError("columns of different length")
        return self


class _Answer(BaseModel):
    """As far as anybody here asks; a newer service may say more."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False)

    utc_offset_seconds: Literal[25_200]
    daily_units: _Units
    daily: _Daily


@dataclass(frozen=True)
class Place:
    """Degrees north and east."""

    latitude: float
    longitude: float


class OpenMeteo:
    """Asks for one place."""

    name = SourceName.OPEN_METEO

    def __init__(self, place: Place, base: str = BASE, key: str = "", ask: Get = get) -> None:
        asked: dict[str, str | float | int] = {
            "latitude": place.latitude,
            "longitude": place.longitude,
            "daily": _VARIABLE,
            "past_days": BEFORE_DAYS,
            "forecast_days": AHEAD_DAYS,
            "timezone": "Asia/Ho_Chi_Minh",
        }
        if key:
            asked["apikey"] = key
        self._url, self._ask = f"{base}/v1/forecast?{urlencode(asked)}", ask

    def days(self) -> Sequence[Day]:
        try:
            answer = self._ask(self._url)
        except SilentError as silence:
            raise NoForecastError(str(silence)) from None
        if answer.status != HTTPStatus.OK:
            raise NoForecastError(f"answer {answer.status}")
        try:
            told = _Answer.model_validate_json(answer.octets).daily
        except ValidationError as error:
            raise NoForecastError(f"{error.error_count()} things wrong in the answer") from None
        columns = zip(told.time, told.et0_fao_evapotranspiration, strict=True)
        return [Day(on, et0_mm) for on, et0_mm in columns if et0_mm is not None]
