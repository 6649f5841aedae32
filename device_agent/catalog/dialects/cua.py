"""
cua's commands, with their aliases.

Each command is a name; ``cua`` takes the whole message, ``{command, params}``. A result is a flat
object with ``success``, as cua's computer server answers. Places are screen pixels.
"""

from collections.abc import Mapping

from . import cua_desktop, cua_elements, cua_files, cua_input, cua_windows
from .cua_wire import SPEAKER
from .foreign import Dialect, Envelope, Name

COMMANDS: Mapping[str, Name] = {
    **cua_input.NAMES,
    **cua_windows.NAMES,
    **cua_desktop.NAMES,
    **cua_elements.NAMES,
    **cua_files.NAMES,
}

ALIASES: Mapping[str, str] = {
    "type": "type_text",
    "key": "press_key",
    "tap": "left_click",
    "click": "left_click",
    "shell": "run_command",
    "exec": "run_command",
    "read_file": "read_text",
    "write_file": "write_text",
    "ls": "list_dir",
    "mkdir": "create_dir",
    "rm": "delete_file",
    "rmdir": "delete_dir",
}

_ALL: Mapping[str, Name] = {
    **COMMANDS,
    **{alias: COMMANDS[command] for alias, command in ALIASES.items()},
}

DIALECT = Dialect(
    name="cua",
    title="cua",
    text=__doc__ or "",
    names={"cua": Envelope("cua", "command", _ALL, SPEAKER, "params"), **_ALL},
)
