"""Constellations come in as Galaxy does; nobody else does."""

import asyncio
import logging
import os
import random
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr
from websockets.asyncio.client import connect

from device_agent.errors import ConfigError, LinkClosed
from device_agent.links.base import Link
from device_agent.links.dial import DialTarget, TokenIn, dial
from device_agent.links.listen import MAX_STRANGERS, ListenSettings, listen
from tests.device_agent.links.rigs import QUICK, cable, status_of, until, upgrade

TOKEN = "l1sten-c4nary"
SETTINGS = ListenSettings(port=0, token=SecretStr(TOKEN), pace=QUICK)
QUERY = f"/aip?x=1&token={TOKEN}"


async def echo(link: Link) -> None:
    while True:
        frame = await link.receive()
        assert isinstance(frame, str)
        await link.send(frame)


@asynccontextmanager
async def listening(**changes: object) -> AsyncIterator[int]:
    async with listen(replace(SETTINGS, **changes), echo) as port:
        yield port


async def dialled_as_galaxy(port: int, path: str = QUERY) -> str:
    async with connect(f"ws://127.0.0.1:{port}{path}", proxy=None) as galaxy:
        await galaxy.send("hello")
        return str(await galaxy.recv())


def test_galaxy_dials_with_any_path_and_the_token_in_the_query() -> None:
    async def talk() -> None:
        async with listening() as port:
            assert await dialled_as_galaxy(port) == "hello"
            assert await dialled_as_galaxy(port, f"/?token={TOKEN}") == "hello"

    asyncio.run(talk())


def test_we_can_dial_ourselves() -> None:
    async def talk() -> None:
        async with listening(query_token=False) as port:
            link = await dial(
                DialTarget(f"ws://127.0.0.1:{port}/", SecretStr(TOKEN), TokenIn.AUTO, proxy="none")
            )
            assert link.token_in is TokenIn.HEADER
            await link.send("hello")
            assert await link.receive() == "hello"
            await link.close()

    asyncio.run(talk())


def test_several_constellations_at_once() -> None:
    async def talk() -> None:
        async with listening() as port, asyncio.TaskGroup() as group:
            for _ in range(3 * MAX_STRANGERS):
                assert await dialled_as_galaxy(port) == "hello"
            links = [
                await connect(f"ws://127.0.0.1:{port}{QUERY}", proxy=None)
                for _ in range(2 * MAX_STRANGERS)
            ]
            for link in links:
                group.create_task(link.close())

    asyncio.run(talk())


@pytest.mark.parametrize(
    ("path", "headers", "host", "expected"),
    [
        (QUERY, [], None, 101),
        (QUERY, ["Origin: https://evil.example"], None, 403),
        (QUERY, ["Origin: null"], None, 403),
        (QUERY, ["Sec-Fetch-Site: cross-site"], None, 403),
        (QUERY, [], "evil.example", 403),
        (QUERY, [], "", 400),
        (QUERY, ["Host: localhost"], None, 400),
        ("/aip", [], None, 401),
        ("/aip?token=wrong", [], None, 403),
        ("/aip", [f"Authorization: Bearer {TOKEN}"], None, 101),
    ],
)
def test_R20_requests(path: str, headers: list[str], host: str | None, expected: int) -> None:
    async def talk() -> int:
        async with listening() as port:
            return await status_of(await upgrade(port, path, *headers, host=host))

    assert asyncio.run(talk()) == expected


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [
        ("GET / HTTP/1.1", 401),
        (f"GET {QUERY} HTTP/1.1", 426),
        (f"POST {QUERY} HTTP/1.1", 405),
        (f"GET {QUERY} HTTP/1.0", 505),
        ("nonsense", 400),
    ],
)
def test_requests_that_do_not_upgrade(request_line: str, expected: int) -> None:
    async def talk() -> int:
        async with listening() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"{request_line}\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            return await status_of((reader, writer))

    # Older versions of the library hang up on the last three without an answer.
    assert asyncio.run(talk()) in {expected, 0}


def test_wrong_tokens_are_slowed_down_and_say_for_how_long() -> None:
    async def talk() -> bytes:
        async with listening() as port:
            for _ in range(5):
                assert await status_of(await upgrade(port, "/?token=guess")) == 403
            reader, writer = await upgrade(port, "/?token=guess")
            head = await reader.readuntil(b"\r\n\r\n")
            writer.transport.abort()
            return head

    head = asyncio.run(talk())
    assert head.startswith(b"HTTP/1.1 429")
    assert b"Retry-After: " in head


def test_a_few_strangers_may_wait_and_not_for_long() -> None:
    async def talk() -> None:
        async with listening(handshake_within_s=1.0) as port:
            waiting = [await asyncio.open_connection("127.0.0.1", port) for _ in range(20)]
            ends = await asyncio.gather(*(reader.read() for reader, _ in waiting[MAX_STRANGERS:]))
            assert set(ends) == {b""}
            assert not any(reader.at_eof() for reader, _ in waiting[:MAX_STRANGERS])
            async with asyncio.timeout(10):
                await asyncio.gather(*(reader.read() for reader, _ in waiting))
            for _, writer in waiting:
                writer.transport.abort()
            assert await dialled_as_galaxy(port) == "hello"

    asyncio.run(talk())


