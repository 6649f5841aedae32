"""kill -9 of the broker at random moments: every accepted command has exactly one outcome."""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.end_to_end.rigs import Agent, PlainHub, command, family, gone, run_async, running, shell

COMMANDS = int(os.environ.get("TEST_KILL_COMMANDS", "200"))
SEED = int(os.environ.get("TEST_KILL_SEED", "7"))


@pytest.mark.timeout(300)
def test_nothing_is_lost_and_nothing_runs_twice(tmp_path: Path) -> None:
    done = tmp_path / "done"
    done.touch()

    async def story() -> None:
        dice = random.Random(SEED)
        asked: list[str] = []
        async with PlainHub().open() as hub:
            agent = Agent(tmp_path, "--hub", hub.url, "--allow", "shell")
            with running(agent):
                while len(asked) < COMMANDS:
                    await hub.registered(len(hub.registers) or 1)
                    batch = [f"r{len(asked) + n}" for n in range(dice.randint(5, 30))]
                    asked += batch
                    before = len(hub.registers)
                    for name in batch:
                        await hub.say(command(name, shell(f"echo {name} >> {done}")))
                    heard = len(hub.of("command_results"))
                    enough = heard + dice.randint(0, len(batch))
                    await hub.until(lambda n=enough: len(hub.of("command_results")) >= n)
                    agent.kill()
                    agent.start()
                    await hub.registered(before + 1)
                accepted = await settled(hub, agent)
                assert agent.stop() == 0
            check(hub, accepted, Counter(done.read_text().split()))
            assert await gone(family(agent)) == []

    run_async(story, 280)


async def settled(hub: PlainHub, agent: Agent) -> set[str]:
    """Ask once more, so that all that was kept has come before; return what was accepted."""
    await hub.command("last", shell("true"))
    listed = await asyncio.to_thread(agent.run, "tasks", "ls", "--json", "--limit", "1000")
    import json

    rows = json.loads(listed.stdout)
    rows = rows["tasks"] if isinstance(rows, dict) else rows
    assert all(row["outcome"] for row in rows)
    return {row["response_id"] for row in rows}


def check(hub: PlainHub, accepted: set[str], ran: Counter[str]) -> None:
    answered = {name for name in accepted if hub.results(name)}
    assert answered == accepted, f"accepted and never answered: {accepted - answered}"
    twice = {name: times for name, times in ran.items() if times > 1}
    assert not twice, f"ran twice: {twice}"
    for name in accepted:
        copies = {
            text
            for text, frame in zip(hub.texts, hub.heard, strict=True)
            if frame.get("prev_response_id") == name
        }
        assert len(copies) == 1, f"copies of {name} differ: {copies}"
        (result,) = hub.results(name)[0]["action_results"]
        if result["status"] == "success":
            assert name == "last" or ran[name] == 1
        else:
            assert result["error"].startswith("interrupted")
    assert set(ran) <= accepted | {"last"}
