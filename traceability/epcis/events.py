"""The five events of EPCIS 2.0 and those that others add; as strict as the published schema."""

from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from traceability.epcis.fields import (
    BizStep,
    Context,
    Disposition,
    Node,
    Offset,
    Time,
    Unique,
    Uri,
    any_names,
)
from traceability.epcis.parts import (
    Destination,
    ErrorDeclaration,
    Ilmd,
    PersistentDisposition,
    Place,
    Quantity,
    SensorElement,
    Source,
    Transaction,
)

Action = Literal["ADD", "OBSERVE", "DELETE"]
DELETE: Final = "DELETE"


class BaseEvent(Node):
    """What every event has: a moment, and the offset of the place where it happened."""

    context: Annotated[Context | None, Field(alias="@context")] = None
    event_time: Time
    event_time_zone_offset: Offset
    record_time: Time | None = None
    event_id: Uri | None = None
    certification_info: list[Uri] | Uri | None = None
    error_declaration: ErrorDeclaration | None = None


class Event(BaseEvent):
    """What the five events of the standard have besides: why, where, from whom, measured how."""

    biz_step: BizStep | None = None
    disposition: Disposition | None = None
    read_point: Place | None = None
    biz_location: Place | None = None
    biz_transaction_list: list[Transaction] | None = None
    source_list: list[Source] | None = None
    destination_list: list[Destination] | None = None
    sensor_element_list: list[SensorElement] | None = None

    refusal: ClassVar[str]

    @model_validator(mode="after")
    def _about_something(self) -> Self:
        if not self.is_about_something():
            raise ValueError(self.refusal)
        return self

    def is_about_something(self) -> bool:
        raise NotImplementedError


class ObjectEvent(Event):
    """Things came to be, were seen, or ceased."""

    type: Literal["ObjectEvent"]
    action: Action
    epc_list: Annotated[list[Uri], Unique] | None = None
    quantity_list: list[Quantity] | None = None
    persistent_disposition: PersistentDisposition | None = None
    ilmd: Ilmd | None = None

    refusal = "an ObjectEvent names things, or sensors with the place where they measured"

    def is_about_something(self) -> bool:
        measured = bool(self.sensor_element_list) and self.read_point is not None
        return self.epc_list is not None or bool(self.quantity_list) or measured

    @model_validator(mode="after")
    def _made_here(self) -> Self:
        if self.ilmd is not None and self.action != "ADD":
            raise ValueError("only an event that adds things may say what is true of them (ilmd)")
        return self


class _Packed(Event):
    """A parent and what belongs to it."""

    action: Action
    child_epcs: list[Uri] | None = None
    child_quantity_list: list[Quantity] | None = None

    refusal = "the event names the children that it adds or observes"

    def is_about_something(self) -> bool:
        return bool(self.child_epcs or self.child_quantity_list) or self.action == DELETE


class AggregationEvent(_Packed):
    """Things were packed into a parent, or taken out of it."""

    type: Literal["AggregationEvent"]
    parent_id: Uri | None = None


class AssociationEvent(_Packed):
    """Things were fixed to a place or a device, or removed from it."""

    type: Literal["AssociationEvent"]
    parent_id: Uri


class TransactionEvent(Event):
    """Things were bound to a business transaction."""

    type: Literal["TransactionEvent"]
    action: Action
    parent_id: Uri | None = None
    epc_list: list[Uri] | None = None
    quantity_list: list[Quantity] | None = None
    biz_transaction_list: Annotated[list[Transaction], Field(min_length=1)]

    refusal = "a TransactionEvent names the things that it adds or observes"

    def is_about_something(self) -> bool:
        named = self.epc_list is not None or bool(self.quantity_list)
        return named or self.action == DELETE


class TransformationEvent(Event):
    """Things were used up to make other things."""

    type: Literal["TransformationEvent"]
    input_epc_list: Annotated[list[Uri], Unique] | None = None
    input_quantity_list: list[Quantity] | None = None
    output_epc_list: Annotated[list[Uri], Unique] | None = None
    output_quantity_list: list[Quantity] | None = None
    transformation_id: Uri | None = None
    persistent_disposition: PersistentDisposition | None = None
    ilmd: Ilmd | None = None

    refusal = "a transformation has inputs and outputs; one in several events has an ID and either"

    def is_about_something(self) -> bool:
        used = bool(self.input_epc_list or self.input_quantity_list)
        made = bool(self.output_epc_list or self.output_quantity_list)
        return (used or made) if self.transformation_id else (used and made)


class ExtendedEvent(BaseEvent):
    """One that the standard does not know; its type is a URI, its members are its own."""

    type: Uri

    extension_rule = any_names


KINDS: Final = frozenset(
    kind.__name__
    for kind in (
        ObjectEvent,
        AggregationEvent,
        AssociationEvent,
        TransactionEvent,
        TransformationEvent,
    )
)
EXTENDED: Final = "ExtendedEvent"


def kind_of(given: object) -> str:
    """The name of the class that an event of this type is read by."""
    name = given.get("type") if isinstance(given, dict) else getattr(given, "type", None)
    return name if isinstance(name, str) and name in KINDS else EXTENDED


AnyEvent = Annotated[
    Annotated[ObjectEvent, Tag("ObjectEvent")]
    | Annotated[AggregationEvent, Tag("AggregationEvent")]
    | Annotated[AssociationEvent, Tag("AssociationEvent")]
    | Annotated[TransactionEvent, Tag("TransactionEvent")]
    | Annotated[TransformationEvent, Tag("TransformationEvent")]
    | Annotated[ExtendedEvent, Tag(EXTENDED)],
    Discriminator(kind_of),
]
