"""Recordings made by hand: as recorders write them, and files that only begin like one."""

from collections.abc import Callable
from typing import Final

SPEECH: Final = bytes(range(60)) * 4


def ogg_page(number: int, body: bytes, *, serial: int = 7, granule: int = 0) -> bytes:
    lengths = [255] * (len(body) // 255) + [len(body) % 255]
    return (
        b"OggS\0"
        + bytes([2 if number == 0 else 0])
        + granule.to_bytes(8, "little", signed=True)
        + serial.to_bytes(4, "little")
        + number.to_bytes(4, "little")
        + bytes(4)
        + bytes([len(lengths), *lengths])
        + body
    )


def ogg(seconds: float = 2.0, *, head: bytes = b"OpusHead", last: bytes = SPEECH) -> bytes:
    end = int(seconds * 48_000)
    return (
        ogg_page(0, head + bytes(11))
        + ogg_page(1, b"OpusTags" + bytes(8))
        + ogg_page(2, last, granule=end)
    )


def element(number: int, body: bytes, *, is_open: bool = False) -> bytes:
    head = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if is_open:
        return head + b"\x01" + b"\xff" * 7 + body
    return head + (len(body) | 1 << 56).to_bytes(8, "big") + body


def track(kind: int = 2, codec: bytes = b"A_OPUS") -> bytes:
    return element(0xAE, element(0x83, bytes([kind])) + element(0x86, codec))


def webm(
    *, doc: bytes = b"webm", tracks: bytes | None = None, more: bytes = b"", is_open: bool = True
) -> bytes:
    cluster = element(0xE7, b"\0") + element(0xA3, b"\x81\0\0\x80" + SPEECH)
    inside = (
        element(0x1549A966, element(0x2AD7B1, b"\x0f\x42\x40"))
        + element(0x1654AE6B, track() if tracks is None else tracks)
        + element(0x1F43B675, cluster, is_open=is_open)
        + more
    )
    return element(0x1A45DFA3, element(0x4282, doc)) + element(0x18538067, inside, is_open=is_open)


def box(name: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + name + body


def trak(handler: bytes = b"soun", codec: bytes = b"mp4a") -> bytes:
    described = box(b"stsd", bytes(4) + b"\0\0\0\1" + box(codec, bytes(28)))
    handled = box(b"hdlr", bytes(8) + handler + bytes(13))
    return box(b"trak", box(b"mdia", handled + box(b"minf", box(b"stbl", described))))


def mp4(*, tracks: bytes | None = None, more: bytes = b"") -> bytes:
    moov = box(b"moov", box(b"mvhd", bytes(100)) + (trak() if tracks is None else tracks))
    return box(b"ftyp", b"M4A \0\0\0\0mp42") + moov + box(b"mdat", SPEECH) + more


PAGE: Final = b"<!doctype html><script>alert(1)</script>"
SOUNDS: Final[dict[str, tuple[str, Callable[[], bytes]]]] = {
    "ogg": ("audio/ogg", ogg),
    "webm that streams": ("audio/webm", webm),
    "webm with lengths": ("audio/webm", lambda: webm(is_open=False)),
    "mp4": ("audio/mp4", mp4),
    "mp4 in fragments": ("audio/mp4", lambda: mp4(more=box(b"moof", b"") + box(b"mdat", b""))),
}
NO_SOUNDS: Final[dict[str, Callable[[], bytes]]] = {
    "html": lambda: PAGE,
    "mp3": lambda: b"ID3\x04" + bytes(200),
    "wav": lambda: b"RIFF\x24\0\0\0WAVEfmt " + bytes(40),
    "ogg of music": lambda: ogg(head=b"\x01vorbis"),
    "ogg, half of it": lambda: ogg()[:-10],
    "ogg, its head alone": lambda: ogg_page(0, b"OpusHead" + bytes(11)),
    "ogg and a page behind it": lambda: ogg() + PAGE,
    "ogg of two streams": lambda: ogg() + ogg_page(3, b"", serial=8),
    "ogg with a page lost": lambda: ogg() + ogg_page(4, b""),
    "ogg of an hour": lambda: ogg(3_600.0),
    "webm that films": lambda: webm(tracks=track(1, b"V_VP8")),
    "webm with film beside speech": lambda: webm(tracks=track() + track(1, b"V_VP8")),
    "webm of music": lambda: webm(tracks=track(codec=b"A_VORBIS")),
    "webm with a file in it": lambda: webm(more=element(0x1941A469, PAGE)),
    "webm with tracks twice": lambda: webm(more=element(0x1654AE6B, track())),
    "webm without a track": lambda: webm(tracks=b""),
    "webm and a page behind it": lambda: webm(is_open=False) + PAGE,
    "webm, half of it": lambda: webm(is_open=False)[:-10],
    "matroska": lambda: webm(doc=b"matroska"),
    "webm, its head alone": lambda: webm()[:20],
    "mp4 that films": lambda: mp4(tracks=trak(b"vide", b"avc1")),
    "mp4 with film beside speech": lambda: mp4(tracks=trak() + trak(b"vide", b"avc1")),
    "mp4 of another codec": lambda: mp4(tracks=trak(codec=b"samr")),
    "mp4 with a box of its own": lambda: mp4(more=box(b"uuid", PAGE)),
    "mp4 and a page behind it": lambda: mp4() + PAGE,
    "mp4, half of it": lambda: mp4()[:-10],
    "mp4 to the end of all": lambda: mp4()[:-10] + bytes(8),
    "mp4, its head alone": lambda: box(b"ftyp", b"M4A "),
}
