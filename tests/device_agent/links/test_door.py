"""Who is let in, without a socket."""

from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.links.door import MAX_FAILURES, Door, Knock, Refused

TOKEN = "s3cret"
PORT = 9000


def door(**changes: object) -> Door:
    settings: dict[str, object] = {
        "query_token": True,
        "hosts": ("127.0.0.1", "localhost", "[::1]", "desk.example", "proxy.example:8443"),
        "port": PORT,
        "default_port": 80,
    }
    return Door(TOKEN, **{**settings, **changes})  # type: ignore[arg-type]


def knock(path: str = f"/any/path?x=1&token={TOKEN}", **headers: str | list[str]) -> Knock:
    named = {"host": f"127.0.0.1:{PORT}", **headers}
    listed = {
        name.replace("_", "-"): value if isinstance(value, list) else [value]
        for name, value in named.items()
    }
    return Knock(path, listed, address="127.0.0.1", local_address="192.0.2.7")


def status(refused: Refused | None) -> int:
    return 101 if refused is None else refused.status


@pytest.mark.parametrize(
    "asks",
    [
        knock(),
        knock("/", authorization=f"Bearer {TOKEN}"),
        knock("/", authorization=f"bearer  {TOKEN} "),
        knock(host=f"LOCALHOST:{PORT}"),
        knock(host=f"[::1]:{PORT}"),
        knock(host=f"desk.example:{PORT}"),
        knock(host="proxy.example:8443"),
        knock(host=f"192.0.2.7:{PORT}"),
    ],
)
def test_who_shows_the_token_under_one_of_our_names_is_in(asks: Knock) -> None:
    assert door().judge(asks, 0.0) is None


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", f"http://127.0.0.1:{PORT}", "http://localhost"]
)
def test_R20_a_web_page_is_refused_even_with_the_token(origin: str) -> None:
    assert status(door().judge(knock(origin=origin), 0.0)) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-origin", "none"])
def test_R20_whatever_a_browser_sends(site: str) -> None:
    assert status(door().judge(knock(sec_fetch_site=site), 0.0)) == 403


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("evil.example", 403),
        (f"evil.example:{PORT}", 403),
        (f"127.0.0.1.evil.example:{PORT}", 403),
        ("127.0.0.1:9001", 403),
        ("127.0.0.1", 403),
        (f"[::2]:{PORT}", 403),
        (f"proxy.example:{PORT}", 403),
        ("", 403),
        ([], 400),
        ([f"127.0.0.1:{PORT}"] * 2, 400),
    ],
)
def test_R20_other_names_and_ports(host: str | list[str], expected: int) -> None:
    assert status(door().judge(knock(host=host), 0.0)) == expected


def test_the_default_port_need_not_be_named() -> None:
    assert door(port=80).judge(knock(host="127.0.0.1"), 0.0) is None


def test_absolute_request_targets_are_refused() -> None:
    path = f"http://127.0.0.1:{PORT}/?token={TOKEN}"
    assert status(door().judge(knock(path), 0.0)) == 400


@pytest.mark.parametrize(
    ("path", "authorization", "expected"),
    [
        ("/", [], 401),
        ("/?x=1", [], 401),
        ("/", ["Basic czNjcmV0"], 401),
        ("/?token=wrong", [], 403),
        ("/?token=", [], 403),
        ("/", ["Bearer wrong"], 403),
        ("/", ["Bearer t\u00f6ken"], 403),
        (f"/?token={TOKEN}&token={TOKEN}", [], 400),
        (f"/?token={TOKEN}", [f"Bearer {TOKEN}"], 400),
        ("/", [f"Bearer {TOKEN}"] * 2, 400),
        ("/?" + "&" * 40 + f"token={TOKEN}", [], 400),
    ],
)
def test_tokens(path: str, authorization: list[str], expected: int) -> None:
    assert status(door().judge(knock(path, authorization=authorization), 0.0)) == expected


def test_a_token_in_the_query_only_where_that_is_allowed() -> None:
    strict = door(query_token=False)
    assert status(strict.judge(knock(), 0.0)) == 403
    assert strict.judge(knock("/", authorization=f"Bearer {TOKEN}"), 0.0) is None


def test_guessing_is_slowed_down_per_address() -> None:
    guarded = door()
    guess = knock("/?token=guess")
    assert [status(guarded.judge(guess, 0.0)) for _ in range(MAX_FAILURES)] == [403] * MAX_FAILURES
    refused = guarded.judge(guess, 10.0)
    assert refused is not None
    assert refused.status is HTTPStatus.TOO_MANY_REQUESTS
    assert refused.retry_after_s == 51
    other = Knock("/", {"host": [f"localhost:{PORT}"]}, "192.0.2.9", "192.0.2.7")
    assert status(guarded.judge(other, 10.0)) == 401
    assert guarded.judge(knock(), 60.0) is None


def test_a_web_page_cannot_lock_the_owner_out() -> None:
    guarded = door()
    for _ in range(100):
        guarded.judge(knock("/?token=guess", origin="https://evil.example"), 0.0)
        guarded.judge(knock("/?token=guess", host="evil.example"), 0.0)
        guarded.judge(knock("/"), 0.0)
    assert guarded.judge(knock(), 0.0) is None


def test_remembered_addresses_are_bounded() -> None:
    guarded = door()
    for number in range(5000):
        asks = Knock("/?token=x", {"host": [f"localhost:{PORT}"]}, f"a{number}", "192.0.2.7")
        guarded.judge(asks, 0.0)
    assert len(guarded._failures) <= 1024


@given(st.text(), st.lists(st.text()), st.lists(st.text()))
def test_nothing_gets_in_or_breaks_the_door_by_chance(
    path: str, hosts: list[str], authorization: list[str]
) -> None:
    asks = knock(path, host=hosts or f"127.0.0.1:{PORT}", authorization=authorization)
    assert isinstance(door().judge(asks, 0.0), Refused)
