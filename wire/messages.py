"""The bodies of all messages: strict, frozen, nothing extra; short keys where bytes count."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

from wire import codec
from wire.codes import ClockQuality, Crop, EventKind, Metric, Op

MAX_SEQ: Final = 2**63 - 1
MAX_PAUSE_S: Final = 7 * 86_400
MAX_METRICS: Final = 64
MAX_ZONES: Final = 64
MAX_FORECAST: Final = 4
"""Days: a forecast of next week is worth less than what the house measures until then."""
LEAST_THIRST: Final = 0.8
MOST_THIRST: Final = 1.2
"""A forecast moves what a zone is thought to drink by a fifth at most, whatever it says."""
MAX_UNIX_MS: Final = 253_370_764_800_000
"""The first moment of the year 9999, in which calendars end: any time zone still fits behind."""

Epoch = Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{16}$")]
"""Random id made together with the outbox database."""
Boot = Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{16}$")]
ZoneKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,15}$")]
Seq = Annotated[int, Field(ge=1, le=MAX_SEQ)]
Nonce = Annotated[str, StringConstraints(pattern=r"^[a-z2-7]{16}$")]
CommandId = Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{10,26}$")]
Mac = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Crc = Annotated[int, Field(ge=0, le=2**32 - 1)]
UnixMs = Annotated[int, Field(ge=0, le=MAX_UNIX_MS)]
Sha256Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, StringConstraints(max_length=200)]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")
]
"""As people call a zone."""
Scalar = bool | int | float | Text | None
Data = dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")], Scalar]


class Message(BaseModel):
    """What all messages share: version 1 of the contract."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, ser_json_inf_nan="null"
    )

    v: Literal[1] = 1


class Sensor(BaseModel):
    """One sensor as told at birth."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    key: ZoneKey
    unit: Text
    kind: Text
    low: float
    high: float
    calibration: Text | None = None


class ZoneInfo(BaseModel):
    """One zone as told at birth; `nominal_lpm` is the flow its emitters are made for."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    key: ZoneKey
    plants: Annotated[int, Field(ge=0, le=1_000_000)]
    nominal_lpm: Annotated[float, Field(gt=0)]
    max_lease_s: Annotated[float, Field(gt=0)]
    flow_meter: bool
    sensors: Annotated[tuple[Sensor, ...], Field(max_length=16)] = ()


class Birth(Message):
    """Sent on every connect: who speaks, where the rows go on, what hangs on the pins."""

    agent: Text
    simulated: bool
    epoch: Epoch
    prev_epoch: Epoch | None = None
    boot: Boot
    session: Annotated[int, Field(ge=1)]
    oldest: Annotated[int, Field(ge=0, le=MAX_SEQ)]
    last: Annotated[int, Field(ge=0, le=MAX_SEQ)]
    nonce: Nonce
    wall_ms: UnixMs
    clock: ClockQuality
    settings_version: Annotated[
        int, Field(ge=0, le=MAX_SEQ, description="the highest ever heard, taken or refused")
    ]
    settings: Annotated[
        Sha256Hex | None, Field(description="digest of the document on the card")
    ] = None
    zones: Annotated[tuple[ZoneInfo, ...], Field(max_length=MAX_ZONES)]


class Will(Message):
    """Last will; void unless `session` is that of the current birth."""

    session: Annotated[int, Field(ge=1)]


class Row(Message):
    """The envelope of everything that has a sequence number; identity is (device, e, s)."""

    e: Epoch
    s: Seq
    b: Boot
    u: Annotated[int, Field(ge=0, description="ms of monotonic time since boot")]
    t: UnixMs
    q: ClockQuality
    z: ZoneKey | None = None
    c: Crc = 0


class Sample(Row):
    """One sample of a zone, or of the house when `z` is absent: a map of metrics."""

    m: Annotated[dict[Metric, float], Field(min_length=1, max_length=MAX_METRICS)]


class Event(Row):
    """Something that happened; gapless, `h` binds it to all events before it."""

    k: EventKind
    d: Data = {}
    h: Sha256Hex


