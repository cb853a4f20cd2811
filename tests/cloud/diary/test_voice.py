"""A voice note: kept as it came if it is a recording and nothing else, heard where it belongs."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.clock import SystemClock
from cloud.db import writing
from cloud.diary import service as diary
from cloud.diary.models import DiaryVoice
from cloud.media import service as media
from cloud.media.models import Recording
from cloud.media.sound import MAX_OCTETS
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Member, Seeded
from tests.cloud.media.sounds import NO_SOUNDS, SOUNDS, ogg

API = "/api/v1/diary"


def sent(
    client: TestClient, seeded: Seeded, octets: bytes, key: str = "0" * 12
) -> httpx2.Response:
    body = {
        "key": key,
        "zone": seeded.zones[0].public_id,
        "work": "prune",
        "day": START.date().isoformat(),
    }
    files = {"voice": ("<script>.html", octets, "text/html")}
    return client.post(API, data=body, files=files)


def recordings(engine: Engine) -> list[Recording]:
    with Session(engine) as session:
        return list(session.exec(select(Recording)).all())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", SOUNDS)
def test_what_was_said_is_heard_as_it_was_sent(
    as_farmer: TestClient, seeded: Seeded, name: str
) -> None:
    kind, made = SOUNDS[name]
    answer = sent(as_farmer, seeded, made())
    assert answer.status_code == 201, answer.text
    heard = as_farmer.get(f"/tieng/{answer.json()['voice']}")
    assert heard.content == made()
    assert heard.headers["content-type"] == kind
    assert heard.headers["x-content-type-options"] == "nosniff"
    part = as_farmer.get(f"/tieng/{answer.json()['voice']}", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, made()[:4])
    page = as_farmer.get(f"/nhat-ky/{answer.json()['id']}").text
    assert f'src="/tieng/{answer.json()["voice"]}"' in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_no_recording_is_refused_in_words_and_leaves_nothing(
    as_farmer: TestClient, app: FastAPI, engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    too_long = ogg() + bytes(MAX_OCTETS)
    files: dict[str, Callable[[], bytes]] = {**NO_SOUNDS, "too long": lambda: too_long}
    for number, (name, made) in enumerate(files.items()):
        clock.advance(minutes=30)
        answer = sent(as_farmer, seeded, made(), f"{number:012}")
        assert answer.status_code == (413 if name == "too long" else 409), name
        assert "script" not in answer.text
    assert recordings(engine) == []
    assert list(app.state.store.names()) == []


def test_sent_again_it_is_there_once_and_a_correction_keeps_it(
    as_farmer: TestClient, engine: Engine, seeded: Seeded
) -> None:
    first, again = (sent(as_farmer, seeded, ogg()).json() for _time in range(2))
    assert first == again
    change = {"key": "1" * 12, "act": "correct", "work": "feed", "day": START.date().isoformat()}
    as_farmer.post(f"/nhat-ky/{first['id']}", data=change)
    (corrected,) = as_farmer.get(API).json()["items"]
    assert (corrected["work"], corrected["voice"]) == ("feed", first["voice"])
    assert len(recordings(engine)) == 1


def test_nobody_elses_ears_hear_it(
    as_farmer: TestClient,
    client: TestClient,
    log_in: Callable[[Member], TestClient],
    seeded: Seeded,
) -> None:
    voice = sent(as_farmer, seeded, ogg()).json()["voice"]
    assert log_in(seeded.neighbour).get(f"/tieng/{voice}").status_code == 404
    assert client.get(f"/tieng/{voice}", follow_redirects=False).status_code in {303, 401}


def test_it_comes_along_with_ones_own_data_and_goes_with_oneself(
    as_farmer: TestClient, app: FastAPI, engine: Engine, seeded: Seeded
) -> None:
    voice = sent(as_farmer, seeded, ogg()).json()["voice"]
    page = as_farmer.get("/tai-khoan/du-lieu").text
    assert "/tai-khoan/du-lieu/tai-ve-anh" in page
    parcel = as_farmer.get("/tai-khoan/du-lieu/tai-ve-anh").content
    with zipfile.ZipFile(io.BytesIO(parcel)) as archive:
        assert archive.read(f"tieng/{voice}") == ogg()
        (document,) = [name for name in archive.namelist() if name.endswith(".json")]
        assert f"/tieng/{voice}" in archive.read(document).decode()
    later = SystemClock().now() + timedelta(days=3)  # files are as old as they are
    media.sweep(engine, later, store=app.state.store)
    assert as_farmer.get(f"/tieng/{voice}").status_code == 200
    with Session(writing(engine)) as session, session.begin():
        diary.forget(session, seeded.farmer.principal.account_id)
    assert recordings(engine) == []
    with Session(engine) as session:
        assert session.exec(select(DiaryVoice)).all() == []
    media.sweep(engine, later, store=app.state.store)
    assert list(app.state.store.names()) == []
