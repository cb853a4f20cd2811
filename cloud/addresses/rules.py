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
    found = [one for one in atlas.communes[province.code] if before and _same(one, before[-1])]
    street = before[:-1] if found else before
    return Understood(province, found, ", ".join(street), "")


def _converted(province: OldProvince | None, before: Sequence[str]) -> Sequence[Commune]:
    """What «…, ward, district» of a former province is today."""
    if province is None or len(before) < 2:  # noqa: PLR2004  # a ward and a district
        return ()
    wards = province.districts.get(bare(before[-1]), {})
    return wards.get(bare(before[-2]), ())


def _same(commune: Commune, text: str) -> bool:
    return bare(commune.name) == bare(text)
