"""Print runs drawn by chance: hosts, products, seasons, numbers, sheets, kinds of stamps."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from string import ascii_lowercase, digits
from typing import Final

from tests.traceability.readback import Batch
from traceability import sealed
from traceability.errors import FitError
from traceability.gs1 import internal_gtin
from traceability.keys import KEY_IDS, MASTER_BYTES, derive
from traceability.labels import GRIDS, Label, Printer
from traceability.layout import arrange
from traceability.qr import symbol
from traceability.sealed import DIGITS, FIRST_DAY, Seal
from traceability.token import FIELD_LIMIT, SERIAL_LENGTH, serials

KINDS: Final = ("unit with GTIN", "unit without", "sealed")
LONGEST_BATCH: Final = 130
LONGEST_HOST: Final = 45
PRODUCTS: Final = (
    "Dưa lưới Mai Anh",
    "Ớt chuông",
    "CÀ CHUA BI ĐÀ LẠT",
    "Dưa lưới ruột cam giống Nhật trồng trong nhà màng",
    "Rock melon “Mai Anh”",
    "",
)


class Chance:
    """Draws batches that the planner lets pass, and counts those that it refuses."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.refused = 0

    def batches(self, count: int, dpi: int) -> Iterator[tuple[str, Batch]]:
        """Of ``count`` labels together, each batch with its kind."""
        while count:
            kind = self._random.choice(KINDS)
            label = self._label(kind)
            printer = Printer(
                GRIDS[self._random.choice(sorted(GRIDS))], dpi, self._random.random() < 1 / 4
            )
            try:
                _plan(label, printer)
            except FitError:
                self.refused += 1
                continue
            batch = self._batch(label, printer, self._random.randint(1, min(LONGEST_BATCH, count)))
            count -= len(batch.serials)
            yield kind, batch

    def _label(self, kind: str) -> Label:
        pick = self._random
        return Label(
            host=f"{pick.choice(('http', 'https'))}://{self._host()}",
            gtin=internal_gtin(pick.randrange(1, 99_999)) if kind == KINDS[0] else None,
            product=pick.choice(PRODUCTS),
            lot=f"{pick.randrange(10**8):08}-Z{pick.randrange(9)}-{pick.randrange(99):02}",
            harvested_on=FIRST_DAY + timedelta(days=pick.randrange(1 << 15)),
            simulated=pick.random() < 1 / 4,
            sealed=kind == KINDS[2],
            language=pick.choice(("vi", "en")),
        )

    def _host(self) -> str:
        pick = self._random
        if pick.random() < 1 / 10:
            address = ".".join(str(pick.randrange(256)) for _ in range(4))
            return f"{address}:{pick.randrange(1, 65536)}"
        length = pick.randint(4, LONGEST_HOST)
        name = "".join(pick.choices(ascii_lowercase + digits + "-", k=length - 3))
        return f"{name}.{''.join(pick.choices(ascii_lowercase, k=2))}"

    def _batch(self, label: Label, printer: Printer, count: int) -> Batch:
        pick = self._random
        master, season = (
            pick.randbytes(MASTER_BYTES),
            f"{pick.randrange(2020, 2199)}-{pick.randrange(9)}",
        )
        key = derive(master, season, pick.randrange(KEY_IDS))
        issuance, first = pick.randrange(FIELD_LIMIT), pick.randrange(FIELD_LIMIT - count)
        typed = list(serials(key, issuance, range(first, first + count)))
        if not label.sealed:
            return Batch(label, printer, typed, [label.prefix() + serial for serial in typed])
        signer = sealed.derive(master, season)
        day: date = label.harvested_on or FIRST_DAY
        check = sealed.lot_check(label.lot)
        codes = [
            sealed.issue(Seal(key.kid, issuance, index, day, label.simulated, check), signer)
            for index in range(first, first + count)
        ]
        return Batch(label, printer, typed, [label.prefix() + code for code in codes], codes)


def _plan(label: Label, printer: Printer) -> None:
    code = "1" * (DIGITS if label.sealed else SERIAL_LENGTH)
    arrange(symbol(label.prefix() + code).size, printer.grid, printer.dpi)
