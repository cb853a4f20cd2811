"""Pictures lie once, under their hash, and stay as long as a photo names them."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.db import writing
from cloud.media import service
from cloud.media.darkroom import Developed
from cloud.media.models import Photo
from cloud.media.service import TooManyPhotos
from cloud.media.store import Store
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Seeded

DEVELOPED = Developed(640, 480, b"RIFF large", b"RIFF small")
DAY_S = 86_400


def keep(app: FastAPI, engine: Engine, seeded: Seeded) -> str:
    store: Store = app.state.store
    with Session(writing(engine)) as session, session.begin():
        zone = seeded.zones[0]
        who = seeded.farmer.principal
        return service.keep(session, who, store, zone, DEVELOPED, START).public_id


def grow_old(store: Store, days: float) -> None:
    """As if everything had been kept so long before the start of the test's time."""
    then = START.timestamp() - days * DAY_S
    for name in store.names():
        os.utime(store.path(name), (then, then))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_the_same_picture_lies_once_and_nothing_else_lies_there(store: Store) -> None:
    names = [store.keep(octets) for octets in (b"one", b"two", b"one")]
    assert names[0] == names[2] != names[1]
    assert sorted(store.names()) == sorted(set(names))
    assert store.path(names[0]).read_bytes() == b"one"
    assert [path.name for path in store.folder.glob("*/.*")] == []


def test_only_what_is_old_and_unwanted_is_swept(store: Store) -> None:
    wanted, old = store.keep(b"wanted"), store.keep(b"old")
    grow_old(store, 2)
    young = store.keep(b"young")
    os.utime(store.path(young), (START.timestamp(), START.timestamp()))
    half = store.path(old).with_name(".new-half")
    half.write_bytes(b"half a picture")
    os.utime(half, (0, 0))
    assert store.sweep({wanted}, START - timedelta(days=1)) == 1
    assert set(store.names()) == {wanted, young}
    assert not half.exists()


def test_a_picture_that_is_kept_again_is_young_again(store: Store) -> None:
    name = store.keep(b"again")
    grow_old(store, 2)
    store.keep(b"again")
    assert store.sweep((), START - timedelta(days=1)) == 0
    assert set(store.names()) == {name}


def test_the_night_takes_pictures_whose_photo_is_forgotten(
    app: FastAPI, engine: Engine, seeded: Seeded
) -> None:
    store: Store = app.state.store
    keep(app, engine, seeded)
    grow_old(store, 2)
    service.sweep(engine, START, store=store)
    assert len(set(store.names())) == 2
    with Session(writing(engine)) as session, session.begin():
        service.forget(session, [one for one in session.exec(select(Photo.id)) if one])
    service.sweep(engine, START, store=store)
    assert set(store.names()) == set()


def test_a_photo_is_shown_in_both_sizes_and_may_be_kept_by_this_browser_alone(
    app: FastAPI, engine: Engine, seeded: Seeded, as_farmer: TestClient
) -> None:
    photo = keep(app, engine, seeded)
    answers = [as_farmer.get(f"/anh/{photo}{size}") for size in ("", "/nho")]
    assert [answer.content for answer in answers] == [b"RIFF large", b"RIFF small"]
    for answer in answers:
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_photo_is_not_packed_once_more(
    app: FastAPI, engine: Engine, seeded: Seeded, as_farmer: TestClient
) -> None:
    """It costs the processor and saves nothing."""
    large = Developed(640, 480, bytes(5_000), b"RIFF small")
    with Session(writing(engine)) as session, session.begin():
        who, zone = seeded.farmer.principal, seeded.zones[0]
        photo = service.keep(session, who, app.state.store, zone, large, START).public_id
    assert "content-encoding" not in as_farmer.get(f"/anh/{photo}").headers
    assert as_farmer.get("/nhat-ky").headers["content-encoding"] == "gzip"


def test_nobody_else_is_shown_a_photo(
    app: FastAPI,
    engine: Engine,
    seeded: Seeded,
    as_neighbour: TestClient,
    client: TestClient,
) -> None:
    photo = keep(app, engine, seeded)
    assert as_neighbour.get(f"/anh/{photo}").status_code == 404
    assert client.get(f"/anh/{photo}", follow_redirects=False).status_code == 303


def test_a_photo_whose_picture_is_lost_is_not_found(
    app: FastAPI, engine: Engine, seeded: Seeded, as_farmer: TestClient
) -> None:
    photo = keep(app, engine, seeded)
    store: Store = app.state.store
    for name in list(store.names()):
        store.path(name).unlink()
    assert as_farmer.get(f"/anh/{photo}").status_code == 404


def test_one_person_cannot_fill_the_disk(
    session: Session, seeded: Seeded, clock: FixedClock
) -> None:
    farmer, manager = seeded.farmer.principal, seeded.manager.principal
    service.pay(session, farmer, 60, clock.now())
    with pytest.raises(TooManyPhotos):
        service.pay(session, farmer, 1, clock.now())
    service.pay(session, manager, 1, clock.now())
    sent = 60
    for _minute in range(24 * 60):
        clock.advance(minutes=1)
        try:
            service.pay(session, farmer, 1, clock.now())
        except TooManyPhotos:
            continue
        sent += 1
    assert 500 < sent <= 588
