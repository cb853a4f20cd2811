"""The file for the national portal, as the cooperative's manager takes it along."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from cloud.cooperatives.models import Cooperative
from cloud.lots.rules import local_day
from cloud.permissions import Permission, require
from cloud.portal import service
from cloud.portal.port import Parcel
from cloud.principal import Principal
from cloud.settings import Settings
from cloud.transaction import SessionDep
from cloud.web import NowDep

router = APIRouter()
Owner = Annotated[Principal, Depends(require(Permission.COOPERATIVE_WRITE))]


@router.get("/htx/cong-truy-xuat.zip", response_class=Response)
def take_along(request: Request, session: SessionDep, principal: Owner, now: NowDep) -> Response:
    settings: Settings = request.app.state.settings
    cooperative = session.get_one(Cooperative, principal.cooperative_id)
    since, parcel = local_day(now) - service.SPAN, Parcel()
    parcel.deliver(service.gather(session, cooperative, settings.public_url, since, now))
    headers = {"Content-Disposition": 'attachment; filename="cong-truy-xuat.zip"'}
    return Response(parcel.octets, media_type="application/zip", headers=headers)
