"""From a serial back to its lot: only what was issued, only as much as was issued."""

from collections.abc import Callable

import pytest
from sqlmodel import Session, col, select, update

from cloud.cooperatives.models import Cooperative
from cloud.devices.vault import Vault
from cloud.errors import ConfigurationError, NotFound
from cloud.lots import service as lots
from cloud.lots.models import Harvest
from cloud.settings import Settings
from cloud.stamps import keys, service, sheets
from cloud.stamps.models import Issuance, SeasonKeyRow
from cloud.stamps.service import Press, Wish
from tests.cloud.conftest import START, FixedClock, Seeded
from traceability import token

Make = Callable[[int], Issuance]


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return keys.open_vault(settings)


@pytest.fixture
def make(session: Session, seeded: Seeded, clock: FixedClock, vault: Vault) -> Make:
    """Issues so many stamps for a new lot."""

    def issue(quantity: int) -> Issuance:
        wish = Harvest(zone=seeded.zones[0].public_id, product="Dưa lưới", quantity_g=1000)
        principal = seeded.manager.principal
        lot = lots.harvest(session, principal, wish, clock.now(), demo=True)
        press = Press(vault, "https://TXNG.VN")
        return service.issue(session, principal, lot.public_id, Wish(quantity), press, clock.now())

    return issue


def serial(session: Session, vault: Vault, issuance: int, index: int) -> str:
    return token.issue(keys.live(session, vault)[0], issuance, index)


def test_a_serial_leads_to_its_own_lot(session: Session, vault: Vault, make: Make) -> None:
    first, second = make(3), make(3)
    for issuance in (first, second):
        assert issuance.id
        found = service.find_stamp(session, vault, serial(session, vault, issuance.id, 2))
        assert found
        assert found.issuance == issuance
        assert found.lot.id == issuance.lot_id
        assert not found.void


def test_the_last_issued_stamp_is_the_last_genuine_one(
    session: Session, vault: Vault, make: Make
) -> None:
    issuance = make(3).id
    assert issuance
    assert service.find_stamp(session, vault, serial(session, vault, issuance, 2))
    assert not service.find_stamp(session, vault, serial(session, vault, issuance, 3))
    assert not service.find_stamp(session, vault, serial(session, vault, issuance + 1, 0))


@pytest.mark.parametrize("text", ["", "x", "0" * 20, "Z" * 20, "́" * 20, "0" * 10_000])
def test_what_nobody_issued_leads_nowhere(
    session: Session, vault: Vault, make: Make, text: str
) -> None:
    make(1)
    assert service.find_stamp(session, vault, text) is None


def test_a_serial_of_one_season_is_none_of_another(
    session: Session, vault: Vault, make: Make, clock: FixedClock
) -> None:
    old = make(1)
    clock.advance(days=150)
    fresh = make(1)
    assert (old.kid, fresh.kid) == (0, 1)
    assert old.id
    forged = token.issue(keys.live(session, vault)[1], old.id, 0)
    assert service.find_stamp(session, vault, forged) is None


def test_voiding_stays_and_belongs_to_the_cooperative(
    session: Session, vault: Vault, make: Make, seeded: Seeded
) -> None:
    issuance = make(1)
    with pytest.raises(NotFound):
        service.void(session, seeded.neighbour.principal, issuance.public_id, START)
    for _ in range(2):
        service.void(session, seeded.manager.principal, issuance.public_id, START)
    assert issuance.id
    found = service.find_stamp(session, vault, serial(session, vault, issuance.id, 0))
    assert found
    assert found.void


def test_sealed_keys_cannot_be_swapped_between_seasons(
    session: Session, vault: Vault, clock: FixedClock
) -> None:
    keys.current(session, vault, clock.now())
    clock.advance(days=150)
    keys.current(session, vault, clock.now())
    other = session.exec(select(SeasonKeyRow.sealed).where(SeasonKeyRow.kid == 1)).one()
    session.exec(update(SeasonKeyRow).where(col(SeasonKeyRow.kid) == 0).values(sealed=other))
    session.expire_all()
    with pytest.raises(ConfigurationError, match="key of 2026-1"):
        keys.live(session, vault)


def test_labels_of_two_issuances_differ(session: Session, vault: Vault, make: Make) -> None:
    first, second = (sheets.labels(session, make(2), vault) for _ in range(2))
    assert first != second


def test_only_one_s_own_issuances_are_listed(session: Session, make: Make, seeded: Seeded) -> None:
    issuance = make(1)
    lot = lots.of_id(session, issuance.lot_id)
    assert service.of_lot(session, seeded.manager.principal, lot) == [issuance]
    assert service.of_lot(session, seeded.neighbour.principal, lot) == []
    assert len(session.exec(select(Cooperative)).all()) == 2
