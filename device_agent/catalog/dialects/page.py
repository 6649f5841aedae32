"""The page about the vocabularies of others, docs/dialects.md, written from the code."""

import json
from collections.abc import Mapping
from typing import Any

from ...errors import Failure, ToolError
from ..page import type_of
from ..tool import Tool
from .foreign import About, Dialect
from .memory import Memory
from .translate import FIRST, others, translate
from .translated import OurCall, Translated, proceed

INTRODUCTION = """\
# Dialects

A device understands its own names (docs/tools.md) and those of others: the same tools, called as
another orchestrator or model calls them, and answered in the shape that it expects. Written from
the code by `python scripts/write_dialects.py`; a test compares the two.

One foreign call may be several of ours. Each of these is judged by the owner's policy by itself,
and the first that fails ends the call. What a dialect has to remember between calls, such as the
screenshot that coordinates count from or the window that was selected, it remembers per peer and
task; a peer's new task begins with what its last one knew.

## Which vocabulary a name is taken from

1. The one that the COMMAND's `agent_name` asks for: {agents}.
2. Else `execute_command`, `get_system_info` and `list_tools` are UFO's.
3. Else our own name, if the parameters are those of our tool.
4. Else the first of {order} that has the name and takes these parameters.

Where the parameters fit none, the complaint is that of the vocabulary that knows most of them. The
`namespace` of the result says which one it was.
"""

PICTURE: Mapping[str, Any] = {
    "frame_id": "f1",
    "mime_type": "image/png",
    "format": "png",
    "width": 1280,
    "height": 800,
    "scale": 1.0,
    "origin": {"x": 0, "y": 0},
    "image": "iVBORw0KGgo...",
}
SHELL: Mapping[str, Any] = {"exit_code": 0, "stdout": "hi\n", "stderr": ""}
WINDOW: Mapping[str, Any] = {
    "window_id": 25165831,
    "title": "Notes",
    "app": "gedit",
    "pid": 4711,
    "region": {"x": 0, "y": 0, "width": 640, "height": 480},
    "active": True,
    "minimised": False,
}
GAVE: Mapping[str, Any] = {
    "screenshot": PICTURE,
    "shell": SHELL,
    "list_windows": {"windows": [WINDOW]},
    "cursor_position": {"x": 100, "y": 200},
}
EXAMPLES: Mapping[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "ufo": (("execute_command", {"command": "echo hi"}),),
    "anthropic": (
        ("computer", {"action": "left_click", "coordinate": [100, 200]}),
        ("screenshot", {}),
    ),
    "openai": (
        (
            "computer_call",
            {
                "actions": [
                    {"type": "click", "x": 100, "y": 200, "button": "left"},
                    {"type": "type", "text": "hello"},
                ]
            },
        ),
    ),
    "cua": (("get_cursor_position", {}), ("run_command", {"command": "echo hi"})),
    "osworld": (("CLICK", {"x": 100, "y": 200}),),
    "ufo_windows": (
        ("get_desktop_app_target_info", {}),
        ("wait", {"seconds": 1}),
    ),
}
LOCKED = ToolError(Failure.LOCKED, "the session is locked; somebody has to unlock it")


def render() -> str:
    """The whole page."""
    every = (FIRST, *others())
    agents = "; ".join(f"{each.title}: {_agents(each)}" for each in every)
    order = ", ".join(each.title for each in others())
    parts = [INTRODUCTION.format(agents=agents, order=order)]
    return "\n".join([*parts, *(_section(each) for each in every)]).rstrip("\n") + "\n"


def _agents(dialect: Dialect) -> str:
    named = ", ".join(f"`{name}`" for name in sorted(dialect.agents))
    begins = f"what begins with `{dialect.name}`"
    return f"{named} or {begins}" if named else begins


def _section(dialect: Dialect) -> str:
    rows = [
        _row(name, each.about(), aliased=getattr(each, "name", name))
        for name, each in dialect.names.items()
    ]
    head = ["| name | takes | by our | |", "|---|---|---|---|"]
    text = dialect.text.strip().replace("``", "`")
    return "\n".join([f"## {dialect.title}", "", text, "", *head, *rows, "", *_examples(dialect)])


def _row(name: str, about: About, aliased: str) -> str:
    takes = ", ".join(
        f"`{key}`{'' if key in about.required else '?'} {type_of(each)}"
        for key, each in sorted(about.takes.items(), key=lambda item: item[0] not in about.required)
    )
    tools = ", ".join(_link(tool) for tool in about.tools)
    summary = about.summary if aliased == name else f"The same as `{aliased}`."
    cells = (f"`{name}`", takes, tools, summary)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _link(tool: Tool) -> str:
    return f"[{tool.name}](tools.md#{tool.name})"


def _examples(dialect: Dialect) -> list[str]:
    lines: list[str] = []
    how: Translated | None = None
    for name, parameters in EXAMPLES[dialect.name]:
        how = translate(name, parameters, agent_name=next(iter(dialect.agents), dialect.name))
        shown = _json(_played(how))
        lines += [f"`{name}` with `{_json(parameters)}` gives `{shown}`.", ""]
    if how is not None:
        failed = _json(how.shape_failure(LOCKED))
        lines += [f"A call that fails has `{failed}` as its result, beside `error`.", ""]
    return lines


def _played(how: Translated) -> Any:  # noqa: ANN401 -- JSON
    program = how.start(Memory())
    step = proceed(program)
    while isinstance(step, OurCall):
        step = proceed(program, GAVE.get(step.tool.name, {}))
    return step.value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
