"""Every key and every mishap of a scenario file is on its page."""

from pathlib import Path

import pytest

from firmware_sim.scenario import Climate, Fault, House, Kind, Scenario, Title, Zone

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "simulator.md").read_text("utf-8")


@pytest.mark.parametrize("table", [Scenario, Title, House, Climate, Zone, Fault])
def test_every_key_is_on_the_page(table: type[Scenario]) -> None:
    tables = {"house", "climate", "zones", "faults"}
    assert [key for key in set(table.model_fields) - tables if f"`{key}`" not in PAGE] == []


def test_every_mishap_is_on_the_page() -> None:
    assert [kind for kind in Kind if f"`{kind}`" not in PAGE] == []
