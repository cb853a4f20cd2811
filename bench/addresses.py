"""Makes `cloud/addresses/units.json.gz` anew; run where the Python package index can be reached.

    pip download --no-deps --dest /tmp/units vietnamadminunits==1.0.4
    python -m bench.addresses /tmp/units/vietnamadminunits-1.0.4-py3-none-any.whl

Taken are names and codes of today's provinces and communes and what each former ward became; no
coordinates and none of its code. `vietnamadminunits` is under the MIT licence.
"""

import gzip
import json
import sqlite3
import sys
import tempfile
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from cloud.addresses.rules import bare
from cloud.addresses.units import FILE

_DATA = "vietnamadminunits/data"
_FORMER = (
    "SELECT province, provinceKey, district, districtKey, ward, wardKey FROM admin_units_legacy"
)


def main(wheel: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        base = f"{_DATA}/dataset.db"
        dated = "{:04}-{:02}-{:02}".format(*archive.getinfo(base).date_time[:3])
        turned = json.loads(archive.read(f"{_DATA}/converter_2025.json"))
        units = sqlite3.connect(archive.extract(base, folder))
        told = gathered(units, turned)
        units.close()
    told["version"] = f"{wheel.name.split('-py3')[0]} of {dated}"
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    FILE.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(len(told["provinces"]), len(told["communes"]), FILE.stat().st_size)


def gathered(units: sqlite3.Connection, turned: dict[str, Any]) -> dict[str, Any]:
    provinces = units.execute(
        "SELECT DISTINCT provinceCode, province FROM admin_units ORDER BY provinceShort"
    ).fetchall()
    rows = units.execute(
        "SELECT wardCode, ward, provinceCode, provinceKey, wardKey FROM admin_units"
    ).fetchall()
    rows.sort(key=lambda row: (row[2], bare(row[1]), row[0]))
    places = {(row[3], row[4]): number for number, row in enumerate(rows)}
    became = turned_into(turned, places)
    return {
        "provinces": sorted(provinces, key=lambda row: bare(row[1])),
        "communes": [row[:3] for row in rows],
        "old": former(units, turned, {row[3]: row[2] for row in rows}, became),
    }


def turned_into(
    turned: dict[str, Any], places: dict[tuple[str, str], int]
) -> dict[str, list[int]]:
    """Numbers of today's communes by the key of a former ward, the likeliest first."""
    became: dict[str, list[int]] = defaultdict(list)
    for province, wards in turned["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in wards.items():
            for old in olds:
                became[old].append(places[province, ward])
    for province, olds in turned["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in olds.items():
            for part in sorted(parts, key=lambda part: not part["isDefaultNewWard"]):
                became[old].append(places[province, part["newWardKey"]])
    return became


def former(
    units: sqlite3.Connection,
    turned: dict[str, Any],
    codes: dict[str, str],
    became: dict[str, list[int]],
) -> dict[str, Any]:
    now = {old: codes[new] for new, olds in turned["DICT_PROVINCE"].items() for old in olds}
    found: dict[str, Any] = {}
    for province, key, district, d_key, ward, w_key in units.execute(_FORMER):
        districts = found.setdefault(bare(province), (now[key], {}))[1]
        wards = districts.setdefault(bare(district), {}).setdefault(bare(ward or ""), [])
        wards += [n for n in became[f"{key}_{d_key}_{w_key or ''}"] if n not in wards]
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
