"""What leads on from a product, a lot or a stamp, and the file that describes this resolver."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from sqlmodel import Session, col, select

from cloud.cooperatives.models import Cooperative
from cloud.i18n import LANGUAGES, _, translate
from cloud.lots.models import Lot, TradeItem
from cloud.passports import service as passports
from cloud.scans.linkset import Json, Level, Target
from cloud.scans.service import Story
from traceability.gs1 import link

STAMP: Final = _("Tem và đường đi của hàng")
PROGRAM: Final = _("Kiểm tra tem cho máy")
PAPERS: Final = _("Giấy chứng nhận")
LOT: Final = _("Lô hàng và đường đi của nó")
RECALL: Final = _("Có bị thu hồi không")
MARKET: Final = _("Nơi mua hàng này")


@dataclass(frozen=True)
class Place:
    """Where this installation answers, and in which language its titles are."""

    address: str
    language: str

    def page(self, relation: str, path: str, title: str) -> Target:
        told = translate(self.language, title)
        return Target(relation, self.address + path, told, languages=LANGUAGES)


def product(session: Session, gtin: str) -> TradeItem | None:
    return session.exec(select(TradeItem).where(TradeItem.gtin == gtin)).one_or_none()


def lot_of(session: Session, item: TradeItem, code: str) -> Lot | None:
    """The lot that its cooperative calls so, of this product."""
    return session.exec(
        select(Lot).where(
            Lot.cooperative_id == item.cooperative_id,
            Lot.code == code,
            Lot.gtin == item.gtin,
        )
    ).one_or_none()


def of_stamp(session: Session, story: Story, place: Place) -> list[Level]:
    """A stamp, then its lot, then its product."""
    page, lot = f"/T/{story.serial}", story.lot
    targets: list[Target] = [
        place.page("pip", page, STAMP),
        place.page("traceability", page, STAMP),
        place.page("recallStatus", page, RECALL),
        Target(
            "verificationService",
            f"{place.address}/api/v1/scans/{story.serial}",
            translate(place.language, PROGRAM),
            "application/json",
        ),
    ]
    if passports.shown(session, lot).certificates:
        targets.append(place.page("certificationInfo", page, PAPERS))
    return [Level(story.canonical, lot.product, targets), *of_lot(lot, place)]


def of_lot(lot: Lot, place: Place) -> list[Level]:
    anchor, page = link(lot.gtin, lot=lot.code).canonical(), lot_path(lot)
    targets = [
        place.page("pip", page, LOT),
        place.page("traceability", page, LOT),
        place.page("recallStatus", page, RECALL),
        *(one for one in _market(lot.product, place) if one.relation != "pip"),
    ]
    return [Level(anchor, lot.product, targets), *of_item(lot, place)]


def lot_path(lot: Lot) -> str:
    """Where people read of a lot without a serial."""
    return f"/lo/{lot.gtin}/{quote(lot.code)}"


def of_item(item: TradeItem | Lot, place: Place) -> list[Level]:
    name = item.name if isinstance(item, TradeItem) else item.product
    return [Level(link(item.gtin or "").canonical(), name, _market(name, place))]


def description(session: Session, address: str) -> Json:
    """As `/.well-known/gs1resolver` tells it."""
    owner = session.exec(select(Cooperative).order_by(col(Cooperative.id)).limit(1)).first()
    return {
        "name": owner.name if owner else "Vườn Số",
        "resolverRoot": address,
        "supportedPrimaryKeys": ["01"],
        "supportedLinkType": [{"namespace": "https://ref.gs1.org/voc/", "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": True,
        "validatesAIcombinations": True,
        "supportsLanguageVariants": False,
        "contact": {"fn": owner.name, "hasTelephone": f"tel:{owner.phone}"} if owner else {},
    }


def _market(name: str, place: Place) -> Sequence[Target]:
    path = f"/cho?q={quote(name)}"
    return [place.page("pip", path, MARKET), place.page("hasRetailers", path, MARKET)]
