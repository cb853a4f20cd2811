"""The two addresses by which anybody learns a bare yes or no: does it live, can it work."""

from http import HTTPStatus

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from cloud.health import Vitals
from cloud.permissions import public

router = APIRouter(dependencies=[Depends(public())])


@router.get("/healthz")
def alive() -> dict[str, bool]:
    return {"alive": True}


@router.get("/readyz")
def ready(request: Request) -> JSONResponse:
    vitals: Vitals = request.app.state.vitals
    good = vitals.ready()
    status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"ready": good}, status)
