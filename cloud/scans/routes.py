"""The verdict on a stamp for programs; asking is not a scan and is not counted as one."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel

from cloud.lots.models import Evidence
from cloud.permissions import public
from cloud.scans import service
from cloud.scans.limits import count_guess
from cloud.scans.rules import Verdict
from cloud.stamps.keys import open_vault
from cloud.transaction import SessionDep

router = APIRouter(prefix="/api/v1/scans", dependencies=[Depends(public())])


class ScanOut(BaseModel):
    """What the page behind the stamp says."""

    verdict: Verdict
    simulated: bool
    lot: str
    product: str
    cooperative: str
    zone: str
    harvested_on: date
    litres: float
    evidence: Evidence
    scans: int
    copied: bool
    first_scan: date | None
    canonical: str


@router.get("/{serial}")
def scan(
    request: Request, session: SessionDep, serial: Annotated[str, Path(max_length=64)]
) -> ScanOut:
    answer = service.look(session, open_vault(request.app.state.settings), serial)
    story = answer.story
    if story is None:
        count_guess(request)
        raise service.UnknownStamp
    seen = service.seen(session, story.serial)
    return ScanOut(
        verdict=answer.verdict,
        simulated=story.lot.simulated,
        lot=story.lot.code,
        product=story.lot.product,
        cooperative=story.cooperative.name,
        zone=story.zone.name,
        harvested_on=story.lot.harvested_on,
        litres=story.evidence.litres,
        evidence=story.evidence,
        scans=seen.count,
        copied=seen.copied,
        first_scan=seen.first_day,
        canonical=story.canonical,
    )
