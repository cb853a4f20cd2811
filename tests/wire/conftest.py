"""One of each message, the same for golden files and round trips."""

from datetime import date

import pytest
from pydantic import BaseModel

from wire import backfill, codec, rows, settings
from wire.codes import ClockQuality, Crop, EventKind, Metric, Op
from wire.messages import (
    Ack,
    Ask,
    Birth,
    Command,
    DesiredDoc,
    Event,
    Go,
    Reads,
    Sample,
    Sensor,
    Will,
    ZoneInfo,
    ZoneSettings,
)
from wire.topics import Down, down

DEVICE = "abcdefghijklmn23"
EPOCH = "epochepochepoch2"
BOOT = "bootbootbootboo2"
NONCE = "noncenoncenonce2"
KEY = bytes(range(32))
START_MS = 1_760_000_000_000


def sample(seq: int = 1, zone: str | None = "z1", **metrics: float) -> Sample:
    values = metrics or {"vwc": 0.2315, "vwc_1": 0.24, "fill": 0.91, "litres": 0.0, "open_s": 0.0}
    return rows.seal_sample(
        Sample(
            e=EPOCH,
            s=seq,
            b=BOOT,
            u=seq * 60_000,
            t=START_MS + seq * 60_000,
            q=ClockQuality.TRUSTED,
            z=zone,
            m={Metric(name): value for name, value in values.items()},
        )
    )


def event(seq: int = 2, previous: str = codec.GENESIS) -> Event:
    return rows.seal_event(
        Event(
            e=EPOCH,
            s=seq,
            b=BOOT,
            u=seq * 60_000,
            t=START_MS + seq * 60_000,
            q=ClockQuality.CLOUD,
            z="z1",
            k=EventKind.DOSE_ENDED,
            d={"litres": 41.5, "seconds": 480.0, "cause": "auto", "ended": "complete"},
            h=codec.GENESIS,
        ),
        previous,
    )


def birth() -> Birth:
    zone = ZoneInfo(
        key="z1",
        plants=60,
        nominal_lpm=2.0,
        max_lease_s=600.0,
        flow_meter=True,
        sensors=(Sensor(key="p1", unit="m3/m3", kind="mcp3008", low=0.0, high=0.6),),
    )
    return Birth(
        agent="0.1.0",
        simulated=True,
        epoch=EPOCH,
        boot=BOOT,
        session=4,
        oldest=1,
        last=1440,
        nonce=NONCE,
        wall_ms=START_MS,
        clock=ClockQuality.TRUSTED,
        settings_version=3,
        settings=settings.digest({"zones": {}}),
        zones=(zone,),
    )


def _few() -> list[Sample | Event]:
    return [sample(1), event(2), sample(3, None, air_c=28.4, rh=0.7)]


def upward() -> dict[str, BaseModel]:
    return {
        "birth": birth(),
        "will": Will(session=4),
        "sample": sample(),
        "house": sample(3, None, air_c=28.4, rh=0.71, rad_w_m2=412.0, flow_lpm=0.0),
        "event": event(),
        "backfill": backfill.pack(_few()),
        "backfill_2": backfill.pack(_few(), backfill.NEWEST),
        "ask": Ask(id="01jcommand000000000000000", nonce=NONCE),
    }


def downward() -> dict[str, BaseModel]:
    command = Command(
        id="01jcommand000000000000000",
        iat=START_MS,
        exp=START_MS + 30_000,
        op=Op.WATER,
        zone="z1",
        litres=40.0,
        max_s=480.0,
        by="account",
    )
    stop = Command(
        id="01jstop000000000000000000", iat=START_MS, exp=START_MS, op=Op.STOP, n=7, by="account"
    )
    zones = {
        "z1": ZoneSettings(
            name="Luống 1",
            strategy="threshold",
            crop=Crop.MELON,
            planted=date(2025, 9, 1),
            plants=60,
        )
    }
    desired = settings.desired(3, DesiredDoc(zones=zones))
    go = Go(id=command.id, nonce=NONCE)
    return {
        "ack": Ack(e=EPOCH, n=START_MS, upto=120, have=((125, 130), (140, 140)), now=START_MS),
        "reads": Reads(h=backfill.NEWEST),
        "command": codec.sign(command, down(DEVICE, Down.CMD), KEY),
        "stop": codec.sign(stop, down(DEVICE, Down.CMD), KEY),
        "go": codec.sign(go, down(DEVICE, Down.GO), KEY),
        "desired": codec.sign(desired, down(DEVICE, Down.DESIRED), KEY),
    }


@pytest.fixture
def messages() -> dict[str, BaseModel]:
    return upward() | downward()
