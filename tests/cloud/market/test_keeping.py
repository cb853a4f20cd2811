"""Pages that are kept: never older than the last change, nobody's own, and few questions."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import cast

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.db import writing
from cloud.i18n import TIME_ZONE
from cloud.lots.models import Lot
from cloud.market.keeping import KEPT_S
from cloud.orders import desk, service
from cloud.orders.models import OrderRequest
from cloud.orders.rules import Step
from cloud.products import certificates, packs, verifying
from cloud.products import service as products
from cloud.products.forms import CountForm, PriceForm
from cloud.products.kinds import Scheme
from cloud.products.models import ProductClaim, Shop, ShopCertificate
from cloud.products.rules import Action
from cloud.products.service import Listing
from cloud.products.verifying import Judge
from cloud.web import LOGGED_IN
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Stall

MOST_QUERIES = 4


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The questions that the database is asked meanwhile."""
    asked: list[str] = []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", note)
    asked[:] = [one for one in asked if not one.startswith(("BEGIN", "ROLLBACK", "COMMIT"))]


def buy(stall: Stall, listing: Listing, packs: int = 1) -> str:
    wanted = OrderRequest(
        product=listing.product.public_id,
        quantity=packs,
        name="Nguyễn Thị Hoa",
        phone="0912345678",
        address="12 Lê Lợi, phường Bến Thành",
        key=f"key-of-an-order-{packs}",
    )
    with Session(writing(stall.engine)) as session, session.begin():
        return service.place(session, wanted, START, simulated=False).order.public_id


@pytest.mark.parametrize(
    "path", ["/", "/cho", "/cho/{product}", "/gian-hang/{shop}", "/cho?tinh=66", "/cho?loai=other"]
)
def test_a_page_asks_little_and_a_kept_one_only_for_its_version(
    stall: Stall, client: TestClient, path: str
) -> None:
    listing = stall.offer()
    for n in range(30):
        stall.offer(name=f"Món {n}")
    path = path.format(product=listing.product.public_id, shop=listing.shop.public_id)
    with counted(stall.engine) as first:
        fresh = client.get(path)
    with counted(stall.engine) as second:
        kept = client.get(path)
    assert 1 <= len(first) <= MOST_QUERIES, first
    assert second == []  # the version is read below the layer that is counted here
    assert kept.content == fresh.content
    assert kept.headers["etag"] == fresh.headers["etag"]


@pytest.mark.parametrize("query", ["mon", "dua luoi", "gaoj", "khong co dau"])
def test_a_search_asks_four_questions_at_most(
    stall: Stall, client: TestClient, query: str
) -> None:
    for name in ("Dưa lưới", "Gạo", "Món 1"):
        stall.offer(name=name)
    with counted(stall.engine) as asked:
        client.get("/cho", params={"q": query})
    assert 1 <= len(asked) <= MOST_QUERIES, asked


def test_a_browser_that_has_the_page_gets_no_body(stall: Stall, client: TestClient) -> None:
    path = f"/cho/{stall.offer().product.public_id}"
    etag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert "content-security-policy" in again.headers


def test_an_order_and_its_end_show_at_once(stall: Stall, client: TestClient) -> None:
    listing = stall.offer(packs=5)
    pages = ("/cho", f"/cho/{listing.product.public_id}")
    assert all("còn 5 gói" in client.get(path).text for path in pages)
    order = buy(stall, listing, 2)
    assert all("còn 3 gói" in client.get(path).text for path in pages)
    with Session(writing(stall.engine)) as session, session.begin():
        desk.lead(session, stall.seeded.manager.principal, order, Step.CANCEL, START)
    assert all("còn 5 gói" in client.get(path).text for path in pages)


def test_a_count_put_right_and_another_price_show_at_once(
    stall: Stall, client: TestClient
) -> None:
    listing = stall.offer(packs=5)
    pages = ("/cho", f"/cho/{listing.product.public_id}")
    assert all("còn 5 gói" in client.get(path).text for path in pages)
    manager, pack = stall.seeded.manager.principal, listing.variant.public_id
    with Session(writing(stall.engine)) as session, session.begin():
        fewer = CountForm(way="fewer", quantity=2, reason="hỏng", key="key-of-a-count")
        packs.correct(session, manager, pack, fewer, START)
    assert all("còn 3 gói" in client.get(path).text for path in pages)
    with Session(writing(stall.engine)) as session, session.begin():
        packs.reprice(session, manager, pack, PriceForm(price=33_000), START)
    assert all("33.000 đ" in client.get(path).text for path in pages)


def test_what_is_taken_off_the_shelf_is_gone_at_once(stall: Stall, client: TestClient) -> None:
    listing = stall.offer()
    path = f"/cho/{listing.product.public_id}"
    assert client.get(path).status_code == 200
    with Session(writing(stall.engine)) as session, session.begin():
        manager = stall.seeded.manager.principal
        products.act(session, manager, listing.product.public_id, Action.PAUSE, START)
    assert client.get(path).status_code == 404
    assert listing.product.name not in client.get("/cho").text


