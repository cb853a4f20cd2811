"""Nothing that people or devices keep to themselves reaches a log or another's screen."""

import io
import logging
from collections.abc import Iterator

import pytest
from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel
from sqlmodel import Session, select

from cloud import logs
from cloud.accounts.models import Account, LoginSession
from cloud.permissions import public
from cloud.principal import Role
from cloud.settings import Settings
from cloud.transaction import SessionDep
from tests.cloud.walls.corpus import MARK
from tests.cloud.walls.rows import Row
from tests.cloud.walls.world import ANYONE, ORIGIN, World


class Number(BaseModel):
    number: int


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is said, as the service would write it."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(logs.Line())
    handler.addFilter(lambda record: record.name != "httpx2")  # the browser talks too
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield said
    root.removeHandler(handler)
    root.setLevel(level)


def secrets_of(world: World, settings: Settings) -> set[str]:
    """All that is to stay where it is: keys, hashes, tokens, and people's numbers."""
    identity = world.seeded.identity
    kept = {identity.secret, identity.command_key, identity.ed25519_seed}
    kept |= {path.read_bytes().hex() for path in (settings.data_dir / "secrets").iterdir()}
    with Session(world.engine) as session:
        for account in session.exec(select(Account)):
            kept |= {account.phone, account.password_hash}
        kept |= set(session.exec(select(LoginSession.token_hash)))
    return kept | {world.session_of(role) for role in Role}


def marked(world: World, row: Row) -> dict[str, object]:
    """The body with something private in every text."""
    body = world.body(row) or {}
    return {name: f"{one}{MARK}" if isinstance(one, str) else one for name, one in body.items()}


def everything(world: World, rows: list[Row]) -> Iterator[str]:
    """Each route as it is meant to be used, and with something private wherever it fits."""
    for row in rows:
        yield world.send(Role.MANAGER, row, body=world.body(row)).text
        yield world.send(Role.MANAGER, row, body=marked(world, row) if row.body else None).text
        query = "&".join(f"{name}={MARK}" for name in ("q", *row.queries))
        address = world.address(row, **dict.fromkeys(world.ids, MARK))
        headers = {"Origin": ORIGIN, "Cookie": f"sid={MARK}", "Authorization": f"Bearer {MARK}"}
        yield world.send(ANYONE, row, address=f"{address}?{query}", headers=headers).text


def test_no_secret_is_said_or_shown_whatever_is_asked(
    world: World, rows: list[Row], log: io.StringIO, settings: Settings
) -> None:
    secrets = secrets_of(world, settings)
    shown = "".join(everything(world, rows))
    numbers = {secret for secret in secrets if secret.startswith("+84")}
    assert {secret for secret in secrets - numbers if secret in shown} == set()
    assert {secret for secret in {MARK} | secrets if secret in log.getvalue()} == set()
    assert len(secrets) > 15


def break_in_every_way(app: FastAPI) -> list[str]:
    """Routes that fail with something private in their hands; the addresses."""

    def quoting(request: Request) -> None:
        raise RuntimeError(request.query_params["q"])

    def twice(session: SessionDep) -> None:
        account = session.exec(select(Account)).first()
        assert account is not None
        session.add(Account.model_validate(account.model_dump(exclude={"id", "public_id"})))

    def refusing(request: Request) -> None:
        Number.model_validate({"number": request.query_params["q"]})

    def missing(request: Request) -> object:
        nothing: dict[str, object] = {}
        return nothing[request.query_params["q"]]

    found = []
    for endpoint in (quoting, twice, refusing, missing):
        for path in (f"/break/{endpoint.__name__}", f"/api/v1/break/{endpoint.__name__}"):
            app.add_api_route(
                path, endpoint, dependencies=[Depends(public())], response_model=None
            )
            found.append(path)
    return found


@pytest.mark.parametrize(
    "sent", [MARK, f"{MARK}%0D%0AERROR%20cloud.web:%20forged%1B[31m%E2%80%A8x"]
)
def test_a_breakdown_is_told_in_one_line_without_what_was_sent(
    world: World, log: io.StringIO, settings: Settings, sent: str
) -> None:
    secrets, paths = secrets_of(world, settings), break_in_every_way(world.app)
    for path in paths:
        row = Row("GET", path, "public", None, form=False, queries=())
        answer = world.send(Role.MANAGER, row, address=f"{path}?q={sent}")
        assert answer.status_code == 500
        assert MARK not in answer.text
        assert answer.headers["x-request-id"] in log.getvalue(), "it can be found again"
    told = log.getvalue().splitlines()
    assert len(told) == len(paths)
    assert all(
        line.startswith("ERROR cloud.web: request ") and line.isprintable() for line in told
    )
    assert [secret for secret in {MARK} | secrets if secret in log.getvalue()] == []
