"""The CBV 2.0 hash of an event: equal for equal facts, however they were written down.

An event becomes one string of its fields in a fixed order, its lists sorted, times in UTC,
identifiers canonical, words spelled out; SHA-256 of it in a ``ni`` URI (RFC 6920) is the hash.
Left out are the event's own ID, when it was recorded, and whether it was later declared wrong.
"""

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from pydantic import JsonValue

from traceability.epcis import vocabulary as cbv
from traceability.epcis.fields import TIME
from traceability.epcis.identifiers import canonical

Prefixes = Mapping[str, str]
Object = Mapping[str, JsonValue]

# "ilmd" is written by itself; the rest says nothing about what happened.
_LEFT_OUT: Final = frozenset(
    {"@context", "type", "eventID", "recordTime", "errorDeclaration", "ilmd"}
    | {"comment", "rdfs:comment"}
)
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# Which words a field may hold bare, and what comes before them when they are spelled out.
_BARE: Final = {
    "bizStep": (cbv.BIZ_STEPS, f"{cbv.CBV}BizStep-"),
    "disposition": (cbv.DISPOSITIONS, f"{cbv.CBV}Disp-"),
    "bizTransaction": (cbv.TRANSACTION_TYPES, f"{cbv.CBV}BTT-"),
    "source": (cbv.PARTY_TYPES, f"{cbv.CBV}SDT-"),
    "destination": (cbv.PARTY_TYPES, f"{cbv.CBV}SDT-"),
    "component": (cbv.COMPONENTS, f"{cbv.CBV}Comp-"),
    "measurement": (cbv.MEASUREMENTS, cbv.WEB_VOCABULARY),
    "exception": (cbv.ALERTS, cbv.WEB_VOCABULARY),
}
# Fields of a sensor report by the words that they may hold.
_VOCABULARY: Final = {"type": "measurement", "exception": "exception", "component": "component"}
_COMMENTS: Final = frozenset({"comment", "rdfs:comment"})
_QUANTITY: Final = ("epcClass", "quantity", "uom")
_METADATA: Final = cbv.words("""
time startTime endTime deviceID deviceMetadata rawData dataProcessingMethod bizRules
""")
_REPORT: Final = cbv.words("""
type exception deviceID deviceMetadata rawData dataProcessingMethod time microorganism
chemicalSubstance value component stringValue booleanValue hexBinaryValue uriValue minValue
maxValue meanValue sDev percRank percValue uom coordinateReferenceSystem
""")
_TIMES: Final = frozenset({"eventTime", "time", "startTime", "endTime"})
_ROUNDED_UP: Final = "5"
_MILLISECONDS: Final = 3


def digest(written: str) -> str:
    return f"ni:///sha-256;{hashlib.sha256(written.encode()).hexdigest()}?ver=CBV2.0"


def prefixes(context: JsonValue, shared: Prefixes = cbv.PREFIXES) -> Prefixes:
    """The namespaces that a JSON-LD context declares, over those that are shared."""
    declared: dict[str, str] = {}
    for part in context if isinstance(context, list) else [context]:
        for name, meaning in _object(part).items():
            namespace = _object(meaning).get("@id", meaning)
            if isinstance(namespace, str) and not name.startswith("@"):
                declared[name] = namespace
    return {**shared, **declared} if declared else shared


def pre_hash(event: Object, prefixes: Prefixes) -> str:
    """The string that is hashed; two events with the same one are the same event."""
    writer = _Writer(prefixes)
    written = [f"eventType={event['type']}"]
    for name, write in _ORDER.items():
        if name in event:
            written.append(write(writer, name, event[name]))
    ilmd = _object(event.get("ilmd"))
    if ilmd:
        written.append("ilmd" + writer.extensions(ilmd.items()))
    written.append(writer.others(event, _KNOWN))
    return "".join(written)


