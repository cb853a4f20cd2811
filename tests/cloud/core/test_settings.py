"""Settings, their derived values, and secret files."""

import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from cloud.settings import Settings


def test_the_embedded_database_is_the_default(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert settings.database == f"sqlite:///{tmp_path / 'cloud.db'}"
    assert not settings.demo
    assert not settings.secure
    assert settings.stamp_base == settings.public_url


def test_a_public_address_over_tls_binds_cookies_to_it(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path, public_url="https://vuon.example").secure


def test_a_setting_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"data_dir": tmp_path, "pubic_url": "x"})


def test_a_secret_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "cloud")
    first = settings.secret("a")
    assert len(first) == 32
    assert settings.secret("a") == first
    assert settings.secret("b") != first
    path = tmp_path / "cloud" / "secrets" / "a"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
