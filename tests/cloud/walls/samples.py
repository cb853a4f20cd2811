"""Bodies that need nothing of the world, and a device that waits."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.alerts.kinds import Kind, Severity
from cloud.alerts.models import Alert
from cloud.channels import service as channels
from cloud.channels.codes import Channel
from cloud.channels.goods import Window
from cloud.channels.listing import digest
from cloud.channels.models import ChannelListing
from cloud.db import writing
from cloud.devices.vault import Vault
from cloud.diary import service as entries
from cloud.diary.models import Work
from cloud.diary.rules import Said
from cloud.diary.service import Album
from cloud.epcis import service as events
from cloud.joining.models import Joining
from cloud.market import duties
from cloud.media import recordings
from cloud.media import service as media
from cloud.media.darkroom import Developed, Prints
from cloud.media.store import Store
from cloud.money import feeds, intake, statements
from cloud.passports import service as passports
from cloud.passports.forms import CertificateForm
from cloud.passports.models import Certificate
from cloud.payments.models import BankTxn, Provider, Scheme
from cloud.payments.telling import Told
from cloud.products import certificates, editing
from cloud.products import service as products
from cloud.products.forms import CertifyForm, WindowForm
from cloud.products.models import Shop, Variant
from cloud.products.outlet import Outlet
from cloud.stamps import sheets
from cloud.stamps.models import SheetForm
from cloud.supplies import service as supplies
from cloud.tokens import service as tokens
from cloud.tokens.models import ApiToken, Scope, TokenForm
from tests.cloud.channels.conftest import three_photos
from tests.cloud.conftest import START, Seeded, picture
from tests.cloud.media import sounds
from traceability.epcis import farm
from traceability.epcis.document import hashes

Sample = Callable[[], dict[str, object]]

WRONG = "sai rồi nhé"
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
"""A browser's public key: that of RFC 8291, 5."""


