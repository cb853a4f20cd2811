"""Rows and words over a real broker: whatever dies on the way, every row arrives."""

import sqlite3

import pytest

from edge.change import Stamp
from edge.clock import SystemClock, Wall
from edge.drain import CHUNK_ROWS
from tests.edge.broker import BINARY, Town, until
from tests.edge.fakes import NOON_MS
from wire import codec
from wire.codes import ClockQuality, EventKind, Metric, Op
from wire.messages import Ask, Command, Will
from wire.topics import Down, Up, down

pytestmark = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")

HOUR_OF_ROWS = 60


class Line:
    """An agent, a broker and a cloud."""

    def __init__(self, town: Town) -> None:
        self.broker = town.broker()
        self.rig = town.agent(self.broker.url)
        self.rig.clock.network = SystemClock()
        self.cloud = town.cloud(self.broker, self.rig.identity.device)

    @property
    def store_is_empty_of_unsent(self) -> bool:
        store = self.rig.runtime.store
        return store.acked == store.last

    def pile_up(self, rows: int) -> None:
        """As many rows as an outage leaves."""
        with self.rig.runtime.store.transaction() as change:
            for number in range(rows):
                wall = Wall(NOON_MS + number * 60_000, ClockQuality.TRUSTED)
                stamp = Stamp(number * 60_000, wall)
                if number % 50 == 0:
                    change.event(stamp, EventKind.MODE, "z1", {"state": "idle"})
                else:
                    change.sample(stamp, "z1", {Metric.VWC: round(0.3 + number % 7 / 100, 4)})
        self.rig.runtime.uplink.rows_waiting()


@pytest.fixture
def line(town: Town) -> Line:
    return Line(town)


def arrived(line: Line) -> bool:
    return set(line.cloud.rows) == set(range(1, line.rig.runtime.store.last + 1))


def test_a_birth_tells_who_speaks_and_where_the_rows_go_on(line: Line) -> None:
    line.rig.runtime.start()
    until(lambda: bool(line.cloud.births))
    birth, store = line.cloud.births[0], line.rig.runtime.store
    assert (birth.epoch, birth.boot) == (store.origin.epoch, store.origin.boot)
    assert birth.simulated
    assert [zone.key for zone in birth.zones] == ["z1", "z2"]
    assert [sensor.key for sensor in birth.zones[0].sensors] == ["p1", "p2"]


def test_a_birth_that_nobody_heard_is_told_again(town: Town) -> None:
    broker = town.broker()
    rig = town.agent(broker.url)
    rig.runtime.start()
    until(lambda: rig.runtime.uplink.is_connected)
    rig.seconds(5)
    late = town.cloud(broker, rig.identity.device)
    rig.seconds(10)
    until(lambda: bool(late.births))


def test_live_rows_arrive_and_count_as_delivered_by_the_clouds_ack(line: Line) -> None:
    line.rig.runtime.start()
    line.rig.seconds(120)
    until(lambda: line.store_is_empty_of_unsent)
    assert arrived(line)
    assert line.cloud.payloads(Up.LIVE)


def test_rows_stay_the_agents_own_until_the_cloud_acks(line: Line) -> None:
    line.cloud.silent = True
    line.rig.runtime.start()
    line.rig.seconds(60)
    until(lambda: arrived(line))
    assert line.rig.runtime.store.acked == 0
    line.cloud.ack()
    until(lambda: line.store_is_empty_of_unsent)


def test_a_week_of_outage_drains_in_chunks(line: Line) -> None:
    line.pile_up(10_080)
    line.rig.runtime.start()
    until(lambda: line.store_is_empty_of_unsent)
    assert arrived(line)
    chunks = line.cloud.payloads(Up.BACKFILL)
    assert len(chunks) == pytest.approx(10_080 / 500, abs=2)
    assert sum(map(len, chunks)) < 10_080 * 60


def test_after_an_outage_the_newest_hour_arrives_first_then_the_oldest(line: Line) -> None:
    line.pile_up(5000)
    newest = line.rig.runtime.store.last
    line.rig.runtime.start()
    until(lambda: line.store_is_empty_of_unsent)
    assert arrived(line)
    order = list(line.cloud.rows)
    assert order[:HOUR_OF_ROWS] == list(range(newest - HOUR_OF_ROWS + 1, newest + 1))
    backlog = [number for number in order[HOUR_OF_ROWS:] if number <= newest]
    assert backlog == sorted(backlog)


def test_what_happens_now_overtakes_a_backlog_on_its_way(line: Line) -> None:
    line.pile_up(20_000)
    backlog = line.rig.runtime.store.last
    line.cloud.silent = True
    line.rig.runtime.start()
    until(lambda: len(line.cloud.rows) == HOUR_OF_ROWS + CHUNK_ROWS)
    line.rig.seconds(60)
    until(lambda: line.rig.runtime.store.last in line.cloud.rows)
    before = [number for number in line.cloud.rows if number <= backlog]
    assert len(before) == HOUR_OF_ROWS + CHUNK_ROWS  # two chunks wait for the cloud's word
    line.cloud.ack()
    line.cloud.silent = False
    until(lambda: line.store_is_empty_of_unsent)
    assert arrived(line)


