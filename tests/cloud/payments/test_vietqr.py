"""VietQR: what we write every bank app reads; what is written wrong is refused with its field."""

import binascii
import json
import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.payments.vietqr import Initiation, Service, VietQR, VietQRError, decode

SHARED: Final = Path(os.environ.get("VUONSO_SHARED", Path(__file__).parents[4] / "shared"))
VECTORS: Final = SHARED / "vectors" / "commerce" / "vietqr_dev.json"

# NAPAS, "Định dạng mã VietQR" 1.0 (09/2021), the worked dynamic example
NAPAS_DYNAMIC: Final = (
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA"
    "530370454061800005802VN62340107NPS68690819thanh toan don hang63042E2E"
)


PARTS: Final = {
    "00": "01",
    "01": "12",
    "38.00": "A000000727",
    "38.01.00": "970403",
    "38.01.01": "0011012345678",
    "38.02": "QRIBFTTA",
    "53": "704",
    "54": "180000",
    "58": "VN",
    "62.01": "NPS6869",
    "62.08": "thanh toan don hang",
}


def field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02}{value}"


def level(parts: dict[str, str], path: str = "") -> str:
    """The fields below a path, in the order given."""
    tags = dict.fromkeys(
        key.removeprefix(path).partition(".")[0] for key in parts if key.startswith(path)
    )
    return "".join(
        field(tag, parts[path + tag] if path + tag in parts else level(parts, f"{path}{tag}."))
        for tag in tags
    )


def sealed(body: str) -> str:
    """The body with a right check sum, so that only the fault under test is wrong."""
    body += "6304"
    return body + f"{binascii.crc_hqx(body.encode(), 0xFFFF):04X}"


def changed(**parts: str) -> str:
    return sealed(
        level(PARTS | {key[1:].replace("_", "."): value for key, value in parts.items()})
    )


def without(path: str) -> str:
    return sealed(level({key: value for key, value in PARTS.items() if not key.startswith(path)}))


def test_the_parts_below_are_the_worked_example() -> None:
    assert sealed(level(PARTS)) == NAPAS_DYNAMIC


def test_reads_the_worked_example() -> None:
    assert decode(NAPAS_DYNAMIC) == VietQR(
        bin="970403",
        account="0011012345678",
        amount=180_000,
        purpose="thanh toan don hang",
        bill="NPS6869",
        service=Service.ACCOUNT,
        initiation=Initiation.DYNAMIC,
    )


def test_writes_the_worked_example() -> None:
    assert decode(NAPAS_DYNAMIC).encode() == NAPAS_DYNAMIC


def test_a_transfer_of_an_order_is_dynamic_and_carries_amount_and_code() -> None:
    code = VietQR.transfer("970436", "1023456789", 1_943_000, "HX7K2M9PW")
    assert code.encode().startswith("000201010212")
    assert decode(code.encode()) == code


@pytest.mark.parametrize(
    ("payload", "tag"),
    [
        (NAPAS_DYNAMIC[:-4] + "ABCD", "63"),
        (NAPAS_DYNAMIC[:-4] + "2e2e", "63"),
        (NAPAS_DYNAMIC[:-8], "63"),
        ("", "root"),
        (sealed(""), "root"),
        (sealed(level(PARTS) + "599"), "root"),
        (sealed(level(PARTS) + "5900"), "root"),
        (sealed(level(PARTS) + "5904HTX"), "59"),
        (sealed(level(PARTS) + "5802VN"), "58"),
        (sealed(level(PARTS)[6:] + "000201"), "00"),
        (changed(p00="00"), "00"),
        (changed(p01="13"), "01"),
        (sealed("000201010211" + field("38", "0010A0000007270208QRIBFTTA")), "53"),
        (changed(p38_00="A000000728"), "38.00"),
        (changed(p38_01_00="97A403"), "38.01.00"),
        (changed(p38_01_01="001101234567-"), "38.01.01"),
        (changed(p38_01_02="QRIBFTTA"), "38.01.02"),
        (changed(p38_02="QRIBFTTX"), "38.02"),
        (changed(p38_03="X"), "38.03"),
        (changed(p53="840"), "53"),
        (changed(p54="000000"), "54"),
        (changed(p54="1800.5"), "54"),
        (changed(p54="180,000"), "54"),
        (changed(p54="500000000"), "54"),
        (changed(p54="0000000180000."), "54"),
        (changed(p58="US"), "58"),
        (changed(p62_08="x" * 31), "62.08"),
        (changed(p62_08="thanh%20toan"), "62.08"),
        (changed(p62="0107NPS68690899x"), "62.08"),
    ],
)
def test_refuses_and_names_the_field(payload: str, tag: str) -> None:
    with pytest.raises(VietQRError) as refused:
        decode(payload)
    assert refused.value.tag == tag
    assert tag in str(refused.value)


@pytest.mark.parametrize("missing", ["00", "01", "38", "38.01", "38.02", "38.01.01", "53", "58"])
def test_refuses_a_code_without_a_part_it_needs(missing: str) -> None:
    with pytest.raises(VietQRError) as refused:
        decode(without(missing))
    assert refused.value.tag == missing


@pytest.mark.parametrize("amount", [0, -1, 500_000_000, 10**12])
def test_no_code_for_an_amount_no_bank_carries(amount: int) -> None:
    with pytest.raises(VietQRError, match="field 54"):
        VietQR.transfer("970436", "1023456789", amount, "HX7K2M9PW")


@pytest.mark.parametrize("purpose", ["x" * 26, "Đơn hàng", ""])
def test_no_code_with_a_memo_a_bank_would_change(purpose: str) -> None:
    with pytest.raises(VietQRError, match=r"field 62\.08"):
        VietQR.transfer("970436", "1023456789", 1, purpose)


def test_an_amount_written_with_empty_decimals_is_whole() -> None:
    assert decode(changed(p54="180000.00")).amount == 180_000


MEMOS = st.from_regex(r"[A-Za-z0-9 .,/-]{1,25}", fullmatch=True)


@given(
    st.builds(
        VietQR,
        bin=st.from_regex(r"[0-9]{6}", fullmatch=True),
        account=st.from_regex(r"[A-Za-z0-9]{1,19}", fullmatch=True),
        amount=st.none() | st.integers(1, 499_999_999),
        purpose=st.none() | MEMOS,
        bill=st.none() | MEMOS,
        service=st.sampled_from(Service),
        initiation=st.sampled_from(Initiation),
    )
)
def test_what_was_written_is_read_back(code: VietQR) -> None:
    assert decode(code.encode()) == code


@given(st.integers(0, len(NAPAS_DYNAMIC) - 1), st.characters(codec="ascii"))
def test_one_changed_character_never_pays_someone_else(place: int, other: str) -> None:
    payload = NAPAS_DYNAMIC[:place] + other + NAPAS_DYNAMIC[place + 1 :]
    if payload == NAPAS_DYNAMIC:
        return
    with pytest.raises(VietQRError):
        decode(payload)


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(VietQRError):
        decode(text)


@pytest.mark.skipif(not VECTORS.exists(), reason="shared vectors commerce/vietqr_dev.json absent")
def test_the_shared_vectors() -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    for row in vectors["valid"]:
        code = decode(row["payload"])
        read = {name: getattr(code, name) for name in row["fields"]}
        assert read == row["fields"], row["source"]
        assert code.encode() == row["payload"], row["source"]
    for row in vectors["invalid"]:
        with pytest.raises(VietQRError):
            decode(row["payload"])
