"""What a process of the cloud loads before it works: a worker that was killed is back soon."""

import json
import subprocess
import sys
from collections.abc import Collection

import pytest

from cloud.cli import COMMANDS, parser_for

PAGES = {"fastapi", "starlette", "uvicorn", "jinja2", "python_multipart", "phonenumbers", "pwdlib"}
PRINTING = {"PIL", "fontTools", "fpdf", "numpy", "qrcode", "zxingcpp"}
MIGRATING = {"alembic", "mako", "pygments"}
NIGHTS = {"apscheduler"}
WORK = """
import json, sys
import {modules}
print(json.dumps(sorted({{name.split(".")[0] for name in sys.modules}})))
"""
DANGLING = """
import json
import cloud.commands.ingest
from sqlmodel import SQLModel
from cloud.devices import models as devices
from cloud.growing import models as growing
from cloud.telemetry import models as telemetry
own = {devices.__name__, growing.__name__, telemetry.__name__}
tables = [
    mapper.local_table
    for mapper in SQLModel._sa_registry.mappers
    if mapper.class_.__module__ in own
]
assert tables
names = {key.target_fullname.split(".")[0] for table in tables for key in table.foreign_keys}
print(json.dumps(sorted(names - SQLModel.metadata.tables.keys())))
"""


def loaded(*modules: str) -> set[str]:
    found: Collection[str] = json.loads(said(WORK.format(modules=", ".join(modules))))
    return set(found)


def said(program: str) -> str:
    words = [sys.executable, "-c", program]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def test_a_worker_loads_no_pages_no_printing_and_nothing_of_the_nights() -> None:
    found = loaded("cloud.cli", "cloud.commands.ingest")
    assert {
        "paho",
        "sqlalchemy",
        "prometheus_client",
    } <= found  # it is the worker that was looked at
    assert found & (PAGES | PRINTING | MIGRATING | NIGHTS) == set()


def test_help_loads_no_command() -> None:
    found = loaded("cloud.cli")
    assert found & (PAGES | PRINTING | MIGRATING | NIGHTS | {"paho", "sqlmodel"}) == set()


def test_what_is_looked_for_is_what_pages_and_migrations_load() -> None:
    """Else a library that was renamed would never be found where it must not be."""
    found = loaded("cloud.commands.serve", "cloud.commands.migrate", "fpdf", "zxingcpp")
    assert found >= PAGES | PRINTING | MIGRATING | NIGHTS


def test_a_worker_knows_all_tables_that_its_own_refer_to() -> None:
    assert json.loads(said(DANGLING)) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_takes_the_folder_of_the_data(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parser_for([name]).parse_args([name, "--help"])
    assert ended.value.code == 0
    assert name == "broker" or "--data" in capsys.readouterr().out
