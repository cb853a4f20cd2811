from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from traceability.epcis.document import hashes, pre_hashes, read, validate
from traceability.epcis.event_hash import pre_hash, prefixes

EVENT: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventTime": "2026-11-23T06:30:00+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "ADD",
    "epcList": ["urn:epc:id:sscc:4012345.0000000222", "urn:epc:id:sscc:4012345.0000000111"],
}
CONTEXT: list[JsonValue] = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"ex": "https://ns.example.com/epcis/"},
]
HEAD = (
    "eventType=ObjectEventeventTime=2026-11-22T23:30:00.000ZeventTimeZoneOffset=+07:00"
    "epcListepc=https://id.gs1.org/00/040123450000001112"
    "epc=https://id.gs1.org/00/040123450000002225action=ADD"
)


def written(**more: JsonValue) -> str:
    """What stands behind the head for an event with these fields."""
    names = {name.replace("__", ":"): value for name, value in more.items()}
    found = pre_hash({**EVENT, **names}, prefixes(CONTEXT))
    assert found.startswith(HEAD)
    return found.removeprefix(HEAD)


def test_the_published_hashes(vectors: Path) -> None:
    examples = sorted((vectors / "epcis/event-hash").glob("*.jsonld"))
    assert len(examples) >= 5
    for path in examples:
        document = read(path.read_bytes())
        published = path.with_suffix(".prehashes").read_text("utf-8").split("\n")
        found = pre_hashes(document)
        assert found == published[: len(found)]
        assert hashes(document) == path.with_suffix(".hashes").read_text().split()


def test_what_says_nothing_of_the_fact_changes_nothing() -> None:
    declared = {"declarationTime": "2026-11-24T00:00:00Z", "reason": "incorrect_data"}
    more = {
        "eventID": "urn:uuid:1",
        "recordTime": EVENT["eventTime"],
        "errorDeclaration": declared,
    }
    assert written(**more) == written() == ""
    turned = {**EVENT, "epcList": EVENT["epcList"][::-1]}
    assert pre_hash(turned, prefixes(CONTEXT)) == HEAD


def test_words_and_prefixes_are_spelled_out() -> None:
    assert written(bizStep="commissioning", disposition="ex:fresh") == (
        "bizStep=https://ref.gs1.org/cbv/BizStep-commissioning"
        "disposition=https://ns.example.com/epcis/fresh"
    )
    assert written(
        persistentDisposition={"unset": ["recalled"], "set": ["damaged", "active"]}
    ) == (
        "persistentDispositionset=https://ref.gs1.org/cbv/Disp-active"
        "set=https://ref.gs1.org/cbv/Disp-damagedunset=https://ref.gs1.org/cbv/Disp-recalled"
    )


def test_a_prefix_may_be_declared_in_full() -> None:
    context: JsonValue = {"@version": 1.1, "ex": {"@id": "https://ns.example.com/epcis/"}}
    assert pre_hash({**EVENT, "ex:a": 1}, prefixes(context)) == (
        f"{HEAD}{{https://ns.example.com/epcis/}}a=1"
    )


def test_a_parent_goes_before_its_things_and_certificates_before_both() -> None:
    assert pre_hash(
        {
            **EVENT,
            "parentID": "ex:p",
            "certificationInfo": ["ex:c2", "ex:c1"],
            "epcList": ["ex:e"],
        },
        prefixes(CONTEXT),
    ) == (
        "eventType=ObjectEventeventTime=2026-11-22T23:30:00.000ZeventTimeZoneOffset=+07:00"
        "certificationInfo=https://ns.example.com/epcis/c1"
        "certificationInfo=https://ns.example.com/epcis/c2"
        "parentID=https://ns.example.com/epcis/p"
        "epcListepc=https://ns.example.com/epcis/eaction=ADD"
    )


def test_types_go_before_what_they_are_the_type_of() -> None:
    parties: list[JsonValue] = [
        {"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00225"},
        {"type": "location", "source": "urn:epc:id:sgln:4012345.00225.0"},
    ]
    assert written(sourceList=parties) == (
        "sourceListtype=https://ref.gs1.org/cbv/SDT-locationsource=https://id.gs1.org/414/4012345002256"
        "type=https://ref.gs1.org/cbv/SDT-owning_partysource=https://id.gs1.org/417/4012345002256"
    )
    assert written(bizTransactionList=[{"bizTransaction": "ex:1"}]) == (
        "bizTransactionListbizTransaction=https://ns.example.com/epcis/1"
    )


def test_members_of_ones_own_stand_sorted_at_the_end_of_their_parent() -> None:
    place: JsonValue = {
        "id": "urn:epc:id:sgln:4012345.00005.0",
        "ex:b": 1,
        "ex:a": [2.50, True, None],
    }
    own = "{https://ns.example.com/epcis/}"
    assert written(readPoint=place) == (
        f"readPointid=https://id.gs1.org/414/4012345000054{own}a=2.5{own}a=true{own}b=1"
    )
    assert written(ilmd={"cbvmda:lotNumber": " 007 "}, ex__z={"ex:y": "", "ex:x": {}}) == (
        f"ilmd{{urn:epcglobal:cbv:mda}}lotNumber=7{own}z{own}x{own}y"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (26.0, "26"),
        (26, "26"),
        (-0.0, "0"),
        (0.00001, "1e-05"),
        (10**30, "1" + "0" * 30),
        ("+01.50", "1.5"),
        ("040123451111111110", "40123451111111110"),
        ("1e999", "1e999"),
        ("1_000", "1_000"),
        ("nan", "nan"),
    ],
)
def test_numbers_lose_what_says_nothing(value: str | float, text: str) -> None:
    assert written(ex__n=value) == f"{{https://ns.example.com/epcis/}}n={text}"


@pytest.mark.parametrize(
    ("time", "utc"),
    [
        ("2026-11-23T06:30:00+07:00", "2026-11-22T23:30:00.000Z"),
        ("2026-11-23t06:30:00.1414999z", "2026-11-23T06:30:00.141Z"),
        ("2026-11-23T06:30:00.1425Z", "2026-11-23T06:30:00.143Z"),
        ("2026-12-31T23:59:59.9996Z", "2027-01-01T00:00:00.000Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ("0001-01-01T00:00:00+10:00", "0001-01-01T00:00:00+10:00"),
    ],
)
def test_times_are_in_utc_to_the_millisecond(time: str, utc: str) -> None:
    assert f"eventTime={utc}event" in pre_hash({**EVENT, "eventTime": time}, prefixes(CONTEXT))


def test_an_event_alone_and_in_a_document_has_one_hash() -> None:
    alone = validate({"@context": CONTEXT, **EVENT})
    inside = validate(
        {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-11-24T00:00:00Z",
            "epcisBody": {"eventList": [EVENT, {"@context": {"ex": "urn:x:"}, **EVENT}]},
        }
    )
    assert hashes(inside) == hashes(alone) * 2
