"""Hostile files at every route that takes one: a sentence for a person comes out, nothing else."""

import html
import io
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Final

import httpx2
import pytest
from PIL import Image

from cloud.door import WITH_FILES, WITH_PHOTOS
from cloud.media import worker
from cloud.media.darkroom import (
    AT_ONCE,
    IN_LINE,
    Darkroom,
    Developed,
    NoPhoto,
    PhotoDamaged,
    PhotoTooLarge,
    Prints,
    in_a_process,
    printed_in_a_process,
)
from cloud.media.limits import MAX_OCTETS, Verdict
from cloud.principal import Role
from tests.cloud.conftest import FixedClock
from tests.cloud.media import photos
from tests.cloud.media.photos import BOMBS, DAMAGED, MARK, NO_PHOTOS, POLYGLOTS
from tests.cloud.walls.rows import Row, unsafe
from tests.cloud.walls.world import ORIGIN, World

HOSTILE: Final = {
    **{name: (made, NoPhoto) for name, made in NO_PHOTOS.items() if name != "nothing"},
    **{name: (made, PhotoTooLarge) for name, made in BOMBS.items()},
    **{name: (made, PhotoDamaged) for name, made in DAMAGED.items()},
    "too many octets": (lambda: bytes(MAX_OCTETS + 1), PhotoTooLarge),
}
"""Each with what it is refused as; an empty file is what a browser sends for none."""
TELLING: Final = {
    **POLYGLOTS,
    "jpeg that tells where": photos.telling,
    "png that tells where": photos.telling_png,
    "heic that tells where": photos.heic,
}
"""Photos with more in them than pixels."""
SHARE: Final = 2
"""Each route gets every second file, another half than the route before: each file is made into a
photo by the same code, and takes its time."""
FILE_NAME: Final = "../../etc/zq7marker<script>.jpg"
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
_UNWATCHED: Final = {"login_session", "tries"}


def uploads(rows: list[Row]) -> list[Row]:
    """The routes whose body has a photo in it, found by its model."""
    return [row for row in with_files(rows) if row.path not in WITH_FILES]


def with_files(rows: list[Row]) -> list[Row]:
    return [row for row in unsafe(rows) if row.body and file_of(row)]


def file_of(row: Row) -> str:
    assert row.body is not None
    fields = row.body.model_fields.items()
    return next((name for name, one in fields if "UploadFile" in str(one.annotation)), "")


def sent(world: World, row: Row, octets: bytes) -> httpx2.Response:
    """The route's own sample with this file in it, by a name that means no good."""
    disposition = "--X\r\nContent-Disposition: form-data; name="
    parts = [
        f'{disposition}"{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (world.body(row) or {}).items()
    ]
    head = f'{disposition}"{file_of(row)}"; filename="{FILE_NAME}"\r\n'
    head += "Content-Type: text/html\r\n\r\n"
    body = b"".join((*parts, head.encode(), octets, b"\r\n--X--\r\n"))
    headers = {"Origin": ORIGIN, "Content-Type": "multipart/form-data; boundary=X"}
    return world.send(Role.MANAGER, row, body=body, headers=headers)


def here(octets: bytes) -> Developed:
    """The worker's own code without its process: starting one for each file takes minutes."""
    out = io.BytesIO()
    try:
        worker._develop(octets, out)
    except worker.RefusedError as refusal:
        as_error = {Verdict.NO_PHOTO: NoPhoto, Verdict.TOO_MANY_PIXELS: PhotoTooLarge}
        raise as_error.get(refusal.verdict, PhotoDamaged) from None
    pictures = out.getvalue().partition(b"\n")[2]
    return Developed(640, 480, pictures, pictures)


def printed_here(octets: bytes) -> Prints:
    one = here(octets).large
    return Prints(640, 480, (one,) * 3, (one,) * 3)


