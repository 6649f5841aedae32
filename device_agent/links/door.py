"""
Who may come in over a listening port. Pure: requests, counts and the clock are handed in.

A web page in a browser on this machine can reach every port of it, so a token alone is not
enough: whatever looks like a browser is refused before the token is looked at, and a name that
was rebound to this machine is no name of ours.
"""

import hashlib
import hmac
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from .urls import TOKEN_KEY

MAX_FAILURES = 5
FAILURES_WITHIN_S = 60.0
"""Wrong tokens from one address before it has to wait."""

_MAX_ADDRESSES = 1024
"""How many addresses are remembered; the one that has been quiet longest is forgotten first."""

_MAX_QUERY_FIELDS = 32


@dataclass(frozen=True, slots=True)
class Knock:
    """
    A request to come in.

    Attributes:
        path: The request target with its query, as it was sent.
        headers: All values of each header, by its name in lower case.
        address: Who asks.
        local_address: Which of our addresses was dialled.

    """

    path: str
    headers: Mapping[str, Sequence[str]]
    address: str
    local_address: str

    def values(self, name: str) -> Sequence[str]:
        """All values of one header."""
        return self.headers.get(name, ())


@dataclass(frozen=True, slots=True)
class Refused:
    """Not let in: the HTTP answer. The words repeat nothing of the request."""

    status: HTTPStatus
    reason: str
    retry_after_s: int | None = None


class Door:
    """
    Decides who comes in.

    Args:
        token: What a caller has to show.
        query_token: Whether ``?token=`` will do; Galaxy has no other way.
        hosts: Names under which we may be dialled; without a port, ours is meant.
        port: Ours.
        default_port: The one that a URL need not name: 80, or 443 with TLS.

    """

    def __init__(
        self, token: str, *, query_token: bool, hosts: Sequence[str], port: int, default_port: int
    ) -> None:
        self._digest = _digest(token)
        self._query_token = query_token
        self._port = port
        self._default_port = default_port
        self._hosts = frozenset(name for host in hosts for name in self._spellings(host))
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def judge(self, knock: Knock, now_s: float) -> Refused | None:
        """Say why a request is refused; None lets it in."""
        return self._is_browser(knock) or self._is_misdirected(knock) or self._token(knock, now_s)

    def _is_browser(self, knock: Knock) -> Refused | None:
        if knock.values("origin") or knock.values("sec-fetch-site"):
            return Refused(HTTPStatus.FORBIDDEN, "web pages have no business here")
        return None

    def _is_misdirected(self, knock: Knock) -> Refused | None:
        hosts = knock.values("host")
        if len(hosts) != 1 or not knock.path.startswith("/"):
            return Refused(HTTPStatus.BAD_REQUEST, "one Host header and a plain path, please")
        host = hosts[0].lower()
        if host in self._hosts or host in self._spellings(knock.local_address):
            return None
        return Refused(HTTPStatus.FORBIDDEN, "this device is not known under that name")

    def _token(self, knock: Knock, now_s: float) -> Refused | None:
        wait_s = self._wait_s(knock.address, now_s)
        if wait_s > 0:
            return Refused(HTTPStatus.TOO_MANY_REQUESTS, "too many wrong tokens", int(wait_s) + 1)
        shown = self._shown(knock)
        if isinstance(shown, Refused):
            return shown
        if hmac.compare_digest(_digest(shown), self._digest):
            return None
        self._remember_failure(knock.address, now_s)
        return Refused(HTTPStatus.FORBIDDEN, "wrong token")

    def _shown(self, knock: Knock) -> str | Refused:
        """Find the one token in a request."""
        headers = knock.values("authorization")
        shown = [value[7:].strip() for value in headers if value[:7].lower() == "bearer "]
        query = knock.path.partition("?")[2]
        if query.count("&") >= _MAX_QUERY_FIELDS:
            return Refused(HTTPStatus.BAD_REQUEST, "too long a query")
        fields = parse_qsl(query, keep_blank_values=True)
        in_query = [value for name, value in fields if name == TOKEN_KEY]
        if in_query and not self._query_token:
            return Refused(HTTPStatus.FORBIDDEN, "the token goes into the Authorization header")
        if len(headers) > 1 or len(shown) + len(in_query) > 1:
            return Refused(HTTPStatus.BAD_REQUEST, "one token in one place, please")
        if not shown and not in_query:
            return Refused(HTTPStatus.UNAUTHORIZED, "a token is needed")
        return (shown + in_query)[0]

    def _wait_s(self, address: str, now_s: float) -> float:
        """How long an address still has to wait, in seconds; forgets what is old."""
        failures = self._failures.get(address)
        if failures is None:
            return 0.0
        while failures and now_s - failures[0] >= FAILURES_WITHIN_S:
            failures.popleft()
        if not failures:
            del self._failures[address]
            return 0.0
        if len(failures) < MAX_FAILURES:
            return 0.0
        return FAILURES_WITHIN_S - (now_s - failures[0])

    def _remember_failure(self, address: str, now_s: float) -> None:
        self._failures.setdefault(address, deque(maxlen=MAX_FAILURES)).append(now_s)
        self._failures.move_to_end(address)
        while len(self._failures) > _MAX_ADDRESSES:
            self._failures.popitem(last=False)

    def _spellings(self, host: str) -> tuple[str, ...]:
        """How a Host header may name us (RFC 9110, section 7.2)."""
        name = host.lower()
        if name.count(":") > 1 and not name.startswith("["):
            name = f"[{name}]"
        if name.rpartition(":")[2].isdigit() and not name.endswith("]"):
            return (name,)
        named = f"{name}:{self._port}"
        return (named, name) if self._port == self._default_port else (named,)


def _digest(token: str) -> bytes:
    # Bytes of one length: comparing str raises for non-ASCII, and lengths would show.
    return hashlib.sha256(token.encode(errors="replace")).digest()
