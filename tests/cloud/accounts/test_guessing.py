"""Ten thousand guesses at a password and at a PIN: none is right, and the owner still comes in.

Every guesser's list holds the right answer, so that it is the throttle that stops it and not luck.
A guess costs what it makes the service do: hashes are counted, never timed.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.accounts import service
from cloud.accounts.hashes import Hashes
from cloud.accounts.models import Account, KnownBrowser
from cloud.accounts.service import Claim
from cloud.accounts.sessions import hash_token
from cloud.accounts.throttle import NETWORK, PAIR
from cloud.bulk import insert_new
from cloud.cards import service as cards
from cloud.cards.models import CardForm
from cloud.db import writing
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.hashing import Cheap, cheap

GUESSES = 10_000
HOUR_S = 3_600
PASSWORD = "dưa lưới ngọt"
PIN = "739104"
BROWSER = "the owner's telephone"


@dataclass
class Bank:
    """The doors of one cooperative, tried a thousand times within one transaction."""

    session: Session
    seeded: Seeded
    clock: FixedClock
    hashes: Hashes
    hasher: Cheap

    def knock(self, password: str, claim: Claim) -> bool:
        knocked = service.knock(self.session, claim, self.clock.now())
        if knocked is None:
            return False
        checked = self.hashes.check(password, knocked.kept)
        return bool(service.answer(self.session, knocked, checked, self.clock.now()))

    def try_pin(self, token: str, pin: str, network: str, browser: str | None = None) -> bool:
        now = self.clock.now()
        knocked = cards.knock(self.session, token, network, browser, now)
        if knocked is None:
            return False
        checked = self.hashes.check(pin, knocked.kept)
        return bool(cards.enter(self.session, knocked, checked, now))

    def know(self, browser: str) -> None:
        row = {
            "token_hash": hash_token(browser),
            "account_id": self.seeded.farmer.principal.account_id,
            "expires_at": self.clock.now().replace(year=2030),
        }
        insert_new(self.session, KnownBrowser, [row])

    def card(self) -> str:
        form = CardForm(farm=self.seeded.farm.public_id, pin=PIN, again=PIN)
        principal, member = self.seeded.manager.principal, self.seeded.farmer.account.public_id
        now = self.clock.now()
        return cards.issue(self.session, principal, member, form, self.hashes, now).token


@pytest.fixture
def bank(engine: Engine, seeded: Seeded, clock: FixedClock) -> Iterator[Bank]:
    hashes, hasher = cheap()
    with Session(writing(engine)) as session:
        account = session.get_one(Account, seeded.farmer.principal.account_id)
        account.password_hash = hashes.make(PASSWORD)
        yield Bank(session, seeded, clock, hashes, hasher)


def guesses(right: str) -> list[str]:
    """A guesser's list; the right answer stands where no first try reaches it."""
    chance = random.Random(20_260_302)
    wrong = [f"{chance.randrange(10**6):06}" for _ in range(GUESSES - 1)]
    return [*wrong[: GUESSES // 2], right, *wrong[GUESSES // 2 :]]


def networks(count: int) -> list[str]:
    return [f"net-{number}" for number in range(count)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("where", [1, GUESSES], ids=lambda n: f"{n} networks")
def test_ten_thousand_passwords_are_guessed_in_vain(bank: Bank, where: int) -> None:
    claim = Claim(bank.seeded.farmer.phone)
    own = replace(claim, browser=BROWSER, network="net-0")
    bank.know(BROWSER)
    nets, hits, before = networks(where), 0, bank.hasher.checked
    for number, guess in enumerate(guesses(PASSWORD)):
        hits += bank.knock(guess, replace(claim, network=nets[number % where]))
        bank.clock.advance(seconds=1)
    assert hits == 0
    assert bank.hasher.checked - before <= 30 + 20 * (GUESSES // HOUR_S)
    assert bank.knock(PASSWORD, own), "the owner, from the very network of the guesser"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_ten_thousand_pins_are_guessed_in_vain(bank: Bank) -> None:
    token = bank.card()
    bank.know(BROWSER)
    nets, hits, before = networks(GUESSES), 0, bank.hasher.checked
    for network, guess in zip(nets, guesses(PIN), strict=True):
        hits += bank.try_pin(token, guess, network)
        bank.clock.advance(seconds=1)
    assert hits == 0
    assert bank.hasher.checked - before <= 16
    assert bank.try_pin(token, PIN, nets[0], BROWSER), "the owner, on their own telephone"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_guesser_in_one_network_keeps_no_owner_out_of_a_new_telephone(bank: Bank) -> None:
    claim, token = Claim(bank.seeded.farmer.phone), bank.card()
    for _ in range(2_000):
        bank.knock("sai rồi nhé", replace(claim, network="guesser"))
        bank.try_pin(token, "000001", "guesser")
        bank.clock.advance(seconds=10)
    assert bank.knock(PASSWORD, replace(claim, network="home"))
    assert bank.try_pin(token, PIN, "home")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_network_that_tries_many_numbers_is_slowed(bank: Bank) -> None:
    before = bank.hasher.checked
    for number in range(1_000):
        bank.knock("matkhau1", Claim(f"09{number:08}", "sprayer"))
        bank.clock.advance(seconds=1)
    assert bank.hasher.checked - before <= NETWORK.burst + 1_000 // 60 + 1


def test_a_known_and_an_unknown_number_cost_the_same_and_hear_the_same(
    app: FastAPI, seeded: Seeded
) -> None:
    """Before, while and after they have to wait; the body to the last octet."""
    app.state.hashes, hasher = cheap()
    told: dict[str, list[tuple[int, str, int]]] = {}
    for phone in (seeded.farmer.phone, "0999999999", "no number at all"):
        client = TestClient(app, headers={"Origin": "http://testserver"})
        told[phone] = []
        for _ in range(PAIR.burst + 3):
            before = hasher.checked
            answer = client.post("/dang-nhap", data={"phone": phone, "password": "sai rồi"})
            told[phone].append((answer.status_code, answer.text, hasher.checked - before))
    known, *others = told.values()
    assert all(other == known for other in others)
    assert [checks for _status, _body, checks in known] == [1] * PAIR.burst + [0] * 3


def test_a_disabled_account_costs_and_sounds_like_none(
    app: FastAPI, client: TestClient, seeded: Seeded, engine: Engine
) -> None:
    with Session(writing(engine)) as session, session.begin():
        session.merge(seeded.farmer.account).active = False
    app.state.hashes, hasher = cheap()
    form = {"phone": seeded.farmer.phone, "password": seeded.farmer.password}
    before = hasher.checked
    answer = client.post("/dang-nhap", data=form)
    assert hasher.checked - before == 1
    assert answer.text == client.post("/dang-nhap", data=form | {"phone": "0999999999"}).text


def test_a_hash_of_yesterdays_parameters_is_renewed_at_login(
    app: FastAPI, client: TestClient, seeded: Seeded, engine: Engine
) -> None:
    app.state.hashes, _hasher = cheap()
    client.post(
        "/dang-nhap", data={"phone": seeded.farmer.phone, "password": seeded.farmer.password}
    )
    with Session(engine) as session:
        account = session.get_one(Account, seeded.farmer.principal.account_id)
    assert "m=8,t=1" in account.password_hash
