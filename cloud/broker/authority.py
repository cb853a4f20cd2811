"""The installation's own authority, and the certificate by which devices know its broker.

Both begin years ago: a Pi without a clock that wakes up in the past must not refuse them.
"""

from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Final, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cloud.broker.files import CERTIFICATE, KEY, replace

CA: Final = "ca.pem"
_CA_KEY: Final = "ca.key"

_FROM: Final = datetime(2020, 1, 1, tzinfo=UTC)
_CA_UNTIL: Final = datetime(2060, 1, 1, tzinfo=UTC)
_UNTIL: Final = datetime(2040, 1, 1, tzinfo=UTC)
_PEM: Final = serialization.Encoding.PEM


def vouch(folder: Path, host: str) -> str:
    """Make what is missing, and a new certificate for another host; the authority's PEM.

    The authority stays the same for ever: devices pin it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / CA).exists():
        _found(folder)
    if _host_of(folder / CERTIFICATE) != host:
        _certify(folder, host)
    return (folder / CA).read_text(encoding="ascii")


def _found(folder: Path) -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), _name("Vuon So")
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), _FROM, _CA_UNTIL
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_may_sign(), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
    replace(folder / _CA_KEY, _text(key))
    replace(folder / CA, made.public_bytes(_PEM).decode())


def _certify(folder: Path, host: str) -> None:
    authority = x509.load_pem_x509_certificate((folder / CA).read_bytes())
    kept = serialization.load_pem_private_key((folder / _CA_KEY).read_bytes(), None)
    signer = cast("ec.EllipticCurvePrivateKey", kept)
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    made = (
        x509.CertificateBuilder(
            authority.subject,
            _name(host),
            key.public_key(),
            x509.random_serial_number(),
            _FROM,
            _UNTIL,
        )
        .add_extension(x509.SubjectAlternativeName([_general(host)]), critical=False)
        .add_extension(issuer, critical=False)
        .sign(signer, hashes.SHA256())
    )
    replace(folder / KEY, _text(key))
    replace(folder / CERTIFICATE, made.public_bytes(_PEM).decode())


def _host_of(certificate: Path) -> str | None:
    if not certificate.exists():
        return None
    subject = x509.load_pem_x509_certificate(certificate.read_bytes()).subject
    return str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _text(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(_PEM, form, serialization.NoEncryption()).decode()


def _may_sign() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
