"""Valid messages made odd in their structure, not only in their bytes."""

import base64
import json
import zlib

from hypothesis import strategies as st

from wire import codec

_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=2**62, max_value=2**70),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["z1", "0" * 64, "a" * 16, "day.summary", "2026-02-30", "\ud800", "\x00"]),
)
Json = dict[str, object] | list[object] | str | int | float | bool | None
VALUES = st.recursive(
    _ODD,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def bent(draw: st.DrawFn, valid: bytes) -> bytes:
    """A message with some of its values put out, put in or exchanged; sometimes sealed anew."""
    body: object = json.loads(valid)
    for _ in range(draw(st.integers(1, 4))):
        body = _bend(draw, body)
    if isinstance(body, dict) and "c" in body and draw(st.booleans()):
        body = _resealed(body)
    try:
        text = json.dumps(body)
    except (ValueError, RecursionError):
        text = "{"
    return text.encode(errors="surrogatepass")


@st.composite
def torn(draw: st.DrawFn, valid: bytes) -> bytes:
    """A message with some of its octets cut, doubled or changed."""
    octets = bytearray(valid)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(octets) - 1)))
        end = draw(st.integers(start, min(len(octets), start + 12)))
        octets[start:end] = draw(st.binary(max_size=12))
    return bytes(octets)


@st.composite
def squeezed(draw: st.DrawFn, valid: bytes) -> bytes:
    """A chunk whose columns are odd though they inflate and their checksum fits."""
    chunk = json.loads(valid)
    plain = zlib.decompress(base64.b64decode(chunk["body"]), -15)
    columns = json.loads(draw(bent(plain)) or b"{}")
    odd = json.dumps(columns).encode(errors="surrogatepass")
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = base64.b64encode(squeezer.compress(odd) + squeezer.flush()).decode()
    return json.dumps({**chunk, "body": body, "crc": zlib.crc32(odd)}).encode()


def _bend(draw: st.DrawFn, body: object) -> object:
    if isinstance(body, dict) and body and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(body)))
        way = draw(st.sampled_from(["deeper", "deeper", "gone", "other", "more"]))
        if way == "gone":
            return {name: value for name, value in body.items() if name != key}
        if way == "more":
            return {**body, draw(st.text(max_size=6)): draw(VALUES)}
        return {**body, key: _bend(draw, body[key]) if way == "deeper" else draw(VALUES)}
    if isinstance(body, list) and body and draw(st.booleans()):
        place = draw(st.integers(0, len(body) - 1))
        return [*body[:place], _bend(draw, body[place]), *body[place:]]
    return draw(VALUES)


def _resealed(body: dict[str, object]) -> dict[str, object]:
    """With the checksum that fits, so that what lies behind it is reached too."""
    try:
        return {**body, "c": codec.crc(body)}
    except (ValueError, RecursionError, TypeError):
        return body
