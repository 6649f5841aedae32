"""The phrases: what each looks like and the call it means. Whole phrases come in lower case."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..catalog import TOOLS
from ..protocol.messages import Action, ToolType

Found = re.Match[str]

DEFAULT_SCROLL_CLICKS = 3


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that is matched as a whole, in lower case with single spaces."""

    example: str
    tool: str
    pattern: re.Pattern[str]
    parameters: Callable[[Found], dict[str, Any]] = field(default=lambda _: {})

    def action(self, found: Found) -> Action:
        """Give the call that a match means."""
        return _action(self.tool, self.parameters(found))


@dataclass(frozen=True, slots=True)
class Free:
    """A phrase whose end is a text of the user's, kept as it is."""

    example: str
    opening: re.Pattern[str]
    tool: str = ""
    argument: str = ""
    why: str = "nothing follows"
    instead: tuple[str, ...] = ()

    def action(self, text: str) -> Action | None:
        """Give the call; None when the text is missing or no tool does this."""
        return _action(self.tool, {self.argument: text}) if self.tool and text else None


def _action(tool: str, parameters: dict[str, Any]) -> Action:
    kind: ToolType = "action" if TOOLS[tool].acts else "data_collection"
    return Action(tool_name=tool, tool_type=kind, parameters=parameters)


def _phrase(
    example: str,
    tool: str,
    pattern: str,
    parameters: Callable[[Found], dict[str, Any]] = lambda _: {},
) -> Phrase:
    for name, part in _PARTS.items():
        pattern = pattern.replace(f"<{name}>", part)
    return Phrase(example, tool, re.compile(pattern), parameters)


# Named as in the patterns below; none of them can match in two ways.
_PARTS = {
    "show": r"(?:(?:show|tell|get|give|read|what is|what's|what are|list)(?: me)? )?(?:the |all )?",
    "xy": r"\(?(?P<x>-?\d{1,6})(?:, ?| |x)(?P<y>-?\d{1,6})\)?",
    "to": r"\(?(?P<x2>-?\d{1,6})(?:, ?| |x)(?P<y2>-?\d{1,6})\)?",
    "mouse": r"(?:the )?(?:mouse|pointer|cursor)",
    "n": r"(?P<n>\d{1,3})",
    "s": r"(?P<s>\d{1,4}(?:\.\d{1,3})?)",
}


def _at(found: Found) -> dict[str, Any]:
    return {"x": int(found["x"]), "y": int(found["y"])} if found["x"] else {}


def _click(found: Found) -> dict[str, Any]:
    words = found["how"] or ""
    parameters: dict[str, Any] = _at(found)
    for button in ("right", "middle"):
        if button in words:
            parameters["button"] = button
    for word, count in (("double", 2), ("triple", 3)):
        if word in words:
            parameters["count"] = count
    return parameters


def _scroll(found: Found) -> dict[str, Any]:
    clicks = int(found["n"] or DEFAULT_SCROLL_CLICKS)
    signed = -clicks if found["way"] in ("up", "left") else clicks
    return {("dy" if found["way"] in ("up", "down") else "dx"): signed} | _at(found)


def _drag(found: Found) -> dict[str, Any]:
    end = {"x": int(found["x2"]), "y": int(found["y2"])}
    return {"path": [_at(found), end]}


def _press(found: Found) -> dict[str, Any]:
    keys = re.sub(r" ?\+ ?", "+", found["keys"]).replace(" ", "_")
    times = 2 if found["times"] == " twice" else int(found["n"] or 1)
    return {"keys": keys} | ({"repeat": times} if times > 1 else {})


def _wait(found: Found) -> dict[str, Any]:
    unit = found["unit"] or "s"
    factor = 0.001 if unit.startswith(("ms", "milli")) else 1.0
    return {"seconds": float(found["s"]) * (60.0 if unit.startswith("min") else factor)}


