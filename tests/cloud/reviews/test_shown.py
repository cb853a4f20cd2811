"""What buyers and machines read of reviews, on pages that are kept until one changes."""

import pytest
from sqlmodel import Session

from cloud.db import writing
from cloud.orders import reviewing
from cloud.reviews import standing
from tests.cloud.client import TestClient
from tests.cloud.market.test_keeping import MOST_QUERIES, counted
from tests.cloud.market.test_market import structured
from tests.cloud.reviews.conftest import WORDS, Shoppers


def test_without_reviews_there_is_not_a_star(client: TestClient, shoppers: Shoppers) -> None:
    shoppers.write(shoppers.buy())
    for path in ("/", "/cho", f"/cho/{shoppers.product}"):
        page = client.get(path).text
        assert "★" not in page
        assert "đánh giá" not in page
    told = structured(client.get(f"/cho/{shoppers.product}").text)
    assert not {"aggregateRating", "review"} & told.keys()


def test_lists_and_page_tell_the_average_and_how_many(
    client: TestClient, shoppers: Shoppers
) -> None:
    for stars in (5, 5, 4, 3):
        shoppers.shown(stars)
    for path in ("/", "/cho", "/cho?q=dua", f"/cho/{shoppers.product}"):
        page = client.get(path).text
        assert "★ 4,3" in page
        assert "4 đánh giá" in page
    page = client.get(f"/cho/{shoppers.product}").text
    assert 'aria-label="3 trên 5 sao"' in page
    assert "Đã mua lô L1, thu hoạch ngày 02/03/2026" in page
    assert "★ 4.3" in client.get("/cho?lang=en").text


def test_machines_read_the_average_and_no_name(client: TestClient, shoppers: Shoppers) -> None:
    shoppers.shown(4)
    shoppers.shown(5, words="")
    told = structured(client.get(f"/cho/{shoppers.product}").text)
    assert told["aggregateRating"] == {
        "@type": "AggregateRating",
        "ratingValue": 4.5,
        "reviewCount": 2,
        "bestRating": 5,
    }
    reviews = told["review"]
    assert isinstance(reviews, list)
    newest, oldest = reviews
    assert "reviewBody" not in newest
    assert oldest["reviewBody"] == WORDS
    assert oldest["author"] == {"@type": "Person", "name": "Người mua đã nhận hàng"}


def test_more_of_them_are_behind_the_last_one(client: TestClient, shoppers: Shoppers) -> None:
    everything = [shoppers.shown(words=f"Lời thứ {n}.") for n in range(8)]
    page = client.get(f"/cho/{shoppers.product}").text
    assert [f"Lời thứ {n}." in page for n in range(8)] == [False] * 3 + [True] * 5
    onward = f"/cho/{shoppers.product}/danh-gia?before={everything[3]}"
    assert onward in page
    rest = client.get(onward).text
    assert [f"Lời thứ {n}." in rest for n in range(8)] == [True] * 3 + [False] * 5
    assert "Xem thêm đánh giá" not in rest
    assert (
        "Không còn đánh giá nào"
        in client.get(f"/cho/{shoppers.product}/danh-gia?before=zzzzzzzzzz").text
    )


def test_a_kept_page_is_made_anew_when_a_review_comes_or_goes(
    client: TestClient, shoppers: Shoppers
) -> None:
    path = f"/cho/{shoppers.product}"
    assert WORDS not in client.get(path).text
    shoppers.shown()
    assert WORDS in client.get(path).text
    with Session(writing(shoppers.engine)) as session, session.begin():
        reviewing.withdraw(session, shoppers.orders[0], shoppers.product)
    assert WORDS not in client.get(path).text


@pytest.mark.parametrize("path", ["/cho", "/cho?q=dua", "/cho/{product}"])
def test_reviews_cost_a_product_one_question_and_lists_none(
    client: TestClient, shoppers: Shoppers, path: str
) -> None:
    for _n in range(standing.FEW + 1):
        shoppers.shown()
    path = path.format(product=shoppers.product)
    with counted(shoppers.engine) as asked:
        client.get(path)
    assert len(asked) <= MOST_QUERIES + path.startswith("/cho/"), asked
