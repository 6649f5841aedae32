"""What launch_application starts outlives its call, not the worker."""

import asyncio
from pathlib import Path

from tests.device_agent.worker.hosts import call, environment, running, tag, tagged, until

PROGRAM = "import time; time.sleep(60)"


def test_a_launched_application_outlives_its_call_and_ends_with_the_worker(
    tmp_path: Path, x_server: str
) -> None:
    name = tag()
    folder = tmp_path / "applications"
    folder.mkdir()
    (folder / "sleeper.desktop").write_text(
        "[Desktop Entry]\nType=Application\nName=Sleeper\n"
        f'Exec=/usr/bin/python3 -c "{PROGRAM}" {name}\n'
    )
    inherited = environment(x_server, XDG_DATA_HOME=str(tmp_path))

    async def story() -> None:
        async with running(inherited=inherited) as host:
            launched = await call(host, "launch_application", application="sleeper", wait_s=0.0)
            assert launched["window"] is None
            assert tagged(name) == [launched["pid"]]
            await call(host, "shell", command="true")
            assert tagged(name) == [launched["pid"]]
        await until(lambda: not tagged(name))

    asyncio.run(story())
