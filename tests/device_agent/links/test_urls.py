"""Which addresses may be dialled, and that none is printed with its secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.errors import ConfigError
from device_agent.links.urls import check_url, host_of, is_loopback, is_secure, masked


@pytest.mark.parametrize(
    "url",
    [
        "ws://127.0.0.1:5000/ws",
        "ws://localhost/ws?x=1",
        "ws://[::1]:9/",
        "ws://hub.localhost",
        "wss://hub.example:8443/ws",
        "wss://hub.example",
    ],
)
def test_usable_addresses(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1/ws", "ws:// or wss://"),
        ("127.0.0.1:5000", "ws:// or wss://"),
        ("", "ws:// or wss://"),
        ("ws:///ws", "no host"),
        ("ws://127.0.0.1:99999/ws", "no URL"),
        ("ws://[::1/ws", "no URL"),
        ("ws://127.0.0.1/w s", "blanks"),
        ("ws://127.0.0.1/\r\nX: y", "blanks"),
        ("wss://user:hunter2@hub.example/ws", "user or password"),
        ("wss://hub.example/ws?token=hunter2", "token into a file"),
        ("wss://hub.example/ws?a=1&TOKEN=hunter2", "token into a file"),
        ("wss://hub.example/ws#hunter2", "fragment"),
        ("ws://192.168.1.100:8765", "unencrypted"),
        ("ws://hub.example/ws?key=hunter2", "unencrypted"),
    ],
)
def test_unusable_addresses_say_why_and_repeat_no_secret(url: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_url(url)
    assert says in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_S0_13_a_trusted_network_may_be_named_as_such() -> None:
    check_url("ws://192.168.1.100:8765", insecure=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "LOCALHOST", "localhost."])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1.evil.example", "10.0.0.1", "0.0.0.0", "", "nohost"])
def test_other_machines(host: str) -> None:
    assert not is_loopback(host)


def test_parts() -> None:
    assert is_secure("wss://h/")
    assert not is_secure("ws://h/")
    assert host_of("ws://[::1]:8/x") == "::1"


def test_a_masked_address_is_still_of_use() -> None:
    assert masked("wss://u:p@Hub.example:8443/a/b?token=t#f") == "wss://hub.example:8443/a/b?***"
    assert masked("ws://[::1]:5/ws") == "ws://[::1]:5/ws"


@given(st.text(max_size=60))
def test_no_text_breaks_checking_or_masking(text: str) -> None:
    assert isinstance(masked(text), str)
    try:
        check_url(text)
    except ConfigError as error:
        assert str(error)  # noqa: PT017 -- any text may be refused, none may raise anything else
