"""Whether the service lives and whether it can do its work."""

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from cloud.permissions import public

router = APIRouter(dependencies=[Depends(public())])


class Vitals:
    """Questions whose answer must be yes; `serve` adds those of the broker and the worker."""

    def __init__(self) -> None:
        self._checks: dict[str, Callable[[], bool]] = {}

    def add(self, name: str, check: Callable[[], bool]) -> None:
        self._checks[name] = check

    def answers(self) -> dict[str, bool]:
        return {name: check() for name, check in self._checks.items()}


@router.get("/healthz")
def alive() -> dict[str, bool]:
    return {"alive": True}


@router.get("/readyz")
def ready(request: Request) -> JSONResponse:
    vitals: Vitals = request.app.state.vitals
    answers = {"database": _database(request.app.state.engine), **vitals.answers()}
    good = all(answers.values())
    return JSONResponse(answers, HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE)


def _database(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
    except SQLAlchemyError:
        return False
    return True
