"""Settings from the form to the zone and back, over a line that loses, repeats and delays."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.db import writing
from cloud.devices import service as devices
from cloud.devices.vault import open_vault
from cloud.growing import link, service
from cloud.growing.models import DesiredSettings
from cloud.growing.rules import Progress, Strategy
from cloud.growing.service import Author, BadSettings, ChangedMeanwhile, Chosen, Overview
from cloud.settings import Settings
from edge import control
from tests.cloud.bridge.bridge import Bridge
from tests.cloud.conftest import Seeded
from wire.codes import Crop, SettingFault
from wire.identity import new_identity
from wire.settings import Wrong

MONITOR = Chosen(Crop.MELON, date(2026, 2, 1), 200, Strategy.MONITOR, 0.8, 0.93, 360, 1020)


@dataclass
class Farmer:
    """Somebody at the form of the first zone."""

    engine: Engine
    seeded: Seeded
    bridge: Bridge

    def save(self, chosen: Chosen, based_on: int | None = None) -> None:
        number = self.sees().number if based_on is None else based_on
        place = self.seeded.zones[0].public_id
        who, now = self.seeded.farmer.principal, self.bridge.clock.now()
        with Session(writing(self.engine)) as session, session.begin():
            service.change(session, who, place, chosen, number, now)

    def sees(self) -> Overview:
        with Session(self.engine) as session:
            return service.overview(session, self.seeded.zones[0])

    def versions(self) -> list[int]:
        with Session(self.engine) as session:
            return list(session.exec(select(DesiredSettings.version)).all())


@pytest.fixture
def farmer(engine: Engine, seeded: Seeded, bridge: Bridge) -> Farmer:
    return Farmer(engine, seeded, bridge)


def strategy(bridge: Bridge) -> control.Strategy:
    return bridge.rig.zones[0].params.strategy


def test_a_wish_is_sending_then_in_force_and_rules_the_zone(
    bridge: Bridge, farmer: Farmer
) -> None:
    farmer.save(MONITOR)
    assert farmer.sees().progress is Progress.SENDING
    bridge.round()
    assert farmer.sees().progress is Progress.APPLIED
    assert farmer.sees().in_force == farmer.sees().wish
    assert strategy(bridge) is control.Strategy.MONITOR
    assert bridge.rig.zones[0].name == farmer.seeded.zones[0].name


def test_in_a_watering_it_is_taken_and_rules_afterwards(bridge: Bridge, farmer: Farmer) -> None:
    bridge.rig.water()
    farmer.save(MONITOR)
    bridge.round()
    assert farmer.sees().progress is Progress.TAKEN
    while bridge.rig.zones[0].is_busy:
        bridge.seconds(60)
    bridge.rows()
    assert farmer.sees().progress is Progress.APPLIED


def test_what_the_broker_lost_is_said_again_at_the_next_birth(
    bridge: Bridge, farmer: Farmer
) -> None:
    farmer.save(MONITOR)
    bridge.publish()
    bridge.wire.taken()
    bridge.wire.retained.clear()
    bridge.connect()
    bridge.round()
    assert farmer.sees().progress is Progress.APPLIED
    assert farmer.versions() == [1]


def test_what_got_lost_on_a_line_that_holds_is_said_again(bridge: Bridge, farmer: Farmer) -> None:
    farmer.save(MONITOR)
    bridge.publish()
    bridge.wire.taken()
    assert unanswered(farmer) == 0, "it may still be on its way"
    bridge.seconds(240)
    assert unanswered(farmer) == 0, "nothing was heard of the device since"
    bridge.rows()
    assert unanswered(farmer) == 1
    bridge.round()
    assert farmer.sees().progress is Progress.APPLIED
    bridge.seconds(240)
    bridge.rows()
    assert unanswered(farmer) == 0


def unanswered(farmer: Farmer) -> int:
    """How many documents the worker says once more, now that a minute is over."""
    with Session(writing(farmer.engine)) as session, session.begin():
        found = link.unanswered(session, farmer.bridge.clock.now())
        link.say_again(session, found)
        return len(found)


def test_a_worker_that_died_before_sending_sends_at_its_next_start(
    bridge: Bridge, farmer: Farmer
) -> None:
    farmer.save(MONITOR)
    bridge.publish()
    bridge.wire.taken()
    with Session(writing(farmer.engine)) as session, session.begin():
        link.resend(session)
    bridge.round()
    assert farmer.sees().progress is Progress.APPLIED
    with Session(writing(farmer.engine)) as session, session.begin():
        link.resend(session)
        assert not link.has_outgoing(session)


def test_a_cloud_restored_from_a_backup_speaks_above_what_the_device_has_heard(
    bridge: Bridge, farmer: Farmer
) -> None:
    bridge.rig.settle(40, z1={"strategy": "timer"})
    bridge.rows()
    farmer.save(MONITOR)
    bridge.round()
    assert strategy(bridge) is control.Strategy.TIMER
    bridge.connect()
    bridge.round()
    assert farmer.versions() == [1, 41]
    assert strategy(bridge) is control.Strategy.MONITOR
    assert farmer.sees().progress is Progress.APPLIED


def test_a_refusal_names_the_key_and_is_not_repeated_for_ever(
    bridge: Bridge, farmer: Farmer
) -> None:
    with Session(writing(farmer.engine)) as session, session.begin():
        zone = farmer.seeded.zones[0]
        devices.bind_zone(session, zone, farmer.seeded.device, "z7", bridge.clock.now())
        service.welcome(session, farmer.seeded.device, Author(), bridge.clock.now())
    bridge.round()
    for _ in range(2):
        bridge.connect()
        bridge.round()
        assert farmer.sees().progress is Progress.REFUSED
        assert farmer.sees().wrong == [Wrong("zones.z7", SettingFault.UNKNOWN_ZONE)]
        assert farmer.versions() == [1]
    bridge.seconds(240)
    bridge.rows()
    assert unanswered(farmer) == 0


def test_what_the_device_could_not_do_is_refused_at_the_form(
    bridge: Bridge, farmer: Farmer
) -> None:
    zone = farmer.seeded.zones[1].public_id
    odd = replace(MONITOR, strategy=Strategy.THRESHOLD, refill=0.95, window_from=1100)
    who, now = farmer.seeded.farmer.principal, bridge.clock.now()
    with Session(writing(farmer.engine)) as session, pytest.raises(BadSettings) as refusal:
        service.change(session, who, zone, odd, 0, now)
    assert {one.fault for one in refusal.value.wrong} == {
        SettingFault.NOT_BELOW_TARGET,
        SettingFault.EMPTY_WINDOW,
        SettingFault.TOO_FEW_PROBES,
    }


def test_yesterdays_word_that_arrives_late_overwrites_nothing(
    bridge: Bridge, farmer: Farmer
) -> None:
    farmer.save(MONITOR)
    bridge.publish()
    bridge.deliver(*bridge.wire.taken())
    bridge.seconds(1)
    late = bridge.told
    farmer.save(replace(MONITOR, strategy=Strategy.TIMER))
    bridge.round()
    shown = farmer.sees()
    assert shown.progress is Progress.APPLIED
    bridge.told = late
    bridge.rows()  # rows of before come once more, in a batch of their own
    assert farmer.sees() == shown


def test_a_box_that_lost_its_card_is_not_said_to_obey(bridge: Bridge, farmer: Farmer) -> None:
    farmer.save(MONITOR)
    bridge.round()
    rig = bridge.rig
    rig.close()
    for file in rig.store_path.parent.glob("own.db*"):
        file.unlink()
    rig.start()
    kept = dict(bridge.wire.retained)
    bridge.wire.retained.clear()
    bridge.connect()
    assert farmer.sees().progress is Progress.SENDING
    assert farmer.sees().in_force is None
    bridge.deliver(*kept.items())
    bridge.round()
    assert farmer.sees().progress is Progress.APPLIED


def test_a_new_box_gets_what_is_wished_under_its_own_keys(
    bridge: Bridge, farmer: Farmer, settings: Settings, tmp_path: Path
) -> None:
    farmer.save(MONITOR)
    bridge.round()
    bridge.rig.close()
    now, fresh = bridge.clock.now(), new_identity(("mqtt://127.0.0.1:1",), simulated=True)
    with Session(writing(farmer.engine)) as session, session.begin():
        seeded, vault = farmer.seeded, open_vault(settings)
        device = devices.register(session, vault, fresh, seeded.greenhouse, now)
        for zone, key in zip(seeded.zones, ("z2", "z1"), strict=True):
            devices.bind_zone(session, zone, device, key, now + timedelta(seconds=1))
        service.welcome(session, device, Author(), now)
    assert farmer.sees().progress is Progress.SENDING
    bridge.rig.identity, bridge.rig.store_path = fresh, tmp_path / "edge" / "new.db"
    bridge.rig.start()
    bridge.connect()
    bridge.seconds(20)
    bridge.round()
    assert farmer.sees().progress is Progress.APPLIED
    named = [zone.name for zone in bridge.rig.zones]
    assert named == [farmer.seeded.zones[1].name, farmer.seeded.zones[0].name]
    assert bridge.rig.zones[1].params.strategy is control.Strategy.MONITOR


def test_the_same_form_twice_is_one_wish_and_the_slower_of_two_is_told(farmer: Farmer) -> None:
    farmer.save(MONITOR, 0)
    farmer.save(MONITOR, 0)
    assert farmer.sees().number == 1
    with pytest.raises(ChangedMeanwhile):
        farmer.save(replace(MONITOR, plants=90), 0)
    farmer.save(replace(MONITOR, plants=90), 1)
    with Session(farmer.engine) as session:
        newest, first = service.history(session, farmer.seeded.zones[0])
    assert [(one.key, one.before, one.after) for one in newest.changes] == [("plants", 200, 90)]
    assert (first.by, first.changes) == (farmer.seeded.farmer.account.name, [])
