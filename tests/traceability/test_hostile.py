"""Whatever is read, only our own errors come out."""

import contextlib
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traceability import parsers
from traceability.errors import TraceabilityError

# Half of what is drawn begins like the real thing, else most of it dies at the first character.
BEGINNINGS = st.sampled_from(
    ("", "https://a/01/09520123456788/", "https://a/", "(01)09520123456788(", "^0109520123456788")
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)
EVENT_NAMES = """
@context type eventTime eventTimeZoneOffset action epcList quantityList readPoint ilmd
sensorElementList persistentDisposition sourceList certificationInfo errorDeclaration ex:own
"""
LIKELY = st.sampled_from(
    ("ObjectEvent", "2026-11-23T06:30:00+07:00", "+07:00", "ADD", "ex:a", "urn:epc:id:sgln:1.2.3")
)


@given(BEGINNINGS, st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_code_or_refused(beginning: str, text: str) -> None:
    for parser in parsers.TEXTS.values():
        with contextlib.suppress(TraceabilityError):
            parser(beginning + text)


@given(
    st.dictionaries(
        st.sampled_from(EVENT_NAMES.split()), JSON | LIKELY | st.lists(LIKELY, max_size=3)
    )
)
@settings(max_examples=200, deadline=None)
def test_any_object_is_an_event_or_refused(event: dict[str, object]) -> None:
    body = {"eventList": [event]}
    outer = {"@context": "ex:c", "schemaVersion": "2.0", "creationDate": "2026-11-23T06:30:00Z"}
    for document in (event, {**outer, "type": "EPCISDocument", "epcisBody": body}):
        with contextlib.suppress(TraceabilityError):
            parsers.events(json.dumps(document))


@given(st.binary(max_size=80))
@settings(deadline=None)
def test_any_octets_are_a_document_or_refused(octets: bytes) -> None:
    with contextlib.suppress(TraceabilityError):
        parsers.events(octets)