def test_a_broker_that_is_killed_and_forgets_all_loses_nothing(line: Line) -> None:
    line.rig.runtime.start()
    line.pile_up(2000)
    until(lambda: len(line.cloud.rows) > 200)
    line.broker.kill()
    line.pile_up(2000)
    line.broker.start()
    until(lambda: line.store_is_empty_of_unsent)
    assert arrived(line)


def test_a_restart_sends_only_what_has_no_ack(line: Line) -> None:
    line.rig.runtime.start()
    line.rig.seconds(120)
    until(lambda: line.store_is_empty_of_unsent)
    line.rig.runtime.close()
    assert codec.decode(Will, line.cloud.payloads(Up.WILL)[0]).session == 1
    before = dict(line.cloud.rows)
    line.cloud.rows.clear()
    line.cloud.rows.update((number, {}) for number in before)
    line.rig.start()
    line.rig.runtime.start()
    until(lambda: line.store_is_empty_of_unsent)
    again = [number for number, row in line.cloud.rows.items() if row]
    assert min(again) > max(before) - 10


def test_a_cloud_restored_from_a_backup_gets_its_rows_again(line: Line) -> None:
    line.rig.runtime.start()
    line.rig.seconds(120)
    until(lambda: line.store_is_empty_of_unsent)
    for number in range(5, line.rig.runtime.store.last + 1):
        del line.cloud.rows[number]
    line.cloud.ack()
    until(lambda: arrived(line))


def test_a_row_the_card_changed_is_reported_instead_of_sent(line: Line) -> None:
    line.rig.seconds(60)
    with sqlite3.connect(line.rig.store_path) as card:
        card.execute(
            "UPDATE outbox SET payload = replace(CAST(payload AS TEXT), '0.', '9.') WHERE seq = 2"
        )
    card.close()
    line.rig.runtime.start()
    until(lambda: line.rig.runtime.store.last in line.cloud.rows)
    assert 2 not in line.cloud.rows
    line.rig.seconds(1)
    (dropped,) = line.rig.events(EventKind.ROWS_DROPPED)
    assert (dropped["from"], dropped["to"], dropped["reason"]) == (2, 2, "crc")


def test_the_next_broker_of_the_list_takes_over(town: Town) -> None:
    first, second = town.broker("first"), town.broker("second")
    rig = town.agent(first.url, second.url)
    rig.clock.network = SystemClock()
    clouds = [town.cloud(broker, rig.identity.device) for broker in (first, second)]
    rig.runtime.start()
    until(lambda: bool(clouds[0].births))
    first.kill()
    rig.seconds(60)
    until(lambda: bool(clouds[1].births))
    until(lambda: rig.runtime.store.last in clouds[1].rows)


def test_stop_and_water_travel_over_the_broker(line: Line) -> None:
    rig = line.rig
    rig.seconds(20)
    rig.runtime.start()
    until(lambda: bool(line.cloud.births))
    line.cloud.publish(Down.CMD, signed(line, water()))
    until(rig.runtime.uplink.news.is_set)
    rig.runtime.agent.attend()
    until(lambda: bool(line.cloud.payloads(Up.ASK)))
    rig.runtime.uplink.news.clear()
    ask = codec.decode(Ask, line.cloud.payloads(Up.ASK)[0])
    assert rig.open == set()
    rig.answer(ask)
    rig.seconds(2)
    assert rig.open == {"z1"}
    rig.runtime.uplink.news.clear()
    stop = Command(id="stop000001", iat=0, exp=0, op=Op.STOP, n=1, by="account")
    line.cloud.publish(Down.CMD, signed(line, stop))
    until(rig.runtime.uplink.news.is_set)
    rig.runtime.agent.attend()
    assert rig.open == set()
    until(lambda: any(row.get("k") == "stopped" for row in line.cloud.rows.values()))


def test_rubbish_from_the_broker_is_ignored(line: Line) -> None:
    line.rig.runtime.start()
    until(lambda: bool(line.cloud.births))
    for kind in Down:
        line.cloud.publish(kind, b"\x00rubbish")
    line.rig.seconds(60)
    until(lambda: line.store_is_empty_of_unsent)


def test_an_untrusted_clock_is_set_by_the_answer_to_a_birth(line: Line) -> None:
    line.rig.clock.quality = ClockQuality.NONE
    line.rig.runtime.start()
    until(lambda: line.rig.runtime.agent._clock.wall().quality is ClockQuality.CLOUD)
    assert line.rig.runtime.agent._clock.wall().unix_ms >= 1_800_000_000_000


def water() -> Command:
    return Command(
        id="command0001", iat=0, exp=0, op=Op.WATER, zone="z1", litres=8.0, max_s=120.0, by="a"
    )


def signed(line: Line, command: Command) -> bytes:
    key = bytes.fromhex(line.rig.identity.command_key)
    return codec.encode(codec.sign(command, down(line.rig.identity.device, Down.CMD), key))
