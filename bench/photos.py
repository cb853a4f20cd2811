"""What it takes to make a telephone's photo ready for buyers: six files, one process.

Run `python -m bench.photos`. The photo has 12 megapixels and as much detail as leaves have.
"""

import io
import resource
import statistics
import time
from typing import Final

from PIL import Image

from cloud.media.darkroom import printed_in_a_process

TURNS: Final = 9
SIZE: Final = (4056, 3040)
GOAL_S: Final = 1.0


def photo() -> bytes:
    noise = Image.effect_noise((SIZE[0] // 8, SIZE[1] // 8), 60)
    bands = [noise, noise.rotate(90, expand=False), noise.rotate(180)]
    out = io.BytesIO()
    Image.merge("RGB", bands).resize(SIZE, Image.Resampling.BICUBIC).save(out, "JPEG", quality=88)
    return out.getvalue()


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    octets, took, costs = photo(), [], []
    for _turn in range(TURNS):
        before, began = cpu(), time.perf_counter()
        printed_in_a_process(octets)
        took.append(time.perf_counter() - began)
        costs.append(cpu() - before)
    print(f"{len(octets) / 1e6:.1f} MB, {SIZE[0] * SIZE[1] / 1e6:.0f} megapixels")
    print(f"wall {statistics.median(took):.2f} s, processor {statistics.median(costs):.2f} s")
    print(f"goal {GOAL_S:.0f} s")


if __name__ == "__main__":
    main()
