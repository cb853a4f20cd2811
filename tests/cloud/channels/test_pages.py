"""The pages of channels, used as people use them."""

import io
import re
import zipfile
from collections.abc import Callable
from html import unescape

import pytest
from fastapi import FastAPI
from sqlmodel import Session, col, select, update

from cloud.channels.codes import Channel
from cloud.channels.models import ChannelListing, ChannelOutbox, ChannelShop
from cloud.channels.service import OPEN
from cloud.cooperatives.models import Membership
from cloud.db import writing
from cloud.principal import Role
from cloud.products.models import Stock, Variant
from tests.cloud.channels.conftest import no_photos, three_photos
from tests.cloud.client import TestClient
from tests.cloud.conftest import Seeded, Stall

PAGE = "/htx/kenh"


def on(browser: TestClient, channel: Channel) -> None:
    answer = browser.post(PAGE, data={"channel": channel.value, "act": "on"})
    assert answer.status_code == 200, answer.text


def told(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def row(stall: Stall) -> ChannelListing:
    with Session(stall.engine) as session:
        return session.exec(select(ChannelListing)).one()


def waiting(stall: Stall) -> int:
    with Session(stall.engine) as session:
        return len(session.exec(select(ChannelOutbox)).all())


def test_a_manager_sees_what_each_channel_would_take(stall: Stall, as_manager: TestClient) -> None:
    stall.offer()
    page = told(as_manager.get(PAGE).text)
    assert page.count("0 gói hàng gửi được") == len(OPEN)
    assert page.count("1 gói cần sửa") == len(OPEN)
    assert as_manager.get(f"{PAGE}/voso").status_code == 404
    assert as_manager.get(f"{PAGE}/shopee").status_code == 404


def test_a_channel_says_what_is_to_be_mended(stall: Stall, as_manager: TestClient) -> None:
    stall.offer()
    on(as_manager, Channel.VOSO)
    page = told(as_manager.get(f"{PAGE}/voso").text)
    assert "Cần ít nhất 3 ảnh." in page
    english = told(as_manager.get(f"{PAGE}/voso?lang=en").text)
    assert "At least 3 photos are needed." in english


def test_a_channel_that_needs_a_program_cannot_be_switched_on(
    stall: Stall, as_manager: TestClient
) -> None:
    stall.offer()
    answer = as_manager.post(PAGE, data={"channel": "shopee", "act": "on"})
    assert answer.status_code == 409
    assert "Kênh này chưa nối được." in told(answer.text)


def test_without_a_shop_there_is_nothing_to_switch(seeded: Seeded, as_manager: TestClient) -> None:
    assert seeded.cooperative.id
    assert "chưa có gian hàng" in as_manager.get(PAGE).text
    answer = as_manager.post(PAGE, data={"channel": "voso", "act": "on"})
    assert answer.status_code == 409


def test_the_neighbour_sees_and_changes_nothing_of_it(
    stall: Stall, as_manager: TestClient, as_neighbour: TestClient
) -> None:
    stall.offer()
    on(as_manager, Channel.GOOGLE)
    with Session(stall.engine) as session:
        token = session.exec(select(ChannelShop.feed_token)).one()
    assert token in as_manager.get(PAGE).text
    assert token not in as_neighbour.get(PAGE).text
    assert as_neighbour.get(f"{PAGE}/google").status_code == 404


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PACKER])
def test_who_may_not_put_on_the_shelf_switches_nothing(
    stall: Stall, log_in: Callable[..., TestClient], role: Role
) -> None:
    with Session(writing(stall.engine)) as session, session.begin():
        farmer = stall.seeded.farmer.account.id
        own = update(Membership).where(col(Membership.account_id) == farmer)
        session.exec(own.values(role=role))
    browser = log_in(stall.seeded.farmer)
    answer = browser.post(PAGE, data={"channel": "voso", "act": "on"})
    assert answer.status_code == 403
    assert browser.get(PAGE).status_code == (200 if role is Role.EDITOR else 403)


@pytest.fixture
def floor(app: FastAPI, stall: Stall, as_manager: TestClient) -> TestClient:
    """Twenty packs with three photos, and one floor that people carry them to."""
    app.state.gallery = three_photos
    stall.offer(packs=20, name="=Dưa lưới ruột cam")
    on(as_manager, Channel.VOSO)
    return as_manager


