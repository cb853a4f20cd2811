"""The sensors: whether each answers on its bus, and whether what it says can be."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Final

from edge import probes
from edge.checkup.finding import Finding, look, off, ok
from edge.config import Hardware, wired
from edge.config_buses import AnalogueProbe, ModbusAir, ModbusProbe, Wired
from edge.errors import SensorError
from edge.gauges import is_plausible
from edge.probes import ProbeMemory, Quality
from edge.readings import Answer, Quantity, Reading, Sensor
from edge.register_maps import RegisterMap
from edge.surroundings import scales

SPOKEN: Final = {
    Quantity.MOISTURE: ("{:.1f} %", 100.0),
    Quantity.SOIL_C: ("{:.1f} °C", 1.0),
    Quantity.EC: ("EC {:.0f} µS/cm", 1.0),
    Quantity.PH: ("pH {:.1f}", 1.0),
    Quantity.AIR_C: ("{:.1f} °C", 1.0),
    Quantity.RH: ("RH {:.0f} %", 100.0),
    Quantity.RADIATION: ("{:.0f} W/m²", 1.0),
    Quantity.LEVEL: ("{:.0f} %", 100.0),
}
"""How a quantity is written, and by what its value is multiplied for that."""


def heard(
    hardware: Hardware, driver: Callable[[Wired], Sensor], *, agent_runs: bool
) -> Iterator[Finding]:
    """Ask every sensor once. A serial line that the agent uses is left to it."""
    for _, table in wired(hardware):
        if agent_runs and isinstance(table, ModbusProbe | ModbusAir):
            yield off("line_in_use", sensor=table.key, line=table.rs485)
            continue
        try:
            with closing(driver(table)) as sensor:
                answer = sensor.read()
        except SensorError as error:
            yield look(f"sensor_{error.fault}", sensor=table.key, why=error)
            continue
        yield _judged(hardware, table, answer)


def _judged(hardware: Hardware, table: Wired, answer: Answer) -> Finding:
    if isinstance(table, AnalogueProbe):
        return _analogue(table, answer[Quantity.MOISTURE])
    if isinstance(table, ModbusProbe):
        strange = [q for q in answer if not _fits(table.registers, q, answer[q].raw)]
        code = "profile_doubtful" if strange else "probe_says"
        says = spoken({q: answer[q].value for q in strange or answer})
        finding = look if strange else ok
        return finding(code, sensor=table.key, profile=table.profile, says=says)
    scale = scales(hardware).get(table.key)
    values = {
        quantity: reading.value if scale is None else scale.at(reading.raw)
        for quantity, reading in answer.items()
    }
    raw = ", ".join(str(reading.raw) for reading in answer.values())
    facts = {"sensor": table.key, "says": spoken(values), "raw": raw}
    if all(is_plausible(quantity, value) for quantity, value in values.items()):
        return ok("sensor_says", **facts)
    return look("sensor_strange", **facts)


def _analogue(table: AnalogueProbe, reading: Reading) -> Finding:
    points = table.calibration
    seen = probes.receive(ProbeMemory(), reading.raw, points, 0.0, wetted=False)
    facts = {"probe": table.key, "raw": reading.raw, "volts": f"{reading.value:.2f}"}
    if seen.quality is not Quality.GOOD:
        return look("probe_impossible", **facts)
    return ok("probe", percent=f"{probes.to_vwc(reading.raw, points) * 100:.0f}", **facts)


def _fits(device: RegisterMap, quantity: Quantity, raw: int) -> bool:
    place = device.of(quantity)
    return place.least <= raw * place.per_count <= place.most


def spoken(values: dict[Quantity, float]) -> str:
    """Values with their units, as people write them."""
    return ", ".join(
        form.format(value * factor)
        for (form, factor), value in ((SPOKEN[quantity], v) for quantity, v in values.items())
    )
