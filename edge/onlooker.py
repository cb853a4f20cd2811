"""Puts together what people at the greenhouse may see, from what the control loop knows."""

from edge import watchers
from edge.control import Delivery, may_open
from edge.house import House, Moment
from edge.view import Given, LastDose, View, ZoneView
from edge.zones import ZoneKeeper


def look(house: House, moment: Moment, *, connected: bool) -> View:
    """How things stand now."""
    return View(
        minute=moment.wall.minute,
        connected=connected,
        tank=house.senses.tank_share(),
        halted_s=None if house.halt is None else house.halt.lasted(moment.mono),
        pause_left_s=house.pause.left(moment.mono),
        alarms=watchers.alarms(house),
        zones=tuple(_zone(house, zone, moment) for zone in house.zones.values()),
    )


def _zone(house: House, zone: ZoneKeeper, moment: Moment) -> ZoneView:
    inputs, now = house.inputs(zone, moment), moment.mono
    ages = (probe.age_s for probe in house.senses.heard(zone.key, now))
    last = zone.last_dose
    return ZoneView(
        key=zone.key,
        name=zone.name,
        state=zone.memory.state,
        open=inputs.open,
        waiting=zone.request is not None,
        reason=may_open(zone.params, zone.memory, inputs, now),
        fault=zone.memory.fault,
        alarm=zone.flow.told,
        fill=None if inputs.vwc is None else inputs.vwc / zone.params.full_point,
        probe_ages_s=tuple(None if age == float("inf") else age for age in ages),
        given=_given(zone.memory.delivery),
        today_l=zone.memory.day_l,
        last=None if last is None else LastDose(now - last.at, last.litres, last.ended),
        most_s=zone.params.max_lease_s,
    )


def _given(delivery: Delivery | None) -> Given | None:
    if delivery is None or delivery.over:
        return None
    return Given(delivery.given_l, max(0.0, delivery.dose.max_s - delivery.open_s))
