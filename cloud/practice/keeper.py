"""Looks after the practice greenhouses: starts the simulator for each learner, and takes it down.

Each is a process of its own with the real agent in it, on a leash to this one; at most so many at
a time, each for half an hour.
"""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final, cast

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from cloud.accounts.models import Stand
from cloud.broker import leash, plan
from cloud.broker.kinds import AMQTT, choose
from cloud.clock import Clock
from cloud.cooperatives.models import Greenhouse, Zone
from cloud.db import writing
from cloud.devices import service as devices
from cloud.devices.models import Device
from cloud.devices.vault import open_vault
from cloud.growing import anew
from cloud.growing import service as growing
from cloud.growing.models import ZoneWish
from cloud.growing.rules import Strategy
from cloud.growing.service import Author
from cloud.practice import rules, service
from cloud.settings import Settings
from wire import identity
from wire.messages import ZoneSettings

EVERY_S: Final = 1.0
"""A learner sees the next step about as soon as they have done one."""
POLITE_S: Final = 5.0
"""The simulator shuts its valves and closes its store."""

_SIMULATOR: Final = "gpiozero"
"""What an installation of the cloud alone has not got."""
_MEMINFO: Final = Path("/proc/meminfo")
_KEPT: Final = "identity.json"

_log = logging.getLogger(__name__)

Words = Sequence[str]


def words_of(folder: Path) -> Words:
    """The command that plays one greenhouse."""
    return [sys.executable, "-m", "vuonso", "sim", "agent", "--lesson", "--data", str(folder)]


class Keeper:
    """The processes of this installation's practice greenhouses; run by one thread."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        clock: Clock,
        words: Callable[[Path], Words] = words_of,
    ) -> None:
        self._settings, self._engine, self._clock = settings, engine, clock
        self._words = words
        self._most = _most(settings)
        self._playing: dict[int, subprocess.Popen[bytes]] = {}

    def places(self) -> int:
        """How many there may be in all as the machine stands now; 0 where it cannot play any."""
        return rules.places(self._most, len(self._playing), _free_octets())

    def run(self, stop: threading.Event) -> None:
        """Until told to stop; a stand whose time is not over goes on at the next start."""
        try:
            while not stop.wait(EVERY_S):
                self.look()
        finally:
            self.end()

    def end(self) -> None:
        """Leave no process behind."""
        for process in self._playing.values():
            process.terminate()
        for stand in list(self._playing):
            self._end(stand)

    def look(self) -> None:
        """Start what was taken, follow what runs, take down what is over."""
        try:
            with Session(self._engine) as session:
                stands = service.taken(session)
            for stand in stands:
                self._see_to(stand.id, self._clock.now())
        except (SQLAlchemyError, OSError):
            _log.exception("cannot look after the practice greenhouses; trying again")

    def _see_to(self, number: int, now: datetime) -> None:
        with Session(self._engine) as session:
            stand = session.get_one(Stand, number)
            over = stand.until is None or stand.until <= now
            steady = not over and _is_open(session, stand) and service.is_followed(session, stand)
        if over:
            self._end(number)
        if not steady:
            with Session(writing(self._engine)) as session, session.begin():
                self._move(session, session.get_one(Stand, number), now, over=over)
        if not over:
            self._play(number)

    def _move(self, session: Session, stand: Stand, now: datetime, *, over: bool) -> None:
        if over:
            self._take_down(session, stand, now)
        else:
            self._open(session, stand, now)
            service.follow(session, stand, now)

    def _open(self, session: Session, stand: Stand, now: datetime) -> None:
        """Let the device in at the broker; one whose identity is lost is replaced."""
        device = _device(session, stand)
        if device is None or not self._identity(stand.id).exists():
            device = self._new_device(session, stand, now)
        if device.struck_off_at is not None:
            service.clear(session, stand)
            device.struck_off_at = None

    def _new_device(self, session: Session, stand: Stand, now: datetime) -> Device:
        old = _device(session, stand)
        if old is not None:
            devices.retire(session, old, now)
        made = identity.new_identity((plan.address_of(self._settings).url,), simulated=True)
        house = session.get_one(Greenhouse, stand.greenhouse_id)
        device = devices.register(session, open_vault(self._settings), made, house, now)
        stand.device_id = device.id
        own = select(Zone).where(Zone.greenhouse_id == house.id).order_by(col(Zone.position))
        for zone, key in zip(session.exec(own).all(), service.ZONE_KEYS, strict=True):
            devices.bind_zone(session, zone, device, key, now)
            _let_people_water(session, zone, now)
        growing.welcome(session, device, Author(), now)
        path = self._identity(stand.id)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        identity.save(made, path)
        return device

    def _take_down(self, session: Session, stand: Stand, now: datetime) -> None:
        device = _device(session, stand)
        if device is not None:
            device.struck_off_at = now
        service.free(session, stand)
        if device is not None:
            anew.as_new(session, device, now)
        self._sweep(stand.id)

    def _play(self, number: int) -> None:
        process = self._playing.get(number)
        if process is not None and process.poll() is None:
            return
        if process is not None:
            _log.warning("practice greenhouse %s ended with %s", number, process.returncode)
        folder = self._folder(number)
        with (folder / "agent.log").open("ab") as log:
            self._playing[number] = subprocess.Popen(
                leash.command(self._words(folder)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={"PATH": os.defpath},  # none of the service's own settings
            )

    def _end(self, number: int) -> None:
        process = self._playing.pop(number, None)
        if process is None:
            return
        process.terminate()
        try:
            process.wait(POLITE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _sweep(self, number: int) -> None:
        """The next learner finds everything as new; the device stays the same one."""
        for path in self._folder(number).rglob("*"):
            if path.is_file() and path.name != _KEPT:
                path.unlink()

    def _folder(self, number: int) -> Path:
        return self._settings.data_dir / "practice" / str(number)

    def _identity(self, number: int) -> Path:
        return self._folder(number) / "edge" / _KEPT


def _device(session: Session, stand: Stand) -> Device | None:
    return session.get(Device, stand.device_id) if stand.device_id else None


def _is_open(session: Session, stand: Stand) -> bool:
    device = _device(session, stand)
    return device is not None and device.struck_off_at is None


def _most(settings: Settings) -> int:
    """By what is installed; a broker of somebody else's lets no new device in by itself."""
    if not plan.is_managed(settings) or find_spec(_SIMULATOR) is None:
        return 0
    stand_in = choose(settings.broker) == AMQTT  # for a device or two
    return min(settings.practice_places, 1) if stand_in else settings.practice_places


def _let_people_water(session: Session, zone: Zone, now: datetime) -> None:
    """Else the lesson's dry zone would be watered before anybody has looked."""
    doc = ZoneSettings(strategy=Strategy.MONITOR.value)
    session.add(
        ZoneWish(
            cooperative_id=zone.cooperative_id,
            zone_id=cast("int", zone.id),
            number=1,
            doc=doc.model_dump(mode="json", exclude_none=True),
            at=now,
        )
    )
    session.flush()


def _free_octets() -> int | None:
    """What the machine has left; None where it does not tell, as within a tight service unit."""
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = (line.split() for line in lines)
    return next((int(words[1]) << 10 for words in found if words[0] == "MemAvailable:"), None)
