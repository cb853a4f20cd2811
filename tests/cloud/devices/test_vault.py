"""Command keys at rest."""

from pathlib import Path

import pytest

from cloud.devices.vault import Vault, open_vault
from cloud.errors import ConfigurationError
from cloud.settings import Settings

KEY = bytes(range(32))


def test_a_key_comes_back_for_its_device_only() -> None:
    vault = Vault(KEY)
    sealed = vault.seal("abcdefghijklmnop", b"command key")
    assert "command" not in sealed
    assert vault.unseal("abcdefghijklmnop", sealed) == b"command key"
    with pytest.raises(ConfigurationError):
        vault.unseal("ponmlkjihgfedcba", sealed)


def test_a_database_without_its_key_file_gives_nothing_away(tmp_path: Path) -> None:
    sealed = open_vault(Settings(data_dir=tmp_path / "one")).seal("abcdefghijklmnop", KEY)
    with pytest.raises(ConfigurationError, match="command-keys"):
        open_vault(Settings(data_dir=tmp_path / "two")).unseal("abcdefghijklmnop", sealed)
