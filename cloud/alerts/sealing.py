"""Seals a message for one browser (RFC 8291) and signs for who sends it (RFC 8292). Pure.

The push service between us and the browser carries octets that it cannot read.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MAX_PLAIN: Final = 3993
"""Octets: with the head of 86, the mark and the tag a body of 4,096 that each service takes."""
POINT_OCTETS: Final = 65
AUTH_OCTETS: Final = 16
_CURVE: Final = ec.SECP256R1()
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256 (SEC 2, 2.4.2)."""
_RECORD: Final = 4096
_LAST: Final = b"\x02"
"""Marks the last, here the only, record (RFC 8188, 2)."""
_HALF: Final = 32


@dataclass(frozen=True)
class Reader:
    """A browser's public point and its shared secret."""

    point: bytes
    auth: bytes


def private_key(octets: bytes) -> ec.EllipticCurvePrivateKey:
    """The key that these 32 octets are, whatever they are."""
    number = int.from_bytes(octets, "big") % (_ORDER - 1) + 1
    return ec.derive_private_key(number, _CURVE)


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sealed(plain: bytes, reader: Reader, key: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """A body of `Content-Encoding: aes128gcm`; key and salt are fresh for each message.

    Raises:
        ValueError: the reader's point is none of the curve, or the text is too long.
    """
    if len(plain) > MAX_PLAIN:
        raise ValueError("too long for one record")
    own = public_point(key)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, reader.point)
    shared = key.exchange(ec.ECDH(), theirs)
    # RFC 8291, 3.4: the browser's secret comes in, so that nobody else could have written this.
    mixed = _expanded(shared, reader.auth, b"WebPush: info\0" + reader.point + own, 32)
    # RFC 8188, 2.2 and 2.3: key and nonce of the first record, whose number, 0, changes no bit.
    content = _expanded(mixed, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _expanded(mixed, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + _RECORD.to_bytes(4, "big") + bytes([len(own)]) + own
    return head + AESGCM(content).encrypt(nonce, plain + _LAST, None)


def authorization(
    key: ec.EllipticCurvePrivateKey, audience: str, subject: str, until: datetime
) -> str:
    """The header by which a push service knows that the browser asked for us (RFC 8292, 3)."""
    claims = {"aud": audience, "exp": int(until.timestamp()), "sub": subject}
    parts = ({"typ": "JWT", "alg": "ES256"}, claims)
    signed = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = encoded(r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big"))
    return f"vapid t={signed}.{signature}, k={encoded(public_point(key))}"


def encoded(octets: bytes) -> str:
    """Base64 for addresses, without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The octets of such a text, padded or not.

    Raises:
        ValueError: it is none.
    """
    bare = text.rstrip("=")
    octets = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    if encoded(octets) != bare:
        raise ValueError("not base64 for addresses")
    return octets


def _expanded(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
