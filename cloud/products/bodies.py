"""What programs send to put something on the shelf, and how they read what stands there."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Bounded

from cloud.bodies import Body
from cloud.lines import Line
from cloud.products.kinds import Kind
from cloud.products.models import ProductState

Name = Annotated[Line, StringConstraints(min_length=2, max_length=80)]
"""Counted after what the eye does not see is gone."""
Story = Annotated[Line, StringConstraints(max_length=2_000)]


class ProductRequest(Body):
    """What puts a lot on the shelf."""

    model_config = ConfigDict(strict=True, frozen=True)

    lot: Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{10}$")]
    name: Name
    pack_mass_g: Annotated[int, Bounded(ge=10, le=1_000_000)]
    price: Annotated[int, Bounded(ge=1_000, le=1_000_000_000)]
    description_vi: Story = ""
    description_en: Story = ""
    publish: bool = False
    kind: Annotated[Kind, Bounded(strict=False)] = Kind.OTHER


class PackOut(BaseModel):
    """A pack of a product as programs read it; tiers as pairs of «from so many» and price."""

    id: str
    pack: str
    mass_g: int
    price: int
    price_per_kg: int
    left: int
    tiers: list[tuple[int, int]]
    ahead: int = 0
    harvest_on: date | None = None


class ProductOut(BaseModel):
    """A product as programs read it."""

    id: str
    name: str
    shop: str
    state: ProductState
    pack: str
    pack_mass_g: int
    price: int
    price_per_kg: int
    left: int
    origin: str
    lot: str
    harvested_on: date
    litres_measured: float
    simulated: bool
    url: str
    kind: Kind | None
    version: int
    packs: list[PackOut]
