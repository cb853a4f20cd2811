import json
from typing import Any

import pytest

from traceability.epcis.document import read, validate
from traceability.errors import EpcisError

EVENT: dict[str, Any] = {
    "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    "type": "ObjectEvent",
    "eventTime": "2026-11-23T06:30:00+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "ADD",
    "epcList": [],
}


def document(*events: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": EVENT["@context"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-24T00:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"action": None}, "$.epcisBody.eventList[1]: action is null; leave it out instead"),
        ({"bizStep": "harvesting"}, "$.epcisBody.eventList[1].bizStep: 'harvesting' is neither"),
        ({"quantityList": [{"uom": "KGM"}]}, "eventList[1].quantityList[0].epcClass: is missing"),
        ({"own": 1}, "$.epcisBody.eventList[1]: 'own' is no field here, and has no namespace"),
        ({"readPoint": {"id": "x"}}, "$.epcisBody.eventList[1].readPoint.id: 'x' is no URI"),
        ({"type": "Harvest"}, "$.epcisBody.eventList[1].type: 'Harvest' is no URI"),
        ({"eventTime": "2026-02-30T00:00:00Z"}, "eventList[1].eventTime: day is out of range"),
        ({"action": "OBSERVE", "ilmd": {}}, "eventList[1]: only an event that adds things"),
    ],
)
def test_a_refusal_says_where_and_why(change: dict[str, Any], told: str) -> None:
    with pytest.raises(EpcisError) as refused:
        validate(document(EVENT, {**EVENT, **change}))
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"\xff", "not UTF-8"),
        ("{", "no JSON"),
        ("[]", "is a JSON object"),
        ("{}", "$.type"),
        ('{"type": []}', "$.type"),
        ('{"type": "ObjectEvent", "x:y": NaN}', "NaN is no number"),
        ('{"type": "ObjectEvent", "x:y": 1e999}', "too large"),
        ('{"type": "ObjectEvent", "x:y": "\\ud800"}', "surrogate"),
        ('{"type": "ObjectEvent", "x:y": ' + "[" * 70 + "]" * 70 + "}", "deeper than 64"),
        (
            '{"type": "ObjectEvent", "x:y": ' + "[" * 100_000 + "]" * 100_000 + "}",
            "deeper than 64",
        ),
        (json.dumps({**EVENT, "@context": "nowhere"}), '$["@context"]: a context is a URI'),
    ],
)
def test_what_is_no_document_at_all_is_refused(text: str | bytes, told: str) -> None:
    with pytest.raises(EpcisError) as refused:
        read(text)
    assert told in str(refused.value)


def test_an_event_alone_brings_its_context() -> None:
    assert read(json.dumps(EVENT)).json_ld() == EVENT
    bare = {name: value for name, value in EVENT.items() if name != "@context"}
    with pytest.raises(EpcisError, match="brings its context"):
        validate(bare)
