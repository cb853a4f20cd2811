from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import JsonValue

from traceability.epcis.document import hashes, read, validate
from traceability.epcis.events import BaseEvent
from traceability.epcis.farm import (
    NAMESPACE,
    Lot,
    Reading,
    Summary,
    Transfer,
    Treatment,
    applied,
    declared_wrong,
    document,
    fixed,
    harvested,
    measured,
    named,
    recalled,
    shipped,
    stamped,
    transformed,
)
from traceability.errors import EpcisError

ICT = timezone(timedelta(hours=7))
AT = datetime(2026, 11, 23, 6, 30, tzinfo=ICT)
PLOT = "https://id.gs1.org/414/8935000000007/254/z1"
DEVICE = "urn:vuonso:device:7f3a"
LOT = Lot.of("8935000000007", "20261123-Z1-01", 42.5)
DAY = Summary(
    DEVICE,
    AT - timedelta(days=1),
    AT,
    (
        Reading("irrigation", value=310.5),
        Reading("soil_moisture", lowest=21, mean=28.4, highest=36),
        Reading("temperature", lowest=18.2, mean=23.5, highest=31),
    ),
    raw_data="ni:///sha-256;abc",
)

EVENTS: dict[str, BaseEvent] = {
    "fixed": fixed(AT, PLOT, [DEVICE]),
    "removed": fixed(AT, PLOT, [DEVICE], removed=True),
    "measured": measured(PLOT, DAY),
    "applied": applied(
        AT, PLOT, Treatment("urn:x:product:1", 1.5, "LTR", "1234/CNĐKT-BVTV", "urn:x:party:1", 7)
    ),
    "harvested": harvested(AT, PLOT, LOT, "20261123-Z1-01"),
    "transformed": transformed(AT, PLOT, [LOT], [Lot.of("8935000000007", "MIX-1", 42)]),
    "stamped": stamped(AT, LOT, issuance=3, stamps=200),
    "shipped": shipped(AT, PLOT, [LOT], Transfer("urn:x:party:1", "urn:x:party:2", "urn:x:po:1")),
    "recalled": recalled(AT, [LOT]),
}


def field(event: BaseEvent, *path: str | int) -> JsonValue:
    found: JsonValue = event.json_ld()
    for step in path:
        if isinstance(found, list) and isinstance(step, int):
            found = found[step]
        else:
            assert isinstance(found, dict)
            found = found[str(step)]
    return found


@pytest.mark.parametrize("name", EVENTS)
def test_every_fact_is_an_event_of_the_standard_that_is_read_again(name: str) -> None:
    event = EVENTS[name]
    assert validate(event.json_ld()) == event
    assert len({hashes(event)[0] for event in EVENTS.values()}) == len(EVENTS)


def test_a_harvest_is_the_birth_of_a_lot() -> None:
    event = EVENTS["harvested"]
    assert field(event, "eventTime") == "2026-11-23T06:30:00.000+07:00"
    assert field(event, "eventTimeZoneOffset") == "+07:00"
    assert field(event, "quantityList", 0) == {
        "epcClass": "https://id.gs1.org/01/08935000000007/10/20261123-Z1-01",
        "quantity": 42.5,
        "uom": "KGM",
    }
    assert field(event, "ilmd", "cbvmda:harvestEndDate") == "2026-11-23"


def test_what_was_measured_names_the_device_the_span_and_the_units() -> None:
    element = field(EVENTS["measured"], "sensorElementList", 0)
    assert element == {
        "sensorMetadata": {
            "startTime": "2026-11-22T06:30:00.000+07:00",
            "endTime": "2026-11-23T06:30:00.000+07:00",
            "deviceID": DEVICE,
            "rawData": "ni:///sha-256;abc",
        },
        "sensorReport": [
            {"type": "Volume", "value": 310.5, "uom": "LTR"},
            {
                "type": "VolumeFraction",
                "minValue": 21,
                "maxValue": 36,
                "meanValue": 28.4,
                "uom": "P1",
            },
            {
                "type": "Temperature",
                "minValue": 18.2,
                "maxValue": 31,
                "meanValue": 23.5,
                "uom": "CEL",
            },
        ],
    }


def test_an_issuance_says_how_many_stamps_and_no_serial() -> None:
    assert field(EVENTS["stamped"], "quantityList", 0, "quantity") == 200
    assert field(EVENTS["stamped"], "vs:issuance") == 3


def test_a_recall_holds_until_it_is_taken_back() -> None:
    assert field(EVENTS["recalled"], "disposition") == "recalled"
    assert field(EVENTS["recalled"], "persistentDisposition") == {"set": ["recalled"]}


def test_a_treatment_says_how_long_nobody_may_harvest() -> None:
    assert field(EVENTS["applied"], "bizStep") == "vs:applying"
    assert field(EVENTS["applied"], "vs:preHarvestDays") == 7
    assert field(EVENTS["applied"], "vs:registrationNumber") == "1234/CNĐKT-BVTV"
    assert field(EVENTS["applied"], "quantityList", 0, "uom") == "LTR"


def test_a_sale_names_both_sides_and_the_order() -> None:
    assert field(EVENTS["shipped"], "sourceList", 0, "source") == "urn:x:party:1"
    assert field(EVENTS["shipped"], "destinationList", 0, "destination") == "urn:x:party:2"
    assert field(EVENTS["shipped"], "bizTransactionList", 0, "bizTransaction") == "urn:x:po:1"


def test_a_device_is_fixed_to_its_plot_until_it_is_removed() -> None:
    for name, action in (("fixed", "ADD"), ("removed", "DELETE")):
        assert field(EVENTS[name], "action") == action
        assert field(EVENTS[name], "parentID") == PLOT
        assert field(EVENTS[name], "childEPCs") == [DEVICE]


def test_lots_become_other_lots() -> None:
    used, made = "inputQuantityList", "outputQuantityList"
    assert field(EVENTS["transformed"], used, 0, "epcClass") == LOT.thing
    made_of = "https://id.gs1.org/01/08935000000007/10/MIX-1"
    assert field(EVENTS["transformed"], made, 0, "epcClass") == made_of


def test_a_correction_leaves_the_event_and_its_hash_as_they_were() -> None:
    wrong = EVENTS["harvested"]
    right = harvested(AT, PLOT, Lot.of("8935000000007", "20261123-Z1-01", 40), "20261123-Z1-01")
    declared = declared_wrong(wrong, AT, "incorrect_data", [right])
    assert hashes(declared) == hashes(wrong) != hashes(right)
    assert field(declared, "errorDeclaration", "correctiveEventIDs") == hashes(right)


def test_an_event_may_be_named_by_its_own_hash() -> None:
    event = named(EVENTS["recalled"])
    assert [field(event, "eventID")] == hashes(event) == hashes(EVENTS["recalled"])


def test_events_travel_in_a_document_with_the_same_hashes() -> None:
    sent = document(list(EVENTS.values()), datetime(2026, 11, 24, tzinfo=UTC))
    received = read(sent.model_dump_json(by_alias=True, exclude_unset=True))
    assert hashes(received) == [hashes(event)[0] for event in EVENTS.values()]
    assert NAMESPACE in sent.model_dump_json(by_alias=True)


def test_what_no_event_can_hold_is_refused_at_its_place() -> None:
    with pytest.raises(EpcisError, match=r"\$\.readPoint\.id: 'z1' is no URI"):
        measured("z1", DAY)
    with pytest.raises(EpcisError, match="no offset"):
        recalled(datetime(2026, 11, 23), [LOT])
