"""The border where foreign errors of opening a link become ours, by type and code alone."""

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from websockets.exceptions import (
    InvalidHandshake,
    InvalidProxy,
    InvalidProxyStatus,
    InvalidStatus,
    InvalidURI,
    ProxyError,
)
from websockets.http11 import Response

from ..errors import ConfigError, LinkRefused, Refusal

UNAUTHORISED = frozenset({401, 403})
"""What a refused token is answered with; UFO's server says 403 (AIP, section 0.1)."""

_PROXY_WANTS_PASSWORD = 407
_BUSY = frozenset({429, 503})
_X509_EXPIRED = 10
_X509_NOT_YET_VALID = 9
_X509_UNKNOWN_ISSUER = frozenset({2, 18, 19, 20, 21})
_X509_OTHER_NAME = frozenset({62, 64})
"""X509_V_ERR_* of OpenSSL (x509_vfy.h)."""

_HUNG_UP = (
    "hung up before it answered; if that stays so, check that ws:// and wss:// are not mixed up"
)


@contextmanager
def mapped(label: str) -> Iterator[None]:
    """
    Turn everything that opening can raise into LinkRefused or ConfigError.

    The foreign error is cut off: its text or its attributes may hold the request, and the
    request holds the token.

    Args:
        label: Whom we dial, without query.

    """
    try:
        yield
    except (InvalidURI, InvalidProxy, UnicodeError):
        raise ConfigError(f"{label}, or the proxy before it, is no usable address") from None
    except InvalidStatus as error:
        raise _by_status(label, error.response) from None
    except ProxyError as error:
        raise _by_proxy(label, error) from None
    except InvalidHandshake as error:
        raise _by_handshake(label, error) from None
    except ssl.SSLError as error:
        raise LinkRefused(Refusal.TLS, f"{label}: {_tls(error)}") from None
    except OSError as error:  # TimeoutError is one of them
        raise LinkRefused(Refusal.UNREACHABLE, f"{label}: {_network(error)}") from None


def _by_status(label: str, response: Response) -> LinkRefused:
    status = response.status_code
    if status in UNAUTHORISED:
        detail = f"{label} refused the token (HTTP {status}); check the token file of this link"
        return LinkRefused(Refusal.CREDENTIALS, detail)
    if status in _BUSY or status >= 500:
        detail = f"{label} is not ready (HTTP {status}); it will be tried again"
        return LinkRefused(Refusal.UNREACHABLE, detail, retry_after_s=_retry_after(response))
    detail = f"{label} is no hub (HTTP {status}); check host, port and path of the URL"
    return LinkRefused(Refusal.NOT_A_HUB, detail)


def _retry_after(response: Response) -> float | None:
    """Read a delay in seconds; a date (RFC 9110, section 10.2.3) would need a right clock."""
    values = response.headers.get_all("Retry-After")
    if len(values) != 1 or not re.fullmatch(r"[0-9]{1,9}", values[0]):
        return None
    return float(values[0])


def _by_proxy(label: str, error: ProxyError) -> LinkRefused:
    status = error.response.status_code if isinstance(error, InvalidProxyStatus) else None
    if status == _PROXY_WANTS_PASSWORD:
        cause = "the proxy wants a user and a password in its URL (HTTP 407)"
    elif status is not None:
        cause = f"the proxy did not let us through (HTTP {status})"
    else:
        cause = "the proxy did not answer as an HTTP proxy does"
    detail = f'{label}: {cause}; check proxy, HTTP_PROXY and HTTPS_PROXY, or set proxy = "none"'
    return LinkRefused(Refusal.UNREACHABLE, detail)


def _by_handshake(label: str, error: InvalidHandshake) -> LinkRefused:
    if isinstance(error.__cause__, EOFError):
        detail = f"{label} {_HUNG_UP}"
        return LinkRefused(Refusal.UNREACHABLE, detail)
    detail = f"{label} does not speak WebSocket; check host, port and path of the URL"
    return LinkRefused(Refusal.NOT_A_HUB, detail)


def _tls(error: ssl.SSLError) -> str:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"no TLS connection ({error.reason or 'broken off'}); check that the hub speaks TLS "
            "on this port and whether it asks for a client certificate (client_cert_file)"
        )
    if error.verify_code == _X509_EXPIRED:
        return "the hub's certificate has expired; renew it, or set this machine's clock"
    if error.verify_code == _X509_NOT_YET_VALID:
        return "the hub's certificate is not valid yet; set this machine's clock"
    if error.verify_code in _X509_UNKNOWN_ISSUER:
        return "nobody this machine trusts has signed the hub's certificate; set ca_file"
    if error.verify_code in _X509_OTHER_NAME:
        return "the hub's certificate is for another name; dial it by the name it is made for"
    return f"the hub's certificate is refused: {error.verify_message}"


def _network(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time; check address, network and firewall"
    if isinstance(error, socket.gaierror):
        return "the name cannot be resolved; check the host name and DNS"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there; check the port and whether the hub runs"
    if isinstance(error, ConnectionError):
        return _HUNG_UP
    return f"{error.strerror or 'the connection failed'}; check address and network"
