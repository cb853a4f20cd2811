"""Who a shop is, its account, and certificates: shown once verified, until the day they expire."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select

from cloud.audit.models import AuditEntry
from cloud.db import writing
from cloud.media.darkroom import Darkroom, Developed, Prints
from cloud.media.store import Store
from cloud.payments.vietqr import decode
from cloud.products import certificates, papers, rules, service, shops, upkeep, verifying
from cloud.products.errors import NotReady, Unidentified
from cloud.products.forms import AccountForm, CertifyForm, IdentityForm
from cloud.products.kinds import Kind, Scheme
from cloud.products.models import PauseCause, ProductState, Shop, ShopCertificate
from cloud.products.rules import Action, Paper
from cloud.products.service import Listing
from cloud.products.verifying import Judge
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Seeded, Stall

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
WHO = {
    "name": "HTX Thử",
    "registration": "0300000001",
    "address": "Xã Thử, Đắk Lắk",
    "representative": "Anh Thử",
}


def certified(session: Session, stall: Stall, **others: object) -> ShopCertificate:
    told = {"scheme": "food_safety", "number": "AT-1", "issuer": "Sở Thử"}
    days = {"valid_from": TODAY, "valid_until": TODAY + 9 * DAY}
    form = CertifyForm.model_validate(told | days | others)
    who, store = stall.seeded.manager.principal, Store(Path())
    return certificates.tell(session, who, form, [], store, START)


def claimed(session: Session, stall: Stall, listing: Listing, *rows: ShopCertificate) -> None:
    who, one = stall.seeded.manager.principal, listing.product.public_id
    certificates.claim(session, who, one, [row.public_id for row in rows], START)


def verified(session: Session, row: ShopCertificate) -> None:
    verifying.verify(session, row.public_id, Judge("Chị Nền", START))


def lacking(session: Session, stall: Stall, listing: Listing) -> list[str]:
    who = stall.seeded.manager.principal
    found = service.own_one(session, who, listing.product.public_id)
    return [one.field for one in rules.obstacles(service.readiness(session, found, START))]


@pytest.mark.parametrize(
    ("paper", "holds"),
    [
        (Paper(Scheme.OCOP, True, TODAY, None), True),
        (Paper(Scheme.OCOP, True, TODAY, TODAY), True),
        (Paper(Scheme.OCOP, False, TODAY, None), False),
        (Paper(Scheme.OCOP, True, TODAY + DAY, None), False),
        (Paper(Scheme.OCOP, True, TODAY - 9 * DAY, TODAY - DAY), False),
    ],
)
def test_a_certificate_holds_from_its_first_day_to_its_last(paper: Paper, holds: object) -> None:
    assert paper.holds(TODAY) is holds


@pytest.mark.parametrize(
    "wrong",
    [
        {"scheme": "ocop"},
        {"scheme": "ocop", "stars": "2"},
        {"scheme": "vietgap", "stars": "4"},
        {"valid_until": TODAY - DAY},
    ],
)
def test_a_certificate_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    told = {"scheme": "vietgap", "number": "AT-1", "issuer": "Sở Thử", "valid_from": TODAY}
    with pytest.raises(ValueError, match="validation error"):
        CertifyForm.model_validate(told | wrong)


def test_buyers_are_told_of_it_once_it_is_verified_and_while_it_holds(
    stall: Stall, session: Session
) -> None:
    listing = stall.offer(publish=False)
    row = certified(session, stall, scheme="ocop", stars="4")
    claimed(session, stall, listing, row)
    assert papers.shown(session, listing.product, TODAY) == []
    assert lacking(session, stall, listing) == ["certificates"]
    verified(session, row)
    assert papers.shown(session, listing.product, TODAY) == [row]
    assert papers.shown(session, listing.product, TODAY + 10 * DAY) == []
    assert lacking(session, stall, listing) == []


def test_processed_food_is_not_sold_without_its_certificate(
    stall: Stall, session: Session
) -> None:
    listing = stall.offer(publish=False)
    product = listing.product
    session.add(product)
    product.kind = Kind.PROCESSED
    session.flush()
    assert "certificates" in lacking(session, stall, listing)
    row = certified(session, stall)
    verified(session, row)
    claimed(session, stall, listing, row)
    assert "certificates" not in lacking(session, stall, listing)


def test_another_choice_of_certificates_is_read_again(stall: Stall, session: Session) -> None:
    listing = stall.offer()
    claimed(session, stall, listing, certified(session, stall))
    found = service.own_one(session, stall.seeded.manager.principal, listing.product.public_id)
    assert (found.product.state, found.product.version) == (ProductState.SUBMITTED, 2)


def test_within_the_hour_after_it_expired_a_product_is_off_the_shelf(
    stall: Stall, clock: FixedClock
) -> None:
    """Midnight in Viet Nam is 17:00 of the day before in UTC."""
    listing, who = stall.offer(publish=False), stall.seeded.manager.principal
    with Session(writing(stall.engine)) as session, session.begin():
        row = certified(session, stall, valid_until=TODAY + DAY)
        verified(session, row)
        claimed(session, stall, listing, row)
        service.act(session, who, listing.product.public_id, Action.PUBLISH, START)
    seen: list[tuple[ProductState, PauseCause | None]] = []
    for hours in (39, 1):  # 02:00 UTC two days on is after midnight there
        clock.advance(hours=hours)
        upkeep.work(stall.engine, clock.now())
        with Session(stall.engine) as session:
            found = service.own_one(session, who, listing.product.public_id).product
            seen.append((found.state, found.paused_for))
    assert seen == [
        (ProductState.PUBLISHED, None),
        (ProductState.PAUSED, PauseCause.CERTIFICATE),
    ]
    with Session(stall.engine) as session, pytest.raises(NotReady):
        service.act(session, who, listing.product.public_id, Action.RESUME, clock.now())


def test_a_certificate_that_is_withdrawn_takes_its_products_along(
    stall: Stall, clock: FixedClock
) -> None:
    listing, who = stall.offer(publish=False), stall.seeded.manager.principal
    with Session(writing(stall.engine)) as session, session.begin():
        row = certified(session, stall)
        verified(session, row)
        claimed(session, stall, listing, row)
        service.act(session, who, listing.product.public_id, Action.PUBLISH, START)
        certificates.withdraw(session, who, row.public_id, START)
    upkeep.work(stall.engine, clock.now())
    with Session(stall.engine) as session:
        found = service.own_one(session, who, listing.product.public_id).product
        assert found.paused_for is PauseCause.CERTIFICATE


def test_a_shop_that_says_another_name_is_verified_again(stall: Stall, session: Session) -> None:
    who = stall.seeded.manager.principal
    shop = shops.identify(session, who, IdentityForm.model_validate(WHO), START)
    assert [one.public_id for one in verifying.shops(session)] == [shop.public_id]
    verifying.verify(session, shop.public_id, Judge("Chị Nền", START))
    assert (shop.verified_at, shop.verified_by) == (START, "Chị Nền")
    shops.identify(session, who, IdentityForm.model_validate(WHO), START)
    assert shop.verified_at == START, "the same answer again changes nothing"
    other = IdentityForm.model_validate(WHO | {"representative": "Chị Khác"})
    shops.identify(session, who, other, START)
    assert shop.verified_at is None


def test_without_an_account_to_pay_into_nothing_is_sold(stall: Stall, session: Session) -> None:
    listing = stall.offer(publish=False)
    shop = service.shop_of(session, stall.seeded.manager.principal)
    assert shop is not None
    shop.bank_account = ""
    assert lacking(session, stall, listing) == ["account"]


def test_who_says_nothing_is_not_verified(stall: Stall, session: Session) -> None:
    shop = service.shop_of(session, stall.seeded.manager.principal)
    assert shop is not None
    with pytest.raises(Unidentified):
        verifying.verify(session, shop.public_id, Judge("Chị Nền", START))


def test_a_cooperative_opens_its_shop_by_itself_and_waits(
    as_manager: TestClient, seeded: Seeded, session: Session
) -> None:
    page = as_manager.get("/htx/gian-hang")
    assert "Hãy điền bên dưới để mở" in page.text
    page = as_manager.post("/htx/gian-hang", data=WHO)
    assert "Chờ xác minh" in page.text
    assert "Chưa có tài khoản" in page.text
    shop = service.shop_of(session, seeded.manager.principal)
    assert shop is not None
    assert verifying.shops(session) == [shop]


ACCOUNT = {"bank_bin": "970436", "bank_account": "1234567890", "bank_holder": "HTX THU"}


@pytest.mark.usefixtures("stall")
def test_the_account_is_moved_after_the_password_was_shown_and_stands_in_the_record(
    as_manager: TestClient, seeded: Seeded, session: Session, clock: FixedClock
) -> None:
    form = ACCOUNT | {"again": "1234567890"}
    clock.advance(hours=1)
    page = as_manager.post("/htx/gian-hang/ngan-hang", data=form)
    assert page.url.path == "/tai-khoan/xac-nhan"
    as_manager.post("/tai-khoan/xac-nhan", data={"password": seeded.manager.password})
    wrong = as_manager.post("/htx/gian-hang/ngan-hang", data=form | {"again": "1234567891"})
    assert wrong.status_code == 409
    page = as_manager.post("/htx/gian-hang/ngan-hang", data=form)
    assert "Chờ xác minh: Vietcombank · 1234567890 · HTX THU" in page.text
    assert "Ngân hàng Thử · 0011223344" in page.text
    entry = session.exec(select(AuditEntry).where(AuditEntry.action == "shop.account")).one()
    assert entry.detail == {"before": "3344", "after": "7890"}


def move(session: Session, stall: Stall) -> Shop:
    form = AccountForm.model_validate(ACCOUNT | {"again": ACCOUNT["bank_account"]})
    return shops.move_account(session, stall.seeded.manager.principal, form, START)


def rename(session: Session, stall: Stall) -> Shop:
    form = IdentityForm.model_validate(WHO | {"name": "HTX Khác"})
    return shops.identify(session, stall.seeded.manager.principal, form, START)


def shelf(stall: Stall, listing: Listing) -> tuple[ProductState, PauseCause | None]:
    with Session(stall.engine) as session:
        who, one = stall.seeded.manager.principal, listing.product.public_id
        found = service.own_one(session, who, one).product
        return found.state, found.paused_for


OFF = (ProductState.PAUSED, PauseCause.SHOP)


def renumber(session: Session, stall: Stall) -> Shop:
    form = IdentityForm.model_validate(WHO | {"registration": "0300000002"})
    return shops.identify(session, stall.seeded.manager.principal, form, START)


@pytest.mark.parametrize("change", [move, rename, renumber])
def test_a_shop_that_changes_sells_nothing_until_it_is_verified_again(
    stall: Stall, client: TestClient, change: Callable[[Session, Stall], Shop]
) -> None:
    listing, who = stall.offer(), stall.seeded.manager.principal
    with Session(writing(stall.engine)) as session, session.begin():
        shop = shops.identify(session, who, IdentityForm.model_validate(WHO), START)
        verifying.verify(session, shop.public_id, Judge("Chị Nền", START))
    upkeep.work(stall.engine, START)
    assert shelf(stall, listing) == (ProductState.PUBLISHED, None)
    with Session(writing(stall.engine)) as session, session.begin():
        change(session, stall)
    assert shelf(stall, listing) == OFF
    upkeep.work(stall.engine, START)
    assert shelf(stall, listing) == OFF
    assert client.get(f"/cho/{listing.product.public_id}").status_code == 404
    with Session(writing(stall.engine)) as session, session.begin():
        (waiting,) = verifying.shops(session)
        verifying.verify(session, waiting.public_id, Judge("Chị Nền", START))
    upkeep.work(stall.engine, START)
    assert shelf(stall, listing) == (ProductState.PUBLISHED, None)


def test_money_goes_to_the_verified_account_and_to_no_other(
    stall: Stall, client: TestClient
) -> None:
    wish = {"product": stall.offer().product.public_id, "quantity": 1, "key": "k" * 16}
    buyer = {"name": "Hoa", "phone": "0912345678", "address": "12 Lê Lợi, Bến Thành"}
    order = client.post("/api/v1/orders", json=wish | buyer).json()

    def paid_into() -> str:
        found = client.get(f"/api/v1/orders/{order['id']}").json()
        return decode(found["vietqr"]).account

    before = paid_into()
    with Session(writing(stall.engine)) as session, session.begin():
        rename(session, stall)
        public_id = move(session, stall).public_id
    assert paid_into() == before
    with Session(writing(stall.engine)) as session, session.begin():
        verifying.verify(session, public_id, Judge("Chị Nền", START), "Tên không khớp")
        move(session, stall)
    assert paid_into() == before
    with Session(writing(stall.engine)) as session, session.begin():
        verifying.verify(session, public_id, Judge("Chị Nền", START))
    assert paid_into() == ACCOUNT["bank_account"]


def test_an_account_that_was_refused_waits_no_more(stall: Stall, session: Session) -> None:
    rename(session, stall)
    shop = move(session, stall)
    verifying.verify(session, shop.public_id, Judge("Chị Nền", START), "Tên không khớp")
    verified_with = shop.bank_account
    verifying.verify(session, shop.public_id, Judge("Chị Nền", START))
    assert (shop.bank_account, shop.next_account) == (verified_with, "")


def unused(_octets: bytes) -> Developed:
    raise AssertionError("no diary here")


def test_a_scan_is_for_the_cooperative_alone(
    as_manager: TestClient, as_neighbour: TestClient, stall: Stall, app: FastAPI
) -> None:
    app.state.darkroom = Darkroom(unused, lambda octets: Prints(4, 3, (octets,) * 3, (b"j",) * 3))
    form = {"scheme": "ocop", "stars": "4", "number": "N-1", "issuer": "UBND xã Thử"}
    page = as_manager.post(
        "/htx/giay-chung-nhan",
        data=form | {"valid_from": "2026-01-01", "valid_until": ""},
        files={"photos": ("a.jpg", b"scan")},
    )
    assert "OCOP 4 sao" in page.text
    with Session(stall.engine) as session:
        (row, _shop, picture) = verifying.certificates(session)[0]
        assert picture is not None
        digest = picture.digest
    address = f"/htx/giay-chung-nhan/{row.public_id}/anh"
    assert as_manager.get(address).content == b"scan"
    assert as_neighbour.get(address).status_code == 404
    assert as_manager.get(f"/anh-hang/{digest}/1280.webp").status_code == 404
