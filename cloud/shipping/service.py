"""A shop's own terms of delivery: read by the market and by ordering, set by its manager."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cloud.addresses.models import keep
from cloud.addresses.rules import settle
from cloud.addresses.units import atlas
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.principal import Principal
from cloud.scope import find
from cloud.shipping.errors import NoCod, NoSuchPoint
from cloud.shipping.fees import FREE, STEP_G, Delivery, Tariff, quote
from cloud.shipping.models import PickupForm, PickupPoint, ShippingTariff, TariffForm

HOME = Delivery.HOME.value
"""What a buyer says who wants the goods brought; else the public id of a point."""


@dataclass(frozen=True)
class Terms:
    """What a shop offers its buyers: a tariff, cash at the door or not, places to fetch goods."""

    tariff: Tariff
    cod: bool
    points: Sequence[PickupPoint]

    def home(self, mass_g: int, goods: int) -> int:
        """What it costs to have goods of this mass and price brought."""
        return quote(self.tariff, mass_g, goods, Delivery.HOME)


@dataclass(frozen=True)
class Wish:
    """How a buyer wants goods, and whether they pay whoever brings them."""

    delivery: str = HOME
    cod: bool = False


@dataclass(frozen=True)
class Way:
    """How goods of an order go: the fee, and the point where they are fetched, if they are."""

    fee: int
    point_id: int | None


def terms(session: Session, cooperative_id: int) -> Terms:
    """The terms of this cooperative's shop."""
    row = session.exec(_tariff_of(cooperative_id)).one_or_none()
    points = session.exec(
        select(PickupPoint)
        .where(PickupPoint.cooperative_id == cooperative_id, col(PickupPoint.closed_at).is_(None))
        .order_by(col(PickupPoint.id))
    ).all()
    if row is None:
        return Terms(FREE, cod=False, points=points)
    tariff = Tariff(row.base, row.base_g, row.step, row.free_from)
    return Terms(tariff, cod=row.cod, points=points)


def way(terms: Terms, wish: Wish, mass_g: int, goods: int) -> Way:
    """What a buyer's wish costs.

    Raises:
        NoSuchPoint: the shop has no such place any more.
        NoCod: the shop wants its money before.
    """
    if wish.cod and not terms.cod:
        raise NoCod
    if wish.delivery == HOME:
        return Way(terms.home(mass_g, goods), None)
    point = next((one for one in terms.points if one.public_id == wish.delivery), None)
    if point is None:
        raise NoSuchPoint
    return Way(quote(terms.tariff, mass_g, goods, Delivery.PICKUP), point.id)


def point(session: Session, point_id: int | None) -> PickupPoint | None:
    """Where an order is fetched, also when the place was closed meanwhile."""
    return None if point_id is None else session.get_one(PickupPoint, point_id)


def set_tariff(session: Session, principal: Principal, form: TariffForm, now: datetime) -> None:
    """Holds for orders from now on; those that are placed keep their fee."""
    row = session.exec(_tariff_of(principal.cooperative_id)).one_or_none()
    row = row or ShippingTariff(
        cooperative_id=principal.cooperative_id,
        base=0,
        base_g=0,
        step=0,
        cod=False,
        changed_at=now,
    )
    row.base, row.base_g, row.step = form.base, form.base_kg * STEP_G, form.step
    row.free_from = int(form.free_from) if form.free_from.strip() else None
    row.cod, row.changed_at = form.cod == "yes", now
    session.add(row)
    told = {"base": row.base, "step": row.step, "free_from": row.free_from or 0, "cod": row.cod}
    audit.note(session, principal, Deed(AuditAction.TARIFF_CHANGED, "shop", told), now)


def open_point(session: Session, principal: Principal, form: PickupForm, now: datetime) -> None:
    point = PickupPoint(cooperative_id=principal.cooperative_id, **form.model_dump())
    keep(point, settle(atlas(), form.address))
    session.add(point)
    deed = Deed(AuditAction.PICKUP_OPENED, f"point:{point.public_id}", {"name": form.name})
    audit.note(session, principal, deed, now)


def close_point(session: Session, principal: Principal, public_id: str, now: datetime) -> None:
    """Nobody chooses it any more; orders that wait there still do."""
    point = find(session, PickupPoint, public_id, principal)
    if point.closed_at is None:
        point.closed_at = now
        deed = Deed(AuditAction.PICKUP_CLOSED, f"point:{public_id}", {"name": point.name})
        audit.note(session, principal, deed, now)


def _tariff_of(cooperative_id: int) -> SelectOfScalar[ShippingTariff]:
    return select(ShippingTariff).where(ShippingTariff.cooperative_id == cooperative_id)
