"""Whom to tell of a weakness."""

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine

from cloud.app import create_app
from cloud.settings import Settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ADDRESS = "/.well-known/security.txt"


@on_sqlite
def test_it_names_the_operators_contact_and_how_long_it_holds(
    settings: Settings, engine: Engine, clock: FixedClock
) -> None:
    told = settings.model_copy(update={"security_contact": "mailto:an.ninh@vuon.example"})
    answer = TestClient(create_app(told, engine, clock)).get(ADDRESS)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "Contact: mailto:an.ninh@vuon.example",
        "Expires: 2026-05-31T01:00:00Z",
        "Preferred-Languages: vi, en",
        f"Canonical: http://testserver{ADDRESS}",
    ]


@on_sqlite
def test_where_nobody_is_named_there_is_nothing(client: TestClient) -> None:
    assert client.get(ADDRESS).status_code == 404


@pytest.mark.parametrize(
    "contact", ["an.ninh@vuon.example", "mailto:a@b\nContact: mailto:c@d", "http://vuon.example"]
)
def test_what_is_no_contact_is_refused_at_the_start(settings: Settings, contact: str) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({**settings.model_dump(), "security_contact": contact})
