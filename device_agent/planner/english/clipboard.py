"""The clipboard, in English."""

from .parts import always, named, phrase

_CLIPBOARD = r"(?:the |my )?clipboard"

PHRASES = (
    phrase(
        "get_clipboard",
        rf"(?:what is|what's|show|show me|read|get)(?: the content of)?(?: (?:in|on))? {_CLIPBOARD}"
        r"(?: content)?|what was copied|what did i copy",
        "what is in the clipboard?",
        "read the clipboard",
    ),
    phrase(
        "set_clipboard",
        rf"(?:clear|empty) {_CLIPBOARD}",
        ("clear the clipboard", {"text": ""}),
        parameters=always(text=""),
    ),
    phrase(
        "set_clipboard",
        rf"(?:copy|put) (?:the )?(?:text )?<name> (?:to|into|in|on) {_CLIPBOARD}",
        ('copy "some text" to the clipboard', {"text": "some text"}),
        ("put Hello in the clipboard", {"text": "Hello"}),
        parameters=named("name", "text"),
    ),
)
