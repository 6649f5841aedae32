"""Dialling: tokens, TLS, proxies, refusals; and the token shows nowhere."""

import asyncio
import contextlib
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Response

from device_agent.errors import ConfigError, LinkClosed, LinkRefused, Refusal
from device_agent.links.dial import DialledLink, DialTarget, TokenIn, dial
from tests.device_agent.links.rigs import QUICK, Hub, echo, hub, raw_server, tunnel

CANARY = "c4nary/+=&tok3n"
TOKEN = SecretStr(CANARY)


def target(url: str, **changes: object) -> DialTarget:
    return replace(DialTarget(url, proxy="none", open_timeout_s=5.0, pace=QUICK), **changes)


@asynccontextmanager
async def dialled(wanted: DialTarget) -> AsyncIterator[DialledLink]:
    link = await dial(wanted)
    try:
        yield link
    finally:
        await link.close()


async def echoes(link: DialledLink) -> bool:
    await link.send("hällo")
    return await link.receive() == "hällo"


async def refusal(wanted: DialTarget) -> LinkRefused:
    async with asyncio.timeout(20):
        with pytest.raises(LinkRefused) as caught:
            await dial(wanted)
    return caught.value


def test_frames_go_both_ways_and_goodbye_is_said() -> None:
    async def talk() -> None:
        said: list[int] = []

        async def note(connection: ServerConnection) -> None:
            await echo(connection)
            said.append(
                connection.protocol.close_rcvd.code if connection.protocol.close_rcvd else 0
            )

        async with hub(note) as server, dialled(target(server.url)) as link:
            assert await echoes(link)
            assert link.peer_label == server.url
            assert link.token_in is None
            await link.close(1001, "stopping " * 50)
            with pytest.raises(LinkClosed) as caught:
                await link.receive()
            assert caught.value.code == 1001
        assert said == [1001]
        assert "Origin" not in server.requests[0].headers

    asyncio.run(talk())


@pytest.mark.parametrize(
    ("token_in", "looks_at", "went"),
    [
        (TokenIn.AUTO, "header", TokenIn.HEADER),
        (TokenIn.AUTO, "query", TokenIn.QUERY),
        (TokenIn.HEADER, "header", TokenIn.HEADER),
        (TokenIn.QUERY, "query", TokenIn.QUERY),
    ],
)
@pytest.mark.parametrize("refuses_with", [401, 403])
def test_the_token_goes_where_the_hub_looks_and_never_in_two_places(
    token_in: TokenIn, looks_at: str, went: TokenIn, refuses_with: int
) -> None:
    async def talk() -> None:
        async with hub() as server:
            server.token = CANARY if looks_at == "header" else "c4nary%2F%2B%3D%26tok3n"
            server.looks_at, server.refuses_with = looks_at, refuses_with
            async with dialled(target(f"{server.url}?x=1", token=TOKEN, token_in=token_in)) as link:
                assert await echoes(link)
                assert link.token_in is went
                assert "c4nary" not in link.peer_label
        for request in server.requests:
            assert ("Authorization" in request.headers) != ("token=" in request.path)
            assert request.path.startswith("/ws?x=1")

    asyncio.run(talk())


@pytest.mark.parametrize(("token_in", "tries"), [(TokenIn.HEADER, 1), (TokenIn.AUTO, 2)])
def test_a_refused_token_is_refused_credentials(token_in: TokenIn, tries: int) -> None:
    async def talk() -> None:
        async with hub() as server:
            server.token = "another"
            refused = await refusal(target(server.url, token=TOKEN, token_in=token_in))
            assert refused.refusal is Refusal.CREDENTIALS
            assert len(server.requests) == tries

    asyncio.run(talk())


def test_a_hub_that_wants_a_token_where_none_is_set() -> None:
    async def talk() -> None:
        async with hub() as server:
            server.token = "any"
            assert (await refusal(target(server.url))).refusal is Refusal.CREDENTIALS

    asyncio.run(talk())


@pytest.mark.parametrize("token", ["", "two words", "line\n", "tökén", "a\tb", "\x00"])
def test_a_token_that_cannot_travel_is_a_mistake_in_the_file(token: str) -> None:
    with pytest.raises(ConfigError, match="token file"):
        asyncio.run(dial(target("ws://127.0.0.1:1/ws", token=SecretStr(token))))


