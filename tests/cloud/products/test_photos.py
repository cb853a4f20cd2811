"""Pictures of products: three sizes of two kinds, in order, by their hash, for everyone."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from fastapi import FastAPI
from PIL import Image
from sqlmodel import Session, select

from cloud.db import writing
from cloud.media import service as media
from cloud.media.darkroom import Darkroom, Developed, Prints, printed_in_a_process
from cloud.media.limits import BUYER_SIDES
from cloud.media.models import Picture
from cloud.media.store import Store
from cloud.products import photos, service
from cloud.products.errors import LastPhoto
from cloud.products.photos import EnoughPhotos
from cloud.products.service import Listing
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall
from tests.cloud.media.photos import telling
from tests.cloud.pictures import picture

PHOTOS = "/api/v1/product-photos"


def taken(width: int = 2_000, height: int = 1_500, colour: str = "green") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG")
    return out.getvalue()


def test_a_photo_becomes_three_sizes_of_two_kinds_with_nothing_in_them_but_pixels() -> None:
    prints = printed_in_a_process(telling())
    assert (prints.width, prints.height) == (640, 480)
    assert (len(prints.webp), len(prints.jpeg)) == (3, 3)
    for kind, some in (("WEBP", prints.webp), ("JPEG", prints.jpeg)):
        found = [Image.open(io.BytesIO(octets), formats=(kind,)) for octets in some]
        assert [max(one.size) for one in found] == [640, 640, 320]
        assert not any(one.getexif() for one in found)


def test_a_large_photo_fills_each_side() -> None:
    prints = printed_in_a_process(taken())
    sizes = [max(Image.open(io.BytesIO(octets)).size) for octets in prints.jpeg]
    assert sizes == list(BUYER_SIDES)
    assert (prints.width, prints.height) == (1280, 960)


def unused(_octets: bytes) -> Developed:
    raise AssertionError("no diary here")


def printed(octets: bytes) -> Prints:
    return Prints(4, 3, (octets + b"w",) * 3, (octets + b"j",) * 3)


@pytest.fixture
def draft(app: FastAPI, stall: Stall) -> Listing:
    """A product with one picture already, and a darkroom that starts no process."""
    app.state.darkroom = Darkroom(unused, printed)
    return stall.offer(publish=False)


def send(client: TestClient, listing: Listing, *files: bytes) -> None:
    form = {"product": listing.product.public_id}
    sent = [("photos", ("a.jpg", octets, "image/jpeg")) for octets in files]
    answer = client.post("/htx/anh-hang", data=form, files=sent, follow_redirects=False)
    assert answer.status_code == 303, answer.text


def digests(stall: Stall, listing: Listing) -> list[str]:
    with Session(stall.engine) as session:
        who = stall.seeded.manager.principal
        found = service.own_one(session, who, listing.product.public_id)
        return [one.digest for _shown, one in found.photos]


def test_pictures_are_shown_to_everyone_for_ever_under_their_hash(
    as_manager: TestClient, client: TestClient, stall: Stall, draft: Listing
) -> None:
    send(as_manager, draft, b"first", b"second")
    _old, first, second = digests(stall, draft)
    assert first != second
    for rendition, octets, kind in (
        ("1280.webp", b"firstw", "image/webp"),
        ("320.jpeg", b"firstj", "image/jpeg"),
    ):
        shown = client.get(f"/anh-hang/{first}/{rendition}")
        assert shown.content == octets
        assert shown.headers["content-type"] == kind
        assert "immutable" in shown.headers["cache-control"]
    for missing in (f"{first}/641.webp", f"{'0' * 63}f/640.webp"):
        assert client.get(f"/anh-hang/{missing}").status_code == 404


def test_the_same_picture_sent_twice_is_one(
    as_manager: TestClient, stall: Stall, draft: Listing
) -> None:
    send(as_manager, draft, b"same")
    send(as_manager, draft, b"same")
    assert len(digests(stall, draft)) == 2


def test_any_picture_becomes_the_cover_and_goes_away_again(
    as_manager: TestClient, stall: Stall, draft: Listing
) -> None:
    send(as_manager, draft, b"second")
    first, second = digests(stall, draft)
    with Session(stall.engine) as session:
        who = stall.seeded.manager.principal
        shown = service.own_one(session, who, draft.product.public_id).photos
        ids = [photo.public_id for photo, _picture in shown]
    as_manager.post(f"/htx/anh-hang/{ids[1]}", data={"act": "cover"})
    assert digests(stall, draft) == [second, first]
    as_manager.post(f"/htx/anh-hang/{ids[1]}", data={"act": "remove"})
    assert digests(stall, draft) == [first]


def test_programs_add_arrange_and_take_away_as_people_do(
    as_manager: TestClient, as_neighbour: TestClient, stall: Stall, draft: Listing
) -> None:
    product = draft.product.public_id
    address, sent = f"{PHOTOS}/{product}", {"product": product}
    files = [
        ("photos", (f"{n}.jpg", octets, "image/jpeg")) for n, octets in enumerate((b"a", b"b"))
    ]
    added = as_manager.post(PHOTOS, data=sent, files=files)
    assert added.status_code == 201, added.text
    first, second, third = added.json()["items"]
    assert third["url"].startswith("http://testserver/anh-hang/")
    assert as_manager.get(third["url"]).content == b"bj"
    assert as_manager.post(PHOTOS, data=sent, files=files).json() == added.json(), "sent again"

    order = {"photos": [third["id"], first["id"], second["id"]]}
    assert as_manager.put(address, json=order).json()["items"] == [third, first, second]
    for wrong in ([third["id"]], [*order["photos"], third["id"]], ["0" * 10] * 3):
        refused = as_manager.put(address, json={"photos": wrong})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "other_photos")
    left = as_manager.delete(f"{address}/{first['id']}").json()["items"]
    assert left == [third, second] == as_manager.get(address).json()["items"]

    other = f"{PHOTOS}/{stall.offer().product.public_id}/{third['id']}"
    assert as_manager.delete(other).status_code == 404
    assert as_neighbour.get(address).status_code == 404
    assert as_neighbour.put(address, json=order).status_code == 404
    assert as_neighbour.delete(f"{address}/{third['id']}").status_code == 404
    assert as_neighbour.post(PHOTOS, data=sent, files=files).status_code == 404


def test_a_program_sends_whole_photos(as_manager: TestClient, draft: Listing) -> None:
    """Larger than any other body that is let in."""
    sent = {"product": draft.product.public_id}
    files = [("photos", ("a.jpg", b"x" * 3_000_000, "image/jpeg"))]
    assert as_manager.post(PHOTOS, data=sent, files=files).status_code == 201


def test_a_program_does_not_take_the_last_picture_of_what_is_on_sale(
    as_manager: TestClient, stall: Stall
) -> None:
    listing = stall.offer()
    ((photo, _picture),) = listing.photos
    address = f"{PHOTOS}/{listing.product.public_id}/{photo.public_id}"
    refused = as_manager.delete(address)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "last_photo")


def test_what_is_on_sale_keeps_a_picture_whoever_takes_them_away(stall: Stall) -> None:
    listing, who = stall.offer(), stall.seeded.manager
    with Session(writing(stall.engine)) as session, session.begin():
        picture(session, listing.product, who.account)
        shown = service.own_one(session, who.principal, listing.product.public_id).photos
        ids = [photo.public_id for photo, _picture in shown]
    together = Barrier(len(ids))

    def take_away(one: str) -> bool:
        together.wait(timeout=30)
        try:
            with Session(writing(stall.engine)) as session, session.begin():
                photos.remove(session, who.principal, one, START)
        except LastPhoto:
            return False
        return True

    with ThreadPoolExecutor(len(ids)) as pool:
        assert sorted(pool.map(take_away, ids)) == [False, True]
    assert len(digests(stall, listing)) == 1


def test_a_person_who_takes_away_the_last_picture_is_told_what_to_do_first(
    stall: Stall, as_manager: TestClient
) -> None:
    listing = stall.offer()
    ((photo, _picture),) = listing.photos
    one = f"/htx/anh-hang/{photo.public_id}"
    refused = as_manager.post(one, data={"act": "remove"})
    assert refused.status_code == 409
    assert "Hãy thêm ảnh mới trước." in refused.text
    as_manager.post(f"/htx/san-pham/{listing.product.public_id}", data={"action": "pause"})
    assert as_manager.post(one, data={"act": "remove"}).status_code == 200
    assert digests(stall, listing) == []


def test_there_are_never_more_than_a_buyer_looks_at(
    stall: Stall, session: Session, tmp_path: Path
) -> None:
    listing = stall.offer(publish=False)
    for _more in range(photos.MOST - 1):
        picture(session, listing.product, stall.seeded.manager.account)
    who, store = stall.seeded.manager.principal, Store(tmp_path)
    with pytest.raises(EnoughPhotos):
        photos.add(
            session,
            who,
            listing.product.public_id,
            [printed(b"one more")],
            store,
            START,
        )


def test_the_night_leaves_what_a_product_shows(
    as_manager: TestClient, app: FastAPI, stall: Stall, draft: Listing
) -> None:
    send(as_manager, draft, b"shown")
    store = app.state.store
    stray = store.keep(b"nobody's")
    later = START.replace(year=2999)
    media.sweep(stall.engine, later, store=store)
    with Session(stall.engine) as session:
        kept = session.exec(
            select(Picture).where(Picture.digest == digests(stall, draft)[1])
        ).one()
    assert set(store.names()) == {kept.webp_320, kept.jpeg_320}
    assert stray not in set(store.names())


def test_without_a_picture_nothing_real_is_sold(stall: Stall, as_manager: TestClient) -> None:
    body = stall.request(stall.lot()).model_dump()
    made = as_manager.post("/api/v1/products", json=body | {"publish": True})
    assert (made.status_code, made.json()["error"]["code"]) == (409, "not_ready")
    sample = stall.request(stall.lot(simulated=True)).model_dump()
    made = as_manager.post("/api/v1/products", json=sample | {"publish": True})
    assert made.status_code == 201
