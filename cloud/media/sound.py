"""What a recording may be: one track of speech in Ogg, WebM or MP4, and nothing else. Pure.

The octets are kept as they came, so the whole container is walked: each part has to be one that a
recorder writes, and the last one ends where the file ends. Nothing is decoded here; the browser of
whoever listens does that, and is told the type and nothing of what the sender said.
Ogg: RFC 3533 and RFC 7845. WebM: RFC 8794 and the WebM guidelines. MP4: ISO/IEC 14496-12.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

MAX_OCTETS: Final = 1024 * 1024
"""A minute of speech has 250 kB as Opus and 1 MB as the AAC of some telephones."""
LONGEST_S: Final = 120
"""The page records a minute; a file that was recorded elsewhere may be longer."""

_OPUS_HZ: Final = 48_000


class Kind(StrEnum):
    """The containers; the value is the type under which it is played."""

    OGG = "audio/ogg"
    WEBM = "audio/webm"
    MP4 = "audio/mp4"


def kind_of(octets: bytes) -> Kind | None:
    """None: no recording of one track that browsers play, or more than that in the file."""
    checks = {
        Kind.OGG: (0, b"OggS", _is_ogg),
        Kind.WEBM: (0, b"\x1a\x45\xdf\xa3", _is_webm),
        Kind.MP4: (4, b"ftyp", _is_mp4),
    }
    for kind, (place, magic, is_sound) in checks.items():
        if octets[place : place + len(magic)] == magic:
            try:
                return kind if is_sound(octets) else None
            except _Broken:
                return None
    return None


class _Broken(Exception):  # noqa: N818 (nobody gets to see it)
    """A part reaches beyond its end, or is none."""


_PAGE: Final = 27  # octets of a page's head before its table
_FIRST_PAGE: Final = 2
_BEGINNINGS: Final = (b"OpusHead", b"OpusTags")


def _is_ogg(octets: bytes) -> bool:
    """One stream of Opus, its pages in order from the first."""
    place, number, serial, heard = 0, 0, octets[14:18], 0
    while place < len(octets):
        head = _part(octets, place, _PAGE)
        table = _part(octets, place + _PAGE, head[26])
        body = _part(octets, place + _PAGE + len(table), sum(table))
        own = head[:5] == b"OggS\0" and head[14:18] == serial
        if not own or int.from_bytes(head[18:22], "little") != number:
            return False
        if number < len(_BEGINNINGS) and not body.startswith(_BEGINNINGS[number]):
            return False
        if (head[5] & _FIRST_PAGE != 0) != (number == 0):
            return False
        granule = int.from_bytes(head[6:14], "little", signed=True)
        heard, number = max(heard, granule), number + 1
        place += _PAGE + len(table) + len(body)
    return number > len(_BEGINNINGS) and heard <= LONGEST_S * _OPUS_HZ


_EBML, _DOC_TYPE = 0x1A45DFA3, 0x4282
_SEGMENT, _CLUSTER, _TRACKS, _TRACK = 0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE
_TRACK_TYPE, _CODEC = 0x83, 0x86
_WITHIN: Final = frozenset(
    {
        *(0x114D9B74, 0x1549A966, 0x1C53BB6B, 0x1254C367),  # where is what, about, cues, tags
        *(0xE7, 0xA3, 0xA0, 0xA7, 0xAB),  # of a cluster: its time, blocks, place, size before
        *(0xEC, 0xBF),  # nothing, and a checksum
    }
)
"""Parts of a recording that are passed over; one that carries files along is none of them."""
_AUDIO: Final = b"\x02"


class _Element(NamedTuple):
    """A part of WebM: where its content begins, and where it ends unless that was left open."""

    id: int
    begin: int
    end: int | None


def _is_webm(octets: bytes) -> bool:
    """One track of Opus; a recorder that streams leaves the lengths of its clusters open."""
    head = _element(octets, 0, len(octets))
    if head.end is None or _found(octets, head.begin, head.end, _DOC_TYPE) != [b"webm"]:
        return False
    place, tracks = head.end, 0
    inside = False
    while place < len(octets):
        one = _element(octets, place, len(octets))
        if one.id == _SEGMENT and not inside:
            inside, place = True, one.begin
        elif inside and one.id == _CLUSTER:
            place = one.begin
        elif inside and one.end is not None and one.id in {*_WITHIN, _TRACKS}:
            tracks += one.id == _TRACKS
            if one.id == _TRACKS and not _is_speech(octets, one.begin, one.end):
                return False
            place = one.end
        else:
            return False
    return tracks == 1


def _is_speech(octets: bytes, begin: int, end: int) -> bool:
    tracks = _found(octets, begin, end, _TRACK)
    if len(tracks) != 1:
        return False
    (track,) = tracks
    kinds = _found(track, 0, len(track), _TRACK_TYPE)
    return kinds == [_AUDIO] and _found(track, 0, len(track), _CODEC) == [b"A_OPUS"]


def _found(octets: bytes, begin: int, end: int, wanted: int) -> list[bytes]:
    """The contents of all parts with this id between two places."""
    found, place = [], begin
    while place < end:
        one = _element(octets, place, end)
        if one.end is None:
            raise _Broken
        if one.id == wanted:
            found.append(octets[one.begin : one.end])
        place = one.end
    return found


def _element(octets: bytes, place: int, end: int) -> _Element:
    id_length = _length(octets, place, 4)
    number = int.from_bytes(_part(octets, place, id_length), "big")
    size_length = _length(octets, place + id_length, 8)
    told = int.from_bytes(_part(octets, place + id_length, size_length), "big")
    begin = place + id_length + size_length
    bits = 7 * size_length
    size = told & ((1 << bits) - 1)
    if size == (1 << bits) - 1:
        return _Element(number, begin, None)
    if begin + size > end:
        raise _Broken
    return _Element(number, begin, begin + size)


def _length(octets: bytes, place: int, most: int) -> int:
    """Octets of a number, told by the zeros it begins with."""
    length = 9 - _part(octets, place, 1)[0].bit_length()
    if length > most:
        raise _Broken
    return length


_BOXES: Final = frozenset(
    {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"moof", b"mfra", b"sidx", b"styp"}
)
_HEAD: Final = 8


def _is_mp4(octets: bytes) -> bool:
    """One track of AAC, whole or in fragments."""
    boxes = list(_boxes(octets))
    names = [name for name, _body in boxes]
    if names[0] != b"ftyp" or not _BOXES.issuperset(names) or b"mdat" not in names:
        return False
    tracks = [track for name, body in boxes if name == b"moov" for track in _inside(body, b"trak")]
    return names.count(b"moov") == 1 and len(tracks) == 1 and _is_aac(tracks[0])


def _is_aac(track: bytes) -> bool:
    handlers = [
        body[8:12] for media in _inside(track, b"mdia") for body in _inside(media, b"hdlr")
    ]
    kinds = [
        kinds[12:16]
        for media in _inside(track, b"mdia")
        for info in _inside(media, b"minf")
        for table in _inside(info, b"stbl")
        for kinds in _inside(table, b"stsd")
    ]
    return handlers == [b"soun"] and kinds == [b"mp4a"]


def _inside(octets: bytes, wanted: bytes) -> list[bytes]:
    return [body for name, body in _boxes(octets) if name == wanted]


def _boxes(octets: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place < len(octets):
        head = _part(octets, place, _HEAD)
        size = int.from_bytes(head[:4], "big")
        if size < _HEAD:  # «to the end», or longer than four octets can say: no recording of ours
            raise _Broken
        yield head[4:], _part(octets, place, size)[_HEAD:]
        place += size


def _part(octets: bytes, begin: int, length: int) -> bytes:
    found = octets[begin : begin + length]
    if len(found) != length:
        raise _Broken
    return found
