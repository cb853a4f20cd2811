"""Who a shop is, and the bank account that buyers pay into."""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from cloud.addresses.models import keep
from cloud.addresses.rules import settle
from cloud.addresses.units import atlas
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.principal import Principal
from cloud.products import service, upkeep
from cloud.products.banks import BANKS
from cloud.products.errors import AccountsDiffer, NoShop
from cloud.products.forms import AccountForm, IdentityForm, TaxCodeForm
from cloud.products.models import Shop
from cloud.tax import codes
from cloud.tax.errors import NotATaxCode

IDENTITY: Final = tuple(IdentityForm.model_fields)
SHOWN: Final = 4
"""Last digits of an account: enough to tell two apart, too few to pay into one."""


def identify(session: Session, principal: Principal, form: IdentityForm, now: datetime) -> Shop:
    """Who the shop is; another answer than the one that was verified has to be verified again."""
    shop, settled = service.shop_of(session, principal), settle(atlas(), form.address)
    told = {**form.model_dump(), "address": settled.address}
    if shop is None:
        shop = Shop(
            cooperative_id=principal.cooperative_id,
            bank_name="",
            bank_bin="",
            bank_account="",
            bank_holder="",
            created_at=now,
            **told,
        )
        session.add(shop)
    elif any(getattr(shop, name) != told[name] for name in IDENTITY):
        for name in IDENTITY:
            setattr(shop, name, told[name])
        _ask_again(session, shop, now)
    keep(shop, settled)
    shop.refused_reason = ""
    session.flush()
    deed = Deed(AuditAction.SHOP_CHANGED, f"shop:{shop.public_id}")
    audit.note(session, principal, deed, now)
    return shop


def tell_tax_code(
    session: Session, principal: Principal, form: TaxCodeForm, now: datetime
) -> Shop:
    """Under which code the shop issues invoices.

    Raises:
        NoShop: who the shop is has to be told first.
        NotATaxCode: a digit is wrong.
    """
    shop = service.shop_of(session, principal)
    if shop is None:
        raise NoShop
    code = codes.normal(form.tax_code)
    if code is None:
        raise NotATaxCode
    shop.tax_code = code
    session.flush()
    deed = Deed(AuditAction.SHOP_CHANGED, f"shop:{shop.public_id}")
    audit.note(session, principal, deed, now)
    return shop


def move_account(session: Session, principal: Principal, form: AccountForm, now: datetime) -> Shop:
    """Where buyers are to pay once it is verified; the record keeps the last digits of both.

    Raises:
        NoShop: who the shop is has to be told first.
        AccountsDiffer: the two numbers that were typed are not the same.
    """
    shop = service.shop_of(session, principal)
    if shop is None:
        raise NoShop
    if form.bank_account != form.again:
        raise AccountsDiffer
    shop.next_bin, shop.next_bank = form.bank_bin, BANKS[form.bank_bin]
    shop.next_account, shop.next_holder = form.bank_account, form.bank_holder
    shop.refused_reason = ""
    _ask_again(session, shop, now)
    told = {"before": shop.bank_account[-SHOWN:], "after": shop.next_account[-SHOWN:]}
    deed = Deed(AuditAction.ACCOUNT_MOVED, f"shop:{shop.public_id}", told)
    audit.note(session, principal, deed, now)
    return shop


def _ask_again(session: Session, shop: Shop, now: datetime) -> None:
    """Nothing is sold under a name, or into an account, that nobody has looked up."""
    shop.verified_at, shop.verified_by = None, ""
    session.flush()
    upkeep.hold(session, shop, now)
