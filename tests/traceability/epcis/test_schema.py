"""Our models and the published JSON Schema accept the same documents."""

import json
import os
import random
from pathlib import Path

import pytest
from jsonschema_rs import Draft7Validator
from pydantic import JsonValue

from tests.traceability.epcis import examples
from traceability.epcis.document import hashes, read, validate
from traceability.errors import EpcisError

SEED = 7
CHANGES = int(os.environ.get("VUONSO_CHANGES", "3000"))


@pytest.fixture(scope="module")
def schema(vectors: Path) -> Draft7Validator:
    published = json.loads((vectors / "epcis/schema/EPCIS-JSON-Schema.json").read_text())
    return Draft7Validator(published, validate_formats=True)


def test_every_published_example_is_judged_as_the_schema_judges_it(
    vectors: Path, schema: Draft7Validator
) -> None:
    judged = {
        path: schema.is_valid(json.loads(path.read_bytes())) for path in examples.paths(vectors)
    }
    assert sum(judged.values()) >= 50
    assert sum(not valid for valid in judged.values()) >= 13
    assert {path: _accepted(json.loads(path.read_bytes())) for path in judged} == judged


def test_an_accepted_document_goes_out_as_it_came_in(vectors: Path) -> None:
    for path in examples.paths(vectors):
        try:
            found = read(path.read_bytes())
        except EpcisError:
            continue
        again = validate(found.json_ld())
        assert again.json_ld() == json.loads(path.read_bytes())
        assert hashes(again) == hashes(found)


def test_changed_documents_are_judged_as_the_schema_judges_them(
    vectors: Path, schema: Draft7Validator
) -> None:
    chance, documents = random.Random(SEED), examples.documents(vectors)
    judged = {True: 0, False: 0}
    for place in range(CHANGES):
        given = examples.changed(chance, chance.choice(documents))
        valid = schema.is_valid(given)
        judged[valid] += 1
        assert _accepted(given) == valid, f"change {place} of seed {SEED}: {json.dumps(given)}"
    assert min(judged.values()) > CHANGES / 10


def _accepted(given: JsonValue) -> bool:
    try:
        validate(given)
    except EpcisError:
        return False
    return True
