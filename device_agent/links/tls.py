"""TLS contexts for both ends of a link, with errors that name the file."""

import ssl
from pathlib import Path

from ..errors import ConfigError


def client_context(
    ca_file: Path | None, certificate_file: Path | None, key_file: Path | None
) -> ssl.SSLContext:
    """
    Make a context that checks the hub's certificate and name.

    Args:
        ca_file: The only authorities trusted; None trusts those of the system.
        certificate_file: For hubs that ask for a client certificate, in PEM.
        key_file: Its key, if it is not in the same file.

    Raises:
        ConfigError: A file cannot be read or is no certificate or key.

    """
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise _unusable(ca_file, "certificate authorities", error) from None
    if certificate_file is not None:
        _load(context, certificate_file, key_file)
    elif key_file is not None:
        raise ConfigError(
            f"{key_file} is a key without its certificate", hint="set client_cert_file as well"
        )
    return context


def server_context(certificate_file: Path, key_file: Path | None) -> ssl.SSLContext:
    """Make a context for a listener; raises as :func:`client_context`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _load(context, certificate_file, key_file)
    return context


def _load(context: ssl.SSLContext, certificate_file: Path, key_file: Path | None) -> None:
    try:
        # Without a password OpenSSL would ask for it on the terminal, and a daemon would hang.
        context.load_cert_chain(certificate_file, key_file, password=str)
    except OSError as error:
        files = certificate_file if key_file is None else f"{certificate_file} with {key_file}"
        raise _unusable(files, "a certificate and its unencrypted key", error) from None


def _unusable(file: object, what: str, error: OSError) -> ConfigError:
    cause = error.strerror if not isinstance(error, ssl.SSLError) else None
    hint = "check the path and who may read it" if cause else "check that it is PEM"
    return ConfigError(f"{file} cannot be used as {what}{f': {cause}' if cause else ''}", hint=hint)
