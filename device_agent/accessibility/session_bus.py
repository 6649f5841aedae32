"""Whether this session has an accessibility bus, found without starting anything."""

import os
import socket
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

SERVICE = "org.a11y.Bus"
# Where a session bus looks for what it can start (D-Bus specification, "Message Bus Starting").
SYSTEM_FOLDERS = "/usr/local/share:/usr/share"
KNOCK_S = 0.5

NO_BUS = (
    "no D-Bus session bus is known here (DBUS_SESSION_BUS_ADDRESS): start the agent inside the "
    "desktop session, or under dbus-run-session"
)
NO_SERVICE = "the accessibility bus is not installed; install at-spi2-core"


def address_of(environment: Mapping[str, str] = os.environ) -> str | None:
    """Address of the session bus: the one that is named, else where systemd has it."""
    named = environment.get("DBUS_SESSION_BUS_ADDRESS")
    if named or sys.platform == "win32":
        return named
    folder = environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    usual = Path(folder) / "bus"
    return f"unix:path={usual}" if usual.is_socket() else None


def absence_in(environment: Mapping[str, str] = os.environ) -> str:
    """Why *environment* has no accessibility; "" if it has, as far as can be seen from outside."""
    address = address_of(environment)
    if address is None:
        return NO_BUS
    refusal = _refusal(address)
    if refusal:
        return f"the D-Bus session bus does not answer ({refusal}); {NO_BUS}"
    if not any((folder / f"{SERVICE}.service").is_file() for folder in _folders(environment)):
        return NO_SERVICE
    return ""


def _refusal(address: str) -> str:
    """Why nothing listens at *address*; "" where something does, or that cannot be told."""
    if sys.platform == "win32":
        return ""
    problem = ""
    for place in address.split(";"):
        kind, _, rest = place.partition(":")
        keys = dict(part.partition("=")[::2] for part in rest.split(","))
        name = keys.get("path") or ("\0" + keys["abstract"] if "abstract" in keys else "")
        if kind != "unix" or not name:
            return ""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(KNOCK_S)
            try:
                probe.connect(unquote(name))
            except OSError as error:
                problem = error.strerror or type(error).__name__
                continue
            return ""
    return problem


def _folders(environment: Mapping[str, str]) -> Iterator[Path]:
    home = Path(environment.get("HOME") or "~").expanduser()
    shared = environment.get("XDG_DATA_DIRS") or SYSTEM_FOLDERS
    # The bus looks into the system's own folders whatever the variables say.
    named = [environment.get("XDG_DATA_HOME") or str(home / ".local/share"), *shared.split(":")]
    for folder in (*named, *SYSTEM_FOLDERS.split(":")):
        if folder:
            yield Path(folder) / "dbus-1" / "services"
