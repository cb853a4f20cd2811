"""Where photos are developed: each in a process of its own, few at a time.

A thread could be given no bound on memory and could not be ended; a process that is kept would
carry one stranger's photo over to the next. What it costs is a start of Python for each photo.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from cloud.errors import Conflict, TooLarge, Unavailable
from cloud.i18n import _
from cloud.media.limits import BUYER_SIDES, FOR_BUYERS, MAX_OCTETS, Verdict

AT_ONCE: Final = 2
"""Each may take a gigabyte and a core."""
IN_LINE: Final = 6
"""Who comes after these is sent away at once: threads that wait here serve nobody else."""
PATIENCE_S: Final = 30.0
"""Of real time, for a machine that is busy; computing is bounded far below."""

_WORDS: Final = (sys.executable, "-I", "-m", "cloud.media.worker")


class NoPhoto(Conflict):
    """Some other file."""

    code = "no_photo"
    sentence = _("Tệp này không phải ảnh. Hãy chọn ảnh trong máy.")


class PhotoTooLarge(TooLarge):
    """More octets, or more pixels, than a telephone makes unless told so."""

    code = "photo_too_large"
    sentence = _("Ảnh quá lớn. Hãy chụp lại ở cỡ thường.")


class PhotoDamaged(Conflict):
    """It begins like a photo, and goes on like none."""

    code = "photo_damaged"
    sentence = _("Ảnh này bị hỏng. Hãy chụp lại.")


class DarkroomFull(Unavailable):
    """So many send photos that another one would have to wait too long."""

    code = "darkroom_full"
    sentence = _("Nhiều người đang gửi ảnh. Hãy gửi lại sau ít phút.")


@dataclass(frozen=True)
class Developed:
    """A photo as it is kept: WebP, upright, nothing but pixels."""

    width: int
    height: int
    large: bytes
    small: bytes


@dataclass(frozen=True)
class Prints:
    """A picture of goods at each of `BUYER_SIDES`, as WebP and as JPEG."""

    width: int
    height: int
    webp: tuple[bytes, ...]
    jpeg: tuple[bytes, ...]


class Darkroom:
    """Develops photos; lives as long as the application."""

    def __init__(
        self,
        work: Callable[[bytes], Developed] | None = None,
        printing: Callable[[bytes], Prints] | None = None,
    ) -> None:
        self._work = work or in_a_process
        self._printing = printing or printed_in_a_process
        self._working = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._free = AT_ONCE + IN_LINE

    def develop(self, octets: bytes) -> Developed:
        """Takes up to seconds: never within a transaction.

        Raises:
            NoPhoto: it is neither JPEG, PNG, WebP nor HEIC.
            PhotoTooLarge: too many octets or pixels; none was decoded.
            PhotoDamaged: it cannot be decoded within the bounds.
            DarkroomFull: too many at once.
        """
        with self._turn(octets):
            return self._work(octets)

    def prints(self, octets: bytes) -> Prints:
        """The same, for the eyes of buyers."""
        with self._turn(octets):
            return self._printing(octets)

    @property
    def free(self) -> int:
        """How many more may come in."""
        return self._free

    @contextmanager
    def _turn(self, octets: bytes) -> Iterator[None]:
        if len(octets) > MAX_OCTETS:
            raise PhotoTooLarge
        with self._place(), self._working:
            yield

    @contextmanager
    def _place(self) -> Iterator[None]:
        with self._lock:
            if not self._free:
                raise DarkroomFull
            self._free -= 1
        try:
            yield
        finally:
            with self._lock:
                self._free += 1


def in_a_process(octets: bytes) -> Developed:
    """The work itself, with the bounds of `cloud.media.limits`."""
    width, height, (large, small) = _worked(octets)
    return Developed(width, height, large, small)


def printed_in_a_process(octets: bytes) -> Prints:
    width, height, pictures = _worked(octets, FOR_BUYERS)
    count = len(BUYER_SIDES)
    return Prints(width, height, tuple(pictures[:count]), tuple(pictures[count:]))


def _worked(octets: bytes, *words: str) -> tuple[int, int, list[bytes]]:
    try:
        done = subprocess.run(
            (*_WORDS, *words),
            input=octets,
            capture_output=True,
            env={},
            timeout=PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PhotoDamaged from None
    if done.returncode == Verdict.NO_PHOTO:
        raise NoPhoto
    if done.returncode == Verdict.TOO_MANY_PIXELS:
        raise PhotoTooLarge
    if done.returncode != Verdict.GOOD:
        raise PhotoDamaged  # found so, or out of memory or time, or shot down by its own decoder
    return told(done.stdout)


def told(said: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and pictures out of what a worker says."""
    head, _line, rest = said.partition(b"\n")
    facts = json.loads(head)
    pictures, start = [], 0
    for octets in facts["octets"]:
        pictures.append(rest[start : start + octets])
        start += octets
    return facts["width"], facts["height"], pictures
