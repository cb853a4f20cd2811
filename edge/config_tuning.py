"""`[zones.tuning]`: the times and flows of one zone's machine, each with bounds and a reason."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from edge.config_section import Problem, Section

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
_Share = Annotated[float, Field(gt=0, lt=1)]


class Tuning(Section):
    """What a zone of an unusual build may need; most zones need none of it."""

    programme: Annotated[
        tuple[TimeOfDay, ...],
        Field(
            min_length=1,
            max_length=12,
            description="local times of the `timer` strategy and of watering without probes",
        ),
    ] = ("07:00", "10:00", "13:00", "15:00")
    pulse_s: Annotated[
        float, Field(ge=30, le=600, description="s; one opening, then the water soaks in")
    ] = 180.0
    soak_s: Annotated[
        float, Field(ge=60, le=7200, description="s between two pulses; coir drains in minutes")
    ] = 900.0
    prime_s: Annotated[
        float,
        Field(ge=10, le=180, description="s for an empty pipe to fill; then no flow is a fault"),
    ] = 60.0
    min_interval_s: Annotated[
        float, Field(ge=0, le=86_400, description="s between two doses of automation")
    ] = 600.0
    q_min: Annotated[
        float, Field(ge=0.2, le=0.95, description="of `flow_lph`; less while open is a dry run")
    ] = 0.6
    q_max: Annotated[
        float, Field(ge=1.05, le=3, description="of `flow_lph`; more while open is a burst")
    ] = 1.4
    q_leak_lpm: Annotated[
        float, Field(ge=0.05, le=5, description="L/min; more while all is shut is a leak")
    ] = 0.3
    stale_s: Annotated[
        float, Field(ge=60, le=2000, description="s after which a silent probe is not believed")
    ] = 180.0
    min_rise: Annotated[
        float, Field(ge=0.005, le=0.1, description="m³/m³ by which soil answers a dose")
    ] = 0.015
    full_point: Annotated[
        _Share | None, Field(description="m³/m³ after free drainage; none: the medium's")
    ] = None
    root_l: Annotated[
        float | None, Field(gt=0, le=200, description="L of medium per plant; none: the medium's")
    ] = None
    trigger: Annotated[
        _Share | None,
        Field(description="of the available water that may go before a dose; none: the medium's"),
    ] = None
    leaching: Annotated[
        float | None,
        Field(ge=0, le=0.5, description="water beyond the mean need; none: the medium's"),
    ] = None

    @property
    def minutes(self) -> tuple[int, ...]:
        """The programme as minutes of the local day."""
        return tuple(int(time[:2]) * 60 + int(time[3:]) for time in self.programme)


def tuning_problems(
    tuning: Tuning, zone: int, max_lease_s: float, wilting: float
) -> Iterator[Problem]:
    """Relations between its keys that cannot be."""

    def problem(key: str, reason: str, fix: str) -> Problem:
        return Problem(("zones", zone, "tuning", key), reason, fix)

    if list(tuning.minutes) != sorted(set(tuning.minutes)):
        yield problem("programme", "its times do not rise", "write them from early to late")
    chosen = tuning.model_fields_set  # a short lease ends a usual pulse early: that is no mistake
    if "pulse_s" in chosen and tuning.pulse_s > max_lease_s:
        reason = f"a pulse of {tuning.pulse_s:g} s outlasts max_lease_s, {max_lease_s:g} s"
        yield problem("pulse_s", reason, "lower it to max_lease_s")
    if "prime_s" in chosen and tuning.prime_s >= max_lease_s:
        reason = f"{tuning.prime_s:g} s to fill the pipe leave nothing of {max_lease_s:g} s"
        yield problem("prime_s", reason, "lower it, or raise max_lease_s")
    if tuning.full_point is not None and tuning.full_point <= wilting:
        reason = f"{tuning.full_point:g} is not above the medium's wilting point, {wilting:g}"
        yield problem("full_point", reason, "measure it after free drainage")