@pytest.fixture
def rested(world: World, clock: FixedClock) -> Callable[[list[Row]], Iterator[Row]]:
    """One route after the other, with so much time between that photos are due again."""

    def each(rows: list[Row]) -> Iterator[Row]:
        for row in uploads(rows):
            clock.advance(hours=2)
            assert world.app.state.darkroom.free == AT_ONCE + IN_LINE
            yield row

    return each


@only_sqlite
def test_the_door_lets_photos_in_where_a_route_takes_them_and_nowhere_else(
    rows: list[Row],
) -> None:
    assert {row.path for row in with_files(rows)} == WITH_PHOTOS | WITH_FILES


@only_sqlite
def test_what_is_no_statement_is_refused_in_words_and_leaves_nothing(
    world: World, rows: list[Row]
) -> None:
    """The same files; what a statement is refused for is tested beside its reader.

    A PDF is what an invoice is.
    """
    before, wrong = world.contents(_UNWATCHED), []
    for row in with_files(rows):
        for name, (made, _refusal) in HOSTILE.items() if row.path in WITH_FILES else ():
            if (row.path, name) == ("/htx/hoa-don", "pdf"):
                continue
            answer = sent(world, row, made())
            told = html.unescape(answer.text)
            quiet = MARK.decode() not in told + str(answer.headers) and "Traceback" not in told
            if answer.status_code not in {409, 413} or not quiet:
                wrong.append(f"{row} {name}: {answer.status_code} {told[:300]}")
    assert wrong == []
    assert world.contents(_UNWATCHED) == before


@only_sqlite
def test_what_is_no_photo_is_refused_in_words_and_leaves_nothing(
    world: World, rows: list[Row], rested: Callable[[list[Row]], Iterator[Row]]
) -> None:
    world.app.state.darkroom = Darkroom(here, printed_here)
    names = set(world.app.state.store.names())
    before, wrong = world.contents(_UNWATCHED), []
    for number, row in enumerate(rested(rows)):
        for name, (made, refusal) in list(HOSTILE.items())[number % SHARE :: SHARE]:
            answer = sent(world, row, made())
            told = html.unescape(answer.text)
            quiet = MARK.decode() not in told + str(answer.headers) and "Traceback" not in told
            if answer.status_code != refusal.status or refusal.sentence not in told or not quiet:
                wrong.append(f"{row} {name}: {answer.status_code} {told[:300]}")
    assert wrong == []
    assert world.contents(_UNWATCHED) == before
    assert set(world.app.state.store.names()) == names


@only_sqlite
def test_what_else_a_photo_tells_is_not_kept(
    world: World, rows: list[Row], rested: Callable[[list[Row]], Iterator[Row]]
) -> None:
    """Neither where it was taken, nor the page, archive or script behind it."""
    world.app.state.darkroom = Darkroom(here, printed_here)
    store, wrong = world.app.state.store, []
    names = set(store.names())
    for number, row in enumerate(rested(rows)):
        for name, made in list(TELLING.items())[number % SHARE :: SHARE]:
            answer = sent(world, row, made())
            if answer.status_code not in {201, 303}:
                wrong.append(f"{row} {name}: {answer.status_code}")
    kept = [store.path(name).read_bytes() for name in set(store.names()) - names]
    assert wrong == []
    assert kept
    for octets in kept:
        assert MARK not in octets
        assert b"<script" not in octets
        assert not Image.open(io.BytesIO(octets)).getexif()


@only_sqlite
def test_the_real_worker_comes_back_from_what_would_fill_a_machine(
    world: World, rows: list[Row], rested: Callable[[list[Row]], Iterator[Row]]
) -> None:
    world.app.state.darkroom = Darkroom(in_a_process, printed_in_a_process)
    for row, name in zip(
        rested(rows), cycle(("png of 400 megapixels", "half a jpeg")), strict=False
    ):
        made, refusal = HOSTILE[name]
        assert refusal.sentence in html.unescape(sent(world, row, made()).text), str(row)
    assert world.app.state.darkroom.free == AT_ONCE + IN_LINE
