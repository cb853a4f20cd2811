"""The parcel of one's own data: whole photos, in pieces, whatever has gone from the disk."""

import hashlib
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from cloud.media.store import Store
from cloud.privacy.parcel import PIECE, Enclosed, parcel
from cloud.settings import Settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import Seeded
from tests.cloud.diary.test_diary import fields, write
from tests.cloud.media import photos

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
PATH = "/tai-khoan/du-lieu/tai-ve-anh"


def test_a_large_file_leaves_in_pieces_and_arrives_whole(tmp_path: Path) -> None:
    large = tmp_path / "large"
    octets = hashlib.shake_256(b"photo").digest(20 * PIECE + 7)
    large.write_bytes(octets)
    pieces = list(parcel({"me.json": b"{}"}, [Enclosed("anh/a.webp", large, AT)], AT))
    assert max(map(len, pieces)) < 2 * PIECE
    with ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["me.json", "anh/a.webp"]
        assert archive.read("anh/a.webp") == octets
        assert archive.getinfo("anh/a.webp").date_time == (2026, 3, 2, 8, 0, 0)


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.write_bytes(b"here")
    pieces = parcel({"me.json": b"{}"}, [Enclosed("anh/a.webp", gone, AT)], AT)
    first = next(pieces)
    gone.unlink()
    with ZipFile(io.BytesIO(first + b"".join(pieces))) as archive:
        assert archive.namelist() == ["me.json"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_everybody_takes_along_their_own_photos_and_nobody_else_s(
    as_farmer: TestClient, as_neighbour: TestClient, seeded: Seeded, settings: Settings
) -> None:
    own = "/tai-khoan/du-lieu"
    assert PATH not in as_farmer.get(own).text, "there is nothing to take along yet"
    assert write(as_farmer, fields(seeded), photos.jpeg()).status_code in {200, 201}
    assert PATH in as_farmer.get(own).text
    answer = as_farmer.get(PATH)
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    with ZipFile(io.BytesIO(answer.content)) as archive:
        document, photo = archive.namelist()
        told = json.loads(archive.read(document))
        assert [f"{one[1:]}.webp" for one in told["diary"][0]["photos"]] == [photo]
        kept = hashlib.sha256(archive.read(photo)).hexdigest()
    assert Store(settings.data_dir).path(kept).is_file()
    with ZipFile(io.BytesIO(as_neighbour.get(PATH).content)) as archive:
        assert len(archive.namelist()) == 1
