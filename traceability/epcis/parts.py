"""What events are made of: quantities, places, parties, transactions, sensors, corrections."""

from typing import Annotated

from pydantic import Field, model_validator

from traceability.epcis.fields import (
    Alert,
    ClosedNode,
    Component,
    Disposition,
    ErrorReason,
    HexBinary,
    Measurement,
    Node,
    Number,
    OpenNode,
    PartyType,
    Time,
    TransactionType,
    Unique,
    Unit,
    Uri,
)


class Quantity(ClosedNode):
    """So much of a class of things; without a quantity, an unknown amount."""

    epc_class: Uri
    quantity: Number | None = None
    uom: Unit | None = None


class Place(OpenNode):
    """A read point or a business location."""

    id: Uri


class Transaction(ClosedNode):
    """A business document that the event belongs to."""

    type: TransactionType | None = None
    biz_transaction: Uri


class Source(ClosedNode):
    """Who or where it comes from."""

    type: PartyType
    source: Uri


class Destination(ClosedNode):
    """Who or where it goes to."""

    type: PartyType
    destination: Uri


class PersistentDisposition(ClosedNode):
    """States that hold until they are taken back."""

    set: Annotated[list[Disposition], Unique, Field(min_length=1)] | None = None
    unset: Annotated[list[Disposition], Unique, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _some(self) -> "PersistentDisposition":
        if self.set is None and self.unset is None:
            raise ValueError("a persistent disposition sets or unsets something")
        return self


class SensorMetadata(Node):
    """When and by which device it was measured; reports may override it."""

    time: Time | None = None
    start_time: Time | None = None
    end_time: Time | None = None
    device_id: Uri | None = None
    device_metadata: Uri | None = None
    raw_data: Uri | None = None
    data_processing_method: Uri | None = None
    biz_rules: Uri | None = None


class SensorReport(Node):
    """One measured property, its values and their unit (UN/ECE Recommendation 20)."""

    type: Measurement
    exception: Alert | None = None
    device_id: Uri | None = None
    device_metadata: Uri | None = None
    raw_data: Uri | None = None
    data_processing_method: Uri | None = None
    biz_rules: Uri | None = None
    time: Time | None = None
    microorganism: Uri | None = None
    chemical_substance: Uri | None = None
    coordinate_reference_system: Uri | None = None
    value: Number | None = None
    component: Component | None = None
    string_value: str | None = None
    boolean_value: bool | None = None
    hex_binary_value: HexBinary | None = None
    uri_value: Uri | None = None
    min_value: Number | None = None
    max_value: Number | None = None
    mean_value: Number | None = None
    s_dev: Number | None = None
    perc_rank: Number | None = None
    perc_value: Number | None = None
    uom: str | None = None


class SensorElement(Node):
    """What one device reported at one time or over one span."""

    sensor_metadata: SensorMetadata | None = None
    sensor_report: Annotated[list[SensorReport], Field(min_length=1)]


class ErrorDeclaration(Node):
    """The event is declared wrong; it stays, and says which events correct it."""

    declaration_time: Time
    reason: ErrorReason | None = None
    corrective_event_ids: list[Uri] | None = None


class Ilmd(Node):
    """What is true of the things made in the event, in namespaces of one's own."""
