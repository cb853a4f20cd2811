"""A process that changes the key of buyers' data until it is killed."""

import sys
from pathlib import Path

from cloud import keyring, sealing
from cloud.db import make_engine


def main(url: str, folder: str) -> None:
    engine = make_engine(url)
    keyring.bind(engine, Path(folder))
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    while True:
        sealing.rotate(engine)
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
