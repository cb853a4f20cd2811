"""What people fill in about products; dots in a price are only for the eye."""

import re
from datetime import date
from typing import Annotated, Final, Literal, Self

from fastapi import UploadFile
from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    field_validator,
    model_validator,
)

from cloud.bodies import Body
from cloud.lines import Line, Whole
from cloud.products.banks import BANKS
from cloud.products.bodies import Name, Story
from cloud.products.kinds import Kind, Scheme
from cloud.products.rules import Action, Tier
from cloud.tax.vat import Vat

_DONG: Final = re.compile(r"[1-9]\d{0,2}(?:([. ]?)\d{3}(?:\1\d{3})?)?", re.ASCII)
_DAYS: Final = 3_650


def typed_dong(text: object) -> object:
    """«45.000», «45 000» or «45000»; what is no text is left for the model to refuse.

    Raises:
        ValueError: it is no amount of đồng.
    """
    if not isinstance(text, str):
        return text
    bare = text.strip()
    if not _DONG.fullmatch(bare):
        raise ValueError("no amount")
    return int(bare.replace(".", "").replace(" ", ""))


def blank_is_none(text: object) -> object:
    """A field of a form that was left empty."""
    return None if isinstance(text, str) and not text.strip() else text


Price = Annotated[int, BeforeValidator(typed_dong), Field(ge=1_000, le=1_000_000_000)]
PackMass = Annotated[Whole, Field(ge=10, le=1_000_000)]
Count = Annotated[Whole, Field(ge=0, le=1_000_000)]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{10}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{10,64}$")]
Note = Annotated[Line, StringConstraints(max_length=200)]
LabelText = Annotated[Line, StringConstraints(max_length=500)]
ShelfLife = Annotated[
    Annotated[Whole, Field(ge=1, le=_DAYS)] | None, BeforeValidator(blank_is_none)
]
FromPacks = Annotated[
    Annotated[Whole, Field(ge=2, le=100_000)] | None, BeforeValidator(blank_is_none)
]
OptionalCount = Annotated[
    Annotated[Whole, Field(ge=1, le=1_000_000)] | None, BeforeValidator(blank_is_none)
]
OptionalPrice = Annotated[Price | None, BeforeValidator(blank_is_none)]
OptionalVat = Annotated[Vat | None, BeforeValidator(blank_is_none)]
OptionalDay = Annotated[date | None, BeforeValidator(blank_is_none)]


class ActionForm(Body):
    """The button that was pressed, and why."""

    action: Action
    reason: Note = ""


class FactsForm(Body):
    """What a product says of itself."""

    name: Name
    kind: Kind
    origin: Annotated[Line, StringConstraints(min_length=2, max_length=200)]
    description_vi: Story = ""
    description_en: Story = ""
    shelf_life_days: ShelfLife = None
    ingredients: LabelText = ""
    storage: LabelText = ""
    instructions: LabelText = ""
    warnings: LabelText = ""
    vat: OptionalVat = None


class SellForm(Body):
    """The lot that is to be sold."""

    lot: Id


class KindForm(Body):
    """The tile that was tapped."""

    kind: Kind


class FirstPackForm(Body):
    """How the first pack is called, how much is in it, and what it costs.

    A mass that is on no tile is typed beside them.
    """

    name: Name
    mass: Annotated[str, StringConstraints(pattern=r"^([0-9]{2,7}|other)$")]
    other_g: Annotated[PackMass | None, BeforeValidator(blank_is_none)] = None
    price: Price
    ingredients: LabelText = ""

    @model_validator(mode="after")
    def _weighed(self) -> Self:
        TypeAdapter(PackMass).validate_python(self.mass_g)
        return self

    @property
    def mass_g(self) -> int:
        return (self.other_g or 0) if self.mass == "other" else int(self.mass)


class QuantityForm(Body):
    """How many packs are put on the shelf."""

    quantity: Annotated[Whole, Field(ge=1, le=1_000_000)]


class PackForm(Body):
    """One more pack of the product, so many of it from its lot."""

    mass_g: PackMass
    price: Price
    quantity: Count
    key: Key


class MoreForm(Body):
    """Packs of one more harvest: so many of each pack, in the order in which these are named."""

    lot: Id
    packs: list[Id] = Field(min_length=1, max_length=20)
    quantities: list[Count] = Field(min_length=1, max_length=20)
    key: Key

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if len(self.packs) != len(self.quantities) or not any(self.quantities):
            raise ValueError("no packs")
        return self


