"""What is kept of an address beside its line, and what a client says who chose its commune."""

from typing import Annotated, Protocol, Self, cast

from pydantic import ConfigDict, StringConstraints, model_validator
from sqlmodel import Field, SQLModel

from cloud.addresses import units
from cloud.addresses.rules import Commune, Settled, choose, confirmed
from cloud.bodies import Body
from cloud.lines import Line

COMMUNE = "province and commune by their codes, as «79.26740»; empty: not known"
UNITS = "the data set that the code is of; empty: nobody looked yet"
BEFORE = "what ward and district were called before the address was converted"


class Kept(Protocol):
    """A row with an address in it."""

    address: str
    commune: str
    units: str
    address_before: str


class Located(SQLModel):
    """Columns of a row whose address is nobody's secret."""

    commune: str = Field(default="", description=COMMUNE, sa_column_kwargs={"server_default": ""})
    units: str = Field(default="", description=UNITS, sa_column_kwargs={"server_default": ""})
    address_before: str = Field(
        default="", description=BEFORE, sa_column_kwargs={"server_default": ""}
    )


class Place(Body):
    """An address by its parts, the commune by its code in its province."""

    model_config = ConfigDict(strict=True, frozen=True)

    province: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    commune: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
    street: Annotated[Line, StringConstraints(min_length=1, max_length=120)]
    before: Annotated[Line, StringConstraints(max_length=200)] = ""

    @model_validator(mode="after")
    def _known(self) -> Self:
        if units.commune(self.commune, self.province) is None:
            raise ValueError("no such commune in this province")
        return self

    @property
    def settled(self) -> Settled:
        commune = cast("Commune", units.commune(self.commune, self.province))  # as was validated
        return choose(self.street, commune, confirmed(units.atlas(), commune, self.before))


def keep(row: Kept, settled: Settled) -> None:
    """Write an address down, with the data set by which it was understood."""
    row.address, row.commune = settled.address, settled.code
    row.units, row.address_before = units.atlas().version, settled.before
