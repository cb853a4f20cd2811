"""The broker's accounts follow the database, whoever changed it."""

import threading
from collections.abc import Callable

from sqlalchemy import Engine
from sqlmodel import Session

from cloud.broker import follow
from cloud.broker.follow import Accounts, Follower
from cloud.db import writing
from cloud.devices import service as devices
from cloud.devices.models import Device
from tests.cloud.conftest import START, Seeded


def test_the_broker_is_told_once_of_each_change(engine: Engine, seeded: Seeded) -> None:
    told: list[Accounts] = []
    with Session(engine) as session:
        known = devices.broker_accounts(session)
    follower = Follower(engine, devices.broker_accounts, told.append, known)
    follower.look()
    assert told == []
    with Session(writing(engine)) as session, session.begin():
        devices.retire(session, session.get_one(Device, seeded.device.id), START)
    follower.look()
    follower.look()
    assert told == [{}]


def test_a_broker_that_could_not_be_told_is_told_again(engine: Engine, seeded: Seeded) -> None:
    told: list[Accounts] = []

    def full(accounts: Accounts) -> None:
        told.append(accounts)
        if len(told) == 1:
            raise OSError("no space left")

    stop = threading.Event()
    follower = Follower(engine, devices.broker_accounts, full, {})
    thread = threading.Thread(target=follower.run, args=(stop,))
    thread.start()
    try:
        while len(told) < 2:
            assert thread.is_alive()
            stop.wait(follow.EVERY_S / 10)
    finally:
        stop.set()
        thread.join()
    assert list(told[1]) == [seeded.device.id]


def test_it_ends_at_once(engine: Engine, until: Callable[[Callable[[], bool]], None]) -> None:
    stop = threading.Event()
    thread = threading.Thread(
        target=Follower(engine, devices.broker_accounts, lambda _accounts: None, {}).run,
        args=(stop,),
    )
    thread.start()
    stop.set()
    until(lambda: not thread.is_alive())
