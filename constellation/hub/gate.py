"""
Who may come in over a hub's port. Pure.

A web page in a browser on this machine can reach every port of it, so whatever looks like a
browser is refused before anybody looks at its token, and a name that was rebound to this machine
is no name of ours. Refused callers get HTTP 403, as from UFO's server (AIP, section 0.1). Unlike
a device that listens, a hub does not make an address wait after wrong tokens: a whole fleet may
stand behind one address, and must not be locked out by one of its members.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})

_MAX_QUERY_FIELDS = 32


@dataclass(frozen=True, slots=True)
class Caller:
    """
    A request to come in.

    Attributes:
        target: Path and query, as they were sent.
        headers: All values of each header, by its name in lower case.
        local_address: Which of our addresses was dialled.

    """

    target: str
    headers: Mapping[str, Sequence[str]]
    local_address: str = ""

    def values(self, name: str) -> Sequence[str]:
        """All values of one header."""
        return self.headers.get(name, ())


class Gate:
    """
    Decides who comes in.

    Args:
        token: What everybody has to show.
        names: Names under which this hub is dialled, beside loopback and the address dialled.

    """

    def __init__(self, token: str, names: Sequence[str] = ()) -> None:
        self._digest = _digest(token)
        self._names = LOOPBACK_NAMES | {name.lower() for name in names}

    def stranger(self, caller: Caller) -> str | None:
        """Say why nothing at all is for this caller; None when he may show his token."""
        if caller.values("origin") or caller.values("sec-fetch-site"):
            return "web pages have no business here"
        hosts = caller.values("host")
        name = _host_name(hosts[0]) if len(hosts) == 1 else None
        if name is None or name not in {*self._names, caller.local_address.lower()}:
            return "this hub is not known under that name; give it with --name"
        return None

    def trusts(self, caller: Caller, *, as_device: bool) -> bool:
        """
        Whether the right token came with a request.

        Args:
            caller: The request.
            as_device: For the WebSocket, where ``?token=`` will do as UFO's clients send it; over
                HTTP it is ``X-API-Key``. Both take ``Authorization: Bearer``.

        """
        shown = [
            value[7:].strip()
            for value in caller.values("authorization")
            if value[:7].lower() == "bearer "
        ]
        shown += _query_tokens(caller.target) if as_device else caller.values("x-api-key")
        if len(shown) != 1:
            return False
        return hmac.compare_digest(_digest(shown[0]), self._digest)


def _host_name(host: str) -> str | None:
    """Take the name out of a Host header (RFC 9110, section 7.2); the port is of no matter."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _query_tokens(target: str) -> list[str]:
    try:
        fields = parse_qsl(
            urlsplit(target).query, keep_blank_values=True, max_num_fields=_MAX_QUERY_FIELDS
        )
    except ValueError:
        return []
    return [value for name, value in fields if name == "token"]


def _digest(token: str) -> bytes:
    # Bytes of one length: comparing str raises for non-ASCII, and lengths would show.
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
