"""A link notices a dead peer soon, and a slow one never."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from device_agent.errors import LinkClosed
from device_agent.links import tcp, websocket
from device_agent.links.dial import DialledLink, DialTarget, dial
from tests.device_agent.links.rigs import QUICK, accept, cable, echo, frame, hub, raw_server, until

TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9
Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def linked(url: str, **changes: object) -> AsyncIterator[DialledLink]:
    link = await dial(replace(DialTarget(url, proxy="none", pace=QUICK), **changes))
    try:
        yield link
    finally:
        await link.close()


@asynccontextmanager
async def linked_by_hand(peer: Peer, **changes: object) -> AsyncIterator[DialledLink]:
    """A link whose peer does exactly what *peer* does once the handshake is over."""

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await accept(reader, writer)
        await peer(reader, writer)

    async with (
        raw_server(serve_one) as port,
        linked(f"ws://127.0.0.1:{port}/ws", **changes) as link,
    ):
        yield link


async def ended(link: DialledLink) -> LinkClosed:
    """Receive until the link ends."""
    async with asyncio.timeout(20):
        while True:
            try:
                await link.receive()
            except LinkClosed as end:
                return end


async def silent(connection: ServerConnection) -> None:
    """Read, and say nothing but pongs."""
    async for _ in connection:
        pass


async def read_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    await writer.wait_closed()


def test_R2_a_half_open_link_is_noticed_by_everyone_who_waits_on_it() -> None:
    async def talk() -> float:
        loop = asyncio.get_running_loop()
        async with (
            hub(silent) as server,
            cable(server.port) as wire,
            linked(f"ws://127.0.0.1:{wire.port}/ws") as link,
        ):
            await link.send("x")
            await link.ping()
            cut_s = loop.time()
            wire.stall()
            with pytest.raises(LinkClosed):
                await link.ping()
            noticed_s = loop.time()
            end = await ended(link)
            assert end.code == 1006
            assert "nothing heard" in end.reason
            with pytest.raises(LinkClosed):
                await link.send("y")
        return noticed_s - cut_s

    # 0.4 s by the settings; the rest is for a busy machine.
    assert 0.3 <= asyncio.run(talk()) <= 2.0


def test_an_idle_link_stays_open_by_pongs_alone_which_are_no_payload() -> None:
    async def talk() -> None:
        async with hub(silent) as server, linked(server.url) as link:
            await link.send("heartbeat")
            await link.ping()
            moved_bytes = link.moved_bytes
            await asyncio.sleep(1.0)  # five times what would be death without pongs
            await link.ping()
            assert link.moved_bytes == moved_bytes == 0
            assert not link.is_backlogged

    asyncio.run(talk())


def test_R11_a_large_frame_may_come_in_slowly() -> None:
    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        whole = frame(TEXT, b"x" * 60_000)
        for start in range(0, len(whole), 2000):
            writer.write(whole[start : start + 2000])
            await asyncio.sleep(0.03)  # a slow peer is what this is about
        await reader.read()

    async def talk() -> None:
        async with linked_by_hand(trickle) as link, asyncio.TaskGroup() as group:
            receiving = group.create_task(link.receive())
            await until(lambda: link.moved_bytes >= 10_000)
            assert not receiving.done()
            assert len(await receiving) == 60_000
            assert link.moved_bytes > 50_000

    asyncio.run(talk())


def test_R11_a_large_frame_may_go_out_slowly() -> None:
    size_bytes = 1_500_000

    async def read_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = size_bytes
        while left > 0:
            left -= len(await reader.read(32768))
            await asyncio.sleep(0.04)  # a slow peer is what this is about
        writer.write(frame(TEXT, b"thanks"))
        await reader.read()

    async def talk() -> None:
        loop = asyncio.get_running_loop()
        async with linked_by_hand(read_slowly) as link:
            # Our system's share is small, so that what waits is seen even where it tells nothing.
            plug = link._connection.transport.get_extra_info("socket")
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32 * 1024)
            began_s = loop.time()
            await link.send("x" * size_bytes)
            assert link.is_backlogged
            assert await link.receive() == "thanks"
            # Without mercy it would have been dead after 0.4 s.
            assert loop.time() - began_s > 1.0

    asyncio.run(talk())


def test_a_backlog_ends_with_the_answer_to_a_ping_and_counts_as_moved() -> None:
    async def talk() -> None:
        async with hub(silent) as server, linked(server.url) as link:
            await link.send("x" * 100_000)
            assert link.is_backlogged
            await until(lambda: not link.is_backlogged)
            assert link.moved_bytes == 100_000

    asyncio.run(talk())


def test_R11_a_peer_that_reads_nothing_at_all_is_given_up() -> None:
    async def talk() -> None:
        async with linked_by_hand(read_nothing) as link:
            await link.send("x" * 500_000)
            assert (await ended(link)).code == 1006

    asyncio.run(talk())


def test_the_same_where_the_system_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "sent", lambda _: None)
    test_R11_a_peer_that_reads_nothing_at_all_is_given_up()
    test_R11_a_large_frame_may_go_out_slowly()
    test_R2_a_half_open_link_is_noticed_by_everyone_who_waits_on_it()


def test_a_link_that_nobody_reads_is_not_taken_for_dead() -> None:
    frames = 200

    async def flood(connection: ServerConnection) -> None:
        for _ in range(frames):
            await connection.send("x" * 10_000)
        await silent(connection)

    async def talk() -> None:
        async with hub(flood) as server, linked(server.url) as link:
            await asyncio.sleep(1.0)  # nobody reads for longer than a silent link would live
            assert {len(await link.receive()) for _ in range(frames)} == {10_000}

    asyncio.run(talk())


def test_what_is_large_is_not_read_ahead_without_bound() -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        for _ in range(200):
            writer.write(frame(TEXT, b"x" * 100_000))
            await writer.drain()

    async def talk() -> None:
        async with linked_by_hand(flood) as link:
            await until(lambda: not link._connection.transport.is_reading())
            taken_bytes = link.moved_bytes
            assert taken_bytes <= (websocket.MAX_QUEUED_FRAMES + 4) * 100_000

    asyncio.run(talk())


@pytest.mark.parametrize(("opcode", "payload"), [(TEXT, "ä 😀"), (BINARY, b"\x00\xff")])
def test_text_and_binary_frames(opcode: int, payload: str | bytes) -> None:
    raw = payload.encode() if isinstance(payload, str) else payload

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(frame(opcode, raw))
        await reader.read()

    async def talk() -> None:
        async with linked_by_hand(say) as link:
            assert await link.receive() == payload

    asyncio.run(talk())


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(TEXT, b"\xff"), 1007),
        (frame(TEXT, b"x" * 2000), 1009),
        (b"\xff\xff", 1002),
        (frame(PING, b"x" * 126), 1002),
    ],
)
def test_R10_frames_that_nobody_may_send_end_the_link(sent: bytes, code: int) -> None:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await reader.read()

    async def talk() -> None:
        async with linked_by_hand(say, max_frame_bytes=1000) as link:
            end = await ended(link)
            assert end.code == 1006
            assert f"closed by us ({code})" in end.reason

    asyncio.run(talk())


def test_a_frame_that_is_too_large_for_the_peer() -> None:
    async def talk() -> None:
        async with hub(max_size=100_000) as server, linked(server.url) as link:
            await link.send("x" * 99_000)
            await link.receive()
            with contextlib.suppress(LinkClosed):
                await link.send("x" * 1_000_000)
            assert (await ended(link)).code == 1009

    asyncio.run(talk())


def test_the_peers_goodbye_is_heard() -> None:
    async def leave(connection: ServerConnection) -> None:
        await connection.close(1012, "restarting")

    async def talk() -> None:
        async with hub(leave) as server, linked(server.url) as link:
            end = await ended(link)
            assert (end.code, end.reason) == (1012, "restarting")

    asyncio.run(talk())


def test_a_peer_that_says_goodbye_and_stays_is_left() -> None:
    async def linger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(frame(CLOSE, (1001).to_bytes(2, "big")))
        while await reader.read(100):
            pass
        await read_nothing(reader, writer)

    async def talk() -> None:
        async with linked_by_hand(linger) as link:
            assert (await ended(link)).code == 1001

    asyncio.run(talk())


def test_a_cut_connection() -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        writer.transport.abort()

    async def talk() -> None:
        async with linked_by_hand(cut) as link:
            assert (await ended(link)).code == 1006

    asyncio.run(talk())


def test_goodbye_does_not_wait_for_a_peer_that_reads_nothing() -> None:
    async def talk() -> float:
        loop = asyncio.get_running_loop()
        async with linked_by_hand(read_nothing) as link, asyncio.TaskGroup() as group:

            async def send_much() -> None:
                with contextlib.suppress(LinkClosed):
                    while True:
                        await link.send("x" * 1_000_000)

            group.create_task(send_much())
            await until(lambda: link._connection.paused)
            began_s = loop.time()
            await link.close(1001)
            await link.close(1001)
            return loop.time() - began_s

    assert asyncio.run(talk()) < 1.5


def test_a_cancelled_goodbye_still_hangs_up() -> None:
    async def talk() -> None:
        async with linked_by_hand(read_nothing) as link:
            await link.send("x" * 100_000)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await link.close()
            assert (await ended(link)).code == 1006

    asyncio.run(talk())


def test_a_peer_sees_a_closed_link_as_closed() -> None:
    async def talk() -> None:
        codes: list[int] = []

        async def note(connection: ServerConnection) -> None:
            with contextlib.suppress(ConnectionClosed):
                await echo(connection)
            codes.append(connection.close_code or 0)

        async with hub(note) as server, linked(server.url) as link:
            await link.close(1000, "ä" * 100)
        assert codes == [1000]

    asyncio.run(talk())
