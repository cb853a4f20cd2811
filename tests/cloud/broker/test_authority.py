"""The installation's own authority: made once, pinned for ever, and of no use to readers."""

import ssl
from pathlib import Path

from cryptography import x509

from cloud.broker.authority import vouch


def certificate(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "broker.pem").read_bytes())


def test_the_authority_outlives_hosts(tmp_path: Path) -> None:
    pinned = vouch(tmp_path, "one.example")
    first = certificate(tmp_path)
    assert vouch(tmp_path, "one.example") == pinned
    assert certificate(tmp_path) == first, "nothing is made twice"
    assert vouch(tmp_path, "192.0.2.7") == pinned, "boxes have pinned it"
    second = certificate(tmp_path)
    authority = x509.load_pem_x509_certificate(pinned.encode())
    for one in (first, second):
        one.verify_directly_issued_by(authority)
    names = second.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["192.0.2.7"]


def test_a_pi_that_wakes_up_in_the_past_believes_it(tmp_path: Path) -> None:
    pinned = vouch(tmp_path, "one.example")
    authority = x509.load_pem_x509_certificate(pinned.encode())
    assert authority.not_valid_before_utc.year == 2020
    assert certificate(tmp_path).not_valid_before_utc.year == 2020
    assert certificate(tmp_path).not_valid_after_utc.year >= 2040


def test_keys_are_their_owners_alone(tmp_path: Path) -> None:
    vouch(tmp_path / "broker", "one.example")
    for name in ("ca.key", "broker.key"):
        assert (tmp_path / "broker" / name).stat().st_mode & 0o077 == 0


def test_libraries_take_it_for_an_authority(tmp_path: Path) -> None:
    context = ssl.create_default_context(cadata=vouch(tmp_path, "one.example"))
    assert len(context.get_ca_certs()) >= 1