def test_R25_the_token_shows_nowhere(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []

    async def talk() -> None:
        async with hub() as server:
            for wanted in ("another", None):
                server.token = wanted
                there = target(server.url, token=TOKEN)
                seen.append(repr(there))
                try:
                    async with dialled(replace(there, token_in=TokenIn.QUERY)) as link:
                        assert await echoes(link)
                        seen.append(repr(link) + link.peer_label)
                except LinkRefused as error:
                    seen.append(f"{error!r} {error}")
                    logging.getLogger("test").exception("refused")
        gone = await refusal(target(server.url, token=TOKEN, token_in=TokenIn.QUERY))
        seen.append(f"{gone!r} {gone}")

    asyncio.run(talk(), debug=True)
    seen += [record.getMessage() for record in caplog.records] + [caplog.text, *capfd.readouterr()]
    assert not [line for line in seen if "c4nary" in line]


@pytest.mark.parametrize(
    ("status", "headers", "kind", "retry_after_s"),
    [
        (404, {}, Refusal.NOT_A_HUB, None),
        (200, {}, Refusal.NOT_A_HUB, None),
        (302, {"Location": "ws://127.0.0.1:1/elsewhere"}, Refusal.NOT_A_HUB, None),
        (500, {}, Refusal.UNREACHABLE, None),
        (503, {"Retry-After": "17"}, Refusal.UNREACHABLE, 17.0),
        (429, {"Retry-After": "3"}, Refusal.UNREACHABLE, 3.0),
        (503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, Refusal.UNREACHABLE, None),
        (503, {"Retry-After": "-5"}, Refusal.UNREACHABLE, None),
    ],
)
def test_other_answers(
    status: int, headers: dict[str, str], kind: Refusal, retry_after_s: float | None
) -> None:
    def answer(connection: ServerConnection) -> Response:
        response = connection.respond(status, "x\n")
        response.headers.update(headers)
        return response

    async def talk() -> None:
        async with hub() as server:
            server.answer = answer
            refused = await refusal(target(server.url))
            assert (refused.refusal, refused.retry_after_s) == (kind, retry_after_s)

    asyncio.run(talk())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", Refusal.UNREACHABLE),
        (b"HTTP/1.1 101 ", Refusal.UNREACHABLE),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Refusal.NOT_A_HUB),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", Refusal.NOT_A_HUB),
    ],
)
def test_servers_of_another_kind(answer: bytes, kind: Refusal) -> None:
    async def answer_so(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()
        await writer.wait_closed()

    async def talk() -> None:
        async with raw_server(answer_so) as port:
            assert (await refusal(target(f"ws://127.0.0.1:{port}/ws"))).refusal is kind

    asyncio.run(talk())


def test_a_server_that_never_answers_is_given_up_in_time() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del writer
        await reader.read()

    async def talk() -> None:
        async with raw_server(say_nothing) as port:
            refused = await refusal(target(f"ws://127.0.0.1:{port}/ws", open_timeout_s=0.1))
            assert refused.refusal is Refusal.UNREACHABLE
            assert "in time" in str(refused)

    asyncio.run(talk())


def test_S1_03_nobody_listens_or_the_name_is_unknown() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        refused = asyncio.run(refusal(target(f"ws://127.0.0.1:{port}/ws")))
    assert refused.refusal is Refusal.UNREACHABLE
    assert "nobody listens" in str(refused)
    unknown = asyncio.run(refusal(target("ws://no-such-host.invalid/ws", insecure=True)))
    assert unknown.refusal is Refusal.UNREACHABLE


def test_the_configured_address_is_checked_first() -> None:
    with pytest.raises(ConfigError):
        asyncio.run(dial(target("ws://hub.example/ws")))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


def server_tls(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def wss(server: Hub, host: str = "127.0.0.1", **changes: object) -> DialTarget:
    return target(f"wss://{host}:{server.port}/ws", **changes)


def test_tls_with_a_custom_authority(authority: trustme.CA, ca_file: Path) -> None:
    async def talk() -> None:
        async with hub(ssl=server_tls(authority, "127.0.0.1", "localhost")) as server:
            async with dialled(wss(server, ca_file=ca_file)) as link:
                assert await echoes(link)
            stranger = await refusal(wss(server))
            assert stranger.refusal is Refusal.TLS
            assert "ca_file" in str(stranger)

    asyncio.run(talk())


def test_tls_to_a_name_that_is_not_in_the_certificate(authority: trustme.CA, ca_file: Path) -> None:
    async def talk() -> None:
        async with hub(ssl=server_tls(authority, "hub.example")) as server:
            refused = await refusal(wss(server, ca_file=ca_file))
            assert refused.refusal is Refusal.TLS
            assert "another name" in str(refused)

    asyncio.run(talk())


def test_tls_to_a_port_without_tls(ca_file: Path) -> None:
    async def talk() -> None:
        async with hub() as server:
            refused = await refusal(wss(server, ca_file=ca_file))
            assert refused.refusal is Refusal.UNREACHABLE
            assert "mixed up" in str(refused)

    asyncio.run(talk())


def test_tls_to_a_server_of_another_kind(ca_file: Path) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read()

    async def talk() -> None:
        async with raw_server(greet) as port:
            refused = await refusal(target(f"wss://127.0.0.1:{port}/", ca_file=ca_file))
            assert refused.refusal is Refusal.TLS

    asyncio.run(talk())


def test_no_tls_to_a_port_with_tls(authority: trustme.CA) -> None:
    async def talk() -> None:
        async with hub(ssl=server_tls(authority, "127.0.0.1")) as server:
            refused = await refusal(target(server.url))
            assert refused.refusal in {Refusal.NOT_A_HUB, Refusal.UNREACHABLE}

    asyncio.run(talk())


def test_a_client_certificate(authority: trustme.CA, ca_file: Path, tmp_path: Path) -> None:
    both = tmp_path / "client.pem"
    authority.issue_cert("device-1.example").private_key_and_cert_chain_pem.write_to_path(both)
    context = server_tls(authority, "127.0.0.1")
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED

    async def talk() -> None:
        async with (
            hub(ssl=context) as server,
            dialled(wss(server, ca_file=ca_file, client_cert_file=both)) as link,
        ):
            assert await echoes(link)
        with socket.create_server(("127.0.0.1", 0)) as plug:
            port = plug.getsockname()[1]
            # asyncio's own server drops its alert; most others send it, as OpenSSL does here.
            shaking = asyncio.create_task(asyncio.to_thread(_shake_hands, plug, context))  # noqa: TID251
            refused = await refusal(target(f"wss://127.0.0.1:{port}/", ca_file=ca_file))
            await shaking
        assert refused.refusal is Refusal.TLS
        assert "client_cert_file" in str(refused)

    asyncio.run(talk())


def _shake_hands(plug: socket.socket, context: ssl.SSLContext) -> None:
    connection, _ = plug.accept()
    tls = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
    with tls:
        with pytest.raises(ssl.SSLError):
            tls.do_handshake()
        # Closed with something unread, the connection is reset, and the alert may be lost.
        socket.socket.shutdown(tls, socket.SHUT_WR)
        with contextlib.suppress(OSError):
            while socket.socket.recv(tls, 4096):
                pass


def test_every_byte_goes_through_the_configured_proxy(authority: trustme.CA, ca_file: Path) -> None:
    async def talk() -> None:
        async with (
            hub(ssl=server_tls(authority, "127.0.0.1")) as server,
            tunnel() as proxy,
            dialled(
                wss(server, ca_file=ca_file, token=TOKEN, proxy=f"http://127.0.0.1:{proxy.port}")
            ) as link,
        ):
            assert await echoes(link)
            assert len(proxy.asked) == 1
            assert b"c4nary" not in proxy.asked[0]

    asyncio.run(talk())


@pytest.mark.parametrize("status", [b"407 Proxy Authentication Required", b"502 Bad Gateway"])
def test_a_proxy_that_refuses(status: bytes) -> None:
    async def talk() -> None:
        async with tunnel() as proxy:
            proxy.status = status
            through = target("ws://127.0.0.1:9/ws", proxy=f"http://127.0.0.1:{proxy.port}")
            refused = await refusal(through)
            assert refused.refusal is Refusal.UNREACHABLE
            assert "proxy" in str(refused)

    asyncio.run(talk())
