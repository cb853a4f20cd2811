"""A process that carries what is due to the marketplace of a test: `carrier URL PORT`."""

import sys

from cloud.channels import carry
from cloud.channels.codes import Channel
from cloud.channels.port import Route
from cloud.db import make_engine
from tests.cloud.channels.conftest import PACE
from tests.cloud.channels.floor import FloorAdapter
from tests.cloud.conftest import START

if __name__ == "__main__":
    adapter = FloorAdapter(int(sys.argv[2]), Channel.SHOPEE)
    routes = {Channel.SHOPEE.value: Route(PACE, lambda _shop: adapter)}
    carry.work(make_engine(sys.argv[1]), START, routes=routes)
