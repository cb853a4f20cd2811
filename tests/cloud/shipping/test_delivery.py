"""A shop's terms of delivery: set by its manager, shown before ordering, counted in the total."""

from cloud.products.service import Listing
from tests.cloud.client import TestClient
from tests.cloud.conftest import Stall
from tests.cloud.market.filled import fields

TARIFF = {"base": "20000", "base_kg": "2", "step": "5000", "free_from": "300000"}
POINT = {"name": "Kho hợp tác xã", "address": "Thôn 1, xã Thử", "hours": "7:00–17:00"}


def body(product: str, quantity: int, **fields: str) -> dict[str, object]:
    return {
        "product": product,
        "quantity": quantity,
        "name": "Nguyễn Thị Hoa",
        "phone": "0912345678",
        "address": "12 Lê Lợi, phường Bến Thành",
        "key": f"key-of-a-test-{quantity:04}{len(fields)}",
    } | fields


def test_the_fee_is_told_before_ordering_and_is_part_of_what_is_owed(
    stall: Stall, as_manager: TestClient, client: TestClient
) -> None:
    listing = stall.offer(packs=50)
    product = listing.product.public_id
    assert "20.000" in as_manager.post("/htx/giao-hang", data=TARIFF).text
    page = at_checkout(client, listing)
    assert "Phí giao 20.000" in page
    assert "Trả tiền mặt" not in page

    told = client.post("/api/v1/orders", json=body(product, 3)).json()

    assert (told["fee"], told["total"], told["owed"]) == (25_000, 130_000, 130_000)
    assert "25.000" in client.get(f"/don/{told['id']}").text
    much = client.post("/api/v1/orders", json=body(product, 9)).json()
    assert (much["fee"], much["total"]) == (0, 315_000)


def test_a_new_tariff_leaves_placed_orders_alone(
    stall: Stall, as_manager: TestClient, client: TestClient
) -> None:
    product = stall.offer(packs=50).product.public_id
    before = client.post("/api/v1/orders", json=body(product, 1)).json()
    as_manager.post("/htx/giao-hang", data=TARIFF)
    after = client.get(f"/api/v1/orders/{before['id']}").json()
    assert (after["fee"], after["total"]) == (0, 35_000)


def at_checkout(client: TestClient, listing: Listing) -> str:
    """What a buyer reads who has one pack of it in the cart."""
    client.post("/gio", data={"variant": listing.variant.public_id, "quantity": "1"})
    return client.get("/gio/dat?tinh=01").text


def test_who_fetches_goods_pays_no_fee_and_reads_where(
    stall: Stall, as_manager: TestClient, client: TestClient
) -> None:
    listing = stall.offer(packs=50)
    product = listing.product.public_id
    as_manager.post("/htx/giao-hang", data=TARIFF)
    page = as_manager.post("/htx/giao-hang/diem", data=POINT).text
    point = page.partition("/htx/giao-hang/diem/")[2].partition("/")[0]
    assert "Đến nhận tại Kho hợp tác xã" in at_checkout(client, listing)

    told = client.post("/api/v1/orders", json=body(product, 1, delivery=point)).json()

    assert told["fee"] == 0
    assert "7:00–17:00" in client.get(f"/don/{told['id']}").text
    as_manager.post(f"/htx/giao-hang/diem/{point}/dong")
    late = client.post("/api/v1/orders", json=body(product, 2, delivery=point))
    assert late.json()["error"]["code"] == "no_such_point"
    assert "7:00–17:00" in client.get(f"/don/{told['id']}").text, (
        "whoever ordered still goes there"
    )


def test_a_neighbours_place_cannot_be_chosen_or_closed(
    stall: Stall, as_neighbour: TestClient, client: TestClient
) -> None:
    product = stall.offer().product.public_id
    page = as_neighbour.post("/htx/giao-hang/diem", data=POINT).text
    point = page.partition("/htx/giao-hang/diem/")[2].partition("/")[0]
    told = client.post("/api/v1/orders", json=body(product, 1, delivery=point))
    assert told.json()["error"]["code"] == "no_such_point"


def test_paying_at_the_door_is_for_shops_that_allow_it(
    stall: Stall, as_manager: TestClient, client: TestClient
) -> None:
    listing = stall.offer()
    product = listing.product.public_id
    refused = client.post("/api/v1/orders", json=body(product, 1, pay="cod"))
    assert refused.json()["error"]["code"] == "no_cod"

    as_manager.post("/htx/giao-hang", data=TARIFF | {"cod": "yes"})
    assert "Trả tiền mặt khi nhận hàng" in at_checkout(client, listing)
    told = client.post("/api/v1/orders", json=body(product, 1, pay="cod")).json()
    assert (told["payment"], told["owed"]) == ("cod_due", 55_000)
    assert "Trả 55.000" in client.get(f"/don/{told['id']}").text


def test_a_refused_form_keeps_what_was_chosen(
    stall: Stall, as_manager: TestClient, client: TestClient
) -> None:
    as_manager.post("/htx/giao-hang", data=TARIFF | {"cod": "yes"})
    form = fields(at_checkout(client, stall.offer()))
    page = client.post("/gio/dat", data=form | {"phone": "1", "pay": "cod"}).text
    assert 'value="cod" checked' in page


def test_the_tariff_is_the_managers(as_farmer: TestClient) -> None:
    assert as_farmer.get("/htx/giao-hang").status_code == 403
    assert as_farmer.post("/htx/giao-hang", data=TARIFF).status_code == 403
