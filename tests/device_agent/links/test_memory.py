"""The pretended link keeps the promises of a real one."""

import asyncio

import pytest

from device_agent.errors import LinkClosed
from device_agent.links.base import Link
from device_agent.links.memory import memory_pair


def test_frames_arrive_in_order_and_count_where_they_arrive() -> None:
    async def talk() -> None:
        ours, theirs = memory_pair()
        link: Link = ours
        await link.send("one")
        await theirs.send_frame(b"\x00")
        await link.send("two")
        assert [await theirs.receive(), await theirs.receive()] == ["one", "two"]
        assert await ours.receive() == b"\x00"
        assert (ours.moved_bytes, theirs.moved_bytes) == (1, 6)
        assert (ours.peer_label, theirs.peer_label) == ("memory:theirs", "memory:ours")

    asyncio.run(talk())


def test_a_full_link_makes_senders_wait() -> None:
    async def talk() -> None:
        ours, theirs = memory_pair(capacity=1)
        await ours.send("one")
        assert ours.is_backlogged
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(ours.send("two"))
            proving = group.create_task(ours.ping())
            await asyncio.sleep(0)
            assert not sending.done()
            assert not proving.done()
            assert await theirs.receive() == "one"
            await sending
            assert await theirs.receive() == "two"
        assert not ours.is_backlogged

    asyncio.run(talk())


def test_what_was_sent_before_the_end_still_arrives() -> None:
    async def talk() -> None:
        ours, theirs = memory_pair()
        await ours.send("last words")
        await ours.close(1001, "bye")
        await ours.close(1000, "again")
        assert await theirs.receive() == "last words"
        for doing in (theirs.receive(), theirs.send("x"), theirs.ping(), ours.receive()):
            with pytest.raises(LinkClosed) as caught:
                await doing
            assert (caught.value.code, caught.value.reason) == (1001, "bye")

    asyncio.run(talk())


def test_everyone_who_waits_hears_of_the_end() -> None:
    async def talk() -> None:
        ours, theirs = memory_pair(capacity=1)
        await ours.send("one")
        waiting = asyncio.gather(
            ours.receive(), ours.send("two"), ours.ping(), return_exceptions=True
        )
        await asyncio.sleep(0)
        theirs.cut()
        ends = await waiting
        assert [type(end) for end in ends] == [LinkClosed] * 3

    asyncio.run(talk())


def test_a_cancelled_wait_loses_no_frame() -> None:
    async def talk() -> None:
        ours, theirs = memory_pair()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await theirs.receive()
        await ours.send("one")
        assert await theirs.receive() == "one"

    asyncio.run(talk())
