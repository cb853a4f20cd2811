"""Harvests that are practised: lots on paper, which no record, log, shop or stamp ever meets.

They live in the stand's own row; a real lot is a row of another table, and nothing makes one here.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, cast

from pydantic import BaseModel, Field
from sqlmodel import Session

from cloud.accounts.models import Stand
from cloud.bodies import Body
from cloud.cooperatives.models import Zone
from cloud.diary import service as diary
from cloud.errors import NotFound
from cloud.lots import rules
from cloud.lots.models import Key, ProductName
from cloud.lots.service import HarvestDay, StillWaiting
from cloud.lots.weights import Kilograms, grams
from cloud.practice.service import stand_of
from cloud.principal import Principal
from cloud.scope import find
from cloud.telemetry.service import irrigation_summary

MOST: Final = 20
"""Lots in half an hour; the oldest make room."""


class PlayedLot(BaseModel):
    """A lot of the practice greenhouse, as its learner sees it."""

    key: str
    code: str
    zone: str
    product: str
    quantity_g: int
    left_g: int
    harvested_on: date
    litres: float
    """What the zone's meter told until then."""


class PlayedHarvestForm(Body):
    """The same that a real harvest asks for, but for a number of GS1's."""

    zone: str = Field(max_length=20)
    product: ProductName
    kg: Kilograms
    harvested_on: date
    key: Key


class PlayedLossForm(Body):
    """What is spoilt of a lot."""

    lot: str = Field(max_length=20)
    kg: Kilograms


def all_of(stand: Stand) -> Sequence[PlayedLot]:
    """The newest first."""
    return [PlayedLot.model_validate(one) for one in reversed(stand.lots or ())]


def harvest(
    session: Session, principal: Principal, form: PlayedHarvestForm, now: datetime
) -> None:
    """One lot for each key, by the rules of real ones.

    Raises:
        NotFound: the zone is none of the practice greenhouse's.
        HarvestDay, StillWaiting: not a day on which one may harvest.
    """
    stand = stand_of(session, principal)
    zone = find(session, Zone, form.zone, principal)
    lots = list(reversed(all_of(stand)))
    if any(lot.key == form.key for lot in lots):
        return
    _check_day(session, zone, form.harvested_on, rules.local_day(now))
    began = rules.start_of(zone.planted_on)
    measured = irrigation_summary(session, cast("int", zone.id), began, now)
    stem = rules.code_stem(form.harvested_on, zone.position)
    lot = PlayedLot(
        key=form.key,
        code=rules.code(stem, sum(one.code.startswith(stem) for one in lots) + 1),
        zone=zone.name,
        product=form.product,
        quantity_g=grams(form.kg),
        left_g=grams(form.kg),
        harvested_on=form.harvested_on,
        litres=measured.litres,
    )
    _keep(stand, [*lots, lot])


def lose(session: Session, principal: Principal, form: PlayedLossForm) -> bool:
    """Whether the lot had that much to lose.

    Raises:
        NotFound: there is no such lot.
    """
    stand = stand_of(session, principal)
    lots = list(reversed(all_of(stand)))
    lot = next((one for one in lots if one.code == form.lot), None)
    if lot is None:
        raise NotFound
    if grams(form.kg) > lot.left_g:
        stand.wrong += 1
        return False
    lot.left_g -= grams(form.kg)
    _keep(stand, lots)
    return True


def _check_day(session: Session, zone: Zone, day: date, today: date) -> None:
    if not rules.is_plausible(day, today):
        raise HarvestDay(days=rules.MAX_AGE_DAYS)
    allowed = diary.harvest_from(session, cast("int", zone.id), day)
    if allowed is not None:
        raise StillWaiting(day=f"{allowed:%d/%m/%Y}")


def _keep(stand: Stand, lots: Sequence[PlayedLot]) -> None:
    stand.lots = [lot.model_dump(mode="json") for lot in lots[-MOST:]]
