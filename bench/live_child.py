"""A server of live streams in a process of its own: `python -m bench.live_child KIND FOLDER`.

`product` is the whole service on SQLite with a greenhouse that has a device, `bare` one route with
a plain StreamingResponse and no more. Prints where its stream is and with which cookie; for each
line it reads, something happens that all viewers are told.
"""

import asyncio
import json
import secrets
import sys
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import cast

import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from bench.telemetry_season import DEVICE
from cloud.accounts import service as accounts
from cloud.app import create_app
from cloud.clock import SystemClock, unix_ms
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.service import Planting
from cloud.db import make_engine, writing
from cloud.devices import link
from cloud.devices.models import Device, ZoneBinding
from cloud.principal import Role
from cloud.schema import migrate
from cloud.server import make_server
from cloud.settings import Settings
from cloud.telemetry import batch
from cloud.telemetry.reader import Incoming, Ticket
from wire import codec, rows, topics
from wire.codes import ClockQuality, Metric
from wire.messages import Birth, Sample, ZoneInfo
from wire.topics import Up

CLOCK = SystemClock()
BOOT, EPOCH = "bootbootbootboo2", "epochepochepoch2"
PADDING = "x" * 900
"""About what the state of a greenhouse with two zones is long."""


class Garden:
    """A greenhouse with two zones, whose device tells of a drier soil whenever it is asked."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data_dir=folder, demo=True)
        self.engine = make_engine(self.settings.database)
        self._seq = 0
        migrate(self.engine)
        with Session(writing(self.engine), expire_on_commit=False) as session, session.begin():
            self.greenhouse, self.cookie = _settle(session)
        self._send(Up.BIRTH, codec.encode(_birth()))

    def dry(self) -> list[int]:
        """Another sample; the greenhouses whose pages should know."""
        self._seq += 1
        at = unix_ms(CLOCK.now())
        fill = 0.9 - self._seq % 20 / 100
        sample = Sample(
            e=EPOCH,
            s=self._seq,
            b=BOOT,
            u=self._seq,
            t=at,
            q=ClockQuality.TRUSTED,
            z="z1",
            m={Metric.FILL: fill},
        )
        return self._send(Up.LIVE, codec.encode(rows.seal_sample(sample)))

    def _send(self, kind: Up, octets: bytes) -> list[int]:
        message = Incoming(topics.up(DEVICE, kind), octets, Ticket(0, 1, 1))
        with Session(writing(self.engine)) as session, session.begin():
            outcome = batch.process(session, [message], link.known_devices(session), CLOCK.now())
        return list(outcome.greenhouses)


def _birth() -> Birth:
    zones = tuple(
        ZoneInfo(key=key, plants=200, nominal_lpm=5.0, max_lease_s=600.0, flow_meter=True)
        for key in ("z1", "z2")
    )
    return Birth(
        agent="1",
        simulated=True,
        epoch=EPOCH,
        boot=BOOT,
        session=1,
        oldest=0,
        last=0,
        nonce="noncenoncenonce2",
        wall_ms=unix_ms(CLOCK.now()),
        clock=ClockQuality.TRUSTED,
        settings_version=0,
        zones=zones,
    )


def _somebody() -> accounts.NewAccount:
    return accounts.NewAccount("+84912000001", "Cô Đo", secrets.token_urlsafe(12))


def _settle(session: Session) -> tuple[str, str]:
    """A greenhouse's name in addresses, and the cookie of somebody who may look at it."""
    now = CLOCK.now()
    cooperative = cooperatives.create(session, "HTX Đo", "Xã Đo", "+84262000009", now)
    account = accounts.create(session, _somebody(), now)
    cooperatives.enrol(session, cast("int", account.id), cooperative, Role.MANAGER)
    farm = cooperatives.add_farm(session, cooperative, "Nhà", "Thôn")
    house = cooperatives.add_greenhouse(session, farm, "Nhà màng", now)
    device = Device(
        id=DEVICE,
        cooperative_id=house.cooperative_id,
        greenhouse_id=cast("int", house.id),
        public_key="",
        broker_hash="",
        sealed_command_key="",
        simulated=True,
        created_at=now,
    )
    session.add(device)
    session.flush()
    for n in (1, 2):
        planting = Planting(f"Khu {n}", "Dưa lưới", 200, date(2026, 1, 2))
        zone = cooperatives.add_zone(session, house, n, planting)
        binding = ZoneBinding(
            cooperative_id=house.cooperative_id,
            zone_id=cast("int", zone.id),
            device_id=DEVICE,
            zone_key=f"z{n}",
            bound_from=now,
        )
        session.add(binding)
    link_token = accounts.new_link(session, cast("int", account.id), now)
    token = accounts.redeem_link(session, link_token, now)
    return house.public_id, f"sid={token}"


def product(folder: Path) -> tuple[uvicorn.Server, str, str, Callable[[], object]]:
    garden = Garden(folder)
    app = create_app(garden.settings, garden.engine, CLOCK)

    def tell() -> None:
        app.state.hub.announce(garden.dry())

    server = make_server(app, "127.0.0.1", 0)
    return server, f"/vuon/{garden.greenhouse}/live", garden.cookie, tell


@dataclass
class News:
    """The newest event; `fired` is replaced each time."""

    fired: asyncio.Event = field(default_factory=asyncio.Event)
    event: bytes = b""


def bare(_folder: Path) -> tuple[uvicorn.Server, str, str, Callable[[], object]]:
    """The least there is to compare with: no door, no login, no database, no beats, no sharing."""
    app, loops, told = FastAPI(), list[asyncio.AbstractEventLoop](), News()

    async def watch() -> AsyncIterator[bytes]:
        loops.append(asyncio.get_running_loop())
        yield b'event: state\ndata: {"now":0}\n\n'
        while True:
            await told.fired.wait()
            yield told.event

    @app.get("/live")
    async def live() -> StreamingResponse:
        return StreamingResponse(watch(), media_type="text/event-stream")

    def fire() -> None:
        state = json.dumps({"now": unix_ms(CLOCK.now()), "k": PADDING}, separators=(",", ":"))
        told.event = f"event: state\ndata: {state}\n\n".encode()
        fired, told.fired = told.fired, asyncio.Event()
        fired.set()

    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False)
    return uvicorn.Server(config), "/live", "", lambda: loops[0].call_soon_threadsafe(fire)


def main(argv: list[str]) -> int:
    kind, folder = argv
    server, path, cookie, tell = {"product": product, "bare": bare}[kind](Path(folder))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    print(json.dumps({"port": port, "path": path, "cookie": cookie}), flush=True)
    for _line in sys.stdin:
        tell()
    server.should_exit = True
    thread.join()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
