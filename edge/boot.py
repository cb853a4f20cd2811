"""What a start finds on the card: doses that were cut off, yesterday's faults, the last settings.

Nothing is resumed: an interrupted dose is charged in full to the day, and the soil decides anew.
"""

from dataclasses import replace

from edge import clearance, learnt
from edge.birth import AGENT_VERSION
from edge.change import Facts
from edge.config import Hardware
from edge.house import House
from edge.interlock import Interlock
from edge.recorder import Entry, Recorder
from edge.senses import Senses
from edge.standby import META_HOLD, META_LOCKOUT, META_STOP_N, found_halt, found_pause
from edge.store import Store
from edge.valves import ValveBank
from edge.zones import keep
from wire.codes import Ended, EventKind, Reason


def reconcile(recorder: Recorder, *, simulated: bool) -> None:
    """Tell the start, a set-aside store, and all doses and commands the last run left open."""
    store = recorder.store
    with recorder.entry() as entry:
        data: Facts = {"agent": AGENT_VERSION, "session": store.session, "simulated": simulated}
        entry.event(EventKind.BOOT, None, data)
        if store.quarantined is not None:
            entry.event(EventKind.STORE_QUARANTINED, None, {"file": store.quarantined.name})
            _confirm_stop_again(entry, int(store.meta(META_STOP_N) or "0"))
        for dose in store.open_doses():
            record = store.zone(dose.zone)
            charged = replace(record, litres=record.litres + dose.lease_l)
            entry.change.zone(dose.zone, charged)
            entry.change.shut(dose.zone)
            told = {"litres_at_most": dose.lease_l, "open_s_at_most": dose.lease_s}
            entry.event(EventKind.INTERRUPTED, dose.zone, told)
            if dose.command is not None:
                reason = {"id": dose.command, "reason": Ended.INTERRUPTED.value}
                entry.event(EventKind.COMMAND_FAILED, dose.zone, reason)
        for zone, command in store.waiting().items():
            entry.change.waits_no_more(zone)
            never_begun: Facts = {"id": command, "reason": Reason.STARTING.value}
            entry.event(EventKind.COMMAND_REJECTED, zone, never_begun)


def _confirm_stop_again(entry: Entry, n: int) -> None:
    """The row that told of the last STOP may have gone with the damaged store."""
    if n:
        entry.event(EventKind.STOPPED, None, {"n": n})


def furnish(
    config: Hardware,
    store: Store,
    valves: ValveBank,
    senses: Senses,
    interlock: Interlock,
    now: float,
) -> House:
    """The house with all that survives a power cut."""
    was_locked = store.meta(META_LOCKOUT) == "1" and config.emergency_stop is not None
    if was_locked:
        interlock.trip()
    zones = {zone.key: keep(zone, store.zone(zone.key), now) for zone in config.zones}
    per_litre = None if config.flow is None else config.flow.pulses_per_litre
    for key, zone in zones.items():
        zone.memory = replace(zone.memory, belief=learnt.found(store, key))
        zone.flow = learnt.found_flow(store, key, zone.params.nominal_lpm, per_litre)
        if clearance.taken(store.path.parent, key):
            zone.clear_fault = zone.cleared_here = True
    return House(
        zones,
        valves,
        senses,
        interlock,
        locked=was_locked,
        hold=store.meta(META_HOLD) == "1",
        stop_n=int(store.meta(META_STOP_N) or "0"),
        pause=found_pause(store, now),
        halt=found_halt(store, now),
    )
