"""Requests drawn from the application's description of itself; what is wrong with an answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import requests
import schemathesis
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi import checks

from cloud.errors import CloudError
from cloud.principal import Role
from tests.cloud.client import TestClient
from tests.cloud.walls.rows import Row
from tests.cloud.walls.world import ANYONE, FOREIGN, ORIGIN, World

PEOPLE = (Role.MANAGER, Role.MANAGER, Role.MANAGER, Role.MANAGER, FOREIGN, ANYONE)
"""Four of six requests come from whoever may do everything: they get furthest."""

# A buyer's order is read twice: the first reading keeps what was typed, so that it can be shown.
# The page of joining lists the caller's greenhouses by the ids that its addresses are made of.
SHOWS_WHAT_WAS_TYPED = {"/gio/dat", "/htx/nha/{greenhouse_id}/may"}

TOLD = 8
"""Characters from which a text in an answer is no accident."""

DESCRIBED = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


Case = schemathesis.Case[Any]
Operation = schemathesis.APIOperation[Any, Any, Any, Any]


@dataclass(frozen=True)
class Drawn:
    """One request to be sent."""

    who: str
    row: Row
    case: Case

    def send(self, client: TestClient) -> httpx2.Response:
        """Octet for octet what the drawing is worth on the line, from a page of ours."""
        told = self.case.as_transport_kwargs(base_url=ORIGIN)
        known = {name: told.get(name) for name in ("params", "data", "json", "files")}
        asked = requests.Request(told["method"], told["url"], told["headers"], **known).prepare()
        headers = {name: str(value) for name, value in asked.headers.items()} | {"Origin": ORIGIN}
        body = asked.body.encode() if isinstance(asked.body, str) else asked.body
        assert body is None or isinstance(body, bytes), "a drawing is no stream"
        return client.request(self.row.method, str(asked.url), headers=headers, content=body)


def operations(app: FastAPI, rows: list[Row]) -> dict[Row, Operation]:
    """Each route with what is told of it, pages included."""
    told = get_openapi(title="all", version="1", routes=app.routes)
    schema = schemathesis.openapi.from_dict(told)
    return {row: schema[row.path][row.method] for row in rows}


def drawn(world: World, row: Row, operation: Operation) -> st.SearchStrategy[Drawn]:
    """What fits the description, what does not, and both with things that exist."""
    modes = list(GenerationMode) if row.body or row.queries else [GenerationMode.POSITIVE]
    cases = st.one_of([operation.as_strategy(mode) for mode in modes])
    homely = st.builds(lambda case, name: at_home(world, row, case, name), cases, st.integers(0))
    return st.builds(Drawn, st.sampled_from(PEOPLE), st.just(row), cases | homely)


def at_home(world: World, row: Row, case: Case, number: int) -> Case:
    """The same with ids of the cooperative, and a body that is right but for one field."""
    if case.path_parameters:
        case.path_parameters = {name: world.ids.get(name, "1") for name in case.path_parameters}
    if isinstance(case.body, dict) and case.body:
        name = sorted(case.body, key=str)[number % len(case.body)]
        right: dict[str, Any] = dict(world.body(row) or {})
        case.body = right | {name: case.body[name]}
    return case


def wrong(one: Drawn, answer: httpx2.Response) -> Iterator[str]:
    """A breakdown, an echo, or an answer that was not described."""
    if answer.status_code >= 500:
        yield f"{answer.status_code}"
    if answer.status_code >= 400 and one.row.path not in SHOWS_WHAT_WAS_TYPED:
        echoes = sorted(text for text in sent(one) - codes(CloudError) if text in answer.text)
        yield from (f"echoes {text!r}" for text in echoes)
    if one.row.api:
        try:
            one.case.validate_response(answer, checks=DESCRIBED)
        except (Failure, FailureGroup) as failure:
            yield str(failure)


def codes(error: type[CloudError]) -> set[str]:
    """Our names for what can go wrong: an answer has its own, and drawings use our words too."""
    return {error.code}.union(*(codes(kind) for kind in error.__subclasses__()))


def sent(one: Drawn) -> set[str]:
    """Texts of the request that nobody but its sender can have put into the answer."""
    parts = [one.case.path_parameters, one.case.query, one.case.body]
    ours = {*one.row.names, *(one.row.body.model_fields if one.row.body else ())}
    return {text for part in parts for text in texts(part) if len(text) >= TOLD} - ours


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from (*texts(name), *texts(one))
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
