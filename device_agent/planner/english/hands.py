"""Pointer and keyboard, in English."""

import re

from ..phrase import Found, Parameters
from .parts import always, phrase, place, seconds

DEFAULT_SCROLL_CLICKS = 3
FAR_SCROLL_CLICKS = 100

# A single key has to look like one, or "press the save button" would be a key.
_MODIFIER = r"(?:ctrl|control|shift|alt|altgr|win|windows|super|cmd|command|meta|option)"
_KEY = (
    r"(?:[^\s+]|\+|f\d{1,2}|enter|return|tab|space|space ?bar|back ?space|del|delete|insert|"
    r"esc|escape|home|end|page[ _]?up|page[ _]?down|up|down|left|right|"
    r"(?:up|down|left|right) arrow|arrow (?:up|down|left|right)|caps ?lock|num ?lock|"
    r"print ?screen|pause|menu|plus|minus|" + _MODIFIER + ")"
)
_COMBINATION = rf"(?P<keys>(?:{_MODIFIER} ?\+ ?)*{_KEY})(?: keys?)?"
_SHORTCUTS = {
    "select all": "ctrl+a",
    "select everything": "ctrl+a",
    "copy": "ctrl+c",
    "copy that": "ctrl+c",
    "copy it": "ctrl+c",
    "copy the selection": "ctrl+c",
    "cut": "ctrl+x",
    "cut the selection": "ctrl+x",
    "paste": "ctrl+v",
    "paste it": "ctrl+v",
    "undo": "ctrl+z",
    "undo that": "ctrl+z",
    "redo": "ctrl+y",
    "save": "ctrl+s",
    "save it": "ctrl+s",
    "save the file": "ctrl+s",
    "save the document": "ctrl+s",
    "find": "ctrl+f",
    "refresh": "f5",
    "reload the page": "f5",
    "new tab": "ctrl+t",
    "open a new tab": "ctrl+t",
    "close the tab": "ctrl+w",
    "close this window": "alt+f4",
    "close the window": "alt+f4",
    "switch windows": "alt+tab",
    "switch window": "alt+tab",
    "go back": "alt+left",
    "go forward": "alt+right",
}


def _click(found: Found) -> Parameters:
    words = (found["how"] or "").lower()
    parameters = place(found)
    for button in ("right", "middle"):
        if button in words:
            parameters["button"] = button
    for word, count in (("double", 2), ("triple", 3)):
        if word in words:
            parameters["count"] = count
    return parameters


def _button(found: Found) -> Parameters:
    button = (found["button"] or "left").strip().lower()
    return place(found) | ({} if button == "left" else {"button": button})


def _scroll(found: Found) -> Parameters:
    way = found["way"].lower()
    clicks = int(found["n"] or DEFAULT_SCROLL_CLICKS)
    signed = -clicks if way in {"up", "left"} else clicks
    return {("dy" if way in {"up", "down"} else "dx"): signed} | place(found)


def _scroll_far(found: Found) -> Parameters:
    return {"dy": -FAR_SCROLL_CLICKS if found["end"].lower() == "top" else FAR_SCROLL_CLICKS}


def _drag(found: Found) -> Parameters:
    return {"path": [place(found), {"x": int(found["x2"]), "y": int(found["y2"])}]}


def _keys(found: Found) -> str:
    return re.sub(r" ?\+ ?", "+", found["keys"].lower()).replace(" ", "_")


def _press(found: Found) -> Parameters:
    times = 2 if (found["times"] or "").lower() == " twice" else int(found["n"] or 1)
    return {"keys": _keys(found)} | ({"repeat": times} if times > 1 else {})


def _hold(found: Found) -> Parameters:
    return {"keys": _keys(found), "duration_s": seconds(found)}


