"""What the doctor says of the way to the cloud, at real sockets."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from edge.checkup import link
from edge.checkup.finding import Finding
from wire.identity import new_identity

FROM = datetime(2020, 1, 1, tzinfo=UTC)


def findings(url: str, ca: str | None = None) -> list[Finding]:
    return list(link.look_at(new_identity((url,), simulated=True, ca=ca)))


@contextmanager
def listening(context: ssl.SSLContext | None = None) -> Iterator[int]:
    """One visitor is let in, and greeted with TLS where there is a context."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            visitor, _ = server.accept()
            with visitor:
                if context is not None:
                    try:
                        context.wrap_socket(visitor, server_side=True).close()
                    except OSError:
                        return

        host = threading.Thread(target=greet)
        host.start()
        yield server.getsockname()[1]
        host.join()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(FROM + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "broker.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_broker_on_this_machine_needs_no_encryption() -> None:
    with listening() as port:
        assert [f.code for f in findings(f"mqtt://127.0.0.1:{port}")] == ["broker"]


def test_a_trusted_broker_answers(tls: ssl.SSLContext, certificate: Path) -> None:
    with listening(tls) as port:
        (finding,) = findings(f"mqtts://localhost:{port}", str(certificate))
    assert finding.code == "broker"


def test_a_certificate_nobody_vouches_for_is_told_with_the_clock_to_look_at(
    tls: ssl.SSLContext,
) -> None:
    with listening(tls) as port:
        (finding,) = findings(f"mqtts://localhost:{port}")
    assert finding.code == "broker_untrusted"
    assert "clock first" in finding.en


def test_a_broker_that_is_down() -> None:
    (finding,) = findings("mqtt://127.0.0.1:1")
    assert finding.code == "broker_unreachable"
    assert "refused" in finding.facts["why"]


def test_a_way_that_anybody_can_read_along_is_told_and_tried() -> None:
    first, second = findings("mqtt://nowhere.invalid")
    assert first.code == "broker_in_clear"
    assert second.code == "broker_unknown"
