"""What a device says of itself on every connect."""

from edge import settings
from edge.clock import Clock
from edge.config import Hardware, Zone
from edge.config_buses import Probe
from edge.settings import Seal
from edge.store import Store
from wire.identity import Identity
from wire.messages import Birth, Sensor, ZoneInfo

AGENT_VERSION = "0.1.0"


def birth(hardware: Hardware, identity: Identity, store: Store, clock: Clock, nonce: str) -> Birth:
    """The birth for one connect."""
    wall = clock.wall()
    known = settings.stored(store, Seal(identity.device, bytes.fromhex(identity.command_key)))
    return Birth(
        agent=AGENT_VERSION,
        simulated=identity.simulated,
        epoch=store.origin.epoch,
        prev_epoch=store.meta("prev_epoch") or None,
        boot=store.origin.boot,
        session=store.session,
        oldest=store.oldest(),
        last=store.last,
        nonce=nonce,
        wall_ms=wall.unix_ms,
        clock=wall.quality,
        settings_version=known.heard,
        settings=known.digest,
        zones=tuple(_zone(zone, hardware) for zone in hardware.zones),
    )


def _zone(zone: Zone, hardware: Hardware) -> ZoneInfo:
    return ZoneInfo(
        key=zone.key,
        plants=zone.plants,
        nominal_lpm=zone.flow_lph / 60,
        max_lease_s=zone.max_lease_s,
        flow_meter=hardware.flow is not None,
        sensors=tuple(_sensor(probe) for probe in hardware.probes_of(zone.key)),
    )


def _sensor(probe: Probe) -> Sensor:
    points = probe.calibration
    return Sensor(
        key=probe.key,
        unit="m3/m3",
        kind=probe.kind,
        low=0.0,
        high=1.0,
        calibration=f"{points.dry_raw}:{points.dry_vwc} {points.wet_raw}:{points.wet_vwc}",
    )
