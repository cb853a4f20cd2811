"""The cloud's settings, read from the environment once, in `main`; and its secret files."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from cloud.errors import ConfigurationError
from cloud.logs import Style

_SECRET_OCTETS: Final = 32
_OWNER_FOLDER: Final = 0o700


class Settings(BaseSettings):
    """Every setting is an environment variable `VUONSO_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="VUONSO_", frozen=True, extra="forbid")

    data_dir: Path = Field(description="folder of the database, media and secrets")
    database_url: str = Field(
        default="", description="SQLAlchemy URL; empty: SQLite in the data folder"
    )
    public_url: str = Field(
        default="http://127.0.0.1:8000", description="address people open, without a final slash"
    )
    stamp_host: str = Field(
        default="", description="address printed in stamps; empty: the public address"
    )
    log_name: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9.:/_-]*$",
        max_length=120,
        description="name of the public log, to be kept when the public address changes; "
        "empty: its host and /so",
    )
    province_header: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9-]*$",
        description="header in which the reverse proxy tells a look's province, as VN-44; "
        "empty: none is kept",
    )
    broker: str = Field(
        default="auto",
        description="auto, mosquitto, amqtt, or the mqtt:// URL of a broker that runs already",
    )
    broker_port: int = Field(
        default=0, ge=0, le=65535, description="port of our own broker; 0: a free one, kept"
    )
    broker_host: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9.:-]*$",
        description="host by which devices reach our own broker, encrypted; empty: they do not",
    )
    broker_tls_port: int = Field(
        default=8883, ge=1, le=65535, description="port of our own broker for those devices"
    )
    internal_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="port on the loopback address for /readyz in detail and /metrics; 0: none",
    )
    journal: Path | None = Field(
        default=None,
        description="file of what must not come back with a backup; empty: in the data folder, "
        "better on another disk",
    )
    log: Style = Field(
        default="auto",
        description="json: one object a line; lines: for people; auto: lines on a terminal",
    )
    security_contact: str = Field(
        default="",
        pattern=r"^((mailto:|https://)[\x21-\x7e]+)?$",
        description="mailto: or https: address for reports of weaknesses, shown in security.txt",
    )
    # Who calls about a watering does so within days; of a crop somebody asks a year after its end.
    keep_raw_days: int = Field(
        default=14, ge=3, le=366, description="days for which each sample stays as it came"
    )
    keep_hour_days: int = Field(
        default=90,
        ge=8,
        le=3660,
        description="days for which hours stay; whole days stay for ever",
    )
    keep_pack_days: int = Field(
        default=730,
        ge=60,
        le=36_600,
        description="days for which packed days stay, the evidence of a season",
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="smtps://user:password@host or smtp://host of the server that takes our mail; "
        "empty: no alert is sent by mail",
    )
    smtp_from: str = Field(
        default="", description="address that alerts by mail come from; needed with that server"
    )
    zalo_bot_token: SecretStr = Field(
        default=SecretStr(""), description="token of our Zalo bot; empty: no alert goes to Zalo"
    )
    zalo_bot_name: str = Field(
        default="", description="name by which people find that bot in Zalo; needed with its token"
    )
    zalo_oa_app_id: str = Field(
        default="", description="application of a Zalo official account that owns groups"
    )
    zalo_oa_secret: SecretStr = Field(
        default=SecretStr(""), description="secret key of that application"
    )
    zalo_oa_refresh_token: SecretStr = Field(
        default=SecretStr(""),
        description="first refresh token of that account, later ones are kept in the data folder; "
        "empty: no alert goes to a group",
    )
    web_push: bool = Field(
        default=False,
        description="alerts reach browsers that are closed, by the push service of their maker; "
        "needs an https:// address",
    )
    forecast: Literal["persistence", "open_meteo"] = Field(
        default="persistence",
        description="persistence: each house goes by its own days; open_meteo: a forecast from "
        "Open-Meteo moves what plants are thought to drink by a fifth at most",
    )
    forecast_at: str = Field(
        default="",
        pattern=r"^(-?\d{1,2}(\.\d{1,6})?,-?\d{1,3}(\.\d{1,6})?)?$",
        description="degrees north and east of the houses, as 20.98,105.85; a forecast needs it",
    )
    forecast_url: str = Field(
        default="https://api.open-meteo.com",
        pattern=r"^https?://[\x21-\x7e]+[^/]$",
        description="address of that service, without a final slash",
    )
    forecast_key: SecretStr = Field(
        default=SecretStr(""), description="key of a paid account there; empty: the free service"
    )
    practice_places: int = Field(
        default=8, ge=0, le=32, description="practice greenhouses at a time; 0: none"
    )
    demo: bool = Field(
        default=False, description="demonstration: migrates by itself, may be seeded"
    )

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'cloud.db'}"

    @property
    def journal_file(self) -> Path:
        return self.journal or self.data_dir / "journal.jsonl"

    @property
    def stamp_base(self) -> str:
        return self.stamp_host or self.public_url

    @property
    def sends_mail(self) -> bool:
        return bool(self.smtp_url.get_secret_value())

    @property
    def has_bot(self) -> bool:
        return bool(self.zalo_bot_token.get_secret_value())

    @property
    def has_groups(self) -> bool:
        return bool(self.zalo_oa_refresh_token.get_secret_value())

    @property
    def pushes(self) -> bool:
        return self.web_push and self.secure

    @property
    def secure(self) -> bool:
        """Whether cookies may be bound to TLS."""
        return self.public_url.startswith("https://")

    @property
    def broker_dir(self) -> Path:
        """Files of the managed broker; beside the data folder, for its process reads them."""
        return self.data_dir.parent / "broker"

    def secret(self, name: str) -> bytes:
        """The 32 octets of a named secret, made on first use, readable by the owner only.

        Raises:
            ConfigurationError: the file does not hold 32 octets; a made-up key would seal stamps
                that nobody can open again.
        """
        return secret_in(self.data_dir / "secrets", name)


def secret_in(folder: Path, name: str) -> bytes:
    """The 32 octets of a secret in a folder, made on first use, readable by the owner only.

    Raises:
        ConfigurationError: the file does not hold 32 octets.
    """
    folder.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        _create_whole(path, secrets.token_bytes(_SECRET_OCTETS))
    octets = path.read_bytes()
    if len(octets) != _SECRET_OCTETS:
        raise ConfigurationError(f"{path} is damaged: put back the copy from your backup")
    return octets


def _create_whole(path: Path, octets: bytes) -> None:
    """Whoever comes first wins; nobody, and no power cut, ever meets half a file."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
    finally:
        fresh.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
