"""What an event is found again by: its name, its moment, its words, the things it names. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from cloud.epcis.models import Part
from traceability.epcis import vocabulary as cbv
from traceability.epcis.document import Document
from traceability.epcis.event_hash import Prefixes, digest, moment_of, pre_hash, prefixes
from traceability.epcis.events import BaseEvent
from traceability.epcis.farm import CONTEXT
from traceability.epcis.fields import Context
from traceability.epcis.identifiers import canonical
from traceability.errors import EpcisError

LONGEST: Final = 500
"""Characters of a name, word or identifier that can be looked for; links of GS1 have 120."""
MAX_EVENT: Final = 64 * 1024
"""Octets of one event as JSON: as much as any other body that is sent here."""
BIZ_STEP: Final = f"{cbv.CBV}BizStep-"
DISPOSITION: Final = f"{cbv.CBV}Disp-"
_OURS: Final = prefixes(CONTEXT)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = 1_000

_LISTS: Final = {
    "epcList": Part.THING,
    "childEPCs": Part.THING,
    "inputEPCList": Part.INPUT,
    "outputEPCList": Part.OUTPUT,
}
_QUANTITIES: Final = {
    "quantityList": Part.CLASS,
    "childQuantityList": Part.CLASS,
    "inputQuantityList": Part.INPUT_CLASS,
    "outputQuantityList": Part.OUTPUT_CLASS,
}

Pair = tuple[Part, str]


@dataclass(frozen=True)
class Facts:
    """An event as it is stored; `event_ms` are milliseconds since 1970 in UTC."""

    path: str
    """Where it stood in what was sent."""
    event_id: str
    hash: str
    declared: bool
    event_type: str
    event_ms: int
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    transformation_id: str | None
    body: str
    things: frozenset[Pair]


def of_document(document: Document, path: str) -> list[Facts]:
    """Of each event, in their order; `path` is where in the document its events stand.

    Raises:
        EpcisError: an event is too long, or names something too long.
    """
    shared = prefixes(document.context)
    return [
        of_event(event, shared, document.context, f"{path}[{place}]")
        for place, event in enumerate(document.events)
    ]


def of_event(event: BaseEvent, shared: Prefixes, context: Context, path: str) -> Facts:
    """The same of one event, which `shared` prefixes of its document hold for."""
    given = event.json_ld()
    known = prefixes(event.context, shared)
    hashed = digest(pre_hash(given, known))
    body = json.dumps(_alone(given, context), separators=(",", ":"))
    if len(body) > MAX_EVENT:
        raise EpcisError(path, f"an event has at most {MAX_EVENT} octets")
    facts = Facts(
        path=path,
        event_id=event.event_id or hashed,
        hash=hashed,
        declared=event.error_declaration is not None,
        event_type=str(given["type"]),
        event_ms=_ms(event.event_time, f"{path}.eventTime"),
        action=_text(given.get("action")),
        biz_step=_word(given.get("bizStep"), BIZ_STEP, known),
        disposition=_word(given.get("disposition"), DISPOSITION, known),
        read_point=_place(given.get("readPoint")),
        biz_location=_place(given.get("bizLocation")),
        transformation_id=_text(given.get("transformationID")),
        body=body,
        things=frozenset(_things(given)),
    )
    _refuse_long(facts, path)
    return facts


def word(text: str, stem: str, known: Prefixes = _OURS) -> str:
    """A word of the standard bare, one of somebody's own in full."""
    prefix, colon, local = text.partition(":")
    if colon and prefix in known and not local.startswith("//"):
        text = known[prefix] + local
    return text.removeprefix(stem)


def thing(text: str) -> str:
    """A thing under the one name that all its names have."""
    return canonical(text) or text


def milliseconds(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds() * _MS)


def _ms(text: str, path: str) -> int:
    moment = moment_of(text)
    if moment is None:
        raise EpcisError(path, "lies before all calendars")
    return milliseconds(moment)


def _alone(given: dict[str, JsonValue], context: JsonValue) -> dict[str, JsonValue]:
    """The event with all that its document said of its prefixes."""
    shared = context if isinstance(context, list) else [context]
    own = given.get("@context", [])
    more = own if isinstance(own, list) else [own]
    merged = [*shared, *(part for part in more if part not in shared)]
    return {"@context": merged, **{key: one for key, one in given.items() if key != "@context"}}


def _things(given: Mapping[str, JsonValue]) -> Iterator[Pair]:
    for name, part in _LISTS.items():
        for one in _items(given.get(name)):
            yield part, thing(str(one))
    for name, part in _QUANTITIES.items():
        for one in _items(given.get(name)):
            if isinstance(one, dict):
                yield part, thing(str(one["epcClass"]))
    parent = given.get("parentID")
    if isinstance(parent, str):
        yield Part.PARENT, thing(parent)


def _items(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list) else ()


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


def _word(value: JsonValue, stem: str, known: Prefixes) -> str | None:
    return word(value, stem, known) if isinstance(value, str) else None


def _place(value: JsonValue) -> str | None:
    return thing(str(value["id"])) if isinstance(value, dict) and "id" in value else None


def _refuse_long(facts: Facts, path: str) -> None:
    words = {
        "eventID": facts.event_id,
        "type": facts.event_type,
        "bizStep": facts.biz_step,
        "disposition": facts.disposition,
        "readPoint.id": facts.read_point,
        "bizLocation.id": facts.biz_location,
        "transformationID": facts.transformation_id,
    }
    for name, text in words.items():
        if text is not None and len(text) > LONGEST:
            raise EpcisError(f"{path}.{name}", f"has more than {LONGEST} characters")
    if any(len(text) > LONGEST for _part, text in facts.things):
        raise EpcisError(path, f"an identifier in it has more than {LONGEST} characters")
