"""The adapter by itself: what it asks, what it takes for an answer, and what it never tells."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from cloud.calling import MAX_ANSWER, Answer
from cloud.errors import ConfigurationError
from cloud.settings import Settings
from cloud.weather import service
from cloud.weather.open_meteo import OpenMeteo, Place
from cloud.weather.source import Day, NoForecastError, SourceName
from tests.cloud.weather import sky as shapes
from tests.cloud.weather.sky import FIRST, Sky

HANOI = Place(20.98, 105.85)
KEY = "very-secret-key"


@pytest.fixture(scope="module")
def sky() -> Iterator[Sky]:
    with shapes.opened() as found:
        yield found


def wrong(**other: object) -> dict[str, object]:
    return {**shapes.answer([4.0]), **other}


def test_it_asks_for_one_place_and_reads_the_columns(sky: Sky) -> None:
    sky.says(shapes.answer([4.0, None, 4.5]))
    found = OpenMeteo(HANOI, sky.base, KEY).days()
    assert found == [Day(FIRST, 4.0), Day(FIRST + timedelta(days=2), 4.5)]
    assert sky.asked[-1] == {
        "latitude": ["20.98"],
        "longitude": ["105.85"],
        "daily": ["et0_fao_evapotranspiration"],
        "past_days": ["5"],
        "forecast_days": ["3"],
        "timezone": ["Asia/Ho_Chi_Minh"],
        "apikey": [KEY],
    }


def test_without_a_key_none_is_sent(sky: Sky) -> None:
    sky.says(shapes.answer([4.0]))
    OpenMeteo(HANOI, sky.base).days()
    assert "apikey" not in sky.asked[-1]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (400, {"error": True, "reason": "Latitude must be in range of -90 to 90°."}),
        (302, shapes.answer([4.0])),
        (429, {"error": True}),
        (200, []),
        (200, {}),
        (200, wrong(utc_offset_seconds=0)),
        (200, wrong(daily_units={"et0_fao_evapotranspiration": "inch"})),
        (200, wrong(daily={"time": ["2026-11-17"], "et0_fao_evapotranspiration": []})),
        (200, wrong(daily={"time": ["hôm nay"], "et0_fao_evapotranspiration": [4.0]})),
        (200, shapes.answer([-0.1])),
        (200, shapes.answer([200.0])),
        (200, shapes.answer([float("nan")])),
        (200, wrong(daily={"time": ["2026-11-17"], "et0_fao_evapotranspiration": ["4"]})),
        (200, shapes.answer([4.0] * 40)),
    ],
)
def test_what_cannot_be_believed_is_no_forecast(sky: Sky, status: int, told: object) -> None:
    sky.says(told, status)
    asked = len(sky.asked)
    with pytest.raises(NoForecastError):
        OpenMeteo(HANOI, sky.base).days()
    assert len(sky.asked) == asked + 1, "it follows nobody elsewhere"


def test_an_answer_without_end_is_cut_and_not_believed(sky: Sky) -> None:
    sky.status, sky.body = 200, b"[" * (4 * MAX_ANSWER)
    with pytest.raises(NoForecastError):
        OpenMeteo(HANOI, sky.base).days()


def test_a_service_that_is_not_there_tells_no_key(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(NoForecastError) as refused:
        OpenMeteo(HANOI, "http://127.0.0.1:1", KEY).days()
    assert str(refused.value) == "ConnectionRefusedError"
    assert KEY not in caplog.text + repr(refused.value)


def test_nothing_leaves_this_machine_in_the_clear() -> None:
    with pytest.raises(NoForecastError, match="not encrypted"):
        OpenMeteo(HANOI, "http://weather.example").days()


@pytest.mark.parametrize("octets", [b"", b"\xff", b"null", b"{", b'{"daily": 1}'])
def test_any_octets_are_an_answer_or_none(octets: bytes) -> None:
    adapter = OpenMeteo(HANOI, ask=lambda _url: Answer(200, octets))
    with pytest.raises(NoForecastError):
        adapter.days()


def test_the_source_is_what_the_settings_say(settings: Settings) -> None:
    assert service.source_of(settings).name is SourceName.PERSISTENCE
    chosen = settings.model_copy(update={"forecast": "open_meteo", "forecast_key": SecretStr("k")})
    with pytest.raises(ConfigurationError, match="VUONSO_FORECAST_AT"):
        service.source_of(chosen)
    placed = chosen.model_copy(update={"forecast_at": "20.98,105.85"})
    assert isinstance(service.source_of(placed), OpenMeteo)
