"""Looking at the screen, in English."""

from ..phrase import Found, Parameters, unquoted
from .parts import always, named, phrase, seconds

_PICTURE = (
    r"(?:(?:take|make|get|grab|capture|show)(?: me)? )?(?:a |the )?"
    r"(?:screen ?shot|snapshot|screen capture|picture)"
)


def _area(found: Found) -> Parameters:
    left, top = int(found["x"]), int(found["y"])
    right, bottom = int(found["x2"]), int(found["y2"])
    region = {
        "x": min(left, right),
        "y": min(top, bottom),
        "width": max(1, abs(right - left)),
        "height": max(1, abs(bottom - top)),
    }
    return {"region": region}


def _within(found: Found) -> Parameters:
    return {"timeout_s": seconds(found)} if found["s"] else {}


def _window(found: Found) -> Parameters:
    return {"until": "window", "title": unquoted(found["name"]), **_within(found)}


def _gone(found: Found) -> Parameters:
    return {"until": "window_gone", "title": unquoted(found["name"]), **_within(found)}


_WITHIN = r"(?:,? (?:within|for at most|for up to) <s><unit>)?"

PHRASES = (
    phrase(
        "screenshot",
        r"(?:(?:(?:take|make|get|grab|capture|show)(?: me)? )?(?:a |the )?"
        r"(?:screen ?shot|snapshot|screen capture|picture of the screen)"
        r"(?: of (?:the |my )?(?:whole |entire )?(?:screen|desktop))?"
        r"|(?:show|capture|grab)(?: me)? the screen)",
        "take a screenshot",
        "Take a screenshot of the whole desktop",
        "show me the screen",
    ),
    phrase(
        "screenshot",
        rf"{_PICTURE} of (?:display|monitor|screen) <n>",
        ("take a screenshot of display 1", {"display": 1}),
        parameters=lambda found: {"display": int(found["n"])},
    ),
    phrase(
        "screenshot",
        rf"{_PICTURE} of (?:the )?(?:area|region|part)(?: from)? <xy> to <to>",
        (
            "take a screenshot of the area 10,20 to 110,70",
            {"region": {"x": 10, "y": 20, "width": 100, "height": 50}},
        ),
        parameters=_area,
    ),
    phrase(
        "screenshot",
        rf"{_PICTURE} of (?:the )?window <name>",
        ("take a screenshot of the window Notes", {"window_title": "Notes"}),
        ('screenshot of window "My Budget"', {"window_title": "My Budget"}),
        parameters=named("name", "window_title"),
    ),
    phrase(
        "zoom",
        r"zoom (?:in ?)?(?:to|on|into)?(?: the)?(?: area| region)?(?: from)? <xy> to <to>",
        (
            "zoom into 10,20 to 110,70",
            {"region": {"x": 10, "y": 20, "width": 100, "height": 50}},
        ),
        parameters=_area,
    ),
    phrase(
        "screen_size",
        r"(?:<show>(?:screen size|screen resolution|resolution|size of the screen)"
        r"|how (?:big|large) is the screen)",
        "screen size",
        "how big is the screen",
    ),
    phrase(
        "list_displays",
        r"(?:<show>(?:displays|monitors|screens)|how many (?:displays|monitors|screens) are there)",
        "list displays",
        "how many monitors are there",
    ),
    phrase(
        "find_text",
        r"(?:what does the screen say|read (?:the |all )?(?:text (?:on|of|from) )?the screen)",
        "read the screen",
        "What does the screen say?",
    ),
    phrase(
        "find_text",
        r"(?:find|look for|search for|where is) (?:the )?(?:text|word|words) <name>"
        r"(?: on (?:the )?screen)?",
        ('find the text "Save as"', {"text": "Save as"}),
        ("look for the word Total on the screen", {"text": "Total"}),
        parameters=named("name", "text"),
    ),
    phrase(
        "wait_for_screen",
        r"wait (?:until|till) (?:the screen|everything|nothing) "
        r"(?:is (?:still|quiet|stable)|stops moving|moves(?: any ?more)?)",
        ("wait until the screen is still", {"until": "still"}),
        parameters=always(until="still"),
    ),
    phrase(
        "wait_for_screen",
        r"wait (?:until|till|for) "
        r"(?:the screen (?:changes|to change)|something (?:changes|happens))",
        ("wait until the screen changes", {"until": "changed"}),
        parameters=always(until="changed"),
    ),
    phrase(
        "wait_for_screen",
        rf"wait (?:until|till|for) (?:the )?window <name>"
        rf" (?:is gone|to close|closes|disappears|to disappear|is closed){_WITHIN}",
        ("wait until the window Notes is gone", {"until": "window_gone", "title": "Notes"}),
        parameters=_gone,
    ),
    phrase(
        "wait_for_screen",
        rf"wait (?:until|till|for) (?:the |a )?window <name>"
        rf"(?: (?:to appear|appears|to open|opens|is open|is shown))?{_WITHIN}",
        ("wait for the window Notes", {"until": "window", "title": "Notes"}),
        (
            'wait until the window "Save as" opens, within 5 seconds',
            {"until": "window", "title": "Save as", "timeout_s": 5.0},
        ),
        parameters=_window,
    ),
    phrase(
        "cursor_position",
        r"(?:where is <mouse>|<show>(?:mouse|pointer|cursor)(?: position)?)",
        "where is the pointer",
    ),
)
