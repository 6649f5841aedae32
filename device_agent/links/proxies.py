"""Which proxy a hub is dialled through."""

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ..errors import ConfigError
from .urls import host_of, is_loopback, is_secure, masked

NO_PROXY = "none"


def choose_proxy(url: str, proxy: str | None) -> str | None:
    """
    Say which proxy to use; None for none.

    Args:
        url: The hub's address, checked.
        proxy: None asks the environment (HTTPS_PROXY for wss, HTTP_PROXY for ws, ALL_PROXY,
            NO_PROXY) and never puts a proxy before this machine itself; ``"none"`` asks nobody;
            else an ``http://`` or ``https://`` URL, which may contain a user and a password.

    Raises:
        ConfigError: It is no proxy that can be used; repeats no password.

    """
    if proxy == NO_PROXY:
        return None
    chosen = proxy if proxy is not None else _from_environment(url)
    if chosen is None:
        return None
    try:
        parts = urlsplit(chosen)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ConfigError(
            f"{masked(chosen)!r} is no HTTP proxy",
            hint='write proxy = "http://proxy.example:3128", or "none" for no proxy at all',
        )
    return chosen


def _from_environment(url: str) -> str | None:
    host = host_of(url)
    if is_loopback(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    found = proxies.get("https" if is_secure(url) else "http") or proxies.get("all")
    if found and "://" not in found:
        return f"http://{found}"
    return found or None
