"""identity.json."""

from pathlib import Path

import pytest

from wire import identity
from wire.errors import IdentityError


def test_an_identity_survives_the_disk_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "identity.json"
    made = identity.new_identity(("mqtt://127.0.0.1:1883",), simulated=True)
    identity.save(made, path)
    identity.save(made, path)
    assert identity.load(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_two_identities_share_nothing() -> None:
    one, two = (identity.new_identity(("mqtt://127.0.0.1",), simulated=False) for _ in range(2))
    assert one.device != two.device
    assert not {one.secret, one.command_key, one.ed25519_seed} & {
        two.secret,
        two.command_key,
        two.ed25519_seed,
    }


def test_secrets_stay_out_of_logs() -> None:
    made = identity.new_identity(("mqtt://127.0.0.1",), simulated=False)
    assert made.secret not in f"{made} {made!r}"


def test_each_fault_of_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "identity.json"
    with pytest.raises(IdentityError, match="identity_missing"):
        identity.load(path)
    path.touch(0o644)
    with pytest.raises(IdentityError, match="chmod 600"):
        identity.load(path)
    path.chmod(0o600)
    path.write_text('{"device": "short"}')
    with pytest.raises(IdentityError, match="identity_broken"):
        identity.load(path)
