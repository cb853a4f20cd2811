"""VietQR, the bank-transfer code every Vietnamese banking app reads: strict both ways.

Owns the text inside the code (EMVCo merchant-presented layout, NAPAS profile 1.0 of 09/2021);
refuses whatever a bank app could read differently from us. Makes no picture, moves no money.
"""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self, TypeVar

MEMO_LIMIT: Final = 25  # NAPAS: longest purpose a bank carries whole
TRANSFER_LIMIT: Final = 500_000_000  # NAPAS 247 carries only transfers below this, in đồng

_NAPAS: Final = "A000000727"
_AMOUNT_LIMIT: Final = 13
_HEADER: Final = 4  # two digits of tag, two of length
_CRC_HEADER: Final = "6304"
_CRC_SIZE: Final = len(_CRC_HEADER) + 4

_ACCOUNT_TAGS: Final = frozenset({"00", "01", "02"})
_BENEFICIARY_TAGS: Final = frozenset({"00", "01"})

E = TypeVar("E", bound=StrEnum)


class Initiation(StrEnum):
    """Whether the code is shown many times or pays once."""

    STATIC = "11"
    DYNAMIC = "12"


class Service(StrEnum):
    """Where the money arrives."""

    ACCOUNT = "QRIBFTTA"
    CARD = "QRIBFTTC"


class VietQRError(ValueError):
    """The code is refused; `tag` is the path of the field at fault, as «38.01.01»."""

    def __init__(self, tag: str, problem: str) -> None:
        super().__init__(f"VietQR field {tag}: {problem}")
        self.tag = tag


@dataclass(frozen=True)
class VietQR:
    """A transfer to one account, checked when made: an existing object always encodes."""

    bin: str
    account: str
    amount: int | None = None
    purpose: str | None = None
    bill: str | None = None
    service: Service = Service.ACCOUNT
    initiation: Initiation = Initiation.STATIC

    def __post_init__(self) -> None:
        _check_text("38.01.00", self.bin, r"[0-9]{6}", "a bank is named by six digits")
        _check_text("38.01.01", self.account, r"[A-Za-z0-9]{1,19}", "1 to 19 letters or digits")
        if self.amount is not None and not 0 < self.amount < TRANSFER_LIMIT:
            raise VietQRError("54", f"{self.amount} is not between 1 and {TRANSFER_LIMIT - 1}")
        for tag, value in (("62.01", self.bill), ("62.08", self.purpose)):
            if value is not None:
                _check_memo(tag, value)

    @classmethod
    def transfer(cls, bank: str, account: str, amount: int, purpose: str) -> Self:
        """One payment of a known amount: the dynamic code an order shows."""
        return cls(bank, account, amount, purpose, initiation=Initiation.DYNAMIC)

    def encode(self) -> str:
        beneficiary = _field("00", self.bin) + _field("01", self.account)
        merchant = _field("00", _NAPAS) + _field("01", beneficiary) + _field("02", self.service)
        amount = None if self.amount is None else str(self.amount)
        body = (
            _field("00", "01")
            + _field("01", self.initiation)
            + _field("38", merchant)
            + _field("53", "704")
            + _field("54", amount)
            + _field("58", "VN")
            + _field("62", _field("01", self.bill) + _field("08", self.purpose))
            + _CRC_HEADER
        )
        return body + _crc(body)


def decode(payload: str) -> VietQR:
    """Read a code; every rule of the profile is checked, the check sum first.

    Raises:
        VietQRError: naming the field that is wrong.
    """
    if not re.fullmatch(r"[ -~]+", payload):
        raise VietQRError("root", "only printable ASCII is allowed")
    if payload[-_CRC_SIZE:-4] != _CRC_HEADER or _crc(payload[:-4]) != payload[-4:]:
        raise VietQRError("63", "the check sum does not fit; read the code again")
    root = _fields("root", payload[:-_CRC_SIZE])
    if next(iter(root)) != "00":
        raise VietQRError("00", "the format must come first")
    for tag, value in (("00", "01"), ("53", "704"), ("58", "VN")):
        if _need("", root, tag) != value:
            raise VietQRError(tag, f"must be {value}")
    bank, account, service = _merchant(_need("", root, "38"))
    additional = _fields("62", root["62"]) if "62" in root else {}
    return VietQR(
        bin=bank,
        account=account,
        amount=_amount(root.get("54")),
        purpose=additional.get("08"),
        bill=additional.get("01"),
        service=service,
        initiation=_member(Initiation, "01", _need("", root, "01")),
    )


def _merchant(template: str) -> tuple[str, str, Service]:
    merchant = _fields("38", template, _ACCOUNT_TAGS)
    if _need("38.", merchant, "00") != _NAPAS:
        raise VietQRError("38.00", f"must be {_NAPAS}")
    beneficiary = _fields("38.01", _need("38.", merchant, "01"), _BENEFICIARY_TAGS)
    return (
        _need("38.01.", beneficiary, "00"),
        _need("38.01.", beneficiary, "01"),
        _member(Service, "38.02", _need("38.", merchant, "02")),
    )


def _amount(text: str | None) -> int | None:
    if text is None:
        return None
    # a fraction of a đồng does not exist; a written «.00» is only a habit of some banks
    match = re.fullmatch(r"([0-9]+)(\.0*)?", text)
    if match is None or len(text) > _AMOUNT_LIMIT:
        raise VietQRError("54", f"{text!r} is not a whole amount of đồng")
    return int(match[1])


def _fields(path: str, text: str, known: frozenset[str] | None = None) -> dict[str, str]:
    """Tag → value of one level; unknown tags are kept unless the level allows only `known`."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        header = text[at : at + _HEADER]
        tag = header[:2]
        where = tag if path == "root" else f"{path}.{tag}"
        if not re.fullmatch(r"[0-9]{4}", header) or header[2:] == "00":
            raise VietQRError(path, f"{text[at:]!r} is not a field")
        if tag in found:
            raise VietQRError(where, "appears twice")
        if known is not None and tag not in known:
            raise VietQRError(where, "does not belong here")
        end = at + _HEADER + int(header[2:])
        if end > len(text):
            raise VietQRError(where, "is shorter than it says")
        found[tag] = text[at + _HEADER : end]
        at = end
    if not found:
        raise VietQRError(path, "is empty")
    return found


def _need(path: str, fields: Mapping[str, str], tag: str) -> str:
    if tag not in fields:
        raise VietQRError(path + tag, "is missing")
    return fields[tag]


def _member(kind: type[E], tag: str, value: str) -> E:
    try:
        return kind(value)
    except ValueError:
        raise VietQRError(tag, f"must be one of {', '.join(kind)}") from None


def _field(tag: str, value: str | None) -> str:
    """One field, nothing where there is no value."""
    return f"{tag}{len(value):02}{value}" if value else ""


def _check_text(tag: str, value: str, pattern: str, rule: str) -> None:
    if not re.fullmatch(pattern, value):
        raise VietQRError(tag, f"{value!r} does not fit: {rule}")


def _check_memo(tag: str, value: str) -> None:
    _check_text(tag, value, rf"[ -~]{{1,{MEMO_LIMIT}}}", f"1 to {MEMO_LIMIT} plain characters")
    if re.search(r"%[0-9A-Fa-f]{2}", value):
        raise VietQRError(tag, f"{value!r} was copied from a web address")


def _crc(text: str) -> str:
    """CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, nothing reflected."""
    return f"{binascii.crc_hqx(text.encode('ascii'), 0xFFFF):04X}"
