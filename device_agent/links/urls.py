"""Addresses of hubs: which are usable, and how they may be printed. Pure."""

import ipaddress
from urllib.parse import SplitResult, parse_qsl, urlsplit, urlunsplit

from ..errors import ConfigError

TOKEN_KEY = "token"  # noqa: S105 -- the name of a query field
"""Where UFO's server and Galaxy put the token (AIP, section 0.1)."""

_TOKEN_HINT = "put the token into a file and name it with --token-file or token_file"  # noqa: S105


def check_url(url: str, *, insecure: bool = False) -> None:
    """
    Refuse an address that cannot or must not be dialled.

    Args:
        url: ``ws://`` or ``wss://``, with a host, without anything secret.
        insecure: Whether frames may cross a network unencrypted.

    Raises:
        ConfigError: What is wrong with it and what to write instead; repeats no secret.

    """
    parts = _split(url)
    if parts.scheme not in {"ws", "wss"}:
        raise ConfigError(
            f"{masked(url)!r} does not begin with ws:// or wss://",
            hint="write it as wss://hub.example:8443/ws",
        )
    if not parts.hostname:
        raise ConfigError(f"{masked(url)!r} names no host", hint="write it as wss://hub.example/ws")
    if parts.username is not None or parts.password is not None:
        raise ConfigError("a hub's URL must not contain a user or password", hint=_TOKEN_HINT)
    if any(key.lower() == TOKEN_KEY for key, _ in parse_qsl(parts.query, keep_blank_values=True)):
        raise ConfigError("a hub's URL must not contain the token", hint=_TOKEN_HINT)
    if parts.fragment:
        raise ConfigError(f"{masked(url)!r} has a fragment (#…), which no hub ever sees")
    if parts.scheme == "ws" and not insecure and not is_loopback(parts.hostname):
        raise ConfigError(
            f"{masked(url)!r} would send the token and all frames unencrypted over a network",
            hint="use wss://, or say insecure = true for this link if the network is trusted",
        )


def masked(url: str) -> str:
    """Print an address without user, password, query values or fragment."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return "(an address that cannot be read)"
    host = f"[{host}]" if ":" in host else host
    query = "***" if parts.query else ""
    return urlunsplit((parts.scheme, f"{host}{port}", parts.path, query, ""))


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_secure(url: str) -> bool:
    """Whether an address asks for TLS."""
    return urlsplit(url).scheme == "wss"


def host_of(url: str) -> str:
    """Take the host out of a checked address, without brackets."""
    return urlsplit(url).hostname or ""


def _split(url: str) -> SplitResult:
    if not url.isprintable() or any(character.isspace() for character in url):
        raise ConfigError("a hub's URL contains blanks or control characters")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ConfigError(
            f"{masked(url)!r} is no URL", hint="write it as wss://hub.example:8443/ws"
        ) from None
    return parts