PHRASES = (
    phrase(
        "mouse_move",
        r"move (?:<mouse> )?(?:to )?<xy>",
        ("move to 200,300", {"x": 200, "y": 300}),
        ("move the mouse to (10, -20)", {"x": 10, "y": -20}),
        parameters=place,
    ),
    phrase(
        "mouse_click",
        r"(?P<how>(?:(?:left|right|middle|double|triple)[ -]?)*)click(?: (?:on |at )?<xy>)?",
        ("click 200,300", {"x": 200, "y": 300}),
        "click",
        ("double-click 1 2", {"x": 1, "y": 2, "count": 2}),
        ("RIGHT CLICK at 1,2", {"x": 1, "y": 2, "button": "right"}),
        parameters=_click,
    ),
    phrase(
        "mouse_drag",
        r"drag (?:<mouse> )?(?:from )?<xy> to <to>",
        ("drag 10,10 to 200,300", {"path": [{"x": 10, "y": 10}, {"x": 200, "y": 300}]}),
        parameters=_drag,
    ),
    phrase(
        "mouse_down",
        r"(?:press|hold)(?: down)? the (?:(?P<button>left|right|middle) (?:mouse )?|mouse )button"
        r"(?: down)?(?: at <xy>)?",
        "hold the mouse button",
        ("press the right mouse button at 1,2", {"x": 1, "y": 2, "button": "right"}),
        parameters=_button,
    ),
    phrase(
        "mouse_up",
        r"(?:release|let go of) the (?:(?P<button>left|right|middle) (?:mouse )?|mouse )button"
        r"(?: at <xy>)?",
        "release the mouse button",
        parameters=_button,
    ),
    phrase(
        "mouse_scroll",
        r"scroll (?P<way>up|down|left|right)(?: (?:by )?<n>(?: (?:clicks?|lines?|steps?|times))?)?"
        r"(?: at <xy>)?",
        ("scroll down 3", {"dy": 3}),
        ("scroll up", {"dy": -3}),
        ("scroll left 2", {"dx": -2}),
        parameters=_scroll,
    ),
    phrase(
        "mouse_scroll",
        r"scroll (?:up |down |all the way )?to the (?P<end>top|bottom|end)",
        ("scroll to the top", {"dy": -FAR_SCROLL_CLICKS}),
        ("scroll to the bottom", {"dy": FAR_SCROLL_CLICKS}),
        parameters=_scroll_far,
    ),
    phrase(
        "hold_keys",
        rf"hold(?: down)?(?: the)?(?: keys?)? {_COMBINATION}(?: down)? for <s><unit>",
        ("hold shift for 2 seconds", {"keys": "shift", "duration_s": 2.0}),
        parameters=_hold,
    ),
    phrase(
        "key_down",
        rf"hold(?: down)?(?: the)?(?: key)? (?P<keys>{_KEY})(?: key)?(?: down)?",
        ("hold down ctrl", {"key": "ctrl"}),
        parameters=lambda found: {"key": _keys(found)},
    ),
    phrase(
        "key_up",
        rf"(?:release|let go of)(?: the)?(?: key)? (?P<keys>{_KEY})(?: key)?",
        ("release ctrl", {"key": "ctrl"}),
        parameters=lambda found: {"key": _keys(found)},
    ),
    *(
        phrase(
            "press_keys",
            "|".join(re.escape(words) for words, meant in _SHORTCUTS.items() if meant == keys),
            *((words, {"keys": keys}) for words, meant in _SHORTCUTS.items() if meant == keys),
            parameters=always(keys=keys),
        )
        for keys in dict.fromkeys(_SHORTCUTS.values())
    ),
    phrase(
        "press_keys",
        rf"(?:(?:press|hit|push)(?: the)?(?: keys?)? |(?=enter\b)){_COMBINATION}"
        r"(?P<times> once| twice| <n> times)?",
        ("press ctrl+s", {"keys": "ctrl+s"}),
        ("hit Ctrl + Shift + T", {"keys": "ctrl+shift+t"}),
        ("press page down 3 times", {"keys": "page_down", "repeat": 3}),
        ("press ctrl++", {"keys": "ctrl++"}),
        parameters=_press,
    ),
)
