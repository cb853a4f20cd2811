"""Errors have one face for people and one for programs; nothing that was sent comes back."""

from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Form
from pydantic import BaseModel, ConfigDict

from cloud.errors import Conflict
from cloud.permissions import public
from tests.cloud.client import TestClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SECRET = "nobody must read this again"


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    """A browser before an application with some ways to fail."""

    def refuse() -> None:
        raise Conflict

    def break_down() -> None:
        raise RuntimeError(SECRET)

    def read(body: Body) -> int:
        return body.number

    def read_form(body: Annotated[Body, Form()]) -> int:
        return body.number

    for path, endpoint, method in (
        ("/refuse", refuse, "GET"),
        ("/break", break_down, "GET"),
        ("/read", read, "POST"),
        ("/form", read_form, "POST"),
    ):
        for prefix in ("", "/api/v1"):
            app.add_api_route(
                prefix + path, endpoint, methods=[method], dependencies=[Depends(public())]
            )
    return TestClient(app, headers={"Origin": "http://testserver"}, raise_server_exceptions=False)


def test_a_program_gets_a_code_a_sentence_and_the_requests_id(client: TestClient) -> None:
    answer = client.get("/api/v1/refuse")
    assert answer.status_code == 409
    assert answer.json() == {
        "error": {
            "code": "conflict",
            "sentence": "Việc này không làm được lúc này.",
            "request_id": answer.headers["x-request-id"],
        }
    }


def test_a_person_gets_a_page(client: TestClient) -> None:
    answer = client.get("/refuse")
    assert answer.status_code == 409
    assert "Việc này không làm được lúc này." in answer.text
    assert answer.headers["x-request-id"] in answer.text


@pytest.mark.parametrize("path", ["/read", "/api/v1/read", "/form", "/api/v1/form"])
@pytest.mark.parametrize(
    "content", [f'{{"number":"{SECRET}"}}', f'{{"{SECRET}":1}}', SECRET, f"number={SECRET}"]
)
def test_malformed_input_is_refused_and_not_repeated(
    client: TestClient, path: str, content: str
) -> None:
    answer = client.post(path, content=content)
    assert answer.status_code == 422
    assert SECRET not in answer.text


@pytest.mark.parametrize("path", ["/break", "/api/v1/break"])
def test_a_breakdown_tells_nothing_of_its_cause(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert "Máy chủ gặp lỗi" in answer.text


@pytest.mark.parametrize("path", ["/nowhere", f"/nowhere?{SECRET}"])
def test_an_unknown_address_is_a_calm_page(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Không tìm thấy trang này." in answer.text
    assert SECRET not in answer.text


def test_the_wrong_method_is_said_as_such(client: TestClient) -> None:
    assert client.put("/dang-nhap").status_code == 405
    assert client.get("/api/v1/nowhere").json()["error"]["code"] == "not_found"