def certified(stall: Stall) -> tuple[str, str]:
    """A product on the shelf that claims a paper nobody has judged; ids of both."""
    product, now = stall.offer().product, stall.now
    with Session(writing(stall.engine)) as session, session.begin():
        shop = session.exec(select(Shop)).one()
        paper = ShopCertificate(
            cooperative_id=shop.cooperative_id,
            shop_id=cast("int", shop.id),
            scheme=Scheme.ORGANIC,
            number="HC-77",
            issuer="Bên Cấp Giấy",
            valid_from=now.date(),
            valid_until=now.date(),
            created_at=now,
        )
        session.add(paper)
        session.flush()
        claim = ProductClaim(
            cooperative_id=shop.cooperative_id,
            product_id=cast("int", product.id),
            shop_certificate_id=cast("int", paper.id),
        )
        session.add(claim)
        return product.public_id, paper.public_id


def test_a_paper_shows_when_it_is_verified_and_goes_when_it_is_withdrawn(
    stall: Stall, client: TestClient
) -> None:
    product, paper = certified(stall)
    assert "HC-77" not in client.get(f"/cho/{product}").text
    with Session(writing(stall.engine)) as session, session.begin():
        verifying.verify(session, paper, Judge("Anh Nền", stall.now))
    assert "HC-77" in client.get(f"/cho/{product}").text
    with Session(writing(stall.engine)) as session, session.begin():
        certificates.withdraw(session, stall.seeded.manager.principal, paper, stall.now)
    assert "HC-77" not in client.get(f"/cho/{product}").text


def test_a_paper_that_expired_at_midnight_is_gone_with_it(
    stall: Stall, client: TestClient, clock: FixedClock
) -> None:
    product, paper = certified(stall)
    with Session(writing(stall.engine)) as session, session.begin():
        verifying.verify(session, paper, Judge("Anh Nền", stall.now))
    midnight = datetime.combine(stall.now.date() + timedelta(days=1), time(), TIME_ZONE)
    clock.advance(seconds=(midnight - stall.now).total_seconds() - 1)
    assert "HC-77" in client.get(f"/cho/{product}").text
    clock.advance(seconds=1)
    assert "HC-77" not in client.get(f"/cho/{product}").text


def test_a_recalled_lot_is_not_sold_a_moment_longer(stall: Stall, client: TestClient) -> None:
    listing = stall.offer()
    assert listing.product.name in client.get("/cho").text
    with Session(writing(stall.engine)) as session, session.begin():
        session.exec(select(Lot)).one().recalled_at = START
    assert listing.product.name not in client.get("/cho").text
    assert client.get(f"/cho/{listing.product.public_id}").status_code == 404


def test_whoever_may_be_logged_in_gets_none_and_others_do(
    stall: Stall, client: TestClient
) -> None:
    stall.offer()
    assert "etag" in client.get("/cho", headers={"Cookie": "_ga=1; gio=x"}).headers
    for name in LOGGED_IN:
        assert "etag" not in client.get("/cho", headers={"Cookie": f"{name}=1"}).headers


def test_what_nothing_counts_is_told_after_half_a_minute(
    stall: Stall, client: TestClient, clock: FixedClock
) -> None:
    path = f"/cho/{stall.offer().product.public_id}"
    client.get(path)
    with Session(writing(stall.engine)) as session, session.begin():
        session.exec(select(Shop)).one().name = "HTX Đổi Tên"
    assert "HTX Đổi Tên" not in client.get(path).text
    clock.advance(seconds=KEPT_S + 1)
    assert "HTX Đổi Tên" in client.get(path).text


def test_each_language_has_its_own_page(stall: Stall, client: TestClient) -> None:
    path = f"/cho/{stall.offer().product.public_id}"
    assert "Người bán" in client.get(path).text
    english = client.get(f"{path}?lang=en")
    assert "Người bán" not in english.text
    assert (
        client.get(path).text == english.text.replace("?lang=en", "") or "Seller" in english.text
    )
    assert english.cookies["lang"] == "en"


def test_whoever_is_logged_in_gets_a_page_of_their_own(
    stall: Stall, as_manager: TestClient
) -> None:
    path = f"/cho/{stall.offer().product.public_id}"
    assert "etag" not in as_manager.get(path).headers


def test_a_missing_page_is_not_kept(client: TestClient) -> None:
    for _ in range(2):
        answer = client.get("/cho/zzzzzzzzzz")
        assert answer.status_code == 404
        assert "etag" not in answer.headers


def test_search_engines_are_told_what_is_sold_and_no_samples(
    stall: Stall, client: TestClient
) -> None:
    real = stall.offer()
    sample = stall.offer(simulated=True)
    told = client.get("/sitemap.xml")
    assert told.headers["content-type"].startswith("application/xml")
    assert f"/cho/{real.product.public_id}</loc>" in told.text
    assert f"/gian-hang/{real.shop.public_id}</loc>" in told.text
    assert sample.product.public_id not in told.text
    rules = client.get("/robots.txt").text
    assert "Disallow: /don/" in rules
    assert "/sitemap.xml" in rules
