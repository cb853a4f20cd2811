"""Buyers at once in processes that are killed: a small cut of `script/prove rush`."""

import os
from pathlib import Path

from tests.cloud.orders.rush import PACKS, PRODUCTS, Rush, run

ATTEMPTS = int(os.environ.get("VUONSO_ATTEMPTS", "120"))
WORKERS = int(os.environ.get("VUONSO_WORKERS", "2"))
KILLS = int(os.environ.get("VUONSO_KILLS", "2"))


def test_what_is_not_there_is_not_sold_and_what_was_told_is_kept(
    database_url: str, tmp_path: Path
) -> None:
    found = run(Rush(database_url, ATTEMPTS, WORKERS, KILLS), tmp_path)
    assert found.good, found
    assert found.kills == KILLS
    assert 0 < found.sold <= PACKS * PRODUCTS
