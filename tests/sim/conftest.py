from pathlib import Path

import pytest

from tests.sim import founding


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founding.template(tmp_path_factory.mktemp("sim"))
