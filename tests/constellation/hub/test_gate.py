"""Who may come in over a hub's port."""

import pytest

from constellation.hub.gate import Caller, Gate

TOKEN = "s3cret-token"
GATE = Gate(TOKEN, names=("Hub.Example",))


def caller(target: str = "/ws", **headers: str) -> Caller:
    named = {"host": "127.0.0.1:8765"} | headers
    return Caller(target, {name.replace("_", "-"): [value] for name, value in named.items()})


@pytest.mark.parametrize(
    "one",
    [
        caller(authorization=f"Bearer {TOKEN}"),
        caller(authorization=f"bearer  {TOKEN}"),
        caller(f"/ws?token={TOKEN}"),
        caller(f"/ws?a=b&token={TOKEN}&c="),
    ],
)
def test_the_token_may_come_in_the_header_or_the_query(one: Caller) -> None:
    assert GATE.trusts(one, as_device=True)


@pytest.mark.parametrize(
    "one",
    [
        caller(),
        caller(authorization=TOKEN),
        caller(authorization="Bearer "),
        caller(authorization=f"Basic {TOKEN}"),
        caller("/ws?token="),
        caller("/ws?token=wrong"),
        caller("/ws?token=caf%C3%A9"),
        caller("/ws?token=\udcff"),
        caller("/ws?" + "&".join(["token=wrong"] * 40)),
        caller(f"/ws?token={TOKEN}&token=wrong"),
        caller(f"/ws?token={TOKEN}", authorization="Bearer wrong"),
        caller(x_api_key=TOKEN),
    ],
)
def test_a_token_that_is_wrong_missing_or_said_twice_is_no_token(one: Caller) -> None:
    assert not GATE.trusts(one, as_device=True)


def test_the_http_side_takes_headers_only() -> None:
    assert GATE.trusts(caller(x_api_key=TOKEN), as_device=False)
    assert GATE.trusts(caller(authorization=f"Bearer {TOKEN}"), as_device=False)
    assert not GATE.trusts(caller(f"/api/clients?token={TOKEN}"), as_device=False)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost:1", "LOCALHOST:8765", "[::1]:8765", "hub.example:443"]
)
def test_names_of_ours_are_known(host: str) -> None:
    assert GATE.stranger(caller(host=host)) is None


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1.evil.example", "[", "10.0.0.7"])
def test_a_name_that_was_rebound_to_us_is_no_name_of_ours(host: str) -> None:
    assert GATE.stranger(caller(host=host)) is not None


def test_the_address_that_was_dialled_is_ours() -> None:
    dialled = Caller("/ws", {"host": ["10.0.0.7:8765"]}, local_address="10.0.0.7")
    assert GATE.stranger(dialled) is None


def test_one_host_exactly() -> None:
    assert GATE.stranger(Caller("/ws", {})) is not None
    assert GATE.stranger(Caller("/ws", {"host": ["localhost", "evil.example"]})) is not None


def test_web_pages_are_refused_whatever_they_know() -> None:
    assert GATE.stranger(caller(origin="http://localhost")) is not None
    assert GATE.stranger(caller(origin="null")) is not None
    assert GATE.stranger(caller(sec_fetch_site="same-origin")) is not None
