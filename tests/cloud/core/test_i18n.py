"""Numbers and times as people in Vietnam, or English readers, write them."""

from datetime import UTC, datetime

import pytest

from cloud import i18n


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (i18n.dong(120_000), "120.000 đ"),
        (i18n.dong(0), "0 đ"),
        (i18n.litres("vi", 1234.56), "1.235 lít"),
        (i18n.litres("vi", 12.34, 1), "12,3 lít"),
        (i18n.litres("en", 1234.56), "1,235 L"),
        (i18n.percent("vi", 0.634), "63%"),
        (i18n.kilograms("vi", 50_000), "50 kg"),
        (i18n.kilograms("vi", 1_500), "1,5 kg"),
        (i18n.kilograms("en", 1_500), "1.5 kg"),
        (i18n.kilograms("vi", 1_250), "1,25 kg"),
        (i18n.kilograms("vi", 12_345_678), "12.345,678 kg"),
    ],
)
def test_amounts(said: str, words: str) -> None:
    assert said == words


def test_times_are_shown_in_vietnam() -> None:
    evening = datetime(2026, 3, 1, 18, 5, tzinfo=UTC)
    assert i18n.day_time(evening) == "02/03/2026 01:05"
    assert i18n.day(evening) == "02/03/2026"
    assert i18n.clock_time(evening) == "01:05"


def test_the_first_wish_for_a_language_counts() -> None:
    assert i18n.chosen(None, "en", "vi") == "en"
    assert i18n.chosen("xx", None) == "vi"
    assert i18n.chosen() == "vi"


def test_a_sentence_without_a_translation_stays_vietnamese() -> None:
    assert i18n.translate("en", "Câu này không có trong từ điển %(n)s", n=1).endswith("điển 1")
    assert i18n.translate("vi", "Đăng nhập") == "Đăng nhập"
