"""Settings, their derived values, and secret files."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from pydantic import ValidationError

from cloud.errors import ConfigurationError
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


def test_everyone_who_asks_at_the_same_moment_gets_the_whole_secret(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    people = 8
    for name in map(str, range(30)):
        start = Barrier(people)

        def ask(name: str = name, start: Barrier = start) -> bytes:
            start.wait()
            return settings.secret(name)

        with ThreadPoolExecutor(people) as pool:
            got = {future.result() for future in [pool.submit(ask) for _ in range(people)]}
        assert [len(secret) for secret in got] == [32]
    assert not list((tmp_path / "secrets").glob(".*"))


def test_half_a_secret_is_refused_by_name(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    settings.secret("seal")
    (tmp_path / "secrets" / "seal").write_bytes(b"")
    with pytest.raises(ConfigurationError, match="seal is damaged"):
        settings.secret("seal")
