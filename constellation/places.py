"""Where the constellation's commands keep their token."""

import os
import secrets
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from device_agent.errors import ConfigError

TOKEN_VARIABLE = "CONSTELLATION_TOKEN"  # noqa: S105 -- the name of a variable
"""Holds a token, for whoever has no place for a file."""

HUB_VARIABLE = "CONSTELLATION_HUB"
"""Holds the URL of the hub that the commands talk to."""

DEFAULT_HUB = "ws://127.0.0.1:8765/ws"

_LONGEST_TOKEN = 8192


@dataclass(frozen=True, slots=True)
class Token:
    """
    A token and where it came from.

    Attributes:
        value: The token.
        origin: A path or the name of a variable, for messages.
        is_new: The file was made just now.

    """

    value: str = field(repr=False)
    origin: str
    is_new: bool = False


def state_dir(environ: Mapping[str, str]) -> Path:
    """
    Directory of the token file: CONSTELLATION_STATE_DIR, else where the platform keeps state.

    Raises:
        ConfigError: A user without a home directory named none.

    """
    given = environ.get("CONSTELLATION_STATE_DIR")
    if given:
        return Path(given)
    if sys.platform == "win32":
        root = environ.get("LOCALAPPDATA")
        found = Path(root) if root else None
    else:
        root = environ.get("XDG_STATE_HOME", "")
        home = environ.get("HOME")
        # The XDG specification says that a relative path there is to be ignored.
        found = Path(root) if root.startswith("/") else None
        if found is None and home:
            found = Path(home) / ".local" / "state"
    if found is None:
        hint = "name the file with --token-file, or set CONSTELLATION_STATE_DIR"
        raise ConfigError("there is no home directory to keep the token in", hint=hint)
    return found / "constellation"


def token_path(given: Path | None, environ: Mapping[str, str]) -> Path:
    """Say which file holds the token."""
    return given if given is not None else state_dir(environ) / "hub-token"


def hub_token(given: Path | None, environ: Mapping[str, str]) -> Token:
    """
    Read the token that a hub asks for; its file is made when there is none.

    Raises:
        ConfigError: The file can neither be read nor made, or holds no token.

    """
    path = token_path(given, environ)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    except OSError as problem:
        message = f"the token file cannot be made: {problem.strerror}"
        hint = "name another place with --token-file"
        raise ConfigError(message, where=str(path), hint=hint) from None
    value = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{value}\n")
    return Token(value, str(path), is_new=True)


def client_token(given: Path | None, environ: Mapping[str, str]) -> Token:
    """
    Read the token that a command shows to a hub: the file named, the variable, the hub's own file.

    Raises:
        ConfigError: There is none, or the file cannot be read.

    """
    said = environ.get(TOKEN_VARIABLE)
    if given is None and said:
        return Token(_one_word(said, TOKEN_VARIABLE), TOKEN_VARIABLE)
    return _read(token_path(given, environ))


def is_open_to_others(token: Token) -> bool:
    """Whether other users of this machine can read the token's file."""
    if sys.platform == "win32" or token.origin == TOKEN_VARIABLE:
        return False
    return bool(stat.S_IMODE(Path(token.origin).stat().st_mode) & stat.S_IRWXO)


def _read(path: Path) -> Token:
    try:
        with path.open("rb") as file:
            raw = file.read(_LONGEST_TOKEN)
    except OSError as problem:
        message = f"the token file cannot be read: {problem.strerror}"
        hint = f"name it with --token-file, or set {TOKEN_VARIABLE}; the hub says where it is"
        raise ConfigError(message, where=str(path), hint=hint) from None
    # Latin-1 takes every byte; whatever is not ASCII is refused with the rest.
    return Token(_one_word(raw.decode("latin-1"), str(path)), str(path))


def _one_word(text: str, where: str) -> str:
    token = text.strip("\r\n")
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        hint = "it should hold one line of ASCII without spaces: the token"
        raise ConfigError("this is no token", where=where, hint=hint)
    return token
