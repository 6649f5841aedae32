"""Windows, in English."""

from ..phrase import Found, Parameters, unquoted
from .parts import phrase

# "the application X" is told by its class, everything else by its title.
_WHICH = r"(?:the )?(?:(?P<app>app|application|program) |window )?<name>(?: window)?"
_WINDOW = r"(?:the )?(?:(?P<app>app|application|program) |window )<name>"


def _window(found: Found) -> Parameters:
    return {("app" if found["app"] else "title"): unquoted(found["name"])}


def _move(found: Found) -> Parameters:
    return _window(found) | {"x": int(found["x"]), "y": int(found["y"])}


def _resize(found: Found) -> Parameters:
    return _window(found) | {"width": int(found["width"]), "height": int(found["height"])}


PHRASES = (
    phrase(
        "list_windows",
        r"(?:(?:<show>|which |what )(?:open )?windows(?: are open)?"
        r"|(?:which|what) window (?:is active|has the focus))",
        "list windows",
        "What windows are open?",
        "which window is active?",
    ),
    phrase(
        "activate_window",
        rf"(?:activate|focus|focus on|switch to|go to) {_WHICH}"
        rf"|bring (?:the )?(?:(?P<app2>app) |window )?(?P<name2>\S.*?)(?: window)? to (?:the )?"
        r"(?:front|foreground)",
        ("switch to Notes", {"title": "Notes"}),
        ('activate the window "My Budget"', {"title": "My Budget"}),
        ("focus the application XTerm", {"app": "XTerm"}),
        ("bring the window Notes to the front", {"title": "Notes"}),
        parameters=lambda found: (
            _window(found) if found["name"] else {"title": unquoted(found["name2"])}
        ),
    ),
    phrase(
        "close_window",
        rf"close {_WHICH}",
        ("close the window Notes", {"title": "Notes"}),
        ("close the Notes window", {"title": "Notes"}),
        ("close the app XTerm", {"app": "XTerm"}),
        parameters=_window,
    ),
    phrase(
        "minimise_window",
        rf"(?:minimi[sz]e|hide|iconify) {_WHICH}",
        ("minimise the window Notes", {"title": "Notes"}),
        ("minimize Notes", {"title": "Notes"}),
        parameters=_window,
    ),
    phrase(
        "maximise_window",
        rf"(?:maximi[sz]e|enlarge) {_WHICH}",
        ("maximise the window Notes", {"title": "Notes"}),
        parameters=_window,
    ),
    phrase(
        "restore_window",
        rf"(?:restore|unminimi[sz]e|unmaximi[sz]e) {_WHICH}",
        ("restore the window Notes", {"title": "Notes"}),
        parameters=_window,
    ),
    phrase(
        "move_window",
        rf"move {_WINDOW} to <xy>",
        ("move the window Notes to 10,20", {"title": "Notes", "x": 10, "y": 20}),
        parameters=_move,
    ),
    phrase(
        "resize_window",
        rf"(?:resize|make) {_WHICH} (?:to )?<size>(?: pixels)?",
        ("resize the window Notes to 800x600", {"title": "Notes", "width": 800, "height": 600}),
        parameters=_resize,
    ),
)
