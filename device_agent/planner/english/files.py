"""Files, in English. A name counts from the first directory that the policy allows."""

from ..phrase import Found, Parameters, unquoted
from .parts import named, phrase

_TEXT = r"""(?P<text>"[^"]*"|'[^']*'|\S.*?)"""
_FILE = r"(?:the |a )?(?:new )?file (?:called |named )?"
_DIR = r"(?:(?:the |my )?(?:<dir> )?)"
DEPTH = 32


def _list(found: Found) -> Parameters:
    where = found["path"]
    return {"path": _directory(where)} if where else {}


def _directory(where: str) -> str:
    path = unquoted(where)
    for end in (" folder", " directory"):
        path = path.removesuffix(end)
    return "~" if path.lower() in {"home", "my home", "~"} else path


def _pair(found: Found) -> Parameters:
    return {"path": unquoted(found["path"]), "to": unquoted(found["to"])}


def _search(found: Found) -> Parameters:
    pattern, where = unquoted(found["name"]), found["path"]
    return {"pattern": pattern, "depth": DEPTH} | ({"path": _directory(where)} if where else {})


def _append(found: Found) -> Parameters:
    text, path = unquoted(found["text"]), unquoted(found["path"])
    return {"path": path, "text": text, "mode": "append"}


PHRASES = (
    phrase(
        "list_files",
        rf"(?:<show>files(?: (?:and|&) (?:folders|directories))?"
        rf"|what (?:files are|is)(?= in))(?: (?:in|inside|of|under) (?!the file ){_DIR}<path>)?",
        ("list files in Documents", {"path": "Documents"}),
        "list files",
        ("what is in the folder Pictures?", {"path": "Pictures"}),
        ("show me the files in my Downloads folder", {"path": "Downloads"}),
        ("list all files in home", {"path": "~"}),
        parameters=_list,
    ),
    phrase(
        "list_files",
        rf"(?:find|search for|look for) (?:the |all )?files? (?:called |named |like )?<name>"
        rf"(?: (?:in|inside|under) {_DIR}<path>)?",
        ("find files named *.pdf", {"pattern": "*.pdf", "depth": DEPTH}),
        (
            "find all files like *.txt in Documents",
            {"pattern": "*.txt", "depth": DEPTH, "path": "Documents"},
        ),
        parameters=_search,
    ),
    phrase(
        "read_file",
        rf"(?:read|show|show me|print|cat|what is in|what does) {_FILE}<path>",
        ("read the file notes.txt", {"path": "notes.txt"}),
        ('show me the file "My Notes.txt"', {"path": "My Notes.txt"}),
        parameters=named("path", "path"),
    ),
    phrase(
        "stat_file",
        r"(?:(?:does|is) (?:there )?(?:the |a )?(?:file|folder|directory) <path> (?:exist|there)"
        r"|how (?:big|large|old) is (?:the )?(?:file|folder|directory) (?P<which>\S.*))",
        ("does the file notes.txt exist?", {"path": "notes.txt"}),
        ("how big is the file notes.txt", {"path": "notes.txt"}),
        parameters=lambda found: {"path": unquoted(found["path"] or found["which"])},
    ),
    phrase(
        "write_file",
        rf"(?:write|save|put|append|add) {_TEXT} (?:to|into|in|as) (?:the )?end of {_FILE}<path>",
        (
            'append "more" to the end of the file notes.txt',
            {"path": "notes.txt", "text": "more", "mode": "append"},
        ),
        parameters=_append,
    ),
    phrase(
        "write_file",
        rf"(?:append|add) {_TEXT} to {_FILE}<path>",
        (
            'append "more" to the file notes.txt',
            {"path": "notes.txt", "text": "more", "mode": "append"},
        ),
        parameters=_append,
    ),
    phrase(
        "write_file",
        rf"(?:write|save|put) {_TEXT} (?:to|into|in|as) {_FILE}<path>",
        ('write "hello" to the file notes.txt', {"path": "notes.txt", "text": "hello"}),
        ("save Hello into a new file called a.txt", {"path": "a.txt", "text": "Hello"}),
        parameters=lambda found: {
            "path": unquoted(found["path"]),
            "text": unquoted(found["text"]),
        },
    ),
    phrase(
        "make_directory",
        r"(?:make|create|new) (?:a |the )?(?:new )?<dir> (?:called |named )?<path>",
        ("create the folder Reports", {"path": "Reports"}),
        ("make a new directory called Reports/2025", {"path": "Reports/2025"}),
        parameters=named("path", "path"),
    ),
    phrase(
        "delete_file",
        r"(?:delete|remove|erase) (?:the )?<dir> (?P<path>\S.*?) (?:and|with) (?:all|everything) "
        r"(?:that is )?in(?:side)?(?: it)?",
        (
            "delete the folder Reports with everything in it",
            {"path": "Reports", "recursive": True},
        ),
        parameters=named("path", "path", recursive=True),
    ),
    phrase(
        "delete_file",
        r"(?:delete|remove|erase) (?:the )?<dir> <path>",
        ("delete the folder Reports", {"path": "Reports"}),
        parameters=named("path", "path"),
    ),
    phrase(
        "delete_file",
        rf"(?:delete|remove|erase) {_FILE}<path>",
        ("delete the file notes.txt", {"path": "notes.txt"}),
        parameters=named("path", "path"),
    ),
    phrase(
        "move_file",
        r"(?:move|rename) (?:the )?(?:file|folder|directory) <one> (?:to|into) <other>",
        ("rename the file a.txt to b.txt", {"path": "a.txt", "to": "b.txt"}),
        ("move the folder A to Archive/A", {"path": "A", "to": "Archive/A"}),
        parameters=_pair,
    ),
    phrase(
        "copy_file",
        r"copy (?:the )?file <one> (?:to|into) <other>",
        ("copy the file a.txt to b.txt", {"path": "a.txt", "to": "b.txt"}),
        parameters=_pair,
    ),
)
