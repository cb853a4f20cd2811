"""What the roles include."""

from cloud.permissions import ROLE_PERMISSIONS, Permission, rights
from cloud.principal import Role


def test_every_role_has_its_line_and_none_exceeds_the_manager() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert all(given <= ROLE_PERMISSIONS[Role.MANAGER] for given in ROLE_PERMISSIONS.values())


def test_who_writes_a_product_does_not_put_it_on_the_shelf() -> None:
    assert Permission.PRODUCT_REVIEW not in ROLE_PERMISSIONS[Role.EDITOR]
    assert Permission.PRODUCT_WRITE not in ROLE_PERMISSIONS[Role.REVIEWER]


def test_money_is_the_manager_s_alone() -> None:
    assert [role for role in Role if Permission.MONEY_WRITE in ROLE_PERMISSIONS[role]] == [
        Role.MANAGER
    ]


def test_whoever_works_here_may_stop_the_water_and_guests_may_not() -> None:
    guests = {role for role in Role if Permission.STOP not in ROLE_PERMISSIONS[role]}
    assert guests == {Role.HELPER, Role.OFFICER}
    for guest in guests:
        beyond_self = ROLE_PERMISSIONS[guest] - {Permission.ACCOUNT_OWN, Permission.HELP}
        changes = {one for one in beyond_self if not one.endswith(".read")}
        assert changes == ({Permission.VOUCH} if guest is Role.HELPER else set())


def test_who_forgot_a_password_is_vouched_for_by_managers_and_helpers_alone() -> None:
    assert {role for role in Role if Permission.VOUCH in ROLE_PERMISSIONS[role]} == {
        Role.HELPER,
        Role.MANAGER,
    }


def test_everybody_sees_where_they_are_logged_in_and_only_a_manager_lets_others_in() -> None:
    assert all(Permission.ACCOUNT_OWN in given for given in ROLE_PERMISSIONS.values())
    assert [role for role in Role if Permission.ENTRY_WRITE in ROLE_PERMISSIONS[role]] == [
        Role.MANAGER
    ]


def test_a_farmer_sells_and_stamps_nothing() -> None:
    assert not ROLE_PERMISSIONS[Role.FARMER] & {Permission.STAMP_ISSUE, Permission.PRODUCT_WRITE}


def test_what_is_lent_to_a_helper_is_work_and_never_more_than_the_lender_has() -> None:
    kept_back = {
        Permission.MONEY_WRITE,
        Permission.ORDER_READ,
        Permission.ORDER_WRITE,
        Permission.STAMP_ISSUE,
        Permission.PRODUCT_REVIEW,
        Permission.MEMBER_READ,
        Permission.MEMBER_WRITE,
        Permission.AUDIT_READ,
        Permission.ENTRY_WRITE,
        Permission.ACCOUNT_OWN,
        Permission.COOPERATIVE_WRITE,
        Permission.VOUCH,
        Permission.PROGRAM_WRITE,
        Permission.EPCIS_READ,
        Permission.EPCIS_WRITE,
    }
    for role in Role:
        lent = rights(role, lent=True)
        assert lent - {Permission.HELP} <= rights(role)
        assert not lent & kept_back
    assert rights(Role.MANAGER) - rights(Role.MANAGER, lent=True) == kept_back


def test_a_helper_can_always_let_go() -> None:
    assert all(Permission.HELP in rights(role, lent=True) for role in Role)