def marked(browser: TestClient, stall: Stall, mark: str, **fields: str) -> str:
    there = row(stall)
    form = {"mark": mark, "based_on": there.desired_hash, **fields}
    answer = browser.post(f"{PAGE}/voso/{there.public_id}", data=form)
    assert answer.status_code == 200, answer.text
    return told(answer.text)


def change_price(stall: Stall, browser: TestClient, price: int) -> None:
    with Session(writing(stall.engine)) as session, session.begin():
        session.exec(update(Variant).values(price=price))
    browser.post(f"{PAGE}/chung", data={"act": "keep"})  # and the round need not be waited for


def test_a_floor_s_listing_is_to_do_until_somebody_says_it_is_done(
    floor: TestClient, stall: Stall
) -> None:
    page = told(floor.get(f"{PAGE}/voso").text)
    assert "Chưa đưa lên sàn. Giá 35.000 đ, số lượng 18 gói." in page
    assert "1 việc phải làm trên sàn" in told(floor.get(PAGE).text)

    link = "https://voso.vn/dua-luoi"
    page = marked(floor, stall, "listed", link=link)
    assert "Đúng rồi" in page
    assert link in floor.get(f"{PAGE}/voso").text
    assert (row(stall).promised, waiting(stall)) == (18, 0)


def test_what_changed_since_is_shown_beside_what_stands_there(
    floor: TestClient, stall: Stall
) -> None:
    marked(floor, stall, "listed")
    change_price(stall, floor, 40_000)
    page = told(floor.get(f"{PAGE}/voso").text)
    assert "Giá 40.000 đ 35.000 đ" in page
    assert waiting(stall) == 1
    marked(floor, stall, "listed")
    assert waiting(stall) == 0


def test_orders_at_the_stall_are_no_work_on_the_floor_while_its_number_is_safe(
    floor: TestClient, stall: Stall
) -> None:
    marked(floor, stall, "listed")
    with Session(writing(stall.engine)) as session, session.begin():
        session.exec(update(Stock).values(on_hand=40))
    change_price(stall, floor, 35_000)
    assert (row(stall).desired["quantity"], waiting(stall)) == (18, 0)
    with Session(writing(stall.engine)) as session, session.begin():
        session.exec(update(Stock).values(on_hand=10))
    change_price(stall, floor, 35_000)
    assert (row(stall).desired["quantity"], waiting(stall)) == (9, 1)


def test_what_somebody_says_of_an_older_page_is_not_taken(floor: TestClient, stall: Stall) -> None:
    there = row(stall)
    change_price(stall, floor, 41_000)
    form = {"mark": "listed", "based_on": there.desired_hash}
    answer = floor.post(f"{PAGE}/voso/{there.public_id}", data=form)
    assert answer.status_code == 409
    assert "Hàng vừa đổi." in told(answer.text)


def test_a_refusal_is_kept_in_the_floor_s_words(floor: TestClient, stall: Stall) -> None:
    page = marked(floor, stall, "refused", note="thiếu giấy kiểm nghiệm")
    assert "Sàn nói: «thiếu giấy kiểm nghiệm»" in page
    assert (row(stall).promised, waiting(stall)) == (0, 1)


def test_what_is_not_sold_any_more_is_taken_off_by_hand(floor: TestClient, stall: Stall) -> None:
    marked(floor, stall, "listed")
    product = row(stall).desired["group"]
    floor.post(f"/htx/san-pham/{product}", data={"action": "pause"})
    floor.post(f"{PAGE}/chung", data={"act": "keep"})
    assert "Tôi đã gỡ trên sàn" in told(floor.get(f"{PAGE}/voso").text)
    assert row(stall).promised == 18
    page = marked(floor, stall, "gone")
    assert "Đã gỡ" in page
    assert (row(stall).promised, waiting(stall)) == (0, 0)


