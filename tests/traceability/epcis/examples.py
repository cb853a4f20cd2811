"""The published EPCIS examples, and small changes to them that may break them."""

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path

from pydantic import JsonValue

FOLDERS = ("events", "event-hash", "openepcis/Capture", "openepcis/Query")
# What a careless or hostile sender might put in a field: wrong types, wrong words, right ones
# in the wrong place.
VALUES: tuple[JsonValue, ...] = (
    None,
    True,
    0,
    1.5,
    "",
    "x",
    "ex:y",
    "urn:epc:id:sgtin:1",
    "http://a b",
    "https://a/%zz",
    "2020-01-01T00:00:00Z",
    "2020-02-30T00:00:00Z",
    "2020-01-01T00:00:00",
    "+01:00",
    "+15:00",
    "ADD",
    "DELETE",
    "OBSERVE",
    "kg",
    [],
    {},
    [1],
    ["ex:a", "ex:a"],
    {"id": "ex:a"},
    {"a": 1},
    "shipping",
    "active",
    "location",
    "Temperature",
    "ALARM_CONDITION",
    "did_not_occur",
    "urn:epcglobal:cbv:bizstep:x",
    "https://gs1.org/voc/x",
    "ObjectEvent",
    "TransformationEvent",
    "AssociationEvent",
    "ex:Event",
    "EPCISDocument",
)
NAMES = """
x ex:y type id action epcList ilmd eventID @context quantityList childEPCs parentID inputEPCList
outputQuantityList transformationID sensorElementList readPoint persistentDisposition
errorDeclaration certificationInfo bizTransactionList uom set epcisHeader sender comment
"""


def paths(vectors: Path) -> list[Path]:
    found = [
        path for folder in FOLDERS for path in sorted((vectors / "epcis" / folder).rglob("*"))
    ]
    return [path for path in found if path.suffix in {".json", ".jsonld"}]


def documents(vectors: Path) -> list[JsonValue]:
    return [json.loads(path.read_text("utf-8")) for path in paths(vectors)]


def changed(chance: random.Random, document: JsonValue) -> JsonValue:
    """The document with one to three members gone, replaced, added or renamed."""
    fresh = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        _change(chance, chance.choice(list(_nodes(fresh))))
    return fresh


def _nodes(node: JsonValue) -> Iterator[JsonValue]:
    if isinstance(node, dict | list):
        yield node
        for child in node.values() if isinstance(node, dict) else node:
            yield from _nodes(child)


def _change(chance: random.Random, node: JsonValue) -> None:
    value = copy.deepcopy(chance.choice(VALUES))
    if isinstance(node, list):
        if node and chance.random() < 0.5:
            node.pop(chance.randrange(len(node)))
        else:
            node.append(chance.choice((value, *copy.deepcopy(node))))
    elif isinstance(node, dict):
        _change_member(chance, node, value)


def _change_member(chance: random.Random, node: dict[str, JsonValue], value: JsonValue) -> None:
    name = chance.choice(list(node) or ["x"])
    what = chance.randrange(4)
    if what == 0:
        node.pop(name, None)
    elif what == 1:
        node[name] = value
    elif what == 2:
        node[chance.choice(NAMES.split())] = value
    else:
        node[chance.choice(NAMES.split())] = node.pop(name, None)
