"""Products from a sheet and into one: judged first, brought in as drafts, taken along."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, cast

from sqlmodel import Session

from cloud import columns, sheet
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.lots import service as lots
from cloud.lots.models import Lot
from cloud.principal import Principal
from cloud.products import history, rows, rules, service, stock
from cloud.products.errors import NoShop, NotAProductSheet, SheetTooLarge
from cloud.products.forms import RowForm
from cloud.products.kinds import KIND_WORDS, PRESETS
from cloud.products.models import Product, Shop, Variant
from cloud.products.rows import COLUMNS, Plan
from cloud.sheet import LargeSheetError, SheetError
from cloud.vietgap.book import Table as Printed

_LABEL: Final = ("ingredients", "storage", "instructions", "warnings")

Words = Callable[[str], str]


def as_text(octets: bytes) -> str:
    """The file as one text that a form can hold until somebody says yes.

    Raises:
        NotAProductSheet: no table.
        SheetTooLarge: more than anyone reads through.
    """
    try:
        return sheet.as_text(octets)
    except LargeSheetError:
        raise SheetTooLarge from None
    except SheetError:
        raise NotAProductSheet from None


def judged(session: Session, principal: Principal, text: str) -> Plan:
    """What would become of each row; nothing is written.

    Raises:
        NotAProductSheet: the headings that are needed stand nowhere.
    """
    own = {lot.code: lot.left_g for lot in _lots(session, principal)}
    try:
        found = rows.plan(sheet.of_text(text), own)
    except SheetError:
        raise NotAProductSheet from None
    if found is None:
        raise NotAProductSheet
    return found


def bring(session: Session, principal: Principal, text: str, now: datetime) -> int:
    """Make drafts of the good rows, in one transaction; how many rows came in.

    Raises:
        NotAProductSheet: no sheet of products.
        NoShop: the cooperative has none yet.
    """
    shop = service.shop_of(session, principal)
    if shop is None:
        raise NoShop
    good = judged(session, principal, text).good
    own = {lot.code: lot for lot in _lots(session, principal)}
    for packs in rows.grouped(good):
        _draft(session, principal, shop, own[packs[0].lot], packs, now)
    deed = Deed(AuditAction.PRODUCTS_IMPORTED, f"shop:{shop.public_id}", {"rows": len(good)})
    audit.note(session, principal, deed, now)
    return len(good)


def faulty(plan: Plan, words: Words) -> str:
    """The rows that did not come in, with what is wrong, to be mended and sent again."""
    why = {
        number: " ".join(
            f"{words(COLUMNS[one.column])}: {words(one.reason)}"
            for one in plan.faults
            if one.row == number
        )
        for number, _row in plan.bad
    }
    return sheet.text(columns.faulty(plan.headings, plan.bad, why))


def table(session: Session, principal: Principal, words: Words) -> list[list[str]]:
    """All products of the caller's, a line for each pack, as they can come in again."""
    lines = [[words(one) for one in COLUMNS.values()]]
    for listing in service.own(session, principal):
        product = listing.product
        kind = words(KIND_WORDS[product.kind]) if product.kind else ""
        days = str(product.shelf_life_days or "")
        label = [getattr(product, name) for name in _LABEL]
        for pack in listing.packs:
            sold = [str(pack.variant.mass_g), str(pack.variant.price), str(pack.left)]
            first = [product.name, kind, listing.lot.code, *sold, product.origin, days]
            lines.append([*first, *label, product.description_vi, product.vat or ""])
    return lines


def printed(lines: Sequence[Sequence[str]], title: str) -> Printed:
    """The same for a workbook."""
    widths = [1 / len(lines[0])] * len(lines[0])
    return Printed(title, lines[0], widths, lines[1:])


def _lots(session: Session, principal: Principal) -> list[Lot]:
    return [lot for lot in lots.listing(session, principal) if not lot.recalled]


def _draft(
    session: Session,
    principal: Principal,
    shop: Shop,
    lot: Lot,
    packs: Sequence[RowForm],
    now: datetime,
) -> None:
    first, product = packs[0], service.draft(session, shop, lot, now)
    preset = PRESETS[first.kind]
    product.name, product.kind = first.name, first.kind
    product.description_vi = first.description_vi
    product.origin = first.origin or product.origin
    product.shelf_life_days = first.shelf_life_days or preset.shelf_life_days
    product.ingredients = first.ingredients
    product.storage = first.storage or preset.storage
    product.instructions = first.instructions or preset.instructions
    product.warnings = first.warnings or preset.warnings
    product.vat = first.vat
    product.folded = service.folded(product, shop)
    for number, told in enumerate(packs, 1):
        _pack(session, product, lot, told, number, now)
    history.note(session, product, principal, product.state, now)


def _pack(
    session: Session, product: Product, lot: Lot, told: RowForm, number: int, now: datetime
) -> None:
    variant = Variant(
        cooperative_id=product.cooperative_id,
        product_id=cast("int", product.id),
        pack_name=rules.pack_name(told.mass_g),
        mass_g=told.mass_g,
        price=told.price,
    )
    session.add(variant)
    session.flush()
    source = f"pack:{product.public_id}:row-{number}"
    stock.receive(session, variant, lot, told.quantity, source, now)
