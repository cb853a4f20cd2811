"""The names themselves, read once: `units.json.gz` beside this, made by `bench/addresses.py`.

Names and codes are facts of the resolutions of June 2025 of the National Assembly's standing
committee. The file says where and when they were taken from.
"""

import gzip
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, Final

from cloud.addresses.rules import Atlas, Commune, OldProvince, Province

FILE: Final = Path(__file__).with_name("units.json.gz")


@cache
def atlas() -> Atlas:
    """All names; a few megabytes, read at the first address."""
    told: dict[str, Any] = json.loads(gzip.decompress(FILE.read_bytes()))
    provinces = {code: Province(code, name) for code, name in told["provinces"]}
    communes = [Commune(code, name, provinces[of]) for code, name, of in told["communes"]]
    by_province: dict[str, list[Commune]] = defaultdict(list)
    for one in communes:
        by_province[one.province.code].append(one)
    old = {
        name: OldProvince(
            provinces[code],
            {
                district: {ward: [communes[n] for n in numbers] for ward, numbers in wards.items()}
                for district, wards in districts.items()
            },
        )
        for name, (code, districts) in told["old"].items()
    }
    return Atlas(told["version"], list(provinces.values()), dict(by_province), old)


def named(code: str) -> Commune | None:
    """The commune of a code as it is kept, «79.26740»."""
    province_code, _dot, own = code.partition(".")
    return commune(own, province_code)


def province(code: str) -> Province | None:
    return next((one for one in atlas().provinces if one.code == code), None)


def commune(code: str, province_code: str) -> Commune | None:
    """A commune of this province; the code alone would not do."""
    found = atlas().communes.get(province_code, ())
    return next((one for one in found if one.code == code), None)
