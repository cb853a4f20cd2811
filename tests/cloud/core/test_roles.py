"""What the roles include."""

from cloud.permissions import ROLE_PERMISSIONS, Permission
from cloud.principal import Role


def test_a_manager_may_all_that_a_farmer_may() -> None:
    assert ROLE_PERMISSIONS[Role.FARMER] < ROLE_PERMISSIONS[Role.MANAGER]


def test_a_farmer_sells_and_stamps_nothing() -> None:
    assert not ROLE_PERMISSIONS[Role.FARMER] & {Permission.STAMP_ISSUE, Permission.PRODUCT_WRITE}