class _Writer:
    """Writes parts of one event, whose document has declared these prefixes."""

    def __init__(self, prefixes: Prefixes) -> None:
        self._prefixes = prefixes

    def plain(self, name: str, value: JsonValue) -> str:
        return "".join(sorted(self._pair(name, item, name) for item in _items(value)))

    def epcs(self, name: str, value: JsonValue) -> str:
        return _headed(name, sorted(self._pair("epc", item) for item in _items(value)))

    def quantities(self, name: str, value: JsonValue) -> str:
        found = (self._fields(item, _QUANTITY) for item in _items(value))
        return _headed(name, sorted(f"quantityElement{text}" for text in found))

    def place(self, name: str, value: JsonValue) -> str:
        return _headed(name, [self._fields(value, ("id",))])

    def persistent(self, name: str, value: JsonValue) -> str:
        states = _object(value)
        found = (
            "".join(sorted(self._pair(kind, item, "disposition") for item in _items(states[kind])))
            for kind in ("set", "unset")
            if kind in states
        )
        return _headed(name, list(found))

    def typed(self, name: str, value: JsonValue) -> str:
        """Transactions, sources and destinations: the type goes before what it is the type of."""
        kind = name.removesuffix("List")
        found = (_object(item) for item in _items(value))
        return _headed(
            name,
            sorted(
                self._pair("type", item.get("type"), kind) + self._pair(kind, item.get(kind))
                for item in found
            ),
        )

    def sensors(self, name: str, value: JsonValue) -> str:
        return _headed(name, sorted(map(self._sensor, _items(value))))

    def _sensor(self, value: JsonValue) -> str:
        element = _object(value)
        metadata = self._fields(element.get("sensorMetadata"), _METADATA)
        reports = sorted(
            "sensorReport" + self._fields(item, _REPORT)
            for item in _items(element.get("sensorReport"))
        )
        written = ("sensorMetadata" + metadata if metadata else "") + "".join(reports)
        return "sensorElement" + written + self.others(element, ("sensorMetadata", "sensorReport"))

    def _fields(self, value: JsonValue, order: Iterable[str]) -> str:
        """Fields in their order, then members of one's own, at the end of their parent."""
        given = _object(value)
        known = (
            self._pair(name, given[name], _VOCABULARY.get(name)) for name in order if name in given
        )
        return "".join(known) + self.others(given, order)

    def others(self, given: Object, known: Iterable[str]) -> str:
        left = given.keys() - frozenset(known)
        return self.extensions((name, given[name]) for name in left) if left else ""

    def extensions(self, members: Iterable[tuple[str, JsonValue]]) -> str:
        """Members of one's own, named by ``{namespace}name``, sorted as whole strings."""
        return "".join(sorted(text for name, value in members for text in self._own(name, value)))

    def _own(self, name: str, value: JsonValue) -> Iterator[str]:
        if isinstance(value, list):
            for item in value:
                yield from self._own(name, item)
        elif isinstance(value, dict):
            yield self._named(name) + self.extensions(value.items())
        elif value is not None and name not in _COMMENTS:
            text = self._canonical(value)
            yield self._named(name) + (f"={text}" if text else "")

    def _named(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        namespace = self._prefixes.get(prefix) if local else None
        return name if namespace is None else f"{{{namespace}}}{local}"

    def _pair(self, name: str, value: JsonValue, vocabulary: str | None = None) -> str:
        if name in _TIMES and isinstance(value, str):
            return f"{name}={_in_utc(value)}"
        text = self._canonical(value, vocabulary)
        return f"{name}={text}" if text else ""

    def _canonical(self, value: JsonValue, vocabulary: str | None = None) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            return _shortest(repr(value))
        return self._text(value.strip(), vocabulary) if isinstance(value, str) else ""

    def _text(self, text: str, vocabulary: str | None) -> str:
        words, spelled_out = _BARE.get(vocabulary or "", (frozenset(), ""))
        if text in words:
            return spelled_out + text
        if _NUMBER.fullmatch(text):
            return _shortest(text)
        prefix, colon, local = text.partition(":")
        if colon and prefix in self._prefixes and not local.startswith("//"):
            text = self._prefixes[prefix] + local
        for former, present in cbv.FORMER.items():
            if text.startswith(former):
                text = present + text.removeprefix(former)
        return canonical(text) or text


_Write = Callable[[_Writer, str, JsonValue], str]
# The published examples carry certificationInfo and put a parent before the list of EPCs.
_ORDER: Final[dict[str, _Write]] = {
    "eventTime": _Writer.plain,
    "eventTimeZoneOffset": _Writer.plain,
    "certificationInfo": _Writer.plain,
    "parentID": _Writer.plain,
    "epcList": _Writer.epcs,
    "inputEPCList": _Writer.epcs,
    "childEPCs": _Writer.epcs,
    "quantityList": _Writer.quantities,
    "childQuantityList": _Writer.quantities,
    "inputQuantityList": _Writer.quantities,
    "outputEPCList": _Writer.epcs,
    "outputQuantityList": _Writer.quantities,
    "action": _Writer.plain,
    "transformationID": _Writer.plain,
    "bizStep": _Writer.plain,
    "disposition": _Writer.plain,
    "persistentDisposition": _Writer.persistent,
    "readPoint": _Writer.place,
    "bizLocation": _Writer.place,
    "bizTransactionList": _Writer.typed,
    "sourceList": _Writer.typed,
    "destinationList": _Writer.typed,
    "sensorElementList": _Writer.sensors,
}
_KNOWN: Final = frozenset({*_ORDER, *_LEFT_OUT})


def _headed(name: str, written: list[str]) -> str:
    """A list names itself once, and not at all where nothing is in it."""
    text = "".join(written)
    return name + text if text else ""


def _items(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def _object(value: JsonValue) -> Object:
    return value if isinstance(value, dict) else {}


def _shortest(text: str) -> str:
    """A number without what says nothing: plus, zeros at either end, a needless point."""
    number = float(text)
    if math.isinf(number):
        return text
    exact = Decimal(text)
    return str(int(exact)) if exact == exact.to_integral_value() else str(number)


def _in_utc(text: str) -> str:
    moment = moment_of(text.strip())
    if moment is None:
        return text
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def moment_of(text: str) -> datetime | None:
    """An event's time in UTC to the millisecond; None for what is none, or before calendars."""
    shape = TIME.fullmatch(text)
    if shape is None:
        return None
    day, clock, fraction, offset = shape.groups(default="")
    leap = timedelta(seconds=clock.endswith(":60"))
    digits = f"{fraction[1:]:0<4}"
    thousandths = int(digits[:_MILLISECONDS]) + (digits[_MILLISECONDS] >= _ROUNDED_UP)
    whole = clock[:-2] + "59" if leap else clock
    local = datetime.fromisoformat(f"{day}T{whole}{offset.upper()}")
    try:
        return local.astimezone(UTC) + leap + timedelta(milliseconds=thousandths)
    except OverflowError:
        return None
