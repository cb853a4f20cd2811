"""The facts of a farm as EPCIS 2.0 events: what was fixed, measured, applied, harvested, sold.

What CBV has no word for (a treatment, an issuance of stamps) is said in a namespace of our own.
Parties are named by pseudonymous URIs; nothing here is the name of a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeVar

from pydantic import JsonValue, ValidationError

from traceability.epcis import json_text
from traceability.epcis.document import EpcisDocument, hashes
from traceability.epcis.events import AssociationEvent, BaseEvent, ObjectEvent, TransformationEvent
from traceability.epcis.fields import Node
from traceability.errors import EpcisError
from traceability.gs1 import link

# A URN and no web address, because facts outlive whoever runs the host they were told on.
NAMESPACE: Final = "urn:vuonso:epcis:"
CONTEXT: Final[list[JsonValue]] = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"vs": NAMESPACE},
]
KILOGRAM: Final = "KGM"
APPLYING: Final = "vs:applying"
# What we measure: the property in GS1's words, its unit in UN/ECE Recommendation 20.
PROPERTIES: Final = {
    "irrigation": ("Volume", "LTR"),
    "soil_moisture": ("VolumeFraction", "P1"),
    "temperature": ("Temperature", "CEL"),
    "humidity": ("RelativeHumidity", "P1"),
    "conductivity": ("Conductivity", "H61"),
    "light": ("Illuminance", "LUX"),
}
Property = Literal[
    "irrigation", "soil_moisture", "temperature", "humidity", "conductivity", "light"
]

Made = TypeVar("Made", bound=Node)


@dataclass(frozen=True, slots=True)
class Lot:
    """So much of a lot; ``thing`` is its class, a Digital Link with GTIN and lot."""

    thing: str
    quantity: float | None = None
    uom: str | None = KILOGRAM

    @classmethod
    def of(cls, gtin: str, code: str, kilograms: float | None = None) -> "Lot":
        return cls(link(gtin, lot=code).identity(), kilograms)

    def element(self) -> dict[str, JsonValue]:
        uom = None if self.quantity is None else self.uom
        return {"epcClass": self.thing, **_given({"quantity": self.quantity, "uom": uom})}


@dataclass(frozen=True, slots=True)
class Reading:
    """One property over the span of a summary, in the unit of PROPERTIES."""

    of: Property
    value: float | None = None
    lowest: float | None = None
    highest: float | None = None
    mean: float | None = None

    def report(self) -> dict[str, JsonValue]:
        kind, unit = PROPERTIES[self.of]
        values = {
            "value": self.value,
            "minValue": self.lowest,
            "maxValue": self.highest,
            "meanValue": self.mean,
        }
        return {"type": kind, **_given(values), "uom": unit}


@dataclass(frozen=True, slots=True)
class Summary:
    """What a device measured over a span; ``raw_data`` names the signed rows it is made of."""

    device: str
    start: datetime
    end: datetime
    readings: tuple[Reading, ...]
    raw_data: str | None = None


@dataclass(frozen=True, slots=True)
class Treatment:
    """A fertiliser or pesticide as it was applied; ``rest_days`` is the pre-harvest interval."""

    product: str
    amount: float
    uom: str
    registration: str | None = None
    operator: str | None = None
    rest_days: int | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """From whom to whom, and on which order."""

    seller: str
    buyer: str
    order: str | None = None


def fixed(
    at: datetime, plot: str, devices: Sequence[str], *, removed: bool = False
) -> AssociationEvent:
    """Devices belong to a plot from this moment on, or no longer do."""
    return _event(
        AssociationEvent,
        at,
        action="DELETE" if removed else "ADD",
        parentID=plot,
        childEPCs=list(devices),
        bizStep="removing" if removed else "installing",
        readPoint={"id": plot},
    )


def measured(place: str, summary: Summary) -> ObjectEvent:
    """Dated by the end of the span, when all of it was known."""
    metadata: dict[str, JsonValue] = {
        "startTime": _time(summary.start),
        "endTime": _time(summary.end),
        "deviceID": summary.device,
        **_given({"rawData": summary.raw_data}),
    }
    reports: list[JsonValue] = [reading.report() for reading in summary.readings]
    return _event(
        ObjectEvent,
        summary.end,
        action="OBSERVE",
        bizStep="sensor_reporting",
        readPoint={"id": place},
        sensorElementList=[{"sensorMetadata": metadata, "sensorReport": reports}],
    )


def applied(at: datetime, place: str, treatment: Treatment) -> ObjectEvent:
    own = {
        "vs:registrationNumber": treatment.registration,
        "vs:operator": treatment.operator,
        "vs:preHarvestDays": treatment.rest_days,
    }
    product = Lot(treatment.product, treatment.amount, treatment.uom)
    return _event(
        ObjectEvent,
        at,
        action="OBSERVE",
        quantityList=[product.element()],
        bizStep=APPLYING,
        readPoint={"id": place},
        bizLocation={"id": place},
        **_given(own),
    )


def harvested(at: datetime, place: str, lot: Lot, code: str) -> ObjectEvent:
    """The lot comes to be: its code and day are true of it for ever."""
    return _event(
        ObjectEvent,
        at,
        action="ADD",
        quantityList=[lot.element()],
        bizStep="commissioning",
        disposition="active",
        readPoint={"id": place},
        bizLocation={"id": place},
        ilmd={"cbvmda:lotNumber": code, "cbvmda:harvestEndDate": at.date().isoformat()},
    )


def transformed(
    at: datetime, place: str, used: Sequence[Lot], made: Sequence[Lot]
) -> TransformationEvent:
    """Lots were mixed, split, sorted or processed into others."""
    return _event(
        TransformationEvent,
        at,
        inputQuantityList=[lot.element() for lot in used],
        outputQuantityList=[lot.element() for lot in made],
        bizStep="creating_class_instance",
        readPoint={"id": place},
    )


def stamped(at: datetime, lot: Lot, issuance: int, stamps: int) -> ObjectEvent:
    """One event for a whole issuance: how many stamps there are is public, no serial is."""
    return _event(
        ObjectEvent,
        at,
        action="ADD",
        quantityList=[Lot(lot.thing, stamps, uom=None).element()],
        bizStep="encoding",
        disposition="encoded",
        **{"vs:issuance": issuance},
    )


def shipped(at: datetime, place: str, lots: Sequence[Lot], transfer: Transfer) -> ObjectEvent:
    orders: list[JsonValue] = [{"type": "po", "bizTransaction": transfer.order}]
    return _event(
        ObjectEvent,
        at,
        action="OBSERVE",
        quantityList=[lot.element() for lot in lots],
        bizStep="shipping",
        disposition="in_transit",
        readPoint={"id": place},
        sourceList=[{"type": "owning_party", "source": transfer.seller}],
        destinationList=[{"type": "owning_party", "destination": transfer.buyer}],
        **({"bizTransactionList": orders} if transfer.order else {}),
    )


def recalled(at: datetime, lots: Sequence[Lot]) -> ObjectEvent:
    """Holds until an event takes it back."""
    return _event(
        ObjectEvent,
        at,
        action="OBSERVE",
        quantityList=[lot.element() for lot in lots],
        disposition="recalled",
        persistentDisposition={"set": ["recalled"]},
    )


def declared_wrong(
    event: BaseEvent,
    at: datetime,
    reason: Literal["did_not_occur", "incorrect_data"],
    corrected_by: Sequence[BaseEvent] = (),
) -> BaseEvent:
    """The same event under the same hash, with the declaration that it was wrong."""
    correcting: list[JsonValue] = [hashes(correction)[0] for correction in corrected_by]
    declaration: JsonValue = {
        "declarationTime": _time(at),
        "reason": reason,
        **({"correctiveEventIDs": correcting} if correcting else {}),
    }
    return _made(type(event), {**event.json_ld(), "errorDeclaration": declaration})


def named(event: BaseEvent) -> BaseEvent:
    """The event with its own hash as its ID, which anybody can compute again."""
    return _made(type(event), {**event.json_ld(), "eventID": hashes(event)[0]})


def simulated(event: BaseEvent) -> BaseEvent:
    """The event with the word that no real device and no real goods stand behind it."""
    return _made(type(event), {**event.json_ld(), "vs:simulated": True})


def document(events: Sequence[BaseEvent], created_at: datetime) -> EpcisDocument:
    bare: list[JsonValue] = [
        {name: value for name, value in event.json_ld().items() if name != "@context"}
        for event in events
    ]
    return _made(
        EpcisDocument,
        {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": _time(created_at),
            "epcisBody": {"eventList": bare},
        },
    )


def _event(kind: type[Made], at: datetime, **fields: JsonValue) -> Made:
    return _made(
        kind,
        {
            "@context": CONTEXT,
            "type": kind.__name__,
            "eventTime": _time(at),
            "eventTimeZoneOffset": at.isoformat()[-len("+07:00") :],
            **fields,
        },
    )


def _made(kind: type[Made], given: Mapping[str, JsonValue]) -> Made:
    try:
        return kind.model_validate(dict(given))
    except ValidationError as error:
        raise json_text.refusal(error, dict(given)) from error


def _given(values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: value for name, value in values.items() if value is not None}


def _time(moment: datetime) -> str:
    if moment.utcoffset() is None:
        raise EpcisError("$.eventTime", "the moment has no offset from UTC")
    return moment.isoformat(timespec="milliseconds")
