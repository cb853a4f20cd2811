"""Bodies and rows of the market, for the walls."""

from collections.abc import Callable

from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.channels import service as channels
from cloud.channels.codes import Channel
from cloud.channels.goods import Window
from cloud.channels.listing import digest
from cloud.channels.models import ChannelListing
from cloud.db import writing
from cloud.market import duties
from cloud.media.darkroom import Prints
from cloud.media.store import Store
from cloud.products import certificates, editing
from cloud.products import service as products
from cloud.products.forms import CertifyForm, WindowForm
from cloud.products.models import Shop, Variant
from cloud.products.outlet import Outlet
from tests.cloud.channels.conftest import three_photos
from tests.cloud.conftest import START, Seeded
from tests.cloud.pictures import picture
from tests.cloud.walls.samples import Sample


def channel(engine: Engine, seeded: Seeded) -> dict[str, str]:
    """A floor that the seeded cooperative uses, and what stands there."""
    who, window = seeded.manager.principal, Window(Outlet("", samples=False), three_photos)
    with Session(writing(engine)) as session, session.begin():
        channels.switch(session, who, Channel.VOSO, window, START)
        variant = session.exec(select(Variant)).one()
        base = {"cooperative_id": who.cooperative_id, "variant_id": variant.id}
        told = {"title": "Dưa", "quantity": 1, "price": 1_000, "listed": True}
        shown = {"channel": Channel.VOSO, "desired": told, "desired_hash": digest(told)}
        shop = session.exec(select(Shop)).one()
        row = ChannelListing.model_validate(
            {**base, **shown, "shop_id": shop.id, "changed_at": START}
        )
        session.add(row)
        return {"channel": Channel.VOSO.value, "listing": row.public_id, "file": "google.xml"}


def switched() -> dict[str, Sample]:
    return {
        "SwitchForm": lambda: {"channel": "google", "act": "on"},
        "SharedForm": lambda: {"act": "keep", "keep_packs": 2, "keep_percent": 10},
        "MarkForm": lambda: {"mark": "listed", "based_on": "0" * 64},
    }


def carts(key: Callable[[], str]) -> dict[str, Sample]:
    """What a buyer puts into a cart, and sends to order it."""
    variant = "0123456789"
    return {
        "PutForm": lambda: {"variant": variant, "quantity": 2},
        "ChangeForm": lambda: {"variant": variant, "quantity": 0},
        "ComplaintForm": lambda: {"words": "Dưa không ngọt như ghi."},
        "AnswerForm": lambda: {"answer": "Chúng tôi xin lỗi."},
        "CheckoutForm": lambda: {
            "cart": f"{variant}.2",
            "tinh": "01",
            "commune": "00004",
            "street": "12 Lê Lợi",
            "name": "Nguyễn Thị Hoa",
            "phone": "0912345678",
            "key": key(),
        },
    }


def goods(engine: Engine, seeded: Seeded, product: str, store: Store) -> dict[str, str]:
    """A picture of a product, one of its packs, and days on which it is sold; their ids."""
    who = seeded.manager.principal
    form = WindowForm(opens_on=START.date(), closes_on=START.date())
    told = {"scheme": "vietgap", "number": "VG-1", "issuer": "Quatest 3"}
    paper = CertifyForm.model_validate(told | {"valid_from": START.date()})
    with Session(writing(engine)) as session, session.begin():
        listing = products.own_one(session, who, product)
        shown = picture(session, listing.product, seeded.manager.account)
        return {
            "picture": shown,
            "pack": listing.variant.public_id,
            "window": editing.open_window(session, who, product, form, START).public_id,
            "paper": certificates.tell(
                session, who, paper, [Prints(4, 3, (b"scan",) * 3, (b"scan",) * 3)], store, START
            ).public_id,
            "digest": f"{0:064x}",
            "rendition": "640.webp",
        }


def selling(ids: dict[str, str], key: Callable[[], str]) -> dict[str, Sample]:
    day = START.date().isoformat()
    return {
        "ActionForm": lambda: {"action": "pause"},
        "FactsForm": lambda: {"name": "Dưa", "kind": "melon", "origin": "Xã Thử"},
        "PackForm": lambda: {"mass_g": 500, "price": "20.000", "quantity": 0, "key": key()},
        "PriceForm": lambda: {"price": "40.000"},
        "MoreForm": lambda: {
            "lot": ids["spare_lot"],
            "packs": ids["pack"],
            "quantities": 1,
            "key": key(),
        },
        "CountForm": lambda: {"way": "fewer", "quantity": 1, "reason": "dập", "key": key()},
        "WindowForm": lambda: {"opens_on": day, "closes_on": day},
        **papers(ids),
        "PhotosForm": lambda: {"product": ids["product"]},
        "ProductPhotosForm": lambda: {"product": ids["product"]},
        "PhotoOrder": lambda: {"photos": [ids["picture"]]},
        "PhotoActForm": lambda: {"act": "cover"},
        "SellForm": lambda: {"lot": ids["spare_lot"]},
        "KindForm": lambda: {"kind": "melon"},
        "FirstPackForm": lambda: {"name": "Dưa", "mass": "500", "price": "20.000"},
        "QuantityForm": lambda: {"quantity": 1},
    }


def papers(ids: dict[str, str]) -> dict[str, Sample]:
    """Who sells, and what the shop holds."""
    day = START.date().isoformat()
    return {
        "TableForm": lambda: {"act": "read"},
        "IdentityForm": lambda: {
            "name": "HTX Thử",
            "registration": "0300000001",
            "address": "Xã Thử, Đắk Lắk",
            "representative": "Anh Thử",
        },
        "AccountForm": lambda: {
            "bank_bin": "970436",
            "bank_account": "0011223344",
            "again": "0011223344",
            "bank_holder": "HTX THU",
        },
        "CertifyForm": lambda: {
            "scheme": "vietgap",
            "number": "VG-1",
            "issuer": "Quatest 3",
            "valid_from": day,
        },
        "ClaimsForm": lambda: {"act": "claim", "papers": ids["paper"]},
    }


def market(engine: Engine, product: str) -> dict[str, str]:
    """A stall, and what somebody has against a product of it; their public ids."""
    with Session(writing(engine)) as session, session.begin():
        words = "Dưa không ngọt như ghi."
        said = duties.complain(session, product, words, START, simulated=True)
        return {
            "complaint": said.public_id,
            "shop": session.exec(
                select(Shop.public_id).where(Shop.cooperative_id == said.cooperative_id)
            ).one(),
        }
