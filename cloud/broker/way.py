"""How devices out there find the broker, and whom to trust for it."""

from cloud.broker import authority, plan
from cloud.broker.address import parse
from cloud.errors import Conflict
from cloud.i18n import _
from cloud.settings import Settings


class Unreachable(Conflict):
    """Our broker listens to this machine alone."""

    code = "broker_unreachable"
    sentence = _("Máy chủ chưa mở đường cho máy ở vườn. Hỏi người trông máy chủ.")


def for_devices(settings: Settings) -> tuple[str, str | None]:
    """The broker's URL as a device out there needs it, and the authority to pin.

    Raises:
        Unreachable: devices out there find no broker.
    """
    outside = plan.outside_of(settings)
    if outside is not None:
        return outside.url, authority.vouch(settings.broker_dir, outside.host)
    if plan.is_managed(settings):
        raise Unreachable
    return parse(settings.broker).url, None