class Ack(Message):
    """After commit: all rows up to `upto` and the closed ranges in `have` are durable.

    Several workers may speak of one epoch and overtake each other on the way: `n` grows from
    commit to commit, and one that is lower than what was heard counts only with our own nonce.
    """

    e: Epoch
    n: Annotated[int, Field(ge=0, le=MAX_SEQ)] = 0
    upto: Annotated[int, Field(ge=0, le=MAX_SEQ)]
    have: Annotated[tuple[tuple[Seq, Seq], ...], Field(max_length=256)] = ()
    nonce: Nonce | None = None
    now: UnixMs


class Reads(Message):
    """What this cloud understands beyond the first form; told before the ack of each birth.

    An older cloud tells nothing, an older agent does not know the topic, and a newer cloud may
    tell more.
    """

    model_config = ConfigDict(extra="ignore")

    h: Annotated[int, Field(ge=1, description="the newest form of `up/h`")]


class Command(Message):
    """What the cloud asks for; absolute amounts only. `n` and nothing else orders STOPs."""

    id: CommandId
    iat: UnixMs
    exp: UnixMs
    op: Op
    zone: ZoneKey | None = None
    litres: Annotated[float, Field(gt=0, le=100_000)] | None = None
    max_s: Annotated[float, Field(gt=0, le=86_400)] | None = None
    for_s: Annotated[float, Field(gt=0, le=MAX_PAUSE_S)] | None = None
    n: Annotated[int, Field(ge=1)] | None = None
    by: Text
    mac: Mac | None = None

    @model_validator(mode="after")
    def _fields_of_op(self) -> "Command":
        needs = {
            Op.WATER: self.zone is not None and self.litres is not None and self.max_s is not None,
            Op.STOP: self.n is not None,
            Op.PAUSE: self.for_s is not None,
        }
        if not needs.get(self.op, True):
            raise ValueError(f"a field that {self.op} needs is missing")
        if self.n is not None and self.op is not Op.STOP:
            raise ValueError("n belongs to stop only")
        return self


class Ask(Message):
    """The device's question before it moves a pin: do you still want this?"""

    id: CommandId
    nonce: Nonce


class Go(Message):
    """The answer: yes, within 10 s of the question by the device's own clock."""

    id: CommandId
    nonce: Nonce
    mac: Mac | None = None


class ZoneSettings(BaseModel):
    """What the cloud wants of one zone; what is absent is as the hardware file says."""

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)

    name: Name | None = None
    strategy: Literal["timer", "threshold", "adaptive", "monitor"]
    crop: Crop | None = None
    planted: date | None = None
    plants: Annotated[int, Field(ge=1, le=100_000)] | None = None
    refill: Annotated[float, Field(gt=0, lt=1, description="fraction of the full point")] = 0.8
    target: Annotated[float, Field(gt=0, le=1, description="fraction of the full point")] = 0.93
    window_from: Annotated[int, Field(ge=0, le=1439, description="minute of the day")] = 360
    window_to: Annotated[int, Field(ge=1, le=1440)] = 1020


Thirst = Annotated[float, Field(ge=LEAST_THIRST, le=MOST_THIRST)]
"""Evapotranspiration that a day is expected to have, relative to the days before."""


class DesiredDoc(BaseModel):
    """The settings of a whole device; unknown fields of a newer cloud are ignored."""

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)

    zones: Annotated[dict[ZoneKey, ZoneSettings], Field(max_length=MAX_ZONES)]
    forecast: Annotated[
        Annotated[dict[date, Thirst], Field(max_length=MAX_FORECAST)] | None,
        Field(description="by local day; one not there is as before"),
    ] = None


class Desired(Message):
    """Retained desired settings; a version not above the highest heard is a no-op.

    `doc` stays as it was written, for the code covers what only a newer cloud knows, too;
    `wire.settings` reads it as a DesiredDoc.
    """

    model_config = ConfigDict(extra="allow")

    version: Annotated[int, Field(ge=1, le=MAX_SEQ)]
    doc: dict[str, JsonValue]
    mac: Mac | None = None

    @model_validator(mode="after")
    def _has_canonical_form(self) -> "Desired":
        """No NaN, no infinity, no half character, however deep: nobody could seal it."""
        codec.dump({"doc": self.doc, "more": self.model_extra})
        return self
