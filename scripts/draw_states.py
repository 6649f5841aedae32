"""Draw docs/states.md from the tables of moves: `python scripts/draw_states.py`."""

import inspect
from collections.abc import Mapping, Set
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

from device_agent.protocol import (
    calling,
    constellation,
    device_dialling,
    device_listening,
    hub,
    task_state,
)

PAGE = Path(__file__).parents[1] / "docs" / "states.md"

Moves: TypeAlias = Mapping[Enum, Set[Enum]]

MACHINES: dict[str, tuple[ModuleType, ...]] = {
    "Who dials: a device, a constellation": (calling, device_dialling, constellation),
    "A device that was dialled": (device_listening,),
    "A hub's side of a link": (hub,),
    "A COMMAND or TASK in the journal": (task_state,),
}

INTRODUCTION = """\
# States

Drawn from the tables in the code by `python scripts/draw_states.py`; a test compares the two.
A session moves only along these arrows. Which event takes which arrow is in
[protocol.md](protocol.md), "Flows".
"""


def render() -> str:
    """Write the page."""
    sections = [_section(title, modules) for title, modules in MACHINES.items()]
    return "\n".join([INTRODUCTION, *sections])


def _section(title: str, modules: tuple[ModuleType, ...]) -> str:
    tables: list[Moves] = [module.MOVES for module in modules]
    if any(table is not tables[0] for table in tables):
        raise ValueError(f"{title}: these no longer move alike; give each a drawing of its own")
    sources = ", ".join(f"`{module.__name__.replace('.', '/')}.py`" for module in modules)
    about = (inspect.getdoc(modules[0]) or "").partition("\n")[0]
    return f"## {title}\n\n{sources}: {about}\n\n```mermaid\n{mermaid(tables[0])}```\n"


def mermaid(moves: Moves) -> str:
    """Draw one table; the first state is where every life begins, one without moves ends it."""
    order = list(type(next(iter(moves))))
    lines = ["stateDiagram-v2", f"    [*] --> {order[0].name}"]
    for state in order:
        ways = moves[state]
        lines += [f"    {state.name} --> {to.name}" for to in order if to in ways]
        if not ways:
            lines.append(f"    {state.name} --> [*]")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    print(f"wrote {PAGE}")
