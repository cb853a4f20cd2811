"""Every code that crosses the wire; sentences for them live in the translation catalogues."""

from enum import IntEnum, StrEnum


class ClockQuality(IntEnum):
    """How far a wall clock can be believed; it never decides safety."""

    NONE = 0
    CLOUD = 1
    TRUSTED = 2


class Op(StrEnum):
    """What the cloud may ask of a device."""

    WATER = "water"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    CLEAR_FAULT = "clear_fault"
    IDENTIFY = "identify"


class ZoneState(StrEnum):
    """States of the zone machine."""

    INIT = "init"
    IDLE = "idle"
    PRIME = "prime"
    RUN = "run"
    SOAK = "soak"
    VERIFY = "verify"
    MANUAL = "manual"
    HOLD = "hold"
    FAULT = "fault"
    LOCKOUT = "lockout"


class Cause(StrEnum):
    """Why a dose was given."""

    AUTO = "auto"
    MANUAL = "manual"
    FALLBACK = "fallback"


class Outlook(StrEnum):
    """By what the hour of the next dose was reckoned."""

    USUAL = "usual"
    """The house's own days so far: tomorrow as today."""
    FORECAST = "forecast"
    PROGRAMME = "programme"


class Ended(StrEnum):
    """Why a dose ended."""

    COMPLETE = "complete"
    STOPPED = "stopped"
    LEASE = "lease"
    BUDGET = "budget"
    FAULT = "fault"
    STALE = "stale"
    INTERRUPTED = "interrupted"


class Reason(StrEnum):
    """Why a zone may not open now. The hard ones bind everyone, the soft ones automation only."""

    LOCKOUT = "lockout"
    HOLD = "hold"
    FAULT = "fault"
    STARTING = "starting"
    NO_TANK = "no_tank"
    DAY_BUDGET = "day_budget"
    OTHER_ZONE = "other_zone"
    PAUSED = "paused"
    MONITOR_ONLY = "monitor_only"
    OUTSIDE_WINDOW = "outside_window"
    TOO_SOON = "too_soon"
    WET_ENOUGH = "wet_enough"
    PROBE_STALE = "probe_stale"
    TOO_FEW_PROBES = "too_few_probes"

    @property
    def hard(self) -> bool:
        return self in HARD_REASONS


HARD_REASONS = frozenset(
    {
        Reason.LOCKOUT,
        Reason.HOLD,
        Reason.FAULT,
        Reason.STARTING,
        Reason.NO_TANK,
        Reason.DAY_BUDGET,
        Reason.OTHER_ZONE,
    }
)


class Fault(StrEnum):
    """What takes a zone out of service until a person has looked."""

    NO_FLOW = "no_flow"
    DRY_RUN = "dry_run"
    BURST = "burst"
    STUCK_OPEN = "stuck_open"
    NO_WETTING = "no_wetting"
    HARDWARE = "hardware"
    """Of an agent that could not yet tell the three below apart."""
    VALVE_SILENT = "valve_silent"
    VALVE_OPEN = "valve_open"
    VALVE_SHUT = "valve_shut"
    CLOCK = "clock"
    INTERNAL = "internal"


class Alarm(StrEnum):
    """What a person should see to, while watering goes on."""

    CLOGGED = "clogged"
    LEAKING = "leaking"
    HEAT = "heat"
    COLD = "cold"
    DRY_AIR = "dry_air"
    DAMP_AIR = "damp_air"
    BATTERY = "battery"


class SensorFault(StrEnum):
    """Why a sensor is not heard; its zone is watered without it."""

    SILENT = "silent"
    GARBLED = "garbled"
    REFUSED = "refused"
    IMPLAUSIBLE = "implausible"
    STUCK = "stuck"
    BUS_MISSING = "bus_missing"
    BUS_HUNG = "bus_hung"
    INTERNAL = "internal"


class Refusal(StrEnum):
    """Why a command was not carried out."""

    EXPIRED = "expired"
    DUPLICATE = "duplicate"
    UNKNOWN_ZONE = "unknown_zone"
    BOUNDS = "bounds"
    BUSY = "busy"
    NOT_ALLOWED = "not_allowed"
    BAD_MAC = "bad_mac"
    UNSUPPORTED = "unsupported"
    STALE = "stale"
    """A STOP whose number is not above the last one obeyed; told with that number as `n`."""


class Crop(StrEnum):
    """What grows; the agent knows how much each drinks through its life."""

    MELON = "melon"
    TOMATO = "tomato"
    CUCUMBER = "cucumber"
    PEPPER = "pepper"
    STRAWBERRY = "strawberry"
    LEAF = "leaf"


class SettingFault(StrEnum):
    """What is wrong with one key of the settings."""

    INVALID = "invalid"  # not of the kind, or outside the range, that the contract allows
    UNKNOWN_ZONE = "unknown_zone"
    NOT_BELOW_TARGET = "not_below_target"
    EMPTY_WINDOW = "empty_window"
    TOO_FEW_PROBES = "too_few_probes"


class EventKind(StrEnum):
    """What an `up/e` row tells."""

    BOOT = "boot"
    DOSE_STARTED = "dose.started"
    DOSE_ENDED = "dose.ended"
    INTERRUPTED = "irrigation.interrupted"
    MODE = "mode"
    FAULT = "fault"
    FAULT_CLEARED = "fault.cleared"
    ALARM = "alarm"
    ALARM_OVER = "alarm.over"
    SENSOR_FAULT = "sensor.fault"
    SENSOR_WELL = "sensor.well"
    CLOCK_STEP = "clock.step"
    COMMAND_ACCEPTED = "command.accepted"
    COMMAND_RUNNING = "command.running"  # the valve is ordered open
    COMMAND_FLOWING = "command.flowing"  # and the flow meter has seen the water
    COMMAND_DONE = "command.done"
    COMMAND_FAILED = "command.failed"
    COMMAND_REJECTED = "command.rejected"
    COMMAND_EXPIRED = "command.expired"
    COMMAND_DUPLICATE = "command.duplicate"
    STOPPED = "stopped"
    LOCKED = "locked"
    PAUSED = "paused"
    RESUMED = "resumed"
    SETTINGS_TAKEN = "settings.taken"  # on the card; in force once the doses under way are over
    SETTINGS_APPLIED = "settings.applied"  # in force in every zone
    SETTINGS_REJECTED = "settings.rejected"
    ROWS_DROPPED = "rows.dropped"
    STORE_QUARANTINED = "store.quarantined"
    DAY_SUMMARY = "day.summary"


class Metric(StrEnum):
    """Names of measured values; the unit belongs to the name's documentation."""

    VWC = "vwc"  # m³/m³, filtered median of the trusted probes
    VWC_1 = "vwc_1"  # m³/m³, first probe
    VWC_2 = "vwc_2"
    VWC_3 = "vwc_3"
    VWC_4 = "vwc_4"
    FILL = "fill"  # vwc over the full point: the farmer's per cent, as a fraction
    LITRES = "litres"  # L through this zone since its previous row
    OPEN_S = "open_s"  # s the zone's valve was open since its previous row
    AIR_C = "air_c"  # °C
    RH = "rh"  # relative humidity, fraction
    RAD_W_M2 = "rad_w_m2"  # W/m², short-wave, inside
    TANK = "tank"  # fraction of a full tank
    FLOW_LPM = "flow_lpm"  # L/min, mean since the previous row
