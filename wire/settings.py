"""Settings as both sides see them: one digest of a document, one judgement of it, one way to tell.

A document is taken whole or refused whole; every key that is wrong is named.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue, ValidationError

from wire import codec
from wire.codes import SettingFault
from wire.messages import Data, Desired, DesiredDoc, ZoneSettings

MIN_PROBES: Final = {"threshold": 2}
"""A level read from one probe used 21 times the water of the optimum once that probe stuck dry."""
MAX_TOLD: Final = 16
"""Wrong keys that one event names; who mends these is told the rest."""

_KEY_CHARS: Final = 120
_TOLD: Final = re.compile(r"wrong_\d{1,3}")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A key, such as `zones.z1.refill`, and what is wrong with it."""

    key: str
    fault: SettingFault


def desired(version: int, doc: DesiredDoc) -> Desired:
    """The message for a document, not yet signed."""
    return Desired(version=version, doc=doc.model_dump(mode="json", exclude_none=True))


def digest(doc: Mapping[str, JsonValue]) -> str:
    """SHA-256 over a document's canonical bytes, hexadecimal."""
    return hashlib.sha256(codec.dump(doc)).hexdigest()


def judge(doc: Mapping[str, JsonValue], probes: Mapping[str, int]) -> DesiredDoc | list[Wrong]:
    """The document, or all that is wrong with it.

    `probes` names the zones of the device, each with the number of its soil probes.
    """
    try:
        read = DesiredDoc.model_validate_json(codec.dump(doc))
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        keys = dict.fromkeys(_key(part["loc"]) for part in found)
        return [Wrong(key, SettingFault.INVALID) for key in keys]
    wrong = [
        Wrong(f"zones.{key}{'.' if name else ''}{name}", fault)
        for key, zone in read.zones.items()
        for name, fault in _problems(zone, probes.get(key))
    ]
    return wrong or read


def told(wrong: Sequence[Wrong]) -> Data:
    """What an event says of a refusal."""
    named = {
        f"wrong_{number}": f"{one.key} {one.fault}"
        for number, one in enumerate(wrong[:MAX_TOLD], 1)
    }
    return {"wrong": len(wrong), **named}


def heard(data: Mapping[str, object]) -> list[Wrong]:
    """What an event told; a fault that only a newer device knows reads as `invalid`."""
    texts = [text for name, text in sorted(data.items()) if _TOLD.fullmatch(name)]
    return [_wrong(text) for text in texts if isinstance(text, str)]


def _wrong(text: str) -> Wrong:
    key, _, code = text.rpartition(" ")
    known = next((fault for fault in SettingFault if fault == code), SettingFault.INVALID)
    return Wrong(key or text, known)


def _problems(zone: ZoneSettings, probes: int | None) -> list[tuple[str, SettingFault]]:
    if probes is None:
        return [("", SettingFault.UNKNOWN_ZONE)]
    checks = (
        (zone.refill >= zone.target, ("refill", SettingFault.NOT_BELOW_TARGET)),
        (zone.window_from >= zone.window_to, ("window_from", SettingFault.EMPTY_WINDOW)),
        (
            probes < MIN_PROBES.get(zone.strategy, 0),
            ("strategy", SettingFault.TOO_FEW_PROBES),
        ),
    )
    return [problem for applies, problem in checks if applies]


def _key(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc if part != "[key]")[:_KEY_CHARS] or "doc"