def own_data() -> dict[str, Sample]:
    return {
        "NameForm": lambda: {"name": "Người mới"},
        "ContactForm": lambda: {"address": "toi@example.vn"},
        "ContactCodeForm": lambda: {"code": "000000", "channel": "email"},
        "LeaveForm": lambda: {"channel": "push"},
        "GroupForm": lambda: {"group": "nhom0001"},
        "FarmsForm": lambda: {"act": "choose", "farms": []},
        "BrowserForm": lambda: {
            "endpoint": "https://fcm.googleapis.com/fcm/send/one",
            "p256dh": POINT,
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
        "TokenForm": lambda: {"name": "Siêu thị", "scope": "read"},
        "NumberForm": lambda: {"phone": "0913888888", "password": WRONG},
        "PinProofForm": lambda: {"pin": "000000"},
        "DryForm": lambda: {"zone": "nowhere"},
        "LessonForm": lambda: {"lesson": "diary"},
        "PlayedLossForm": lambda: {"lot": "nowhere", "kg": "1"},
        "EraseForm": lambda: {"password": WRONG},
        "VouchForm": lambda: {"phone": "0913888888", "code": "000000"},
        "JoinForm": lambda: {"phone": "0913999999", "password": "mưa xuân về", "agreed": "yes"},
    }


def diary(zone: str, key: Callable[[], str]) -> dict[str, Sample]:
    common: dict[str, object] = {"work": "prune", "day": START.date().isoformat(), "note": "lá"}
    return {
        "EntryForm": lambda: {**common, "zone": zone, "key": key()},
        "CorrectionForm": lambda: {**common, "key": key(), "act": "correct"},
    }


def growing() -> dict[str, Sample]:
    common: dict[str, object] = {
        "crop": "tomato",
        "planted_on": START.date().isoformat(),
        "plants": 50,
        "strategy": "adaptive",
        "based_on": 0,
    }
    return {
        "GrowingForm": lambda: {
            **common,
            "refill": 70,
            "target": 90,
            "window_from": "06:00",
            "window_to": "17:00",
        },
        "SettingsBody": lambda: {
            **common,
            "refill": 0.7,
            "target": 0.9,
            "window_from": 360,
            "window_to": 1020,
        },
    }


def alert(engine: Engine, seeded: Seeded) -> str:
    """Something is the matter with the first zone."""
    row = Alert.model_validate(
        {
            "cooperative_id": seeded.cooperative.id,
            "greenhouse_id": seeded.greenhouse.id,
            "zone_id": seeded.zones[0].id,
            "kind": Kind.BURST,
            "severity": Severity.ACT,
            "detail": {"code": "burst"},
            "since": START,
            "opened_at": START,
            "seen_at": START,
        }
    )
    with Session(writing(engine)) as session, session.begin():
        session.add(row)
        return row.public_id


def programs(engine: Engine, seeded: Seeded) -> dict[str, str]:
    """A program's key, and an event that it captured."""
    manager = seeded.manager.principal
    event = farm.recalled(START, [farm.Lot.of("8935000000007", "L1")])
    text = farm.document([event], START).model_dump_json(by_alias=True, exclude_unset=True)
    with Session(writing(engine)) as session, session.begin():
        tokens.make(session, manager, TokenForm(name="Siêu thị", scope=Scope.READ), START)
        job = events.capture(session, manager, text.encode(), START)
        return {
            "api_token": session.exec(select(ApiToken.public_id)).one(),
            "capture_id": job.public_id,
            "event_id": quote(hashes(event)[0], safe=""),
        }


def joining(house: str) -> dict[str, Sample]:
    """A device nobody asked for, and somebody who asks for another."""
    key = "0123456789abcdef" * 4
    who: dict[str, object] = {"device": "abcdefghijklmnop", "code": "ponmlkjihgfedcba"}
    return {
        "ClaimForm": lambda: {"code": "aaaa bbbb cccc dddd"},
        "MoveForm": lambda: {"greenhouse": house},
        "ConfirmationBody": lambda: {**who, "digits": "0000"},
        "RegistrationBody": lambda: {
            **who,
            "secret": key,
            "command_key": key,
            "public_key": key,
            "zones": [{"key": "z1", "name": "Khu 1"}],
        },
    }


def waiting_device(engine: Engine, seeded: Seeded) -> str:
    """A device the seeded cooperative asked for; the public id under which it waits."""
    owner = seeded.manager.principal
    with Session(writing(engine)) as session, session.begin():
        joining = Joining(
            device_id="qrstuvwxyz234567",
            code_hash="0" * 64,
            expires_at=START + timedelta(days=900),
            cooperative_id=owner.cooperative_id,
            greenhouse_id=seeded.greenhouse.id,
            account_id=owner.account_id,
            digits="1234",
        )
        session.add(joining)
        return joining.public_id


def recording(store: Store, engine: Engine, seeded: Seeded) -> str:
    """Something that was said; its public id."""
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        who, zone = seeded.farmer.principal, seeded.zones[0]
        return recordings.keep(session, who, store, zone, sounds.ogg(), START).public_id


def photo(store: Store, engine: Engine, seeded: Seeded) -> str:
    """A photo of the seeded cooperative's; its public id."""
    developed = Developed(640, 480, b"RIFF large", b"RIFF small")
    with Session(writing(engine)) as session, session.begin():
        who = seeded.manager.principal
        return media.keep(session, who, store, seeded.zones[0], developed, START).public_id


def entry(engine: Engine, seeded: Seeded) -> str:
    """A line of the manager's in the diary; its public id."""
    said = Said("key-of-the-first-entry", Work.PRUNE, START.date(), "lá già")
    with Session(writing(engine)) as session, session.begin():
        who, zone = seeded.manager.principal, seeded.zones[0].public_id
        return entries.write(session, who, zone, said, Album(Store(Path())), START).public_id


def evidence(ids: dict[str, str], key: Callable[[], str]) -> dict[str, Sample]:
    """What is told of goods and of their stamps."""
    return {
        "PassportForm": lambda: {"act": "tell", "code": "0300000001", "standards": "VietGAP"},
        "PhotoForm": lambda: {"lot": ids["spare_lot"]},
        "CertificateForm": lambda: {"name": "VietGAP", "issuer": "Quatest 3", "number": "VG-1"},
        "RecallForm": lambda: {"reason": "phun nhầm thuốc"},
        "TransformForm": lambda: {"take": "1", "product": "Dưa", "made": "1", "key": key()},
        "TransformBody": lambda: {"take_g": 100, "made_g": 90, "key": key()},
        "LossForm": lambda: {"kg": "0,1", "reason": "dập nát", "key": key()},
        "ActivateForm": lambda: {"act": "activate", "upto": "1"},
        "VoidForm": lambda: {"first": "2", "last": "2", "reason": "tem rách"},
        "ReportForm": lambda: {"place": "chợ Tân Bình", "note": "tem mờ"},
        "SheetForm": lambda: {"paper": "a4-40"},
    }


LOG: Final = {"number": "0", "level": "entries", "name": "000", "group": "x000", "width": "1"}
"""Addresses within the public log, which are nobody's own."""


def stamps(engine: Engine, seeded: Seeded, ids: dict[str, str]) -> dict[str, str]:
    """A certificate and a file for the printer of the seeded cooperative's; their public ids."""
    who = seeded.manager.principal
    paper = CertificateForm(name="VietGAP", issuer="Quatest 3", number="VG-1")
    with Session(writing(engine)) as session, session.begin():
        passports.certify(session, who, ids["lot"], paper, START)
        sheet = sheets.ask(
            session, who, ids["issuance"], SheetForm(paper="a4-65"), START
        ).public_id
        certificate = session.exec(select(Certificate.public_id)).one()
    return {"certificate": certificate, "sheet": sheet, "digits": "1" * 184} | LOG


def money(key: Callable[[], str]) -> dict[str, Sample]:
    return {
        "FindForm": lambda: {"phone": "0912345678", "code": "HX0000000"},
        "AllocateForm": lambda: {"code": "hx 000 000 0", "amount": 1_000, "key": key()},
        "IgnoreForm": lambda: {"reason": "lãi tiền gửi"},
        "SeenForm": lambda: {"amount": 5_000, "content": "mua dưa", "key": key()},
        "RefundForm": lambda: {"amount": 1_000, "note": "FT1", "key": key()},
        "StatementForm": lambda: {"act": "read"},
        "SupplyListForm": lambda: {"act": "read"},
        "FeedForm": lambda: {"scheme": "hmac", "secret": "no-secret-of-anybody"},
    }


def account(engine: Engine, seeded: Seeded, vault: Vault) -> dict[str, str]:
    """Money that came, a statement that waits, and who tells of money; their public ids."""
    who, key = seeded.manager.principal, "a-secret-of-the-bank"
    told = Told("1", 9_000, incoming=True, content="chuyen tien", at=START)
    with Session(writing(engine)) as session, session.begin():
        intake.take(session, who.cooperative_id, Provider.STATEMENT, [told], START)
        table = "Ngày,Số tiền,Nội dung\n02/03/2026,1000,rau".encode()
        feed = feeds.configure(session, who, vault, Scheme.APIKEY, key, START)
        return {
            "txn": session.exec(select(BankTxn.public_id)).one(),
            "statement": statements.read(session, who, table, START),
            **_supplies(session, seeded),
            "feed": feed.public_id,
        }


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


def _supplies(session: Session, seeded: Seeded) -> dict[str, str]:
    """A product of the list, and a file that waits."""
    who, table = seeded.manager.principal, "Tên,Cách ly\nAbamectin,7".encode()
    taken, waiting = (supplies.read(session, who, table, START) for _file in range(2))
    supplies.confirm(session, who, taken, START)
    return {"supply_list": waiting, "supply": supplies.listing(session, who)[0].public_id}


def harvests(ids: dict[str, str], key: Callable[[], str]) -> dict[str, Sample]:
    return {
        "HarvestForm": lambda: {
            "zone": ids["zone_id"],
            "product": "Dưa lưới",
            "kg": "12,5",
            "harvested_on": START.date().isoformat(),
            "key": key(),
        },
        "PlayedHarvestForm": lambda: {
            "zone": "nowhere",
            "product": "Dưa lưới",
            "kg": "12,5",
            "harvested_on": START.date().isoformat(),
            "key": key(),
        },
        "Harvest": lambda: {
            "zone": ids["zone_id"],
            "product": "Dưa lưới",
            "quantity_g": 9_000,
        },
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
        shown = picture(session, listing.product, seeded.manager)
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
        "CountForm": lambda: {
            "way": "fewer",
            "quantity": 1,
            "reason": "dập",
            "key": key(),
        },
        "WindowForm": lambda: {"opens_on": day, "closes_on": day},
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
        "ClaimForm": lambda: {"papers": ids["paper"]},
        "PhotosForm": lambda: {"product": ids["product"]},
        "PhotoActForm": lambda: {"act": "cover"},
        "SellForm": lambda: {"lot": ids["spare_lot"]},
        "KindForm": lambda: {"kind": "melon"},
        "FirstPackForm": lambda: {"name": "Dưa", "mass": "500", "price": "20.000"},
        "QuantityForm": lambda: {"quantity": 1},
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
