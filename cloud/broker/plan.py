"""Which broker the settings mean, and the cloud's own accounts there."""

from typing import Final

from cloud.broker.address import BrokerAddress, Login, parse
from cloud.broker.files import replace
from cloud.broker.managed import AMQTT, LOOPBACK, MOSQUITTO, Services, free_port
from cloud.settings import Settings

ANYWHERE: Final = "0.0.0.0"
_MANAGED: Final = frozenset({"auto", MOSQUITTO, AMQTT})
_WORKER: Final = "ingest-1"
_PROBE: Final = "probe"
_PORT_FILE: Final = "port"


def is_managed(settings: Settings) -> bool:
    """Whether the broker is a child of ours, not one that runs already."""
    return settings.broker in _MANAGED


def address_of(settings: Settings, host: str = LOOPBACK) -> BrokerAddress:
    """The broker's address; a port chosen once is kept, for devices know it."""
    if not is_managed(settings):
        return parse(settings.broker)
    return BrokerAddress(host, settings.broker_port or _kept_port(settings))


def services_of(settings: Settings) -> Services:
    return Services(
        ingest=Login(_WORKER, settings.secret(_WORKER).hex()),
        probe=Login(_PROBE, settings.secret(_PROBE).hex()),
    )


def _kept_port(settings: Settings) -> int:
    path = settings.broker_dir / _PORT_FILE
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace(path, str(free_port()))
    return int(path.read_text(encoding="ascii"))
