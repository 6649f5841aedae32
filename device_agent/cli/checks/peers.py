"""The peers: tokens, names, ports, certificates; each hub is dialled once and left at once."""

import asyncio
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...errors import ConfigError, LinkRefused, Refusal
from ..exits import Exit
from ..findings import Finding, Level, ok

if TYPE_CHECKING:
    from ...config import LinkConfig, ListenConfig, Loaded

CONNECT_WITHIN_S = 5.0

_REMEDIES = {
    Refusal.CREDENTIALS: "check the token file of this link against the hub's token",
    Refusal.TLS: "set ca_file to the authority's certificate, or correct the name in the URL",
    Refusal.NOT_A_HUB: "check the path of the URL, usually /ws",
    Refusal.UNREACHABLE: "check that the hub runs, and proxies and firewalls on the way",
}


def peer_findings(loaded: "Loaded") -> Iterator[Finding]:
    """Check what `device-agent run` would need for the peers that are configured."""
    from ...config import check_peers

    if not loaded.config.links and loaded.config.listen is None:
        text = "no hub and no listener are configured"
        yield Finding("peers", Level.INFO, text, "--hub URL or --listen HOST:PORT, as for run")
        return
    try:
        ready = check_peers(loaded)
    except ConfigError as error:
        text = f"{error.where}: {error.message}" if error.where else error.message
        yield Finding("peers", Level.FAIL, text, error.hint, Exit.USAGE)
        return
    for warning in ready.warnings:
        text, _, remedy = warning.partition("; try ")
        yield Finding("token", Level.WARN, text, remedy)
    for link in ready.config.links:
        yield _hub(link)
    if ready.config.listen is not None:
        yield _listener(ready.config.listen)


def _hub(link: "LinkConfig") -> Finding:
    from ...links.urls import masked

    label = masked(link.url)
    if link.proxy in (None, "none"):
        problem = _reach(link.url)
        if problem is not None:
            return Finding("hub", Level.FAIL, f"{label}: {problem[0]}", problem[1], _UNREACHABLE)
    try:
        asyncio.run(_dial(link))
    except LinkRefused as error:
        remedy = _REMEDIES[error.refusal]
        return Finding("hub", Level.FAIL, str(error), remedy, _UNREACHABLE)
    except ConfigError as error:
        return Finding("hub", Level.FAIL, f"{label}: {error.message}", error.hint, Exit.USAGE)
    return ok("hub", f"{label} takes our token")


_UNREACHABLE = Exit.NOT_REACHABLE


def _reach(url: str) -> tuple[str, str] | None:
    """Find out which of name and port fails; a proxy's environment decides later."""
    from ...links.proxies import choose_proxy

    if choose_proxy(url, None) is not None:
        return None
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "wss" else 80)
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return f"the name {host} is not known", "check the name, /etc/hosts and DNS"
    try:
        socket.create_connection((host, port), CONNECT_WITHIN_S).close()
    except TimeoutError:
        return f"port {port} does not answer", "check the firewall on the way and the port"
    except OSError as error:
        remedy = "check that the hub runs and listens on that port"
        return f"port {port}: {error.strerror or error}", remedy
    return None


async def _dial(link: "LinkConfig") -> None:
    from ...links.dial import DialTarget, TokenIn, dial

    target = DialTarget(
        url=link.url,
        token=link.token,
        token_in=TokenIn(link.token_in),
        ca_file=link.ca_file,
        client_cert_file=link.client_cert_file,
        client_key_file=link.client_key_file,
        proxy=link.proxy,
        insecure=link.insecure,
        open_timeout_s=CONNECT_WITHIN_S,
    )
    opened = await dial(target)
    await opened.close(1000, "looked at by device-agent doctor")


def _listener(listen: "ListenConfig") -> Finding:
    where = f"{listen.host}:{listen.port}"
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((listen.host, listen.port))
    except OSError as error:
        remedy = "another program listens there, the agent itself perhaps; or choose a port"
        return Finding("listen", Level.WARN, f"{where}: {error.strerror}", remedy)
    return ok("listen", f"{where} is free")
