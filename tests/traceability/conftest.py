import os
from datetime import date
from pathlib import Path

import pytest

from traceability.gs1 import internal_gtin
from traceability.keys import SeasonKey, derive
from traceability.labels import Label

MASTER = bytes(range(32))


@pytest.fixture(scope="session")
def key() -> SeasonKey:
    return derive(MASTER, "2026-2", kid=3)


@pytest.fixture
def label() -> Label:
    return Label(
        host="https://txng.vn",
        gtin=internal_gtin(1),
        product="Cà chua bi Đà Lạt",
        lot="20261123-Z1-01",
        harvested_on=date(2026, 11, 23),
        simulated=False,
    )


@pytest.fixture(scope="session")
def vectors() -> Path:
    shared = os.environ.get("VUONSO_SHARED", str(Path(__file__).parents[3] / "shared"))
    folder = Path(shared) / "vectors"
    if not folder.is_dir():
        pytest.skip(f"no GS1 vectors: {folder} is absent")
    return folder
