"""Who is told first and second, when the night is kept quiet, and when trying ends."""

from datetime import UTC, datetime, timedelta

import pytest

from cloud.alerts import delivery
from cloud.alerts.delivery import Reachable, first_told, second_told
from cloud.alerts.kinds import Severity
from cloud.principal import Role

FARMER = Reachable(1, Role.FARMER)
MANAGER = Reachable(2, Role.MANAGER)
OFFICER = Reachable(3, Role.OFFICER)


def local(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """A moment by the clock of Viet Nam."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def test_who_grows_is_told_first_and_who_answers_for_them_second() -> None:
    people = [MANAGER, OFFICER, FARMER]
    assert first_told(people) == [1]
    assert second_told(people) == [2]


def test_a_manager_is_told_first_where_no_grower_can_be_reached() -> None:
    assert first_told([OFFICER, MANAGER]) == [2]
    assert first_told([OFFICER]) == []


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        (local(21, 29), local(21, 29)),
        (local(21, 30), local(5, 30, day=3)),
        (local(2), local(5, 30)),
        (local(5, 30), local(5, 30)),
    ],
)
def test_what_can_wait_waits_for_the_morning(now: datetime, sent: datetime) -> None:
    assert delivery.due(Severity.WATCH, now) == sent
    assert delivery.due(Severity.ACT, now) == now


def test_waits_double_up_to_ten_minutes_and_end_within_the_hour() -> None:
    now, waits = local(8), []
    for tries in range(1, delivery.TRIES):
        again = delivery.next_try(tries, now)
        assert again is not None
        waits.append((again - now).total_seconds())
    assert waits[:4] == [10, 20, 40, 80]
    assert max(waits) == 600
    assert delivery.next_try(delivery.TRIES, now) is None
    assert sum(waits) <= 3600
