import io
import stat
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlmodel import Session, select

from cloud.errors import ConfigurationError
from cloud.settings import Settings
from cloud.stamps import keys, service, sheets
from cloud.stamps.models import Issuance, SeasonKeyRow
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded
from traceability.token import grouped


@pytest.fixture
def lot(seeded: Seeded, as_manager: TestClient) -> str:
    body = {"zone": seeded.zones[0].public_id, "product": "Dưa lưới", "quantity_g": 5000}
    made: str = as_manager.post("/api/v1/lots", json=body).json()["id"]
    return made


def issue(client: TestClient, lot: str, quantity: int) -> dict[str, str]:
    answer = client.post(f"/api/v1/lots/{lot}/stamps", json={"quantity": quantity})
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def test_an_issuance_is_one_row_and_a_sheet_of_labels(
    as_manager: TestClient, lot: str, session: Session
) -> None:
    made = issue(as_manager, lot, 70)

    sheets = as_manager.get(made["labels"])

    assert sheets.headers["content-type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(sheets.content), strict=True)
    assert len(reader.pages) == 2
    text = reader.pages[0].extract_text()
    assert text.count("Dưa lưới") == text.count("MẪU") == 65
    assert grouped(made["first_serial"]) in text.replace("\n", " ")
    assert len(session.exec(select(Issuance)).all()) == 1


def test_a_reprint_is_the_same_file_even_from_another_address(
    as_manager: TestClient, lot: str, session: Session, settings: Settings
) -> None:
    made = issue(as_manager, lot, 10)
    first = as_manager.get(made["labels"]).content
    assert as_manager.get(f"/htx/tem/{made['id']}.pdf").content == first
    issuance = session.exec(select(Issuance)).one()
    assert sheets.labels(session, issuance, keys.open_vault(settings)) == first


def test_stamps_lead_to_the_printed_host_in_the_shortest_form(
    as_manager: TestClient, lot: str
) -> None:
    made = issue(as_manager, lot, 1)
    assert made["scan_url"] == f"http://TESTSERVER/01/{made['gtin']}/21/{made['first_serial']}"


def test_a_host_with_a_path_cannot_be_printed(tmp_path: Path) -> None:
    wrong = Settings(data_dir=tmp_path, stamp_host="https://txng.vn/tem")
    with pytest.raises(ConfigurationError) as refused:
        service.open_press(wrong)
    assert "VUONSO_STAMP_HOST" in str(refused.value)


@pytest.mark.parametrize("quantity", [0, -1, 100_001, "many"])
def test_a_quantity_no_sheet_can_hold_is_refused(
    as_manager: TestClient, lot: str, quantity: object
) -> None:
    answer = as_manager.post(f"/api/v1/lots/{lot}/stamps", json={"quantity": quantity})
    assert answer.status_code == 422


def test_only_the_cooperative_s_manager_issues_and_prints(
    as_manager: TestClient, as_farmer: TestClient, as_neighbour: TestClient, lot: str
) -> None:
    made = issue(as_manager, lot, 1)
    for client, status in ((as_farmer, 403), (as_neighbour, 404)):
        asked = client.post(f"/api/v1/lots/{lot}/stamps", json={"quantity": 1})
        assert asked.status_code == status
        assert client.get(made["labels"]).status_code == status
        assert client.get(f"/htx/tem/{made['id']}.pdf").status_code == status
        reason = {"reason": "in lỗi"}
        assert client.post(f"/htx/tem/{made['id']}/huy", data=reason).status_code == status


def test_a_season_has_one_key_and_the_database_alone_cannot_use_it(
    as_manager: TestClient, lot: str, session: Session, settings: Settings, clock: FixedClock
) -> None:
    first, second = (issue(as_manager, lot, 1)["first_serial"] for _ in range(2))
    clock.advance(days=150)
    vault = keys.open_vault(settings)
    third = keys.current(session, vault, clock.now())

    rows = session.exec(select(SeasonKeyRow).order_by("kid")).all()
    assert [(row.kid, row.season) for row in rows] == [(0, "2026-1"), (1, "2026-2")]
    assert {first[0], second[0]} <= {"0", "1"}  # five bits: the four of the id and one more
    assert third.kid == 1
    secret = settings.data_dir / "secrets" / "stamp-keys"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    secret.write_bytes(bytes(32))
    with pytest.raises(ConfigurationError, match="stamp-keys does not fit the key of 2026-1"):
        keys.live(session, keys.open_vault(settings))


def test_sixteen_keys_of_few_years_are_the_most(
    session: Session, settings: Settings, clock: FixedClock
) -> None:
    vault = keys.open_vault(settings)
    keys.current(session, vault, clock.now())
    while keys.spare(session, clock.now()) > 0:
        keys.rotate(session, vault, clock.now())
    for _the_last in range(4):
        clock.advance(days=183)
        keys.current(session, vault, clock.now())
    assert len(session.exec(select(SeasonKeyRow)).all()) == 16
    clock.advance(days=183)
    with pytest.raises(keys.NoFreeKey):
        keys.current(session, vault, clock.now())


def test_a_person_issues_prints_and_takes_back(as_manager: TestClient, lot: str) -> None:
    page = as_manager.post(f"/htx/lo/{lot}/tem", data={"quantity": "65", "key": "key-of-a-test-1"})
    assert page.status_code == 200
    assert "65 tem" in page.text
    assert "<svg" in page.text
    assert "Xem thử trang sau tem" in page.text
    link = page.text.partition('href="/htx/tem/')[2].partition(".pdf")[0]
    download = as_manager.get(f"/htx/tem/{link}.pdf")
    assert download.headers["content-disposition"] == f'attachment; filename="tem-{link}.pdf"'

    void = as_manager.post(f"/htx/tem/{link}/huy", data={"reason": "in lỗi"})

    assert "đã hủy" in void.text
    assert f"/htx/tem/{link}.pdf" not in void.text
