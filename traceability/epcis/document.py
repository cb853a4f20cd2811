"""EPCIS documents, query results and single events, read from JSON-LD; hashes of their events."""

from typing import Annotated, Final, Literal

from pydantic import Field, JsonValue, StringConstraints, TypeAdapter, ValidationError

from traceability.epcis import json_text
from traceability.epcis.event_hash import digest, pre_hash, prefixes
from traceability.epcis.events import AnyEvent, BaseEvent
from traceability.epcis.fields import Context, Node, Number, OpenNode, Time, Uri
from traceability.errors import EpcisError

Version = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)*$")]


class Attribute(OpenNode):
    """A fact of master data."""

    id: Uri
    attribute: Number | str | dict[str, JsonValue] | None = None


class VocabularyElement(OpenNode):
    """A place or product with its facts."""

    id: Uri
    attributes: list[Attribute] | None = None
    children: list[Uri] | None = None


class Vocabulary(OpenNode):
    """The elements of one kind."""

    type: Uri
    vocabulary_element_list: list[VocabularyElement] | None = None


class MasterData(OpenNode):
    """What a document says about the things its events name."""

    vocabulary_list: list[Vocabulary] | None = None


class Header(Node):
    """Master data, and what others add."""

    epcis_master_data: MasterData | None = None


class Body(OpenNode):
    """The events of a document."""

    event_list: list[AnyEvent]


class EpcisDocument(Node):
    """Events on their way to somebody else."""

    context: Annotated[Context, Field(alias="@context")]
    type: Literal["EPCISDocument"]
    id: Uri | None = None
    schema_version: Version
    creation_date: Time
    instance_identifier: str | None = None
    sender: str | None = None
    receiver: str | None = None
    epcis_header: Header | None = None
    epcis_body: Body

    @property
    def events(self) -> tuple[BaseEvent, ...]:
        return tuple(self.epcis_body.event_list)


class Results(Node):
    """Events that a query found."""

    event_list: list[AnyEvent]
    vocabulary_list: list[Vocabulary] | None = None


class QueryResults(Node):
    """The answer to one query."""

    query_name: str
    subscription_id: str | None = None
    results_body: Results


class QueryBody(Node):
    """The answer, and what others add."""

    query_results: QueryResults


class QueryDocument(Node):
    """What a query is answered with."""

    context: Annotated[Context, Field(alias="@context")]
    type: Literal["EPCISQueryDocument"]
    id: Uri | None = None
    schema_version: Version | None = None
    creation_date: Time | None = None
    epcis_body: QueryBody

    @property
    def events(self) -> tuple[BaseEvent, ...]:
        return tuple(self.epcis_body.query_results.results_body.event_list)


Document = EpcisDocument | QueryDocument
DOCUMENTS: Final[dict[object, type[Document]]] = {
    "EPCISDocument": EpcisDocument,
    "EPCISQueryDocument": QueryDocument,
}
_EVENT: Final[TypeAdapter[BaseEvent]] = TypeAdapter(AnyEvent)


def read(text: str | bytes) -> Document | BaseEvent:
    """A document, the answer to a query, or one event; EpcisError says where it is wrong."""
    return validate(json_text.load(text))


def validate(given: JsonValue) -> Document | BaseEvent:
    if not isinstance(given, dict):
        raise EpcisError(json_text.ROOT, "an EPCIS document is a JSON object")
    if not isinstance(given.get("type"), str):
        raise EpcisError(json_text.path(["type"]), "says what the document is, as EPCISDocument")
    try:
        kind = DOCUMENTS.get(given["type"])
        if kind:
            return kind.model_validate(given)
        found = _EVENT.validate_python(given)
    except ValidationError as error:
        raise json_text.refusal(error, given) from error
    if found.context is None:
        raise EpcisError(json_text.path(["@context"]), "an event alone brings its context")
    return found


def hashes(found: Document | BaseEvent) -> list[str]:
    """The hash of each event, in the order of the document."""
    return list(map(digest, pre_hashes(found)))


def pre_hashes(found: Document | BaseEvent) -> list[str]:
    """What the hashes are taken over."""
    if isinstance(found, BaseEvent):
        return [pre_hash(found.json_ld(), prefixes(found.context))]
    shared = prefixes(found.context)
    return [pre_hash(event.json_ld(), prefixes(event.context, shared)) for event in found.events]
