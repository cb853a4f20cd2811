"""Which broker the settings mean, and how the cloud's own accounts get in there."""

from typing import Final

from cloud.broker.address import LOOPBACK, Access, BrokerAddress, Login, Outside, parse
from cloud.broker.files import replace
from cloud.broker.kinds import AMQTT, MOSQUITTO, choose, free_port
from cloud.settings import Settings

_MANAGED: Final = frozenset({"auto", MOSQUITTO, AMQTT})
MAX_WORKERS: Final = 8
"""Twice what one database was measured to keep busy; each has an account from the first start."""
_WORKER: Final = "ingest-"
_PORT_FILE: Final = "port"


def is_managed(settings: Settings) -> bool:
    """Whether the broker is a child of ours, not one that runs already."""
    return settings.broker in _MANAGED


def address_of(settings: Settings) -> BrokerAddress:
    """The broker's address; a port chosen once is kept, for devices know it."""
    if not is_managed(settings):
        return parse(settings.broker)
    return BrokerAddress(LOOPBACK, settings.broker_port or _kept_port(settings))


def outside_of(settings: Settings) -> Outside | None:
    """Where our own broker listens for the world; None where the operator named no host."""
    if not (is_managed(settings) and settings.broker_host):
        return None
    return Outside(settings.broker_host, settings.broker_tls_port)


def worker_name(number: int) -> str:
    """The account of a worker; they are counted from 1."""
    return f"{_WORKER}{number}"


def worker_port(settings: Settings, name: str) -> int:
    """The internal port of a worker's own process: they count up from that of the first."""
    first = settings.internal_port
    return first and first + int(name.removeprefix(_WORKER)) - 1


def access_of(settings: Settings, name: str) -> Access:
    """How the worker of this name reads from the broker."""
    shared = not is_managed(settings) or choose(settings.broker) == MOSQUITTO
    return Access(address_of(settings), login_of(settings, name), shared)


def login_of(settings: Settings, name: str) -> Login:
    """An account of the cloud's own; its password is a secret file."""
    return Login(name, settings.secret(name).hex())


def _kept_port(settings: Settings) -> int:
    path = settings.broker_dir / _PORT_FILE
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace(path, str(free_port()))
    return int(path.read_text(encoding="ascii"))
