"""What people send becomes a plain picture or is refused with a reason, whatever it is."""

import io
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from cloud.errors import CloudError
from cloud.media.darkroom import (
    AT_ONCE,
    IN_LINE,
    Darkroom,
    DarkroomFull,
    Developed,
    NoPhoto,
    PhotoDamaged,
    PhotoTooLarge,
)
from cloud.media.limits import CPU_S, LARGE_SIDE, MAX_OCTETS, MEMORY, SMALL_SIDE
from tests.cloud.media import photos
from tests.cloud.media.photos import BOMBS, DAMAGED, GOOD, LEFT, MARK, NO_PHOTOS, POLYGLOTS, RIGHT

Made = Callable[[], bytes]


def develop(octets: bytes) -> Developed:
    return Darkroom().develop(octets)


def opened(octets: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(octets), formats=("WEBP",))
    picture.load()
    return picture


def is_close(found: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(one - other) < 25 for one, other in zip(found, wanted, strict=True))


def assert_plain(octets: bytes) -> None:
    """Pixels and nothing else."""
    picture = opened(octets)
    assert not picture.getexif()
    assert {"exif", "xmp", "icc_profile", "comment"}.isdisjoint(picture.info)
    assert MARK not in octets
    assert b"<script" not in octets


@pytest.mark.parametrize("made", GOOD.values(), ids=GOOD)
def test_what_telephones_send_becomes_two_plain_pictures(made: Made) -> None:
    developed = develop(made())
    assert_plain(developed.large)
    assert_plain(developed.small)
    assert opened(developed.large).size == (640, 480) == (developed.width, developed.height)
    assert max(opened(developed.small).size) == SMALL_SIDE


@pytest.mark.parametrize("made", [photos.telling, photos.heic], ids=["jpeg", "heic"])
def test_the_samples_do_tell_where_they_were_taken(made: Made) -> None:
    """Else the test above would prove nothing."""
    assert MARK in made()


@pytest.mark.parametrize("made", POLYGLOTS.values(), ids=POLYGLOTS)
def test_a_photo_that_is_something_else_too_is_kept_as_a_photo_only(made: Made) -> None:
    octets = made()
    assert MARK in octets or b"<script" in octets
    assert_plain(develop(octets).large)


@pytest.mark.parametrize(
    ("orientation", "size", "corner"),
    [(1, (640, 480), LEFT), (3, (640, 480), RIGHT), (6, (480, 640), LEFT), (8, (480, 640), RIGHT)],
)
def test_a_photo_stands_upright(
    orientation: int, size: tuple[int, int], corner: tuple[int, int, int]
) -> None:
    picture = opened(develop(photos.telling(orientation)).large)
    assert picture.size == size
    assert is_close(picture.getpixel((10, 10)), corner)


def test_a_large_photo_is_brought_to_a_screens_size() -> None:
    developed = develop(photos.encoded("JPEG", photos.scene(4_000, 3_000)))
    assert (developed.width, developed.height) == (LARGE_SIDE, 1200)
    assert opened(developed.small).size == (320, 240)


@pytest.mark.parametrize(
    ("made", "refusal"),
    [
        *((made, NoPhoto) for made in NO_PHOTOS.values()),
        *((made, PhotoTooLarge) for made in BOMBS.values()),
        *((made, PhotoDamaged) for made in DAMAGED.values()),
        (lambda: bytes(MAX_OCTETS + 1), PhotoTooLarge),
    ],
    ids=[*NO_PHOTOS, *BOMBS, *DAMAGED, "too many octets"],
)
def test_what_is_no_photo_is_refused_with_its_reason(
    made: Made, refusal: type[CloudError]
) -> None:
    with pytest.raises(refusal):
        develop(made())


WITHIN = (
    "import os, resource; from cloud.media import worker; worker._confine(); "
    "print(*(resource.getrlimit(getattr(resource, name))[1] for name in "
    "('RLIMIT_AS', 'RLIMIT_CPU', 'RLIMIT_FSIZE', 'RLIMIT_CORE')))"
)


def in_worker(statement: str) -> subprocess.CompletedProcess[str]:
    words = (sys.executable, "-I", "-c", f"{WITHIN}; {statement}")
    return subprocess.run(words, capture_output=True, text=True, check=False, env={})


def test_a_worker_is_bounded_for_good() -> None:
    done = in_worker("resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))")
    assert done.stdout.split() == [str(MEMORY), str(CPU_S), "0", "0"]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (f"bytes({MEMORY})", "MemoryError"),
        ("f = open('FILE', 'wb'); f.write(b'x'); f.flush()", "File too large"),
        ("print(os.environ['PATH'])", "KeyError"),
    ],
)
def test_a_worker_that_is_taken_over_has_little_to_take(
    statement: str, told: str, tmp_path: Path
) -> None:
    done = in_worker(statement.replace("FILE", str(tmp_path / "file")))
    assert done.returncode != 0
    assert told in done.stderr


def test_a_crowd_is_sent_away_instead_of_queueing() -> None:
    gate, inside = threading.Event(), threading.Semaphore(0)

    def slow(_octets: bytes) -> Developed:
        inside.release()
        gate.wait()
        return Developed(1, 1, b"", b"")

    room = Darkroom(slow)
    with ThreadPoolExecutor(AT_ONCE + IN_LINE) as people:
        waiting = [people.submit(room.develop, b"") for _one in range(AT_ONCE + IN_LINE)]
        for _one in range(AT_ONCE):
            inside.acquire()
        while room.free:
            pass
        with pytest.raises(DarkroomFull):
            room.develop(b"")
        assert not inside.acquire(blocking=False), "no more are developed at once"
        gate.set()
        assert all(one.result().width == 1 for one in waiting)
    assert room.develop(b"").width == 1, "and there is room again"
