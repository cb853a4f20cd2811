"""Pure decisions about members: a cooperative is never left without a manager."""

from collections.abc import Mapping

from cloud.principal import Role


def orphans(roles: Mapping[int, Role], account: int, wish: Role | None) -> bool:
    """Whether nobody would manage the cooperative if this member became `wish`, or left (None)."""
    after = {**roles, account: wish}
    return Role.MANAGER not in after.values()
