"""What all sections of hardware.toml share: strictness, keys, pins, and how one is refused."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Gpio = Annotated[int, Field(ge=0, le=27, description="BCM number of a pin on the 40-pin header")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,15}$")]
Positive = Annotated[float, Field(gt=0)]

Loc = tuple[int | str, ...]
"""Where a key stands: `("zones", 1, "pin")`."""


class Section(BaseModel):
    """A table of the file; it refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class Problem:
    """A relation between keys that cannot be: where, why and what to do."""

    loc: Loc
    reason: str
    fix: str
