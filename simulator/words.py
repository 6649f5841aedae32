"""
The few plain phrases that a simulated device understands. Pure.

The agent's own planner is part of its body, which guests do not import; a fleet needs just enough
for tasks in words to do something, and to fail like the real ones when they are not understood.
"""

import json
import re
from collections.abc import Callable

from device_agent.errors import Failure, ToolError
from device_agent.protocol.messages import Action, Json

EXAMPLES = ("take a screenshot", "list windows", "type hello", "press ctrl+s", "click 200,300")

_JOINER = re.compile(r"\s*(?:\bthen\b|;|\n)\s*", re.IGNORECASE)


def _fixed(tool: str) -> Callable[[re.Match[str]], Action]:
    return lambda _: Action(tool_name=tool)


def _with(tool: str, **names: str) -> Callable[[re.Match[str]], Action]:
    def action(found: re.Match[str]) -> Action:
        parameters: dict[str, Json] = {key: found[name] for key, name in names.items()}
        return Action(tool_name=tool, parameters=parameters)

    return action


def _click(found: re.Match[str]) -> Action:
    place: dict[str, Json] = {"x": int(found["x"]), "y": int(found["y"])}
    return Action(tool_name="mouse_click", parameters=place)


_PHRASES: tuple[tuple[str, Callable[[re.Match[str]], Action]], ...] = (
    (r"(?:take|make) (?:a )?(?:screenshot|screen shot)|screenshot", _fixed("screenshot")),
    (r"(?:list|show) (?:the )?(?:open )?windows", _fixed("list_windows")),
    (r"(?:tell|show|get) (?:the )?system info(?:rmation)?", _fixed("system_info")),
    (r"(?:type|write) (?P<quote>[\"']?)(?P<text>.+)(?P=quote)", _with("type_text", text="text")),
    (r"press (?P<keys>\S+)", _with("press_keys", keys="keys")),
    (r"click (?:at )?(?P<x>-?\d+)\s*,\s*(?P<y>-?\d+)", _click),
    (r"run (?P<command>.+)", _with("shell", command="command")),
)
PHRASES = tuple((re.compile(text, re.IGNORECASE), action) for text, action in _PHRASES)


def plan(words: str) -> tuple[Action, ...]:
    """
    Turn words into actions: phrases joined by "then", or a JSON list of actions.

    Raises:
        ToolError: ``not_understood``, with what would have been.

    """
    if words.lstrip().startswith("["):
        return _from_json(words)
    pieces = [piece.strip(" .,") for piece in _JOINER.split(words) if piece.strip(" .,")]
    if not pieces:
        raise _not_understood(words)
    return tuple(_action(piece) for piece in pieces)


def _action(piece: str) -> Action:
    for pattern, action in PHRASES:
        if found := pattern.fullmatch(piece):
            return action(found)
    raise _not_understood(piece)


def _from_json(words: str) -> tuple[Action, ...]:
    try:
        return tuple(Action.model_validate(each) for each in json.loads(words))
    except (ValueError, RecursionError):
        raise _not_understood(words) from None


def _not_understood(piece: str) -> ToolError:
    detail = f"{piece[:60]!r}; a simulated device knows {', '.join(EXAMPLES)}"
    return ToolError(Failure.NOT_UNDERSTOOD, detail)
