"""What a manager tells of a cooperative and its places."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field as Bounded
from pydantic import StringConstraints

from cloud.bodies import Body
from cloud.lines import Line, Whole

Name = Annotated[Line, StringConstraints(min_length=2, max_length=80, strip_whitespace=True)]
Address = Annotated[Line, StringConstraints(min_length=2, max_length=200, strip_whitespace=True)]
MOST_PLANTS = 1_000_000


class Back(StrEnum):
    """The page that a form was on."""

    PLACES = "/htx/trang-trai"
    START = "/htx/bat-dau"


class CooperativeForm(Body):
    """What stands on stamps and orders."""

    name: Name
    address: Address
    phone: str = Bounded(max_length=40)
    back: Back = Back.PLACES


class FarmForm(Body):
    """A household's land."""

    name: Name
    address: Address
    back: Back = Back.PLACES


class GreenhouseForm(Body):
    """One house with its own water."""

    name: Name
    back: Back = Back.PLACES


class ZoneForm(Body):
    """What is watered as one, and what grows there."""

    name: Name
    crop: Name
    plants: Whole = Bounded(ge=1, le=MOST_PLANTS)
    planted_on: date
    back: Back = Back.PLACES


class FarmerForm(Body):
    """Who waters."""

    name: Name
