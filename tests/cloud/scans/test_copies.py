"""Copied stamps are found early, households are left in peace, and what is kept names nobody."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.db import writing
from cloud.scans import service, tidy
from cloud.scans.copies import FEWEST, Facts, Look, device_of, is_copied, province_of
from cloud.scans.models import Scan, ScanTotal
from cloud.settings import Settings
from cloud.stamps import service as stamps
from cloud.stamps.service import Wish
from tests.cloud.conftest import START, FixedClock, Stall
from tests.cloud.scans.clones import measure

DAY = date(2026, 3, 2)


@pytest.fixture
def issuance(stall: Stall, engine: Engine, settings: Settings) -> int:
    """A print run whose stamps are looked at."""
    lot, press = stall.lot(simulated=True), stamps.open_press(settings)
    who = stall.seeded.manager.principal
    with Session(writing(engine)) as session, session.begin():
        return stamps.issue(session, who, lot.public_id, Wish(3), press, START).id or 0


@pytest.mark.parametrize("provinces", [True, False])
def test_copies_are_found_by_the_fifth_look_and_honest_packs_are_not(provinces: bool) -> None:  # noqa: FBT001  # a parameter of pytest
    score = measure(4_000, provinces=provinces)
    assert score.found >= 0.95
    assert score.wronged <= 0.005


def test_a_family_with_many_telephones_is_no_copy() -> None:
    kinds = ["android-chrome", "android-zalo", "ios-safari", "ios-zalo", "desktop-chrome"]
    assert not is_copied(Facts().with_looks([Look(DAY, "VN-44", kind) for kind in kinds]))


def test_two_looks_prove_nothing_however_far_apart() -> None:
    far = [Look(DAY + timedelta(days=90 * n), f"VN-0{n}", f"kind {n}") for n in range(9)]
    assert not is_copied(Facts().with_looks(far[: FEWEST - 1]))
    assert is_copied(Facts().with_looks(far))


def test_what_nobody_knows_is_no_place() -> None:
    assert Facts().with_looks([Look(DAY), Look(DAY, "VN-44")]).provinces == {"VN-44"}


@pytest.mark.parametrize(
    ("told", "kept"),
    [("VN-44", "VN-44"), ("", ""), ("vn-44", ""), ("<script>", ""), ("VN-4444444", "")],
)
def test_a_province_is_a_code_or_nothing(told: str, kept: str) -> None:
    assert province_of(told) == kept


@pytest.mark.parametrize(
    ("browser", "device"),
    [
        (
            "Mozilla/5.0 (Linux; Android 13; SM-A045F) Chrome/120 Mobile Zalo android",
            "android-zalo",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17 Safari/604.1", "ios-safari"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120", "desktop-edge"),
        ("", "other-other"),
    ],
)
def test_a_device_is_known_by_what_millions_have(browser: str, device: str) -> None:
    assert device_of(browser) == device


def test_after_thirty_days_only_counters_are_left_and_they_say_the_same(
    engine: Engine, clock: FixedClock, issuance: int
) -> None:
    digest = service._digest("0" * 20)
    places = ("VN-44", "VN-HN", "VN-SG")
    with Session(writing(engine)) as session, session.begin():
        for number, place in enumerate(places):
            session.add(
                Scan(
                    issuance_id=issuance,
                    digest=digest,
                    day=START.date() + timedelta(days=number),
                    visitor=str(number),
                    member=False,
                    province=place,
                )
            )
        packer = Scan(
            issuance_id=issuance, digest=digest, day=START.date(), visitor="packer", member=True
        )
        session.add(packer)
    with Session(engine) as session:
        before = service.seen(session, "0" * 20)
    clock.advance(days=31)
    tidy.add_up(engine, clock.now())
    with Session(engine) as session:
        assert service.seen(session, "0" * 20) == before, "a part is added up"
        assert [row.day.day for row in session.exec(select(Scan))] == [START.day + 2]
    clock.advance(days=31)
    tidy.add_up(engine, clock.now())
    with Session(engine) as session:
        assert session.exec(select(Scan)).all() == []
        total = session.exec(select(ScanTotal)).one()
        assert (total.looks, total.days, total.provinces) == (3, 3, sorted(places))
        assert service.seen(session, "0" * 20) == before
