"""A process for one photo: octets in, a few plain pictures out, and then it is gone.

Decoders are C that strangers feed, so they run here: with bounded memory and time, no file to
write, and nothing of the service in reach. Size and kind are judged before a pixel is decoded.
"""

import io
import json
import resource
import struct
import sys
import warnings
from typing import BinaryIO, Final

from pi_heif import register_heif_opener
from PIL import Image, ImageFile, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from cloud.media.limits import (
    BUYER_JPEG,
    BUYER_SIDES,
    BUYER_WEBP,
    CPU_S,
    FOR_BUYERS,
    LARGE_QUALITY,
    LARGE_SIDE,
    MAX_OCTETS,
    MAX_PIXELS,
    MAX_SIDE,
    MEMORY,
    SMALL_QUALITY,
    SMALL_SIDE,
    Verdict,
)

KINDS: Final = ("JPEG", "PNG", "WEBP", "HEIF")
"""Whatever else Pillow can read is no photo of a telephone, and one more decoder to attack."""
_PLUGINS: Final = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)  # loaded, so that it can


_STRANGE: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
"""What decoders raise when octets are not as they expect; anything else ends the worker too."""


class RefusedError(Exception):
    """This is not kept."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.name)
        self.verdict = verdict


def main() -> int:
    _confine()
    work = _print if sys.argv[1:] == [FOR_BUYERS] else _develop
    try:
        work(sys.stdin.buffer.read(MAX_OCTETS + 1), sys.stdout.buffer)
    except RefusedError as refusal:
        return refusal.verdict
    return Verdict.GOOD


def _confine() -> None:
    """Nothing takes these bounds off again, whatever a decoder was talked into."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _develop(octets: bytes, out: BinaryIO) -> None:
    """Write a line of JSON, then the large picture and the small one, as WebP."""
    photo = _clean(octets, LARGE_SIDE)
    _tell(
        out,
        photo,
        [
            _drawn(photo, LARGE_SIDE, "WEBP", LARGE_QUALITY),
            _drawn(photo, SMALL_SIDE, "WEBP", SMALL_QUALITY),
        ],
    )


def _print(octets: bytes, out: BinaryIO) -> None:
    """Write a line of JSON, then the picture at each side as WebP, and then each as JPEG."""
    photo = _clean(octets, BUYER_SIDES[0])
    sizes = []
    for side in BUYER_SIDES:
        photo.thumbnail((side, side), Image.Resampling.LANCZOS)
        sizes.append(photo.copy())
    pictures = [_drawn(one, max(one.size), "WEBP", BUYER_WEBP) for one in sizes]
    pictures += [_drawn(one, max(one.size), "JPEG", BUYER_JPEG) for one in sizes]
    _tell(out, sizes[0], pictures)


def _clean(octets: bytes, side: int) -> Image.Image:
    register_heif_opener(thumbnails=False)
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return _upright(_opened(octets), side)


def _tell(out: BinaryIO, photo: Image.Image, pictures: list[bytes]) -> None:
    told = {
        "width": photo.width,
        "height": photo.height,
        "octets": [len(picture) for picture in pictures],
    }
    out.write(json.dumps(told).encode() + b"\n" + b"".join(pictures))


def _opened(octets: bytes) -> Image.Image:
    """The picture with its size known and no pixel decoded."""
    try:
        with warnings.catch_warnings(action="ignore"):
            photo = Image.open(io.BytesIO(octets), formats=KINDS)
    except Image.DecompressionBombError:
        raise RefusedError(Verdict.TOO_MANY_PIXELS) from None
    except _STRANGE:
        raise RefusedError(Verdict.NO_PHOTO) from None
    if photo.width * photo.height > MAX_PIXELS or max(photo.size) > MAX_SIDE:
        raise RefusedError(Verdict.TOO_MANY_PIXELS)
    return photo


def _upright(photo: Image.Image, side: int) -> Image.Image:
    """Decoded, turned as it was held, and small enough; the first picture of a moving one."""
    try:
        photo.thumbnail((side, side), Image.Resampling.LANCZOS)
        turned = ImageOps.exif_transpose(photo)
        clean = Image.new("RGB", turned.size, "white")
        solid = turned.convert("RGBA")
        clean.paste(solid, mask=solid)
    except _STRANGE:
        raise RefusedError(Verdict.DAMAGED) from None
    return clean


def _drawn(photo: Image.Image, side: int, kind: str, quality: int) -> bytes:
    """A picture of at most this side, with nothing in it but pixels."""
    copy = photo.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    drawn = io.BytesIO()
    if kind == "JPEG":
        copy.save(drawn, kind, quality=quality, progressive=True, optimize=True)
    else:
        copy.save(drawn, kind, quality=quality, method=4)
    return drawn.getvalue()


if __name__ == "__main__":
    sys.exit(main())