class PriceForm(Body):
    """What a pack costs; up to three prices for more packs."""

    price: Price
    from_1: FromPacks = None
    price_1: OptionalPrice = None
    from_2: FromPacks = None
    price_2: OptionalPrice = None
    from_3: FromPacks = None
    price_3: OptionalPrice = None

    def tiers(self) -> tuple[Tier, ...]:
        """Those that were filled in whole."""
        pairs = (
            (self.from_1, self.price_1),
            (self.from_2, self.price_2),
            (self.from_3, self.price_3),
        )
        return tuple(Tier(amount, price) for amount, price in pairs if amount and price)


class CountForm(Body):
    """How many packs were counted too much or too few, and why."""

    way: Literal["more", "fewer"]
    quantity: Annotated[Whole, Field(ge=1, le=1_000_000)]
    reason: Annotated[Line, StringConstraints(min_length=2, max_length=200)]
    key: Key
    lot: Annotated[Id | None, BeforeValidator(blank_is_none)] = None

    @property
    def delta(self) -> int:
        return self.quantity if self.way == "more" else -self.quantity


class WindowForm(Body):
    """Days on which a product is sold, and how many of a pack before they are harvested."""

    opens_on: date
    closes_on: date
    harvest_on: OptionalDay = None
    pack: Annotated[Id | None, BeforeValidator(blank_is_none)] = None
    ahead: OptionalCount = None


class IdentityForm(Body):
    """Who the shop is."""

    name: Name
    registration: Annotated[Line, StringConstraints(min_length=5, max_length=40)]
    address: Annotated[Line, StringConstraints(min_length=5, max_length=200)]
    representative: Name


class TaxCodeForm(Body):
    """The code under which the shop issues invoices."""

    tax_code: Annotated[Line, StringConstraints(min_length=1, max_length=20)]


class AccountForm(Body):
    """The account that buyers pay into; its number typed twice."""

    bank_bin: str
    bank_account: Annotated[str, StringConstraints(pattern=r"^[0-9]{6,19}$")]
    again: str = Field(max_length=40)
    bank_holder: Annotated[Line, StringConstraints(pattern=r"^[A-Za-z0-9 .&-]{2,60}$")]

    @field_validator("bank_bin")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in BANKS:
            raise ValueError("no bank that takes VietQR")
        return value


class CertifyForm(Body):
    """A certificate, and its scan."""

    scheme: Scheme
    stars: Literal["", "3", "4", "5"] = ""
    number: Annotated[Line, StringConstraints(min_length=2, max_length=60)]
    issuer: Annotated[Line, StringConstraints(min_length=2, max_length=120)]
    valid_from: date
    valid_until: OptionalDay = None
    photos: list[UploadFile] = Field(default=[], max_length=1)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.scheme is Scheme.OCOP) != bool(self.stars):
            raise ValueError("OCOP has stars, and nothing else has")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("it ends before it begins")
        return self

    def told(self) -> dict[str, object]:
        told = self.model_dump(exclude={"photos", "stars"})
        return told | {"stars": int(self.stars) if self.stars else None}

    def octets(self) -> list[bytes]:
        return [octets for photo in self.photos if (octets := photo.file.read())]


class ClaimsForm(Body):
    """The certificates that a product says it has."""

    act: Literal["claim"]
    papers: list[Id] = Field(default=[], max_length=20)


class RowForm(Body):
    """A row of a sheet of products: one pack."""

    name: Name
    kind: Kind
    lot: Annotated[Line, StringConstraints(min_length=1, max_length=60)]
    mass_g: PackMass
    price: Price
    quantity: Count
    origin: Annotated[Line, StringConstraints(max_length=200)] = ""
    shelf_life_days: ShelfLife = None
    ingredients: LabelText = ""
    storage: LabelText = ""
    instructions: LabelText = ""
    warnings: LabelText = ""
    description_vi: Story = ""
    vat: OptionalVat = None


class TableForm(Body):
    """A sheet, as a file first, and as the text of it that was looked at."""

    act: Literal["read", "faults", "confirm"]
    files: list[UploadFile] = Field(default=[], max_length=1)
    rows: str = Field(default="", max_length=1_000_000)


class ProductPhotosForm(Body):
    """Pictures of a product."""

    product: Id
    photos: list[UploadFile] = Field(default=[], max_length=4)

    def octets(self) -> list[bytes]:
        """Of each photo; a browser sends an empty one where none was chosen."""
        return [octets for photo in self.photos if (octets := photo.file.read())]


class PhotosForm(ProductPhotosForm):
    """The same from a page, which may be the first screen of a listing."""

    step: Literal["photo", ""] = ""


class PhotoOrder(Body):
    """All pictures of a product in the order in which they are to be shown."""

    model_config = ConfigDict(strict=True, frozen=True)

    photos: Annotated[list[Id], Field(min_length=1, max_length=20)]


class PhotoActForm(Body):
    """What becomes of a picture."""

    act: Literal["cover", "remove"]
