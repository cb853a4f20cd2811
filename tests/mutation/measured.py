"""Modules whose mistakes cost most, and the tests that have to notice mistakes in them.

Those that can drown a crop or let it die, by their names in `edge/`; those by which a code, a
stamp or the public log is believed, with the name of their package.
"""

from pathlib import Path
from typing import Final

_ZONE: Final = ("edge/zone_bounds", "edge/zone", "edge/zone_books")
_DOSING: Final = ("edge/control", "edge/dosing_limits", "edge/dosing_adaptive")
_AI: Final = "traceability/gs1/ai"
_ELEMENTS: Final = "traceability/gs1/elements"
_LINKS: Final = "traceability/gs1/digital_link"

WATER: Final[dict[str, tuple[str, ...]]] = {
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
"""A zone's defaults have their reasons in the table of parameters, so its test is one of them."""

STAMPS: Final[dict[str, tuple[str, ...]]] = {
    "traceability/ai": (_AI, _ELEMENTS, _LINKS, "traceability/epcis/identifiers"),
    "traceability/ai_checks": (_AI, "traceability/gs1/gs1"),
    "traceability/ai_dates": (_AI,),
    "traceability/bits": ("traceability/gs1/compression",),
    "traceability/compression": ("traceability/gs1/compression",),
    "traceability/digital_link": (_LINKS, "traceability/gs1/gs1"),
    "traceability/elements": (_ELEMENTS,),
    "traceability/gs1": ("traceability/gs1/gs1",),
    "traceability/log": ("traceability/log/log", "traceability/log/vectors"),
    "traceability/manifest": ("traceability/manifest",),
    "traceability/sealed": ("traceability/sealed",),
    "traceability/succession": ("traceability/succession",),
    "traceability/token": ("traceability/token",),
}

MEASURED: Final = WATER | STAMPS
"""Quick tests first: a mistake is noticed by the first of them that fails."""


def source_of(module: str) -> Path:
    """Where it stands."""
    return Path(f"{module}.py" if "/" in module else f"edge/{module}.py")


def files_of(module: str) -> list[str]:
    """The files of its tests."""
    folders = (test.rpartition("/") for test in MEASURED[module])
    return [f"tests/{folder}/test_{name}.py" for folder, _, name in folders]
