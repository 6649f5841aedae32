"""Dial out to a hub over WebSocket: ws and wss, tokens, proxies, errors that say what to do."""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import SecretStr
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus

from ..errors import ConfigError
from .liveness import Pace
from .proxies import choose_proxy
from .refusals import UNAUTHORISED, mapped
from .tls import client_context
from .urls import TOKEN_KEY, check_url, host_of, is_loopback, is_secure, masked
from .websocket import MAX_FRAME_BYTES, MAX_QUEUED_FRAMES, SILENT, MeteredClient, WebSocketLink

HAPPY_EYEBALLS_S = 0.25
"""Head start of one address of a name over the next (RFC 8305, section 5)."""


class TokenIn(Enum):
    """Where the token travels; never in both places at once."""

    AUTO = "auto"
    HEADER = "header"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class DialTarget:
    """
    Everything that is needed to dial one hub.

    Attributes:
        url: ``ws://`` or ``wss://``; must not contain a token.
        token: What the hub wants to see; None for a hub that asks for none.
        token_in: ``AUTO`` sends the header first and, refused with 401 or 403, once more with
            the query, which is all that UFO's server looks at.
        ca_file: The only authorities trusted for wss; None trusts those of the system.
        client_cert_file: For hubs that ask for a client certificate, in PEM.
        client_key_file: Its key, if it is not in the same file.
        proxy: None asks the environment, ``"none"`` nobody, else the URL of an HTTP proxy.
        insecure: Whether ws:// may leave this machine.
        open_timeout_s: How long one try may take, from resolving the name to the handshake.
        max_frame_bytes: Larger frames of the hub end the link (1009).
        pace: How patient the link is once it is open.

    """

    url: str
    token: SecretStr | None = None
    token_in: TokenIn = TokenIn.AUTO
    ca_file: Path | None = None
    client_cert_file: Path | None = None
    client_key_file: Path | None = None
    proxy: str | None = field(default=None, repr=False)
    insecure: bool = False
    open_timeout_s: float = 10.0
    max_frame_bytes: int = MAX_FRAME_BYTES
    pace: Pace = field(default_factory=Pace)


class DialledLink(WebSocketLink):
    """
    A link that says which way its token went.

    Whoever dials again puts that into :attr:`DialTarget.token_in`, and goes back to what was
    configured when the token is refused: another program may listen there by then.
    """

    token_in: TokenIn | None = None


async def dial(target: DialTarget) -> DialledLink:
    """
    Open a link to a hub.

    Raises:
        ConfigError: The target cannot be dialled as it is written down.
        LinkRefused: It did not come up this time; says why and what to try.

    """
    check_url(target.url, insecure=target.insecure)
    first, *others = _ways(target)
    options = _options(target)
    label = masked(target.url)
    with mapped(label):
        way = first
        try:
            connection = await _open(target, way, options)
        except InvalidStatus as error:
            if error.response.status_code not in UNAUTHORISED or not others:
                raise
            way = others[0]
            connection = await _open(target, way, options)
    link = DialledLink(connection, label, target.pace)
    link.token_in = way
    return link


class _Connect(connect):
    """Opens exactly the address that was configured."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        # A redirect would carry the token to a place that nobody configured.
        return exc


class _Client(MeteredClient):
    """A client that tells a broken TLS handshake from a peer that hung up."""

    _lost: Exception | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = exc
        super().connection_lost(exc)

    async def handshake(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- passed on
        try:
            await super().handshake(*args, **kwargs)
        except InvalidHandshake:
            # With TLS 1.3 a refused client certificate shows after our side of the handshake.
            if self._lost is not None:
                raise self._lost from None
            raise


def _ways(target: DialTarget) -> tuple[TokenIn | None, ...]:
    if target.token is None:
        return (None,)
    token = target.token.get_secret_value()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError(
            "the token is empty or contains blanks, control or non-ASCII characters",
            hint="check the token file; it holds one line",
        )
    if target.token_in is TokenIn.AUTO:
        return (TokenIn.HEADER, TokenIn.QUERY)
    return (target.token_in,)


def _options(target: DialTarget) -> dict[str, Any]:
    options: dict[str, Any] = {
        "proxy": choose_proxy(target.url, target.proxy),
        "user_agent_header": "device-agent",
        # Screenshots are compressed already; JSON around them is not worth a deflate per frame.
        "compression": None,
        "open_timeout": target.open_timeout_s,
        "ping_interval": None,
        "close_timeout": target.pace.close_within_s,
        "max_size": target.max_frame_bytes,
        "max_queue": MAX_QUEUED_FRAMES,
        "logger": SILENT,
        "create_connection": _Client,
    }
    if is_secure(target.url):
        options["ssl"] = client_context(
            target.ca_file, target.client_cert_file, target.client_key_file
        )
        options["ssl_shutdown_timeout"] = target.pace.close_within_s
    if not is_loopback(host_of(target.url)):
        # Else one dead IPv6 route would use up the time of all addresses.
        options["happy_eyeballs_delay"] = HAPPY_EYEBALLS_S
    return options


async def _open(target: DialTarget, way: TokenIn | None, options: dict[str, Any]) -> _Client:
    token = "" if target.token is None else target.token.get_secret_value()
    url = _with_token(target.url, token) if way is TokenIn.QUERY else target.url
    headers = {"Authorization": f"Bearer {token}"} if way is TokenIn.HEADER else None
    connection = await _Connect(url, additional_headers=headers, **options)
    assert isinstance(connection, _Client)  # noqa: S101 -- for the type checker
    return connection


def _with_token(url: str, token: str) -> str:
    parts = urlsplit(url)
    field_ = f"{TOKEN_KEY}={quote(token, safe='')}"
    return urlunsplit(parts._replace(query=f"{parts.query}&{field_}" if parts.query else field_))
