"""Crops and media as data: `crops.toml` and `media.toml`, checked when read."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from edge.agronomy import CropCurve

_Share = Annotated[float, Field(gt=0, lt=1)]
_Days = Annotated[int, Field(ge=1, le=365)]
_Kc = Annotated[float, Field(gt=0, le=1.5)]


class _Profile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class CropProfile(_Profile):
    """One crop under cover."""

    days: tuple[_Days, _Days, _Days, _Days]
    """Establishment, growth, full cover, ripening."""
    kc: tuple[_Kc, _Kc, _Kc]
    p: _Share

    def curve(self, cycle_days: int | None) -> CropCurve:
        """Kc through a cycle; the stages are stretched alike to a cycle of another length."""
        usual = sum(self.days)
        factor = 1.0 if cycle_days is None else cycle_days / usual
        first, growth, full, last = (days * factor for days in self.days)
        return CropCurve((first, growth, full, last), *self.kc)


class MediumProfile(_Profile):
    """One rooting medium, as `media.toml` describes it."""

    full: _Share
    wilting: _Share
    root_l: Annotated[float, Field(gt=0, le=200)]
    drain_h: Annotated[float, Field(gt=0, le=48)]
    trigger: _Share
    leaching: _Share
    verify_s: Annotated[float, Field(gt=0, le=86_400)]


@cache
def crops() -> dict[str, CropProfile]:
    """All crops by name."""
    return TypeAdapter(dict[str, CropProfile]).validate_python(_read("crops"))


@cache
def media() -> dict[str, MediumProfile]:
    """All media by name."""
    return TypeAdapter(dict[str, MediumProfile]).validate_python(_read("media"))


def _read(name: str) -> dict[str, object]:
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))
