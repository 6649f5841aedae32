"""Files that cannot be used are named, with what to do about them."""

import ssl
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from device_agent.errors import ConfigError
from device_agent.links.tls import client_context, server_context


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"hunter2"),
    )
    (folder / "locked.pem").write_bytes(locked)
    (folder / "text.pem").write_text("hello")
    return folder


def test_the_given_authority_is_the_only_one(files: Path) -> None:
    context = client_context(files / "ca.pem", files / "cert.pem", files / "key.pem")
    assert len(context.get_ca_certs()) == 1
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_listener_asks_nobody_for_a_certificate(files: Path) -> None:
    context = server_context(files / "cert.pem", files / "key.pem")
    assert context.verify_mode is ssl.CERT_NONE


@pytest.mark.parametrize(
    ("ca", "certificate", "key", "says"),
    [
        ("missing.pem", None, None, "missing.pem"),
        ("text.pem", None, None, "PEM"),
        (None, "missing.pem", None, "missing.pem"),
        (None, "cert.pem", None, "key"),
        (None, "cert.pem", "text.pem", "text.pem"),
        (None, "cert.pem", "locked.pem", "unencrypted"),
        (None, None, "key.pem", "client_cert_file"),
    ],
)
def test_unusable_files(
    files: Path, ca: str | None, certificate: str | None, key: str | None, says: str
) -> None:
    ca_file, certificate_file, key_file = (
        None if name is None else files / name for name in (ca, certificate, key)
    )
    with pytest.raises(ConfigError) as caught:
        client_context(ca_file, certificate_file, key_file)
    assert says in str(caught.value)
