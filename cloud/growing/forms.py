"""Settings as a form or a program sends them."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints

from cloud.bodies import Body
from cloud.growing.rules import MOST_PLANTS, Strategy
from cloud.growing.service import Chosen, Overview
from cloud.growing.words import clock
from cloud.lines import Whole
from wire.codes import Crop

OTHER: Final = "other"
"""A crop whose thirst the agent does not know: it goes by the soil and the weather."""

_DAY: Final = 1440
_PER_CENT: Final = 100

Time = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class GrowingForm(Body):
    """The page's form; levels in per cent of full soil, times of the local day."""

    crop: Crop | Literal["other"]
    planted_on: date
    plants: Whole = Field(ge=1, le=MOST_PLANTS)
    strategy: Strategy
    refill: Whole = Field(ge=1, le=99)
    target: Whole = Field(ge=1, le=100)
    window_from: Time
    window_to: Time
    based_on: Whole = Field(ge=0, le=2**31 - 1)

    def chosen(self) -> Chosen:
        return Chosen(
            crop=None if self.crop == OTHER else Crop(self.crop),
            planted_on=self.planted_on,
            plants=self.plants,
            strategy=self.strategy,
            refill=self.refill / _PER_CENT,
            target=self.target / _PER_CENT,
            window_from=_minute(self.window_from),
            window_to=_minute(self.window_to) or _DAY,
        )


class SettingsBody(Body):
    """The same for programs; levels as fractions of full soil, minutes of the local day."""

    model_config = ConfigDict(strict=True)

    crop: Crop | None = Field(default=None, strict=False)
    planted_on: date = Field(strict=False)
    plants: int = Field(ge=1, le=MOST_PLANTS)
    strategy: Strategy = Field(strict=False)
    refill: float = Field(gt=0, lt=1)
    target: float = Field(gt=0, le=1)
    window_from: int = Field(ge=0, lt=_DAY)
    window_to: int = Field(ge=1, le=_DAY)
    based_on: int = Field(ge=0, le=2**31 - 1, description="the number of the state it changes")

    def chosen(self) -> Chosen:
        return Chosen(**self.model_dump(exclude={"based_on"}))


def filled(shown: Overview) -> dict[str, str]:
    """What the form shows first."""
    wish = shown.wish
    return {
        "crop": OTHER if wish.crop is None else wish.crop.value,
        "planted_on": "" if wish.planted is None else wish.planted.isoformat(),
        "plants": str(wish.plants or 1),
        "strategy": wish.strategy,
        "refill": str(round(wish.refill * _PER_CENT)),
        "target": str(round(wish.target * _PER_CENT)),
        "window_from": clock(wish.window_from),
        "window_to": clock(wish.window_to),
        "based_on": str(shown.number),
    }


def refilled(form: GrowingForm) -> dict[str, str]:
    """What somebody has typed already."""
    return {key: str(value) for key, value in form.model_dump(mode="json").items()}


def _minute(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)
