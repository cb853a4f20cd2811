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
from cloud.db import writing
from cloud.devices.vault import Vault
from cloud.diary import service as entries
from cloud.diary.models import Work
from cloud.diary.rules import Said
from cloud.diary.service import Album
from cloud.epcis import service as events
from cloud.joining.models import Joining
from cloud.media import recordings
from cloud.media import service as media
from cloud.media.darkroom import Developed
from cloud.media.store import Store
from cloud.money import feeds, intake, statements
from cloud.passports import service as passports
from cloud.passports.forms import CertificateForm
from cloud.passports.models import Certificate
from cloud.payments.models import BankTxn, Provider, Scheme
from cloud.payments.telling import Told
from cloud.stamps import sheets
from cloud.stamps.models import SheetForm
from cloud.supplies import service as supplies
from cloud.tokens import service as tokens
from cloud.tokens.models import ApiToken, Scope, TokenForm
from tests.cloud.conftest import START, Seeded
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
        "PlayedLossForm": lambda: {"lot": "nowhere", "kg": "77"},
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
