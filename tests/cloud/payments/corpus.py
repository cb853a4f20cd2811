"""Bank transfers as banks pass them on, each with what it is: drawn by a seed, and by hand."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from cloud.payments import code
from cloud.payments.matching import Awaited, Transfer, Verdict

SEED: Final = 20260302
PAYMENTS: Final = 400
"""Payments that a busy shop waits for or has had, so that codes resemble each other."""

_NAMES: Final = (
    "Nguyễn Thị Hoa",
    "Trần Văn Bình",
    "Lê Thị Thanh Xuân",
    "Phạm Đức Đạt",
    "Hoàng Thị Hương Xoan",
    "Y Bhăm Niê",
)
_WRAPPED: Final = (
    "{}",
    "{} chuyen tien mua dua",
    "MBVCB.5678901234.{}.CT tu 0011004123456 NGUYEN THI HOA toi 0011223344",
    "CT DEN:612345678901 {} FT26061123456789",
    "IBFT {}; tai BIDV; GD 061234",
    "NGUYEN THI HOA chuyen tien {}",
    "Thanh toan don hang {} - cam on shop",
    "{} GD 123456-030226 09:15:22",
    "QR - {} /ZP260302",
    "REM.0970436.{}-CHUYEN KHOAN TU THANH XUAN",
)
_WORDLESS: Final = (
    "NGUYEN THI HOA chuyen tien",
    "chuyen khoan",
    "mua dua luoi 2kg",
    "LE THI THANH XUAN chuyen khoan mua hang",
    "CT DEN:612345678901 tra tien rau FT26061123456789",
    "Hoang Thi Huong Xoan CK",
    "0912345678 gui tien",
    "thanh toan tien dien thang 2 PE0100012345",
    "HOAN TIEN GD 2602150012",
    "lai tien gui",
)


@dataclass(frozen=True)
class Case:
    """A transfer and what a person who knows would say of it."""

    transfer: Transfer
    verdict: Verdict
    meant: str = ""
    """The code it is for."""


@dataclass
class Shop:
    """What a shop waits for, and chance."""

    chance: random.Random
    payments: list[Awaited]
    _waiting: list[Awaited]

    @classmethod
    def of(cls, seed: int) -> "Shop":
        chance = random.Random(seed)
        codes = {code.make(chance.randrange) for _ in range(PAYMENTS)}
        payments = [
            Awaited(
                one,
                owed=0 if number % 10 == 1 else chance.randrange(20, 900) * 1_000,
                open=number % 10 != 2,
                name=chance.choice(_NAMES),
                phone=f"+849{chance.randrange(10**8):08}",
            )
            for number, one in enumerate(sorted(codes))
        ]
        return cls(chance, payments, [one for one in payments if one.open and one.owed])

    def waiting(self) -> Awaited:
        return self.chance.choice(self._waiting)

    def wrap(self, text: str) -> str:
        return self.chance.choice(_WRAPPED).format(text)


Maker = Callable[[Shop], Case]


def _exact(shop: Shop) -> Case:
    one = shop.waiting()
    return Case(Transfer(one.owed, shop.wrap(one.code)), Verdict.EXACT, one.code)


def _under(shop: Shop) -> Case:
    one = shop.waiting()
    amount = one.owed - shop.chance.choice((1, 500, 1_000, 10_000))
    return Case(Transfer(amount, shop.wrap(one.code)), Verdict.UNDER, one.code)


def _over(shop: Shop) -> Case:
    one = shop.waiting()
    amount = one.owed + shop.chance.choice((1, 500, 1_000, 10_000))
    return Case(Transfer(amount, shop.wrap(one.code)), Verdict.OVER, one.code)


def _late(shop: Shop) -> Case:
    one = shop.chance.choice([one for one in shop.payments if not one.open])
    return Case(Transfer(one.owed, shop.wrap(one.code)), Verdict.LATE, one.code)


def _paid(shop: Shop) -> Case:
    one = shop.chance.choice([one for one in shop.payments if one.open and not one.owed])
    return Case(Transfer(50_000, shop.wrap(one.code)), Verdict.PAID, one.code)


def _unknown(shop: Shop) -> Case:
    stranger = code.make(shop.chance.randrange)
    return Case(Transfer(70_000, shop.wrap(stranger)), Verdict.UNKNOWN)


def _no_code(shop: Shop) -> Case:
    text, one = shop.chance.choice(_WORDLESS), shop.waiting()
    return Case(Transfer(one.owed, text), Verdict.NO_CODE)


def _other_account(shop: Shop) -> Case:
    one = shop.waiting()
    return Case(Transfer(one.owed, one.code, own_account=False), Verdict.OTHER_ACCOUNT, one.code)


def _several(shop: Shop) -> Case:
    one, two = shop.chance.sample([one for one in shop.payments if one.open and one.owed], 2)
    text = f"{one.code}{shop.chance.choice((' ', ', ', ' va ', '+'))}{two.code}"
    amount = shop.chance.choice((one.owed, one.owed + two.owed))
    return Case(Transfer(amount, shop.wrap(text)), Verdict.SEVERAL)


def _damaged(harm: Callable[[str, random.Random], str]) -> Maker:
    def make(shop: Shop) -> Case:
        one = shop.waiting()
        text = shop.wrap(harm(one.code, shop.chance))
        return Case(Transfer(one.owed, text), Verdict.DAMAGED, one.code)

    return make


def _glued(whole: str, chance: random.Random) -> str:
    """The space is lost, before or behind."""
    return chance.choice((f"ck{whole}", f"{whole}chuyen", f"TT{whole}", f"{whole}FT26"))


def _spaced(whole: str, chance: random.Random) -> str:
    at = chance.randrange(3, 8)
    return f"{whole[:at]}{chance.choice(' -.')}{whole[at:]}"


def _slip(whole: str, chance: random.Random) -> str:
    at = chance.randrange(2, len(whole))
    other = chance.choice([one for one in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if one != whole[at]])
    return whole[:at] + other + whole[at + 1 :]


def _swapped(whole: str, chance: random.Random) -> str:
    places = [at for at in range(2, len(whole) - 1) if whole[at] != whole[at + 1]]
    at = chance.choice(places)
    return whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]


def _misread(whole: str, chance: random.Random) -> str:
    """Zero and one as the letters they look like."""
    del chance
    return whole.translate(str.maketrans("01V", "OIU")) if set(whole) & set("01V") else whole[:-1]


MAKERS: Final[tuple[Maker, ...]] = (
    *[_exact] * 5,
    *[_under, _over, _late, _paid, _unknown, _no_code, _no_code, _other_account, _several],
    _damaged(lambda whole, _chance: whole.lower()),
    _damaged(lambda whole, _chance: whole.capitalize()),
    _damaged(lambda whole, chance: whole[: chance.randrange(6, 9)]),
    _damaged(_glued),
    _damaged(_spaced),
    _damaged(_slip),
    _damaged(_swapped),
    _damaged(_misread),
)


def drawn(shop: Shop, count: int) -> Iterator[Case]:
    """One of each kind after the other."""
    for number in range(count):
        yield MAKERS[number % len(MAKERS)](shop)
