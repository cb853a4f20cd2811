"""No route without a declared permission; the tenant's fence; who may what."""

from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from sqlmodel import Session, select

from cloud import scope
from cloud.cooperatives.models import Greenhouse
from cloud.errors import ConfigurationError, NotFound
from cloud.permissions import (
    PUBLIC,
    Permission,
    declared_routes,
    refuse_undeclared,
    require,
)
from cloud.principal import Principal
from tests.cloud.client import TestClient
from tests.cloud.conftest import Seeded

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_every_route_says_who_may_use_it(app: FastAPI) -> None:
    routes = declared_routes(app)
    assert len(routes) > 20
    assert all(route.permission for route in routes)
    assert {route.permission for route in routes} <= {PUBLIC, *Permission}


def test_a_forgetful_route_stops_the_start(app: FastAPI) -> None:
    app.add_api_route("/oops", lambda: 1, methods=["GET"])
    with pytest.raises(ConfigurationError, match="GET /oops"):
        refuse_undeclared(app)


def test_the_documentation_is_shown_by_a_demonstration_only(app: FastAPI) -> None:
    assert app.openapi_url == "/api/openapi.json"
    assert app.docs_url is None


@pytest.mark.parametrize("path", ["/vuon", "/htx/lo"])
def test_a_stranger_is_sent_to_the_login_and_comes_back(client: TestClient, path: str) -> None:
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/dang-nhap?tiep={path}"


def test_a_program_without_a_login_is_told_so(client: TestClient) -> None:
    assert client.get("/api/v1/devices").status_code == 401


def test_a_role_without_the_permission_is_refused(app: FastAPI, as_farmer: TestClient) -> None:
    def issue(_who: Annotated[Principal, Depends(require(Permission.STAMP_ISSUE))]) -> int:
        return 1

    app.add_api_route("/api/v1/issue", issue, methods=["GET"])
    assert as_farmer.get("/api/v1/issue").status_code == 403


def test_what_is_anothers_does_not_exist(session: Session, seeded: Seeded) -> None:
    own, foreign = seeded.farmer.principal, seeded.neighbour.principal
    house = seeded.greenhouse.public_id
    assert scope.find(session, Greenhouse, house, own).name == seeded.greenhouse.name
    with pytest.raises(NotFound):
        scope.find(session, Greenhouse, house, foreign)
    assert session.exec(scope.scoped(select(Greenhouse), foreign)).all() == []