def test_the_pack_has_a_table_pictures_and_a_sheet_and_is_the_same_each_time(
    floor: TestClient, stall: Stall
) -> None:
    first, second = (floor.post(f"{PAGE}/voso/goi") for _time in range(2))
    assert first.headers["content-type"] == "application/zip"
    assert "voso-20260302.zip" in first.headers["content-disposition"]
    assert first.content == second.content
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        assert archive.namelist()[:2] == ["chep-dan.html", "san-pham.xlsx"]
        sheet = archive.read("chep-dan.html").decode()
        table = archive.read("san-pham.xlsx")
    assert "Dưa lưới ruột cam 1 kg" in sheet
    assert "<script" not in sheet
    with zipfile.ZipFile(io.BytesIO(table)) as book:
        cells = book.read("xl/worksheets/sheet2.xml").decode()
    assert "<f>" not in cells
    assert "35000" in cells
    taken = re.findall(r'<c s="(\d)" t="inlineStr"><is><t[^>]*>[=+@-]', cells)
    assert set(taken) == {"2"}, "a text that begins like a calculation is marked as text"
    assert row(stall).promised == 18


def test_a_pack_with_nothing_in_it_is_refused(stall: Stall, as_manager: TestClient) -> None:
    stall.offer()
    on(as_manager, Channel.VOSO)
    answer = as_manager.post(f"{PAGE}/voso/goi")
    assert answer.status_code == 409
    assert "Chưa có sản phẩm nào đủ để gửi." in told(answer.text)


def test_a_feed_needs_no_pack(stall: Stall, as_manager: TestClient) -> None:
    stall.offer()
    on(as_manager, Channel.GOOGLE)
    assert as_manager.post(f"{PAGE}/google/goi").status_code == 404


def test_everything_stops_and_goes_on(stall: Stall, as_manager: TestClient) -> None:
    stall.offer()
    on(as_manager, Channel.GOOGLE)
    page = as_manager.post(f"{PAGE}/chung", data={"act": "stop"}).text
    assert "Đã dừng mọi kênh" in page
    with Session(stall.engine) as session:
        token = session.exec(select(ChannelShop.feed_token)).one()
    assert as_manager.get(f"/kenh/{token}/google.xml").status_code == 404
    assert "Đã dừng" not in as_manager.post(f"{PAGE}/chung", data={"act": "go"}).text
    assert as_manager.get(f"/kenh/{token}/google.xml").status_code == 200


def test_another_address_takes_the_place_of_the_old_one(
    stall: Stall, as_manager: TestClient
) -> None:
    stall.offer()
    on(as_manager, Channel.GOOGLE)
    with Session(stall.engine) as session:
        before = session.exec(select(ChannelShop.feed_token)).one()
    page = as_manager.post(f"{PAGE}/chung", data={"act": "address"}).text
    with Session(stall.engine) as session:
        after = session.exec(select(ChannelShop.feed_token)).one()
    assert len(after) == len(before) == 32
    assert f"/kenh/{after}/google.xml" in page
    assert before not in page


def test_what_is_kept_back_is_kept(stall: Stall, as_manager: TestClient) -> None:
    stall.offer()
    form = {"act": "keep", "keep_packs": "3", "keep_percent": "25"}
    as_manager.post(f"{PAGE}/chung", data=form)
    with Session(stall.engine) as session:
        shared = session.exec(select(ChannelShop)).one()
    assert (shared.keep_packs, shared.keep_percent) == (3, 25)
    bad = as_manager.post(f"{PAGE}/chung", data={**form, "keep_percent": "101"})
    assert bad.status_code == 422


def test_what_a_used_channel_would_refuse_does_not_go_on_sale(
    app: FastAPI, stall: Stall, as_manager: TestClient
) -> None:
    app.state.gallery = no_photos
    product = stall.offer(publish=False).product.public_id
    on(as_manager, Channel.GOOGLE)
    press = f"/htx/san-pham/{product}", {"action": "publish"}
    answer = as_manager.post(press[0], data=press[1])
    assert answer.status_code == 409
    assert "Google chưa nhận hàng này: Cần ít nhất 1 ảnh." in told(answer.text)
    program = as_manager.post(f"/api/v1/products/{product}/publish")
    assert program.json()["error"]["code"] == "unfit_for_channel"

    as_manager.post(PAGE, data={"channel": "google", "act": "off"})
    assert as_manager.post(press[0], data=press[1]).status_code == 200


def test_pausing_is_never_kept_from_anybody(app: FastAPI, floor: TestClient, stall: Stall) -> None:
    app.state.gallery = no_photos
    product = row(stall).desired["group"]
    assert floor.post(f"/htx/san-pham/{product}", data={"action": "pause"}).status_code == 200
    assert floor.post(f"/htx/san-pham/{product}", data={"action": "resume"}).status_code == 409
