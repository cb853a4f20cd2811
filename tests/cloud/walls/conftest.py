"""The furnished world, once for each test; what it costs is SQLite's copy of a template."""

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from tests.cloud.conftest import Stall
from tests.cloud.walls.rows import Row, rows_of
from tests.cloud.walls.world import ShortStreams, World, populate


@pytest.fixture
def world(app: FastAPI, engine: Engine, stall: Stall) -> World:
    app.state.streams = ShortStreams()
    made = World(app, engine, stall.seeded, populate(engine, stall.seeded))
    made.furnish()
    return made


@pytest.fixture
def rows(app: FastAPI) -> list[Row]:
    return rows_of(app)
