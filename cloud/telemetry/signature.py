"""A day's summary counts only with the signature of the device that sent it."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wire import rows
from wire.errors import DecodeError
from wire.messages import Event


def check(summary: Event, public_key: str) -> None:
    """Refuse a summary that the owner of this key did not sign, or that is bound elsewhere.

    Raises:
        DecodeError: it must not be stored.
    """
    signature, previous = (summary.d.get(name) for name in (rows.SIGNATURE, rows.CHAIN))
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(str(signature)), rows.signed(summary))
        is_bound = rows.link(summary, str(previous)) == summary.h
    except (InvalidSignature, ValueError):
        raise DecodeError("signature", "the device did not sign this summary") from None
    if not is_bound:
        raise DecodeError("signature", "the summary does not follow the event it names")
