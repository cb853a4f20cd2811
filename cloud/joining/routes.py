"""Joining for devices: before they have an account at a broker, over HTTPS."""

from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response

from cloud.accounts import cookies
from cloud.broker import way
from cloud.devices.vault import open_vault
from cloud.joining import service
from cloud.joining.models import ConfirmationBody, RegistrationBody
from cloud.joining.service import WrongDigits
from cloud.permissions import public
from cloud.transaction import SessionDep
from cloud.web import NowDep, error_response
from wire.joining import CONFIRM, PATH, Joined, Registered

router = APIRouter(dependencies=[Depends(public())])


@router.post(PATH, status_code=HTTPStatus.CREATED)
def register(
    request: Request, session: SessionDep, now: NowDep, body: RegistrationBody
) -> Registered:
    settings = request.app.state.settings
    way.for_devices(settings)  # else it would wait for a broker it can never reach
    network = cookies.network_of(request)
    waits = service.register(session, open_vault(settings), body, network, now)
    return Registered(waits_s=int(waits.total_seconds()))


@router.post(CONFIRM, response_model=Joined)
def confirm(
    request: Request, session: SessionDep, now: NowDep, body: ConfirmationBody
) -> Joined | Response:
    url, ca = way.for_devices(request.app.state.settings)
    try:
        device = service.confirm(session, body, now)
    except WrongDigits as refusal:
        service.miss(session, body.device)  # counted: a refusal that is raised leaves nothing
        return error_response(request, refusal)
    return Joined(brokers=[url], ca=ca, greenhouse=service.place_of(session, device))
