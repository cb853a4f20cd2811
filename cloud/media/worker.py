"""A process for one photo: octets in, two plain WebP pictures out, and then it is gone.

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
    CPU_S,
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
    try:
        _develop(sys.stdin.buffer.read(MAX_OCTETS + 1), sys.stdout.buffer)
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
    """Write a line of JSON, then the large picture and the small one."""
    register_heif_opener(thumbnails=False)
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    photo = _upright(_opened(octets))
    large, small = (
        _drawn(photo, LARGE_SIDE, LARGE_QUALITY),
        _drawn(photo, SMALL_SIDE, SMALL_QUALITY),
    )
    told = {"width": photo.width, "height": photo.height, "large": len(large), "small": len(small)}
    out.write(json.dumps(told).encode() + b"\n" + large + small)


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


def _upright(photo: Image.Image) -> Image.Image:
    """Decoded, turned as it was held, and small enough; the first picture of a moving one."""
    try:
        photo.thumbnail((LARGE_SIDE, LARGE_SIDE), Image.Resampling.LANCZOS)
        turned = ImageOps.exif_transpose(photo)
        clean = Image.new("RGB", turned.size, "white")
        solid = turned.convert("RGBA")
        clean.paste(solid, mask=solid)
    except _STRANGE:
        raise RefusedError(Verdict.DAMAGED) from None
    return clean


def _drawn(photo: Image.Image, side: int, quality: int) -> bytes:
    """A picture of at most this side, with nothing in it but pixels."""
    copy = photo.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    drawn = io.BytesIO()
    copy.save(drawn, "WEBP", quality=quality, method=4)
    return drawn.getvalue()


if __name__ == "__main__":
    sys.exit(main())
