"""Files for the national portal: complete lots with their stamps, no person and no serial."""

import csv
import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from cloud import cli
from cloud.commands.answers import USAGE_ERROR
from cloud.db import writing
from cloud.lots.models import Lot
from cloud.media.store import Store
from cloud.portal.document import FORMAT
from cloud.settings import Settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import Seeded, Stall
from tests.cloud.told import tell_everything
from traceability import legal

PAGE = "/htx/cong-truy-xuat.zip"
JSON = dict[str, Any]


def taken(client: TestClient) -> dict[str, bytes]:
    answer = client.get(PAGE)
    assert answer.headers["content-type"] == "application/zip"
    with ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(octets: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(octets.decode("utf-8-sig"))))


@pytest.fixture
def whole(stall: Stall, settings: Settings, as_manager: TestClient) -> Lot:
    """A lot of which everything is told, with two hundred stamps, three of them void."""
    lot, who = stall.lot(), stall.seeded.manager.principal
    with Session(writing(stall.engine)) as session, session.begin():
        tell_everything(session, who, lot, Store(settings.data_dir), stall.now)
    made = as_manager.post(f"/api/v1/lots/{lot.public_id}/stamps", json={"quantity": 200})
    assert made.status_code == 201, made.text
    void = {"first": "2", "last": "4", "reason": "rách"}
    as_manager.post(f"/htx/tem/{made.json()['id']}/huy", data=void)
    return lot


def test_a_complete_lot_is_told_in_the_laws_fields_and_an_incomplete_one_is_named(
    whole: Lot, stall: Stall, as_manager: TestClient, engine: Engine
) -> None:
    with Session(writing(engine)) as session, session.begin():
        bare = session.get_one(Lot, stall.lot().id)
        bare.product = "Cà chua"
        code = bare.code
    simulated = stall.lot(simulated=True)
    files = taken(as_manager)
    told = json.loads(files["portal.json"])
    assert told["format"] == FORMAT
    assert told["left_out"] == [code]
    (lot,) = told["lots"]
    fields = {name: lot[name] for name in legal.Lot.model_fields if lot[name] is not None}
    answered = {name: lot[name] for name in legal.Lot.model_fields}
    assert legal.missing(legal.Lot.model_validate(answered)) == []
    assert fields["traceability_code"] == f"https://id.gs1.org/01/{whole.gtin}/10/{whole.code}"
    assert fields["image"].startswith("http://testserver/tem/anh/")
    (stamps,) = lot["stamps"]
    assert (stamps["quantity"], stamps["void"]) == (200, [[2, 4]])
    (row,) = rows(files["lots.csv"])
    assert (row["lot"], row["produced_on"]) == (whole.code, whole.harvested_on.isoformat())
    (run,) = rows(files["stamps.csv"])
    assert (run["gtin"], run["void"], run["quantity"]) == (whole.gtin, "2-4", "200")
    assert simulated.code not in str(files)


def test_neither_a_person_nor_a_serial_is_in_it(
    whole: Lot, as_manager: TestClient, seeded: Seeded
) -> None:
    for octets in taken(as_manager).values():
        text = octets.decode()
        assert whole.code in text
        assert seeded.manager.account.name not in text
        assert seeded.manager.account.phone not in text
        assert "/21/" not in text


@pytest.mark.usefixtures("whole")
def test_only_who_answers_for_the_cooperative_takes_it_along(
    as_farmer: TestClient, as_neighbour: TestClient
) -> None:
    assert as_farmer.get(PAGE).status_code == 403
    assert json.loads(taken(as_neighbour)["portal.json"])["lots"] == []


@pytest.mark.usefixtures("whole")
def test_the_button_is_there_for_the_manager(as_manager: TestClient) -> None:
    assert f'href="{PAGE}"' in as_manager.get("/htx/lo").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_writes_the_same_files_into_a_folder(
    whole: Lot,
    stall: Stall,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VUONSO_DATABASE_URL", str(stall.engine.url))
    words = ["export-portal", str(tmp_path / "portal"), "--data", str(settings.data_dir)]
    since = ["--since", whole.harvested_on.isoformat()]
    assert cli.main([*words, "--cooperative", stall.seeded.cooperative.name, *since]) == 0
    assert "1 lots; left out, for the law asks for more: 0" in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "portal").iterdir()}
    assert names == {"portal.json", "lots.csv", "stamps.csv"}
    assert cli.main([*words, "--cooperative", "HTX Không Có"]) == USAGE_ERROR
