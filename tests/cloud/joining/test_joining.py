"""From a box on the bench to a device of a greenhouse, and out again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.audit.models import AuditEntry
from cloud.broker.passwords import verify
from cloud.cooperatives import service as cooperatives
from cloud.db import writing
from cloud.devices import service as devices
from cloud.devices.models import Command, CommandState, Device, ZoneBinding
from cloud.devices.refusals import NoDevice
from cloud.devices.rules import Amount
from cloud.devices.vault import open_vault
from cloud.errors import TooMany
from cloud.joining import service as joinings
from cloud.joining.models import Joining
from cloud.joining.service import WAITS
from cloud.settings import Settings
from edge.errors import JoinError
from edge.join import Door, https
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.joining.conftest import CLAIM, HEADERS, Box, Telephone, script
from wire.identity import code_of, new_identity
from wire.joining import CONFIRM, PATH

NewBox = Callable[[str], Box]


def take_in(box: Box, telephone: Telephone) -> None:
    def typed() -> str:
        assert telephone.ask_for(box.code) == 200
        return telephone.digits

    box.join(script(typed))


def bindings(session: Session) -> list[tuple[str, str, int]]:
    found = session.exec(
        select(ZoneBinding)
        .where(col(ZoneBinding.bound_to).is_(None))
        .order_by(col(ZoneBinding.zone_key))
    )
    return [(one.device_id, one.zone_key, one.zone_id) for one in found]


def test_a_box_joins_with_a_telephone_beside_it(
    box: Box, telephone: Telephone, engine: Engine, settings: Settings, seeded: Seeded
) -> None:
    take_in(box, telephone)
    who = box.identity
    assert who.brokers == ("mqtts://broker.example:8883",)
    assert (who.ca or "").startswith("-----BEGIN CERTIFICATE-----")
    assert not who.simulated
    assert not box.who.with_name("joining.json").exists()
    link = f"http://testserver{CLAIM}#{code_of(who)}"
    assert any(line.endswith(link) for line in box.said), "for who reads the screen on a telephone"
    with Session(engine) as session:
        device = session.get_one(Device, who.device)
        assert verify(who.secret, device.broker_hash)
        kept = open_vault(settings).unseal(device.id, device.sealed_command_key)
        assert kept.hex() == who.command_key
        assert device.greenhouse_id == seeded.greenhouse.id
        assert {one for one, _key, _zone in bindings(session)} == {who.device}
        assert session.exec(select(Joining)).all() == []
    assert telephone.client.get(telephone.page).status_code == 404
    assert who.device in telephone.client.get(CLAIM).text


def test_no_secret_is_kept_in_clear(box: Box, telephone: Telephone, engine: Engine) -> None:
    seen: list[str] = []

    def typed() -> str:
        telephone.ask_for(box.code)
        with Session(engine) as session:
            seen.append(repr(session.exec(select(Joining)).one().model_dump()))
        return telephone.digits

    box.join(script(typed))
    with Session(engine) as session:
        seen.append(repr(session.get_one(Device, box.identity.device).model_dump()))
    for kept in seen:
        assert box.identity.secret not in kept
        assert box.identity.command_key not in kept
        assert code_of(box.identity) not in kept


def test_what_served_the_greenhouse_before_is_struck_off(
    box: Box, telephone: Telephone, engine: Engine, seeded: Seeded
) -> None:
    """A dead Pi is replaced: the zones go over, their history stays with the old one."""
    take_in(box, telephone)
    with Session(engine) as session:
        assert session.get_one(Device, seeded.device.id).struck_off_at is not None
        assert list(devices.broker_accounts(session)) == [box.identity.device]
        old = session.exec(
            select(ZoneBinding).where(ZoneBinding.device_id == seeded.device.id)
        ).all()
        assert len(old) == 2
        assert all(one.bound_to is not None for one in old)
        device = devices.device_of(session, seeded.greenhouse.id or 0)
        assert device is not None
        assert device.id == box.identity.device


def test_zones_meet_by_their_names_else_by_their_order(
    box: Box, telephone: Telephone, engine: Engine, seeded: Seeded
) -> None:
    zones = box.hardware.zones
    renamed = (zones[0].model_copy(update={"name": "Khu 2"}), zones[1])
    box.hardware = box.hardware.model_copy(update={"zones": renamed})
    take_in(box, telephone)
    first, second = (zone.id for zone in seeded.zones)
    with Session(engine) as session:
        pairs = {key: zone for _device, key, zone in bindings(session)}
    assert pairs == {zones[0].key: second, zones[1].key: first}


def test_wrong_digits_are_asked_for_again_and_five_of_them_start_anew(
    box: Box, telephone: Telephone
) -> None:
    def wrong() -> str:
        return f"{(int(telephone.digits) + 1) % 10_000:04}"

    def ask() -> str:
        telephone.ask_for(box.code)
        return wrong()

    def after_five() -> str:
        assert "Đã gõ sai 5 lần" in telephone.client.get(telephone.page).text
        return "0000"

    def again() -> str:
        assert "Chưa có ai nhận máy này" in box.said[-1]
        telephone.ask_for(box.code)
        return telephone.digits

    box.join(script(ask, wrong, lambda: "12a4", wrong, wrong, wrong, after_five, again))
    assert box.identity.brokers
    assert sum("Chưa đúng 4 số" in one for one in box.said) == 5


def test_who_is_quicker_than_the_telephone_is_asked_again(box: Box, telephone: Telephone) -> None:
    def typed() -> str:
        telephone.ask_for(box.code)
        return telephone.digits

    box.join(script(lambda: "1234", typed))
    assert any("Chưa có ai nhận máy này" in one for one in box.said)


def test_a_power_cut_changes_no_code(box: Box, telephone: Telephone) -> None:
    def cut() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        box.join(cut)
    before = box.code
    take_in(box, telephone)
    assert box.code == before


def test_an_answer_that_was_lost_is_given_again(
    box: Box, telephone: Telephone, engine: Engine
) -> None:
    straight, lost = box.door, list[bytes]()

    class Lossy(Door):
        """Loses the first answer of the cloud to the digits."""

        def ask(self, path: str, body: BaseModel) -> bytes:
            answer = straight.ask(path, body)
            if path == CONFIRM and not lost:
                lost.append(answer)
                raise JoinError("the line is gone")
            return answer

    box.door = Lossy(straight.address, lambda _path, _body: (500, b""))
    with pytest.raises(JoinError, match="the line is gone"):
        take_in(box, telephone)
    assert not box.who.exists()
    box.join(script())
    with Session(engine) as session:
        assert list(devices.broker_accounts(session)) == [box.identity.device]


def test_a_code_waits_a_day(
    box: Box, telephone: Telephone, clock: FixedClock, engine: Engine
) -> None:
    def late() -> str:
        clock.advance(seconds=WAITS.total_seconds())
        assert telephone.ask_for(box.code) == 409
        return "0000"

    def cut() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        box.join(script(late, cut))
    with Session(engine) as session:
        assert len(session.exec(select(Device.id)).all()) == 1, "the old device only"
    take_in(box, telephone)


def test_ten_thousand_guesses_find_no_device(
    box: Box, engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    def stop() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        box.join(stop)
    principal, house = seeded.manager.principal, seeded.greenhouse.public_id
    told: set[str] = set()
    with Session(writing(engine)) as session, session.begin():
        for _ in range(10_000):
            guess = code_of(new_identity(("mqtt://x",), simulated=True))
            try:
                joinings.ask_for(session, principal, guess, house, clock.now())
            except (joinings.NoSuchCode, TooMany) as refusal:
                told.add(refusal.code)
            clock.advance(seconds=1)
    assert told == {"no_such_code", "too_many"}


def test_a_device_somebody_asked_for_is_nobody_elses(
    box: Box, telephone: Telephone, as_neighbour: TestClient, engine: Engine
) -> None:
    """Whoever has photographed the label comes too late, and could not type the digits anyway."""
    other = as_neighbour.post(f"/htx/nha/{telephone.greenhouse}/may", data={"code": "x"})
    assert other.status_code == 404, "another's greenhouse"

    def typed() -> str:
        telephone.ask_for(box.code)
        with Session(engine) as session:
            waiting = session.exec(select(Joining.public_id)).one()
        assert as_neighbour.get(f"{CLAIM}/{waiting}").status_code == 404
        return telephone.digits

    box.join(script(typed))


def test_a_device_is_struck_off_with_its_commands(
    box: Box, telephone: Telephone, engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    """The seeded device, for it has told of its zones."""
    gone = telephone.client.post(f"/htx/may/{seeded.device.id}/go")
    assert gone.status_code == 200
    with Session(writing(engine)) as session, session.begin():
        assert devices.broker_accounts(session) == {}
        with pytest.raises(NoDevice):
            devices.request_stop(
                session, seeded.manager.principal, seeded.greenhouse.public_id, clock.now()
            )
        with pytest.raises(NoDevice):
            devices.request_water(
                session,
                seeded.manager.principal,
                seeded.zones[0].public_id,
                Amount(seconds=60.0),
                clock.now(),
            )
        assert (
            session.exec(select(Command).where(Command.state == CommandState.SENDING)).all() == []
        )
    assert telephone.client.get("/vuon").status_code == 200
    take_in(box, telephone)


def test_a_device_that_was_struck_off_comes_back_as_a_new_one(
    box: Box, telephone: Telephone, engine: Engine
) -> None:
    take_in(box, telephone)
    telephone.client.post(f"/htx/may/{box.identity.device}/go")
    old = box.identity
    with Session(engine) as session:
        assert devices.broker_accounts(session) == {}
    box.who.unlink()
    take_in(box, telephone)
    assert box.identity.device != old.device
    assert box.identity.secret != old.secret


def test_all_of_it_is_written_down(
    box: Box, telephone: Telephone, engine: Engine, seeded: Seeded
) -> None:
    take_in(box, telephone)
    telephone.client.post(f"/htx/may/{box.identity.device}/go")
    with Session(engine) as session:
        deeds = session.exec(
            select(AuditEntry)
            .where(col(AuditEntry.action).like("device.%"))
            .order_by(col(AuditEntry.id))
        ).all()
    assert [one.action for one in deeds] == ["device.asked", "device.joined", "device.struck_off"]
    assert {one.actor_id for one in deeds} == {seeded.manager.principal.account_id}


def test_a_greenhouse_without_zones_takes_no_device(
    telephone: Telephone, engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        empty = cooperatives.add_greenhouse(
            session, seeded.farm, "Nhà trống", clock.now()
        ).public_id
    answer = telephone.client.post(f"/htx/nha/{empty}/may", data={"code": "aaaabbbbccccdddd"})
    assert answer.status_code == 409
    assert "chưa khai khu nào" in answer.text


def test_one_network_registers_no_thousand_boxes(app: FastAPI, clock: FixedClock) -> None:
    client = TestClient(app, headers=HEADERS)

    def register() -> int:
        made = new_identity(("mqtt://x",), simulated=True)
        body = {
            "device": made.device,
            "secret": made.secret,
            "command_key": made.command_key,
            "public_key": made.secret,
            "code": code_of(made),
            "zones": [{"key": "z1", "name": ""}],
        }
        return client.post(PATH, json=body).status_code

    statuses = [register() for _ in range(25)]
    assert statuses == [201] * 20 + [429] * 5
    clock.advance(minutes=30)
    assert register() == 201


def test_without_a_way_for_devices_no_box_is_left_waiting(
    app: FastAPI, box: Box, settings: Settings
) -> None:
    app.state.settings = settings.model_copy(update={"broker_host": ""})
    with pytest.raises(JoinError, match="chưa mở đường"):
        box.join(script(lambda: "0000"))


@pytest.mark.parametrize("address", ["http://cloud.example", "ftp://x", "cloud.example"])
def test_secrets_travel_encrypted_only(address: str) -> None:
    with pytest.raises(JoinError, match="https"):
        https(address)


def test_old_ones_are_forgotten(
    box: Box, engine: Engine, clock: FixedClock, new_box: NewBox
) -> None:
    def stop() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        box.join(stop)
    clock.advance(seconds=(WAITS + timedelta(seconds=1)).total_seconds())
    with pytest.raises(KeyboardInterrupt):
        new_box("other").join(stop)
    with Session(engine) as session:
        assert len(session.exec(select(Joining)).all()) == 1