# A single key has to look like one, or "press the save button" would be a key.
_MODIFIER = r"(?:ctrl|control|shift|alt|altgr|win|windows|super|cmd|command|meta|option)"
_KEY = (
    r"(?:[^\s+]|\+|f\d{1,2}|enter|return|tab|space|space ?bar|back ?space|del|delete|insert|"
    r"esc|escape|home|end|page[ _]?up|page[ _]?down|up|down|left|right|"
    r"(?:up|down|left|right) arrow|arrow (?:up|down|left|right)|caps ?lock|num ?lock|"
    r"print ?screen|pause|menu|plus|minus|" + _MODIFIER + ")"
)

PHRASES = (
    _phrase(
        "take a screenshot",
        "screenshot",
        r"(?:(?:(?:take|make|get|grab|capture|show)(?: me)? )?(?:a |the )?"
        r"(?:screen ?shot|snapshot|screen capture|picture of the screen)"
        r"|(?:show|capture|grab)(?: me)? the screen)",
    ),
    _phrase(
        "screen size",
        "screen_size",
        r"(?:<show>(?:screen size|screen resolution|resolution|size of the screen)"
        r"|how (?:big|large) is the screen)",
    ),
    _phrase("list displays", "list_displays", r"<show>(?:displays|monitors|screens)"),
    _phrase(
        "where is the pointer",
        "cursor_position",
        r"(?:where is <mouse>|<show>(?:mouse|pointer|cursor)(?: position)?)",
    ),
    _phrase(
        "list windows", "list_windows", r"(?:<show>|which |what )(?:open )?windows(?: are open)?"
    ),
    _phrase(
        "system info",
        "system_info",
        r"(?:<show>(?:system|device|machine) (?:info|information|facts)"
        r"|what (?:machine|computer|system) is this)",
    ),
    _phrase("list tools", "list_tools", r"(?:<show>tools|what can you do)"),
    _phrase("move to 200,300", "mouse_move", r"move (?:<mouse> )?(?:to )?<xy>", _at),
    _phrase(
        "click 200,300",
        "mouse_click",
        r"(?P<how>(?:(?:left|right|middle|double|triple)[ -]?)*)click(?: (?:on |at )?<xy>)?",
        _click,
    ),
    _phrase("drag 10,10 to 200,300", "mouse_drag", r"drag (?:from )?<xy> to <to>", _drag),
    _phrase(
        "scroll down 3",
        "mouse_scroll",
        r"scroll (?P<way>up|down|left|right)(?: (?:by )?<n>(?: (?:clicks?|lines?|steps?|times))?)?"
        r"(?: at <xy>)?",
        _scroll,
    ),
    _phrase(
        "press ctrl+s",
        "press_keys",
        r"(?:(?:press|hit)(?: the)?(?: keys?)? |(?=enter\b))"
        rf"(?P<keys>(?:{_MODIFIER} ?\+ ?)*{_KEY})(?: keys?)?"
        r"(?P<times> once| twice| <n> times)?",
        _press,
    ),
    _phrase(
        "wait 2 seconds",
        "wait",
        r"(?:wait|sleep|pause)(?: for)? <s>"
        r" ?(?P<unit>ms|milliseconds?|s|secs?|seconds?|mins?|minutes?)?",
        _wait,
    ),
)

FREE = (
    Free(
        'type "some text"',
        re.compile(r"(?:type|write|enter)(?: (?:the|this) text)?:?[ \t]", re.IGNORECASE),
        "type_text",
        "text",
    ),
    Free(
        "run echo hello",
        re.compile(r"(?:run|execute)(?: (?:the )?(?:shell )?command)?:?[ \t]", re.IGNORECASE),
        "shell",
        "command",
    ),
    Free(
        "open https://example.org",
        re.compile(r"(?:open|launch)[ \t]", re.IGNORECASE),
        why="no tool opens things yet, but a command can",
        instead=("run xdg-open https://example.org", "run start notepad"),
    ),
)
"""Phrases with a text. "open" is known, so that it is refused with the way that does work."""

EXAMPLES = (
    *(phrase.example for phrase in PHRASES),
    *(free.example for free in FREE if free.tool),
)
"""One of each phrase that is understood."""
