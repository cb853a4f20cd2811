"""Very many codes and transfers: none read otherwise than written, none counted wrongly.

Run `python -m tests.cloud.payments.campaign --count 100000 --seed 1`.
"""

import argparse
import random
import string
import sys
from collections import Counter

from cloud.payments.matching import Book, Verdict, judge, whole_codes
from cloud.payments.vietqr import MEMO_LIMIT, TRANSFER_LIMIT, VietQR, decode
from tests.cloud.payments.corpus import Shop, drawn

_PER_SHOP = 2_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    wrong = sum(not comes_back(chance) for _one in range(given.count))
    sys.stdout.write(f"VietQR: {given.count} written and read, {wrong} not the same\n")
    told = transfers(given.seed, given.count)
    sys.stdout.write(f"transfers: {dict(told)}\n")
    bad = told["told otherwise"] > given.count // 100
    return int(bool(wrong or told["counted wrongly"] or bad))


def comes_back(chance: random.Random) -> bool:
    """Whether a drawn code is read as it was written."""
    letters = string.ascii_letters + string.digits
    made = VietQR.transfer(
        "".join(chance.choices(string.digits, k=6)),
        "".join(chance.choices(letters, k=chance.randint(1, 19))),
        chance.randrange(1, TRANSFER_LIMIT),
        "".join(chance.choices(letters, k=chance.randint(1, MEMO_LIMIT))),
    )
    return decode(made.encode()) == made


def transfers(seed: int, count: int) -> Counter[str]:
    """How many transfers of very many shops were told right, and how many counted by the rule."""
    told: Counter[str] = Counter()
    for number in range(0, count, _PER_SHOP):
        shop = Shop.of(seed + number)
        book = Book.of(shop.payments)
        for case in drawn(shop, min(_PER_SHOP, count - number)):
            verdict = judge(case.transfer, book)
            told["right" if verdict is case.verdict else "told otherwise"] += 1
            if verdict is Verdict.EXACT:
                right = case.verdict is Verdict.EXACT
                right = right and whole_codes(case.transfer.content) == {case.meant}
                told["counted" if right else "counted wrongly"] += 1
    return told


if __name__ == "__main__":
    sys.exit(main())
