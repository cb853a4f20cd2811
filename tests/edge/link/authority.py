"""An authority of a test's own, and the certificate it gives a broker on this machine."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

FROM = datetime(2020, 1, 1, tzinfo=UTC)
CENTURY = timedelta(days=36_500)
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Authority:
    """Vouches for brokers; `pem` is what an identity pins."""

    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    pem: str

    def listener(
        self, folder: Path, *, until: datetime = FROM + CENTURY, address: str = LOOPBACK
    ) -> tuple[str, ...]:
        """Lines for a broker's file: TLS with a certificate of this authority for an address."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = x509.CertificateBuilder(
            self.name, _name("broker"), key.public_key(), x509.random_serial_number(), FROM, until
        )
        here = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(address))])
        own = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        made = builder.add_extension(here, critical=False).add_extension(own, critical=False)
        cert, private = folder / "broker.crt", folder / "broker.key"
        cert.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(PEM))
        private.write_bytes(
            key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        return (f"certfile {cert}", f"keyfile {private}")


PEM = serialization.Encoding.PEM


def authority(name: str) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name)
    builder = x509.CertificateBuilder(
        subject, subject, key.public_key(), x509.random_serial_number(), FROM, FROM + CENTURY
    )
    made = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_may_sign(), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(subject, key, made.public_bytes(PEM).decode())


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


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
