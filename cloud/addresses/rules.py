"""Pure: an address as people write it, taken apart at its commas; new and old names.

Names are compared folded and without what stands before them: «P. Bến Thành», «phường Bến Thành»
and «ben thanh» are one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cloud.fold import fold

_BEFORE: Final = re.compile(
    r"^(?:thanh pho|tinh|thi xa|thi tran|dac khu|quan|huyen|phuong|xa|tp|tx|tt|q|h|p|x)"
    r"(?:\s*[.]\s*|\s+|(?=\d))"
)
_OTHER_NAMES: Final = {"hcm": "ho chi minh", "sai gon": "ho chi minh", "hn": "ha noi"}


@dataclass(frozen=True)
class Province:
    """One of the 34; the code is that of the General Statistics Office."""

    code: str
    name: str

    @property
    def short(self) -> str:
        """As people say it: «Đắk Lắk»."""
        return self.name.removeprefix("Tỉnh ").removeprefix("Thành phố ")


@dataclass(frozen=True)
class Commune:
    """A commune, ward or special zone of a province; its code alone is no key over the years."""

    code: str
    name: str
    province: Province


@dataclass(frozen=True)
class OldProvince:
    """A province as it was until June 2025: which it is in now, and what its wards became."""

    now: Province
    districts: Mapping[str, Mapping[str, Sequence[Commune]]]


@dataclass(frozen=True)
class Atlas:
    """All names there are; `old` by folded names, the likeliest commune first."""

    version: str
    provinces: Sequence[Province]
    communes: Mapping[str, Sequence[Commune]]
    old: Mapping[str, OldProvince]


@dataclass(frozen=True)
class Understood:
    """What an address says; several communes where one was divided, `old` if it was converted."""

    province: Province
    communes: Sequence[Commune]
    street: str
    old: str


@dataclass(frozen=True)
class Settled:
    """An address as it is kept: one line, in today's names wherever its commune is known."""

    address: str
    commune: Commune | None = None
    before: str = ""
    """What ward and district were called, if it was converted."""

    @property
    def code(self) -> str:
        """Province and commune, as «79.26740»; empty where nobody knows."""
        return f"{self.commune.province.code}.{self.commune.code}" if self.commune else ""


def bare(name: str) -> str:
    """A name without marks and without its kind: «Phường 01» is «1»."""
    plain = " ".join(fold(name).replace("’", "'").split())
    short = _BEFORE.sub("", plain, count=1).strip(" .") or plain
    return short.lstrip("0") if short.isdigit() else short


def province_in(atlas: Atlas, text: str) -> Province | None:
    """The province that an address ends in, by today's name or by a former one."""
    last = bare(text.rsplit(",", 1)[-1])
    name = _OTHER_NAMES.get(last, last)
    today = next((one for one in atlas.provinces if bare(one.name) == name), None)
    before = atlas.old.get(name)
    return today or (before.now if before else None)


def understand(atlas: Atlas, text: str) -> Understood | None:
    """An address of today or of before; None where it does not end in a province."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    province = province_in(atlas, text)
    if province is None:
        return None
    before, name = parts[:-1], bare(parts[-1])
    old = _converted(atlas.old.get(_OTHER_NAMES.get(name, name)), before)
    if old:
        said = ", ".join(parts[-3:])
        return Understood(province, old, ", ".join(before[:-2]), said)
    found = _named(atlas.communes[province.code], before[-1]) if before else ()
    street = before[:-1] if found else before
    return Understood(province, found, ", ".join(street), "")


def settle(atlas: Atlas, text: str) -> Settled:
    """An address that was typed; what leaves a doubt stays as it is."""
    found = understand(atlas, text)
    if found is None or len(found.communes) != 1:
        return Settled(text)
    return choose(found.street, found.communes[0], found.old)


def choose(street: str, commune: Commune, before: str = "") -> Settled:
    """An address whose commune was chosen."""
    parts = (street.strip(), commune.name, commune.province.name)
    return Settled(", ".join(part for part in parts if part), commune, before)


def confirmed(atlas: Atlas, commune: Commune, before: str) -> str:
    """A former name that somebody handed in, if it is one of this commune; else nothing."""
    found = understand(atlas, before)
    return before if found and found.old and commune in found.communes else ""


def _converted(province: OldProvince | None, before: Sequence[str]) -> Sequence[Commune]:
    """What «…, ward, district» of a former province is today."""
    if province is None or len(before) < 2:  # noqa: PLR2004  # a ward and a district
        return ()
    wards = province.districts.get(bare(before[-1]), {})
    return wards.get(bare(before[-2]), ())


def _named(communes: Sequence[Commune], text: str) -> Sequence[Commune]:
    """Communes of this name; one that is called exactly so before all that sound like it."""
    alike = [one for one in communes if bare(one.name) == bare(text)]
    exact = [one for one in alike if one.name.casefold() == text.casefold()]
    return exact or alike
