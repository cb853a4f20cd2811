"""The modules that can drown a crop or let it die, and the tests that have to notice mistakes."""

from typing import Final

_ZONE: Final = ("edge/zone_bounds", "edge/zone", "edge/zone_books")
_DOSING: Final = ("edge/control", "edge/dosing_limits", "edge/dosing_adaptive")

MEASURED: Final[dict[str, tuple[str, ...]]] = {
    "belief": ("edge/belief",),
    "commands": ("edge/commands",),
    "control": (*_DOSING, "docs/parameters", *_ZONE),
    "dosing": _DOSING,
    "probes": ("edge/probes",),
    "rootzone": ("edge/rootzone",),
    "store": ("edge/store", "edge/ballast"),
    "trust": ("edge/trust",),
    "valves": ("edge/valves",),
    "zone": (*_ZONE, "edge/zone_answer"),
    "zones": ("edge/zones",),
}
"""Quick tests first: a mistake is noticed by the first of them that fails. A zone's defaults have
their reasons in the table of parameters, so its test is one of them."""


def files_of(module: str) -> list[str]:
    """The files of its tests."""
    folders = (test.split("/") for test in MEASURED[module])
    return [f"tests/{folder}/test_{name}.py" for folder, name in folders]
