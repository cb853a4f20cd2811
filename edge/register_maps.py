"""Register maps of Modbus sensors: data in `hardware/profiles/*.toml`, checked when read."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from edge.readings import Quantity

FOLDER: Final = Path(__file__).with_name("hardware") / "profiles"
GENERIC: Final = "generic"


class Register(BaseModel):
    """One 16-bit register: where it is, what a count is worth, what it may say."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    quantity: Quantity
    number: Annotated[int, Field(ge=0, le=0xFFFF, alias="register")]
    per_count: Annotated[float, Field(gt=0, description="units of the quantity")]
    signed: bool = False
    least: float
    most: float
    """What it can measure where it belongs; outside it is broken, in air or another device."""


class RegisterMap(BaseModel):
    """One kind of device."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device: str
    source: str
    baud: int
    function: Literal[3, 4] = 3
    registers: tuple[Register, ...] = ()

    def of(self, quantity: Quantity) -> Register:
        return next(place for place in self.registers if place.quantity is quantity)

    def with_moisture(self, number: int, per_count: float) -> "RegisterMap":
        """The map of a device that nobody has written down, by its one register that matters."""
        place = Register(
            quantity=Quantity.MOISTURE,
            number=number,
            per_count=per_count,
            least=LEAST_VWC,
            most=MOST_VWC,
        )
        return self.model_copy(update={"registers": (place,)})


LEAST_VWC: Final = 0.01
MOST_VWC: Final = 0.75
"""m³/m³; such a probe says 0.0 % in air, and no soil with a plant in it is that dry."""


@cache
def register_map(profile: str) -> RegisterMap:
    """The map of a profile by its file's name."""
    text = (FOLDER / f"{profile}.toml").read_text(encoding="utf-8")
    return RegisterMap.model_validate(tomllib.loads(text))


def profiles() -> frozenset[str]:
    """All profiles that are shipped."""
    return frozenset(path.stem for path in FOLDER.glob("*.toml"))
