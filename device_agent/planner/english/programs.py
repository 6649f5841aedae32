"""Starting programs and opening things, in English."""

import re

from ..phrase import Found, Parameters, unquoted
from .parts import named, phrase

_ANYWHERE = re.compile(r"[/~]|[A-Za-z]:[\\/]|[A-Za-z][A-Za-z0-9+.-]+:")


def _file(found: Found) -> Parameters:
    path = unquoted(found["path"])
    return {"target": path if _ANYWHERE.match(path) else f"~/{path}"}


def _address(found: Found) -> Parameters:
    address = unquoted(found["address"])
    return {"target": address if "://" in address else f"https://{address}"}


PHRASES = (
    phrase(
        "list_applications",
        r"(?:<show>(?:installed )?(?:applications|apps|programs that are installed)"
        r"|(?:which|what) (?:applications|apps|programs) are installed)",
        "list applications",
        "what apps are installed?",
    ),
    phrase("list_terminals", r"<show>(?:open )?terminals", "list terminals"),
    phrase(
        "open",
        r"(?:open|go to|visit|browse(?: to)?|show)(?: me)?(?: the)?(?: (?:page|site|website|"
        r"address|url))? (?P<address>https?://\S+|www\.\S+)",
        ("open https://example.org/a?b=c", {"target": "https://example.org/a?b=c"}),
        ("go to the page www.example.org", {"target": "https://www.example.org"}),
        parameters=_address,
    ),
    phrase(
        "open",
        r"open (?:the |my )?(?:file|document|picture|folder|directory) <path>",
        ("open the file notes.txt", {"target": "~/notes.txt"}),
        ("open the folder /srv/share", {"target": "/srv/share"}),
        parameters=_file,
    ),
    phrase(
        "launch_application",
        r"(?:open|launch|start)(?: up)? (?:a |an |the |my )?(?:new )?"
        r"(?:(?:app|application|program) )?<name>(?: (?:app|application|window))?",
        ("open notepad", {"application": "notepad"}),
        ("open a terminal", {"application": "terminal"}),
        ("launch Firefox", {"application": "Firefox"}),
        ("start the calculator", {"application": "calculator"}),
        ('open the application "Text Editor"', {"application": "Text Editor"}),
        parameters=named("name", "application"),
    ),
)
