"""The environment's proxy is honoured, and never stands before this machine itself."""

import pytest

from device_agent.errors import ConfigError
from device_agent.links.proxies import choose_proxy

HUB = "wss://hub.example/ws"
PLAIN = "ws://hub.example/ws"
NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*NAMES, *map(str.upper, NAMES)):
        monkeypatch.delenv(name, raising=False)


def test_without_environment_there_is_none() -> None:
    assert choose_proxy(HUB, None) is None


@pytest.mark.parametrize(
    ("name", "value", "url", "expected"),
    [
        ("HTTPS_PROXY", "http://p.example:3128", HUB, "http://p.example:3128"),
        ("HTTPS_PROXY", "http://p.example:3128", PLAIN, None),
        ("HTTP_PROXY", "http://p.example:3128", PLAIN, "http://p.example:3128"),
        ("ALL_PROXY", "p.example:3128", HUB, "http://p.example:3128"),
        ("HTTPS_PROXY", "", HUB, None),
    ],
)
def test_environment(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, url: str, expected: str | None
) -> None:
    monkeypatch.setenv(name, value)
    assert choose_proxy(url, None) == expected
    assert choose_proxy(url, "none") is None
    assert choose_proxy(url, "http://other.example") == "http://other.example"


@pytest.mark.parametrize("url", ["ws://127.0.0.1:5/ws", "wss://localhost/ws", "ws://[::1]/"])
def test_this_machine_is_dialled_directly(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://p.example:3128")
    assert choose_proxy(url, None) is None


def test_exceptions_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://p.example:3128")
    monkeypatch.setenv("NO_PROXY", "other.example,hub.example")
    assert choose_proxy(HUB, None) is None


@pytest.mark.parametrize(
    "proxy",
    ["socks5://p.example", "p.example:3128", "http://", "http://u:hunter2@p.example:x", "ftp://p"],
)
def test_what_is_no_http_proxy_is_refused_without_its_password(proxy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        choose_proxy(HUB, proxy)
    assert "hunter2" not in str(caught.value)
    assert "none" in str(caught.value)