def test_a_stranger_cannot_send_much() -> None:
    async def talk() -> None:
        async with listening() as port:
            filler = [f"X-{number}: {'x' * 1000}" for number in range(20)]
            assert await status_of(await upgrade(port, QUERY, *filler)) == 0

    asyncio.run(talk())


def test_the_end_closes_every_link_and_every_door() -> None:
    async def talk() -> None:
        async with listening() as port:
            galaxy = await connect(f"ws://127.0.0.1:{port}{QUERY}", proxy=None)
            stranger, writer = await asyncio.open_connection("127.0.0.1", port)
            await until(lambda: galaxy.state.name == "OPEN")
        await galaxy.wait_closed()
        assert galaxy.close_code == 1001
        assert await stranger.read() == b""
        writer.transport.abort()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)

    asyncio.run(talk())


def test_one_callers_failure_is_its_own(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(link: Link) -> None:
        await link.receive()
        raise RuntimeError("a bug")

    async def talk() -> None:
        async with listen(SETTINGS, fail) as port:
            for _ in range(2):
                galaxy = await connect(f"ws://127.0.0.1:{port}{QUERY}", proxy=None)
                await galaxy.send("x")
                await galaxy.wait_closed()

    asyncio.run(talk())
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]


def test_R25_the_token_shows_nowhere(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    quiet = logging.Logger("galaxy", logging.CRITICAL + 1)

    async def talk() -> None:
        async with listening() as port:
            url = f"ws://127.0.0.1:{port}{QUERY}"
            async with connect(url, proxy=None, logger=quiet) as galaxy:
                await galaxy.send("x")
                await galaxy.recv()
            assert await status_of(await upgrade(port, f"{QUERY}-wrong")) == 403

    asyncio.run(talk(), debug=True)
    assert TOKEN not in caplog.text + "".join(capfd.readouterr()) + repr(SETTINGS)


def test_R2_a_constellation_behind_a_cut_cable_is_noticed() -> None:
    ends: list[LinkClosed] = []

    async def note(link: Link) -> None:
        try:
            await echo(link)
        except LinkClosed as end:
            ends.append(end)
            raise

    async def talk() -> None:
        async with listen(SETTINGS, note) as port, cable(port) as wire:
            # The cable's port is not ours, so the name has to be.
            stream = await upgrade(wire.port, QUERY, host=f"localhost:{port}")
            await stream[0].readuntil(b"\r\n\r\n")
            wire.stall()
            await until(lambda: bool(ends))
            stream[1].transport.abort()

    asyncio.run(talk())
    assert ends[0].code == 1006


def test_a_port_in_use_is_named_with_a_remedy() -> None:
    async def talk(port: int) -> None:
        async with listening(port=port):
            pass

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"127\.0\.0\.1:{port} is in use.*--listen"):
            asyncio.run(talk(port))


def test_addresses_that_cannot_be_bound() -> None:
    async def talk(host: str) -> None:
        async with listening(host=host):
            pass

    for host in ("192.0.2.1", "no-such-host.invalid"):
        with pytest.raises(ConfigError, match="no address of this machine"):
            asyncio.run(talk(host))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may bind any port")
def test_a_port_for_root_alone() -> None:
    async def talk() -> None:
        async with listening(port=81):
            pass

    with pytest.raises(ConfigError, match="may not be bound"):
        asyncio.run(talk())


def test_a_listener_without_token_does_not_start() -> None:
    async def talk() -> None:
        async with listening(token=SecretStr("")):
            pass

    with pytest.raises(ConfigError, match="needs a token"):
        asyncio.run(talk())


def test_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    both = tmp_path / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(both)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    async def talk() -> None:
        async with listening(cert_file=both) as port:
            url = f"wss://127.0.0.1:{port}{QUERY}"
            async with connect(url, proxy=None, ssl=trusting) as galaxy:
                await galaxy.send("hello")
                assert await galaxy.recv() == "hello"
            for _ in range(2 * MAX_STRANGERS):
                # A TLS handshake that fails must not keep a place at the door.
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"GET / HTTP/1.1\r\n\r\n")
                await reader.read()
                writer.transport.abort()
            async with connect(url, proxy=None, ssl=trusting) as galaxy:
                assert galaxy.state.name == "OPEN"

    asyncio.run(talk())


def test_F4_no_fuzzed_handshake_gets_in() -> None:
    dice = random.Random(7)
    whole = (
        b"GET /aip?token=guess HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        b"Sec-WebSocket-Version: 13\r\n\r\n"
    )

    async def knock(port: int) -> bytes:
        spoiled = bytearray(whole)
        for _ in range(dice.randrange(6)):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(bytes(spoiled) + b"\r\n\r\n")
            writer.write_eof()
            return await reader.read()
        except OSError:
            return b""
        finally:
            writer.transport.abort()

    async def talk() -> None:
        async with listening() as port:
            for _ in range(300):
                assert not (await knock(port)).startswith(b"HTTP/1.1 101")

    asyncio.run(talk())
