"""The law's fields: each missing one is named with its source, and "none" is an answer."""

import json
from pathlib import Path

import pytest

from traceability import legal
from traceability.cli import main
from traceability.errors import LegalError
from traceability.legal import CIRCULAR, DECREE, Lot, missing

WHOLE: dict[str, object] = {
    "product": "Dưa lưới Mai Anh",
    "image": "https://txng.vn/anh/1.jpg",
    "gtin": "08935000000007",
    "producer": {"name": "HTX Mai Anh", "address": "Xã Ea Kao, Đắk Lắk", "code": "0101234567"},
    "origin": "Việt Nam, Đắk Lắk",
    "stages": [
        {
            "name": "Thu hoạch",
            "product_code": "L1",
            "location_code": "Z1",
            "at": "2026-11-23T07:00:00+07:00",
        }
    ],
    "produced_on": "2026-11-23",
    "traceability_code": "L1",
    "brand": None,
    "shelf_life": "10 ngày ở 10 °C",
    "standards": ["VietGAP"],
    "certificates": None,
    "warnings": None,
    "more": None,
}


def lot(**changes: object) -> Lot:
    return Lot.read(json.dumps(WHOLE | changes))


def without(*names: str) -> Lot:
    return Lot.read(json.dumps({name: told for name, told in WHOLE.items() if name not in names}))


def numbers(found: Lot) -> set[tuple[str, int]]:
    return {(one.law, one.number) for one in missing(found)}


def test_the_law_has_ten_and_eight_fields() -> None:
    counted = [(one.law, one.number) for one in legal.REQUIREMENTS]
    assert counted == [(CIRCULAR, n) for n in range(1, 11)] + [(DECREE, n) for n in range(1, 9)]


def test_a_lot_of_which_all_is_told_lacks_nothing() -> None:
    assert missing(lot()) == []


def test_of_a_lot_of_which_nothing_is_told_everything_is_missing() -> None:
    assert missing(Lot.read("{}")) == list(legal.REQUIREMENTS)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("product",), {(CIRCULAR, 1), (DECREE, 1)}),
        (("image",), {(CIRCULAR, 2)}),
        (("producer",), {(CIRCULAR, 3), (CIRCULAR, 4), (DECREE, 2)}),
        (("stages",), {(CIRCULAR, 5), (DECREE, 4)}),
        (("produced_on",), {(CIRCULAR, 6), (DECREE, 6)}),
        (("traceability_code",), {(CIRCULAR, 7), (DECREE, 4)}),
        (("brand",), {(CIRCULAR, 8)}),
        (("shelf_life",), {(CIRCULAR, 9), (DECREE, 6)}),
        (("standards",), {(CIRCULAR, 10)}),
        (("gtin",), {(DECREE, 1)}),
        (("origin",), {(DECREE, 3)}),
        (("certificates",), {(DECREE, 5)}),
        (("warnings",), {(DECREE, 7)}),
        (("more",), {(DECREE, 8)}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_what_is_left_out_is_named(names: tuple[str, ...], expected: set[tuple[str, int]]) -> None:
    assert numbers(without(*names)) == expected


def test_an_expiry_day_is_as_good_as_a_shelf_life() -> None:
    told = {name: value for name, value in WHOLE.items() if name != "shelf_life"}
    assert missing(Lot.read(json.dumps(told | {"expires_on": "2026-12-03"}))) == []


@pytest.mark.parametrize(
    "changes",
    [{"product": None}, {"stages": []}, {"standards": []}, {"gtin": "08935000000008"}],
    ids=["no name", "no stage", "no standard", "wrong check digit"],
)
def test_what_is_required_is_not_answered_by_nothing(changes: dict[str, object]) -> None:
    assert missing(lot(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"product": "   "},
        {"product": 7},
        {"stages": [{"name": "x"}]},
        {"produced_on": "hôm qua"},
        {"unknown": 1},
        {"producer": {"name": "x", "address": ""}},
    ],
    ids=["blank", "number", "half a stage", "no day", "unknown", "no address"],
)
def test_what_has_another_shape_is_refused_by_its_name(changes: dict[str, object]) -> None:
    with pytest.raises(LegalError, match=next(iter(changes))):
        lot(**changes)


def test_the_command_says_in_vietnamese_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lot.json"
    path.write_text(json.dumps(WHOLE | {"stages": []}))
    assert main(["legal", str(path)]) == 1
    told = capsys.readouterr().out
    assert "Còn thiếu 2 mục" in told
    assert "Ghi ít nhất một công đoạn" in told
    assert f"{CIRCULAR}, trường 5" in told
    assert main(["legal", "--json", str(path)]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert [one["number"] for one in answer["missing"]] == [5, 4]
    path.write_text(json.dumps(WHOLE))
    assert main(["legal", str(path)]) == 0
    assert "Đủ 18 mục" in capsys.readouterr().out
