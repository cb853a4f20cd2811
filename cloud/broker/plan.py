"""Which broker the settings mean, and the cloud's own accounts there."""

from typing import Final

from cloud.broker import authority
from cloud.broker.address import LOOPBACK, Access, BrokerAddress, Login, Outside, parse
from cloud.broker.canary import Aviary
from cloud.broker.files import replace
from cloud.broker.managed import AMQTT, MOSQUITTO, Services, choose, free_port
from cloud.errors import Conflict
from cloud.i18n import _
from cloud.settings import Settings
from wire.topics import CANARY


class Unreachable(Conflict):
    """Our broker listens to this machine alone."""

    code = "broker_unreachable"
    sentence = _("Máy chủ chưa mở đường cho máy ở vườn. Hỏi người trông máy chủ.")


_MANAGED: Final = frozenset({"auto", MOSQUITTO, AMQTT})
MAX_WORKERS: Final = 8
"""Twice what one database was measured to keep busy; each has an account from the first start."""
_WORKER: Final = "ingest-"
_PROBE: Final = "probe"
_WATCHER: Final = "watcher"
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


def way_for_devices(settings: Settings) -> tuple[str, str | None]:
    """The broker's URL as a device out there needs it, and the authority to pin.

    Raises:
        Unreachable: devices out there find no broker.
    """
    outside = outside_of(settings)
    if outside is not None:
        return outside.url, authority.vouch(settings.broker_dir, outside.host)
    if is_managed(settings):
        raise Unreachable
    return parse(settings.broker).url, None


def services_of(settings: Settings) -> Services:
    workers = tuple(_login(settings, worker_name(n)) for n in range(1, MAX_WORKERS + 1))
    canary = Login(CANARY, settings.secret("canary").hex())
    aviary = Aviary(canary=canary, watcher=_login(settings, _WATCHER))
    return Services(workers=workers, probe=_login(settings, _PROBE), aviary=aviary)


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
    return Access(address_of(settings), _login(settings, name), shared)


def _login(settings: Settings, name: str) -> Login:
    return Login(name, settings.secret(name).hex())


def _kept_port(settings: Settings) -> int:
    path = settings.broker_dir / _PORT_FILE
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace(path, str(free_port()))
    return int(path.read_text(encoding="ascii"))
