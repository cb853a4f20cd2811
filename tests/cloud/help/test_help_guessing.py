"""Ten thousand codes typed by a dishonest helper open nothing, and an honest one still begins."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.accounts import sessions, throttle
from cloud.accounts.sessions import Way
from cloud.audit.rules import AuditAction
from cloud.db import writing
from cloud.help import service
from cloud.help.models import HelpCode, Lasts
from cloud.principal import Role
from tests.cloud.conftest import FixedClock, Member, Seeded, _member

GUESSES = 10_000

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def shown(session: Session, seeded: Seeded, clock: FixedClock) -> HelpCode:
    """The code on the farmer's page, which is renewed whenever it is too old."""
    found = service.asked(session, seeded.farmer.principal, clock.now())
    if found is None:
        service.ask(session, seeded.farmer.principal, Lasts.MONTH, clock.now())
        found = service.asked(session, seeded.farmer.principal, clock.now())
    assert found is not None
    return found


def test_ten_thousand_codes_are_guessed_in_vain(
    engine: Engine, seeded: Seeded, helper: Member, clock: FixedClock
) -> None:
    """The right one is among them, where no first try reaches it."""
    chance, hits = random.Random(20_260_302), 0
    with Session(writing(engine)) as session:
        honest = _member(session, seeded.cooperative, "0912000005", Role.HELPER, clock.now())
        way = Way(AuditAction.LOGGED_IN)
        token = sessions.start(session, honest.account, way, clock.now()) or ""
        for number in range(GUESSES):
            code = shown(session, seeded, clock).code
            guess = code if number == GUESSES // 2 else f"{chance.randrange(10**6):06}"
            begun = service.begin_by_code(session, helper.principal, guess, "", clock.now())
            hits += begun is not None
            clock.advance(seconds=1)
        code = shown(session, seeded, clock).code
        begun = service.begin_by_code(session, honest.principal, code, token, clock.now())
    assert hits == 0
    assert begun is not None, "the honest helper begins while the other one guesses"


def test_a_thumb_that_slips_four_times_still_begins(
    engine: Engine, seeded: Seeded, helper: Member, clock: FixedClock
) -> None:
    with Session(writing(engine)) as session:
        way = Way(AuditAction.LOGGED_IN)
        token = sessions.start(session, helper.account, way, clock.now()) or ""
        code = shown(session, seeded, clock).code
        wrong = f"{(int(code) + 1) % 10**6:06}"
        for _ in range(throttle.HELP.burst - 1):
            assert service.begin_by_code(session, helper.principal, wrong, "", clock.now()) is None
        assert service.begin_by_code(session, helper.principal, code, token, clock.now())


def test_too_many_wait_for_minutes_and_never_for_good(
    engine: Engine, seeded: Seeded, helper: Member, clock: FixedClock
) -> None:
    with Session(writing(engine)) as session:
        way = Way(AuditAction.LOGGED_IN)
        token = sessions.start(session, helper.account, way, clock.now()) or ""
        for _ in range(throttle.HELP.burst):
            service.begin_by_code(session, helper.principal, "none", "", clock.now())
        code = shown(session, seeded, clock).code
        assert service.begin_by_code(session, helper.principal, code, token, clock.now()) is None
        clock.advance(seconds=(throttle.HELP.refill + timedelta(seconds=1)).total_seconds())
        code = shown(session, seeded, clock).code
        assert service.begin_by_code(session, helper.principal, code, token, clock.now())
