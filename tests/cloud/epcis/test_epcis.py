"""Programs of others send events and find them again, whole and under the same hash."""

import json
import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from cloud.door import MAX_BODY, MAX_EVENTS
from cloud.epcis import own
from cloud.epcis.models import EpcisEvent
from cloud.epcis.service import MOST_EVENTS
from cloud.lots.models import Lot
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Seeded, Stall
from tests.traceability.epcis import examples
from traceability.epcis.document import Document, EpcisDocument, hashes, read, validate
from traceability.epcis.events import BaseEvent
from traceability.epcis.farm import Lot as Part
from traceability.epcis.farm import Transfer, document, harvested, shipped, transformed
from traceability.errors import EpcisError

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What the two databases cannot differ in."""
CAPTURE = "/epcis/capture"
EVENTS = "/epcis/events"
PLOT = "https://id.gs1.org/414/8935000000007/254/z1"
GTIN = "8935000000007"


def lot(code: str, kilograms: float = 10) -> Part:
    return Part.of(GTIN, code, kilograms)


def harvest(number: int) -> BaseEvent:
    return harvested(START + timedelta(minutes=number), PLOT, lot(f"L{number}"), f"L{number}")


def sent(*events: BaseEvent) -> str:
    return document(events, START).model_dump_json(by_alias=True, exclude_unset=True)


def send(
    program: TestClient, text: str | bytes, kind: str = "application/ld+json"
) -> httpx2.Response:
    return program.post(CAPTURE, content=text, headers={"Content-Type": kind})


def found(program: TestClient, **asked: object) -> list[dict[str, Any]]:
    answer = program.get(EVENTS, params={key: str(one) for key, one in asked.items()})
    assert answer.status_code == 200, answer.text
    return listed(answer)


def listed(answer: httpx2.Response) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = answer.json()["epcisBody"]["queryResults"]["resultsBody"][
        "eventList"
    ]
    return events


def steps(events: Sequence[dict[str, Any]]) -> list[object]:
    return [one.get("bizStep") or one.get("disposition") for one in events]


def stored(engine: Engine) -> int:
    with Session(engine) as session:
        return session.exec(select(func.count()).select_from(EpcisEvent)).one()


@pytest.fixture(scope="module")
def vectors() -> Path:
    folder = Path(os.environ.get("VUONSO_SHARED", "/nowhere")) / "vectors"
    if not folder.exists():
        pytest.skip("the published vectors are not at hand: VUONSO_SHARED")
    return folder


def judged(octets: bytes) -> Document | BaseEvent | str:
    """What the library makes of it, else what it says is wrong."""
    try:
        return read(octets)
    except EpcisError as error:
        return str(error)


@ON_SQLITE
def test_every_valid_example_comes_back_under_its_hash_and_every_other_names_its_error(
    writer: TestClient, stranger: TestClient, engine: Engine, vectors: Path
) -> None:
    expected, refused = set[str](), 0
    for path in examples.paths(vectors):
        given, answer = judged(path.read_bytes()), send(writer, path.read_bytes())
        if isinstance(given, str | BaseEvent):
            assert answer.status_code == 400, path
            assert answer.json()["detail"].startswith(given if given == str(given) else "$.type")
            refused += 1
            continue
        if "is the name of another event" in answer.text:  # two examples say so of others
            answer = send(stranger, path.read_bytes())
        assert answer.status_code == 202, (path, answer.text)
        expected |= set(hashes(given))
    returned = {
        hashed
        for program in (writer, stranger)
        for answer in answers(program, perPage=100)
        for hashed in hashes(validate(answer.json()))
    }
    assert returned == expected
    assert len(expected) > 30
    assert refused >= 13
    assert stored(engine) >= len(expected)


@ON_SQLITE
def test_all_of_a_document_is_taken_or_none(writer: TestClient, engine: Engine) -> None:
    wrong = json.loads(sent(harvest(1), harvest(2), harvest(3)))
    wrong["epcisBody"]["eventList"][2]["bizStep"] = "harvesting"
    answer = send(writer, json.dumps(wrong))
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "epcisException:ValidationException"
    assert problem["detail"].startswith("$.epcisBody.eventList[2].bizStep: ")
    assert stored(engine) == 0


def test_what_is_sent_again_is_known_and_another_event_under_its_name_refused(
    writer: TestClient, engine: Engine
) -> None:
    assert send(writer, sent(harvest(1))).status_code == 202
    assert send(writer, sent(harvest(1), harvest(2))).status_code == 202
    assert stored(engine) == 2
    other = json.loads(sent(harvest(3), harvest(4)))
    other["epcisBody"]["eventList"][1]["eventID"] = found(writer)[0]["eventID"]
    answer = send(writer, json.dumps(other))
    assert answer.json()["detail"].startswith("$.epcisBody.eventList[1].eventID")
    assert stored(engine) == 2


def test_an_event_that_was_declared_wrong_says_so_beside_the_first(
    writer: TestClient, engine: Engine
) -> None:
    event = json.loads(sent(harvest(1)))
    send(writer, json.dumps(event))
    event["epcisBody"]["eventList"][0]["errorDeclaration"] = {
        "declarationTime": "2026-03-03T00:00:00Z",
        "reason": "incorrect_data",
    }
    assert send(writer, json.dumps(event)).status_code == 202
    assert stored(engine) == 2
    (declared,) = found(writer, EXISTS_errorDeclaration="true")
    told = writer.get(f"{EVENTS}/{quote(str(declared['eventID']), safe='')}")
    assert "errorDeclaration" in listed(told)[0]


def test_one_step_back_and_one_step_forward(writer: TestClient) -> None:
    mixed = transformed(START, PLOT, [lot("L1"), lot("L2")], [lot("M", 20)])
    sold = shipped(START, PLOT, [lot("M", 20)], Transfer("urn:x:party:1", "urn:x:party:2"))
    send(writer, sent(harvest(1), harvest(2), mixed, sold))
    made = lot("M").thing.replace("id.gs1.org", "txng.vn")
    (back,) = found(writer, MATCH_outputEPCClass=made)
    assert [one["epcClass"] for one in back["inputQuantityList"]] == [
        lot("L1").thing,
        lot("L2").thing,
    ]
    assert steps(found(writer, MATCH_epcClass=made)) == ["shipping"]
    assert len(found(writer, MATCH_anyEPCClass=lot("L1").thing)) == 2
    assert steps(found(writer, EQ_bizStep="shipping|https://ref.gs1.org/cbv/BizStep-packing")) == [
        "shipping"
    ]
    assert len(found(writer, EQ_bizLocation=PLOT, EQ_action="ADD")) == 2
    assert found(writer, eventType="AggregationEvent") == []


def answers(program: TestClient, **asked: object) -> Iterator[httpx2.Response]:
    answer = program.get(EVENTS, params={key: str(one) for key, one in asked.items()})
    while True:
        assert answer.status_code == 200, answer.text
        yield answer
        onward = answer.headers.get("link")
        if onward is None:
            return
        assert onward.endswith('; rel="next"')
        answer = program.get(onward[1 : onward.index(">")])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [3, 1, 2, 5, 4]),
        ({"orderBy": "eventTime"}, [5, 4, 3, 2, 1]),
        ({"orderBy": "eventTime", "orderDirection": "ASC"}, [1, 2, 3, 4, 5]),
        ({"orderBy": "recordTime"}, [4, 5, 2, 1, 3]),
        ({"orderBy": "eventTime", "eventCountLimit": 3}, [5, 4, 3]),
        ({"GE_eventTime": "2026-03-02T08:02:00+07:00", "LT_eventTime": "2026-03-02T01:04:00Z"},
         [3, 2]),
    ],
)  # fmt: skip
def test_pages_follow_one_another_whatever_is_sent_meanwhile(
    writer: TestClient, asked: dict[str, object], expected: list[int]
) -> None:
    send(writer, sent(*map(harvest, (3, 1, 2, 5, 4))))
    codes: list[str] = []
    for page in map(listed, answers(writer, perPage=2, **asked)):
        codes += [str(one["ilmd"]["cbvmda:lotNumber"]) for one in page]
        send(writer, sent(harvest(0)))  # older by its time and newer by its record
    assert codes[: len(expected)] == [f"L{number}" for number in expected]


@ON_SQLITE
@pytest.mark.parametrize(
    ("asked", "status", "detail"),
    [
        ("EQ_nothing=1", 400, "not supported"),
        ("GE_eventTime=yesterday", 400, "GE_eventTime"),
        ("perPage=0", 400, "perPage"),
        ("nextPageToken=bm9wZQ", 400, "nextPageToken"),
        ("nextPageToken=WzEsdHJ1ZV0", 400, "nextPageToken"),
        ("eventCountLimit=1&maxEventCount=1", 400, ""),
        ("maxEventCount=1", 413, "maxEventCount=1"),
    ],
)
def test_a_query_that_cannot_be_answered_says_what_is_wrong_with_it(
    writer: TestClient, asked: str, status: int, detail: str
) -> None:
    send(writer, sent(harvest(1), harvest(2)))
    answer = writer.get(f"{EVENTS}?{asked}")
    assert answer.status_code == status
    assert answer.json()["type"].startswith("epcisException:Query")
    assert detail in answer.json()["detail"]


@ON_SQLITE
def test_nobody_finds_what_is_anothers(writer: TestClient, stranger: TestClient) -> None:
    job = send(writer, sent(harvest(1))).headers["location"]
    done = writer.get(job).json()
    assert (done["success"], done["running"], done["errors"]) == (True, False, [])
    (event,) = found(writer)
    assert found(stranger) == []
    assert stranger.get(job).status_code == 404
    answer = stranger.get(f"{EVENTS}/{quote(str(event['eventID']), safe='')}")
    assert answer.status_code == 404
    assert answer.json()["type"] == "epcisException:NoSuchResourceException"
    assert writer.get(f"{EVENTS}/{event['eventID']}").status_code == 200, "unescaped as well"
    assert len(stranger.get(CAPTURE).json()) == 0
    assert len(writer.get(CAPTURE).json()) == 1


@ON_SQLITE
def test_bodies_are_bounded_and_of_one_kind(writer: TestClient, client: TestClient) -> None:
    assert send(writer, sent(harvest(1)), "text/plain").status_code == 415
    assert send(writer, b" " * (MAX_EVENTS + 1)).status_code == 413
    assert send(client, b" " * (MAX_BODY + 1)).status_code == 413, "nobody's is read at length"
    many = json.loads(sent(harvest(1)))
    many["epcisBody"]["eventList"] *= MOST_EVENTS + 1
    answer = send(writer, json.dumps(many, separators=(",", ":")))
    assert answer.status_code == 413
    assert answer.json()["type"] == "epcisException:CaptureLimitExceededException"
    headers = {"GS1-Capture-Error-Behaviour": "proceed", "Content-Type": "application/json"}
    assert writer.post(CAPTURE, content=sent(harvest(1)), headers=headers).status_code == 400


@ON_SQLITE
def test_a_stranger_learns_what_is_spoken_here(reader: TestClient) -> None:
    answer = reader.options(CAPTURE)
    assert answer.status_code == 204
    assert answer.headers["gs1-epcis-version"] == "2.0.0"
    assert answer.headers["gs1-epcis-capture-limit"] == str(MOST_EVENTS)
    assert answer.headers["gs1-capture-error-behaviour"] == "rollback"
    assert reader.options(EVENTS).headers["allow"] == "OPTIONS, GET"


def test_what_happened_to_ones_own_lots_is_told_once(
    engine: Engine,
    stall: Stall,
    as_manager: TestClient,
    reader: TestClient,
    clock: FixedClock,
) -> None:
    first = stall.lot()
    other = stall.lot()
    wish = {"take_g": 4_000, "others": [other.public_id], "made_g": 50_000, "key": "0" * 12}
    made = as_manager.post(f"/api/v1/lots/{first.public_id}/transform", json=wish).json()
    as_manager.post(f"/htx/lo/{made['id']}/thu-hoi", data={"reason": "thuốc"})
    for _round in range(2):
        own.tell(engine, clock.now())
        clock.advance(minutes=1)
    told = found(reader)
    assert steps(told) == [
        "commissioning",
        "commissioning",
        "creating_class_instance",
        "recalled",
    ]
    assert all(isinstance(validate_one(one), BaseEvent) for one in told)
    quantities = [one["quantity"] for one in told[2]["inputQuantityList"]]
    assert quantities == [4, 50]
    with Session(engine) as session:
        assert session.exec(select(func.count()).select_from(Lot)).one() == 3


def validate_one(event: dict[str, Any]) -> object:
    return validate(event)


@ON_SQLITE
def test_the_answer_is_a_document_of_the_standard(writer: TestClient, seeded: Seeded) -> None:
    send(writer, sent(harvest(1)))
    answer = writer.get(EVENTS)
    assert answer.headers["content-type"] == "application/ld+json"
    again = read(answer.content)
    assert not isinstance(again, BaseEvent | EpcisDocument)
    assert hashes(again) == hashes(harvest(1))
    assert seeded.manager.phone not in answer.text
