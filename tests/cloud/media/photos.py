"""Photos as telephones send them, and files as strangers do; all made here, none kept."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, Final

import pillow_heif
from PIL import Image, PngImagePlugin

MARK: Final = b"zq7marker"
ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F
LEFT, RIGHT = (200, 30, 30), (30, 30, 200)


def scene(width: int = 640, height: int = 480) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), LEFT)
    picture.paste(RIGHT, (width // 2, 0, width, height))
    return picture


def encoded(kind: str, picture: Image.Image | None = None, **options: Any) -> bytes:  # noqa: ANN401 - as Pillow takes them
    drawn = io.BytesIO()
    (picture or scene()).save(drawn, kind, **options)
    return drawn.getvalue()


def tagged(orientation: int = 1) -> Image.Exif:
    """What a telephone writes beside the picture: how it was held, where, and by which one."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKE] = MARK.decode()
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (11.0, 56.0, 30.0)
    return exif


def jpeg(**options: Any) -> bytes:  # noqa: ANN401 - as Pillow takes them
    return encoded("JPEG", **options)


def telling(orientation: int = 1) -> bytes:
    """A JPEG with all that can be told beside the pixels."""
    return jpeg(exif=tagged(orientation), comment=MARK, icc_profile=MARK * 40, xmp=MARK)


def telling_png() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", MARK.decode())
    words.add_itxt("XML:com.adobe.xmp", MARK.decode(), zip=True)
    return encoded("PNG", exif=tagged(), pnginfo=words)


def telling_webp() -> bytes:
    return encoded("WEBP", exif=tagged(), xmp=MARK)


def heic(picture: Image.Image | None = None) -> bytes:
    """As an iPhone sends it."""
    drawn = io.BytesIO()
    heif = pillow_heif.from_pillow(picture or scene())
    heif.save(drawn, exif=tagged().tobytes(), xmp=MARK)
    return drawn.getvalue()


GOOD: Final[dict[str, Callable[[], bytes]]] = {
    "jpeg": jpeg,
    "progressive jpeg": lambda: jpeg(progressive=True),
    "grey jpeg": lambda: encoded("JPEG", scene().convert("L")),
    "print jpeg": lambda: encoded("JPEG", scene().convert("CMYK")),
    "png": telling_png,
    "palette png": lambda: encoded("PNG", scene().convert("P")),
    "clear png": lambda: encoded("PNG", scene().convert("RGBA")),
    "deep png": lambda: encoded("PNG", scene().convert("I;16")),
    "webp": telling_webp,
    "moving webp": lambda: encoded("WEBP", save_all=True, append_images=[scene()]),
    "heic": heic,
    "telling jpeg": telling,
}
"""What is kept."""


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG that claims a size, in a few octets."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def bomb(width: int = 20_000, height: int = 20_000) -> bytes:
    return png_of(width, height, chunk(b"IDAT", zlib.compress(bytes(2_000_000), 9)))


def text_bomb() -> bytes:
    """A hundred million letters in a remark of a hundred thousand octets."""
    remark = b"a\0\0" + zlib.compress(bytes(100_000_000), 9)
    return png_of(10, 10, chunk(b"zTXt", remark), chunk(b"IDAT", zlib.compress(bytes(310))))


def claiming(width: int, height: int) -> bytes:
    """A JPEG whose frame claims another size than it has."""
    octets = bytearray(jpeg())
    frame = octets.index(b"\xff\xc0")
    octets[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(octets)


def archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("index.html", "<script>alert(1)</script>")
    return packed.getvalue()


def half(octets: bytes) -> bytes:
    return octets[: len(octets) // 2]


SCRIPT: Final = b"<script>alert(1)</script>" + MARK

POLYGLOTS: Final[dict[str, Callable[[], bytes]]] = {
    "jpeg with a page behind": lambda: jpeg() + SCRIPT,
    "jpeg with an archive behind": lambda: jpeg() + archive() + MARK,
    "jpeg with a script in its remark": lambda: jpeg(comment=SCRIPT),
    "png with a page behind": lambda: encoded("PNG") + SCRIPT,
    "webp with a page behind": lambda: encoded("WEBP") + SCRIPT,
    "jpeg with a profile of script": lambda: jpeg(icc_profile=SCRIPT * 9),
}
"""Photos that are something else too; kept as a photo and nothing else."""

NO_PHOTOS: Final[dict[str, Callable[[], bytes]]] = {
    "nothing": lambda: b"",
    "text": lambda: MARK,
    "page": lambda: b"<!doctype html>" + SCRIPT,
    "drawing": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "entity": lambda: b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>',
    "pdf": lambda: b"%PDF-1.7\n" + MARK,
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "gif": lambda: encoded("GIF"),
    "gif that is a script": lambda: b"GIF89a/*" + MARK + b"*/=1;alert(1)",
    "bitmap": lambda: encoded("BMP"),
    "tiff": lambda: encoded("TIFF"),
    "icon": lambda: encoded("ICO", scene(32, 32)),
    "jpeg 2000": lambda: encoded("JPEG2000"),
    "archive": archive,
    "program": lambda: b"\x7fELF" + bytes(200),
    "film": lambda: struct.pack(">I", 24) + b"ftypisom" + bytes(12) + MARK,
    "heic in name": lambda: struct.pack(">I", 24) + b"ftypheic" + bytes(12) + MARK,
    "beginning of a jpeg": lambda: b"\xff\xd8\xff",
    "beginning of a png": lambda: b"\x89PNG\r\n\x1a\n",
    "beginning of a webp": lambda: b"RIFF\xff\xff\xff\xffWEBP",
    "noise behind the name of a jpeg": lambda: b"\xff\xd8\xff\xe0" + MARK * 500,
    "half a heic": lambda: half(heic()),
    "half a webp": lambda: half(encoded("WEBP")),
    "png with a hundred million letters": text_bomb,
}
"""Refused by what they are."""

BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    "png of 400 megapixels": bomb,
    "png of one long line": lambda: bomb(20_000, 3),
    "png of one high line": lambda: bomb(3, 20_000),
    "png of 2³¹ columns": lambda: bomb(2**31 - 1, 2),
    "jpeg that claims 4,000 megapixels": lambda: claiming(65_500, 65_500),
    "jpeg that claims one long line": lambda: claiming(65_500, 9),
    "jpeg just above": lambda: claiming(5_001, 5_000),
}
"""Refused by what they claim, before a pixel is decoded."""

DAMAGED: Final[dict[str, Callable[[], bytes]]] = {
    "half a jpeg": lambda: half(jpeg()),
    "half a png": lambda: half(encoded("PNG", Image.effect_noise((300, 300), 99))),
    "png without pixels": lambda: png_of(100, 100),
    "png of zeros only": lambda: png_of(100, 100, chunk(b"IDAT", bytes(50))),
}
"""Refused when they are decoded."""
