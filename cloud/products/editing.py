"""What a product says of itself, and on which days it is sold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.i18n import TIME_ZONE
from cloud.principal import Principal
from cloud.products import ahead, history, rules, service, stock, window
from cloud.products.errors import HarvestUnsaid, NotReady, WindowTurned
from cloud.products.forms import FactsForm, WindowForm
from cloud.products.models import Product, ProductState, SaleWindow, Variant
from cloud.scope import find

FIELDS: Final = tuple(FactsForm.model_fields)


def edit(
    session: Session, principal: Principal, public_id: str, form: FactsForm, now: datetime
) -> Product:
    """Write down what is said now; what was approved and is another thing is read again.

    Raises:
        ProductGone: no such product of the caller's.
        NotReady: it is on sale, and its label would lack something.
    """
    listing = service.own_one(session, principal, public_id)
    product = listing.product
    changes = {
        name: (_told(getattr(product, name)), _told(getattr(form, name)))
        for name in FIELDS
        if getattr(product, name) != getattr(form, name)
    }
    if not changes:
        return product
    for name in changes:
        setattr(product, name, getattr(form, name))
    product.folded = service.folded(product, listing.shop)
    reread(product, changes)
    if product.state is ProductState.PUBLISHED:
        found = rules.obstacles(service.readiness(session, listing, now))
        missing = [one for one in found if one.field.startswith("label.")]
        if missing:
            raise NotReady(missing)
    session.flush()
    history.changed(session, product, principal, changes, now)
    _note(session, product, principal, now)
    return product


def reread(product: Product, changed: Sequence[str] | history.Changes) -> None:
    """Give it back to whoever approves, as another version, where that is needed."""
    state = rules.after_change(product.state, list(changed))
    if state is not product.state:
        product.state, product.paused_for = state, None
        product.version += 1


def windows(session: Session, product: Product) -> Sequence[SaleWindow]:
    wanted = select(SaleWindow).where(SaleWindow.product_id == product.id)
    return session.exec(wanted.order_by(col(SaleWindow.opens_on))).all()


def open_window(
    session: Session, principal: Principal, public_id: str, form: WindowForm, now: datetime
) -> SaleWindow:
    """More days on which it is sold.

    Raises:
        NotFound: no such product of the caller's.
        WindowTurned: it would close before it opens.
        HarvestUnsaid: packs are to be sold ahead, and it is not said which or until when.
    """
    product = find(session, Product, public_id, principal)
    if form.closes_on < form.opens_on:
        raise WindowTurned
    pack = _sold_ahead(session, principal, product, form)
    opened = SaleWindow(
        cooperative_id=product.cooperative_id,
        product_id=cast("int", product.id),
        variant_id=pack.id if pack else None,
        ahead=form.ahead or 0,
        **form.model_dump(include={"opens_on", "closes_on", "harvest_on"}),
    )
    if pack:
        stock.begin(session, pack)
        ahead.opened(opened, now.astimezone(TIME_ZONE).date())
    session.add(opened)
    session.flush()
    history.changed(session, product, principal, {"window": ("", _days(opened))}, now)
    window.outdate(session, [product])
    _note(session, product, principal, now)
    return opened


def close_window(session: Session, principal: Principal, window_id: str, now: datetime) -> Product:
    """Days on which it is not sold after all; where orders wait, no more are taken instead."""
    found = find(session, SaleWindow, window_id, principal)
    product, before = session.get_one(Product, found.product_id), _days(found)
    waits = ahead.stop(session, found)
    after = _days(found) if waits else ""
    history.changed(session, product, principal, {"window": (before, after)}, now)
    window.outdate(session, [product])
    _note(session, product, principal, now)
    return product


def _sold_ahead(
    session: Session, principal: Principal, product: Product, form: WindowForm
) -> Variant | None:
    """The pack of which some are sold before they are harvested; None: none are."""
    if form.ahead is None:
        return None
    if form.pack is None or form.harvest_on is None or form.harvest_on <= form.opens_on:
        raise HarvestUnsaid
    pack = find(session, Variant, form.pack, principal)
    if pack.product_id != product.id or pack.retired_at is not None:
        raise HarvestUnsaid
    return pack


def _days(one: SaleWindow) -> str:
    days = f"{one.opens_on} – {one.closes_on}"
    return f"{days}, {one.harvest_on}: {one.ahead}" if one.ahead else days


def _note(session: Session, product: Product, principal: Principal, now: datetime) -> None:
    deed = Deed(AuditAction.PRODUCT_CHANGED, f"product:{product.public_id}")
    audit.note(session, principal, deed, now)


def _told(value: object) -> str:
    return "" if value is None else str(value)
