"""Settings as they were said, layer over layer, before they are checked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeAlias

from ..errors import ConfigError
from ..toml.file import KeyPath, TomlFile, dotted


class Layer(IntEnum):
    """Who said a setting; the higher one wins."""

    DEFAULT = 0
    FILE = 1
    ENVIRONMENT = 2
    FLAG = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """
    One setting, as it was said.

    Attributes:
        key: Where it belongs.
        value: Not checked yet; texts where a variable or a flag said it.
        layer: Who said it.
        said_by: Flag, variable or file.
        written: The key as it stands in the file, by which its line can be found.

    """

    key: KeyPath
    value: Any
    layer: Layer
    said_by: str = ""
    written: KeyPath = ()


Settled: TypeAlias = dict[KeyPath, Setting]
"""The winning setting of every key that anybody said."""

VARIABLES = "DEVICE_AGENT_"
TOKEN_VARIABLE = f"{VARIABLES}TOKEN"

# These three are no settings of their own: where the file is, what to dial, what to say there.
_APART = ("CONFIG", "TOKEN", "HUB")


def from_file(file: TomlFile) -> Iterator[Setting]:
    """Take a file apart; relative paths in it start at its directory."""
    for key, value in leaves(file.content):
        # These two can be refused before the model sees them, so their line is looked up now.
        early = key[-1:] == ("token",) or key == ("listen",)
        said_by = file.where(key) if early else str(file.path)
        setting = Setting(key, value, Layer.FILE, said_by, written=key)
        _refuse_secret(setting)
        yield from _refined(setting, file.path.absolute().parent)


def from_environment(environ: Mapping[str, str]) -> Iterator[Setting]:
    """Read ``DEVICE_AGENT_LOG__LEVEL`` as ``log.level``; empty variables are no settings."""
    for name in sorted(environ):
        rest = name.removeprefix(VARIABLES)
        if rest == name or rest in _APART or not environ[name]:
            continue
        key = tuple(int(part) if part.isdigit() else part.lower() for part in rest.split("__"))
        yield from _refined(Setting(key, environ[name], Layer.ENVIRONMENT, name), Path.cwd())


def from_flags(flags: Iterable[Setting]) -> Iterator[Setting]:
    """Take flags as they are; a secret in argv is everybody's to read, so it is refused."""
    for flag in flags:
        _refuse_secret(flag)
        yield from _refined(flag, Path.cwd())


def settle(settings: Iterable[Setting]) -> Settled:
    """Let each setting, lowest layer first, replace what was said of its key or parts of it."""
    settled: Settled = {}
    for setting in settings:
        for key in [known for known in settled if _overlap(known, setting)]:
            del settled[key]
        settled[setting.key] = setting
    return settled


def hubs_over(settled: Settled, hubs: Iterable[str], layer: Layer, said_by: str) -> Settled:
    """Replace the links by *hubs*; one that the layers below have too keeps its settings."""
    below = {key: setting for key, setting in settled.items() if key[:1] == ("link",)}
    known = {setting.value: key[:2] for key, setting in below.items() if key[2:] == ("url",)}
    result = {key: setting for key, setting in settled.items() if key not in below}
    for position, url in enumerate(dict.fromkeys(hubs)):
        for key, setting in below.items():
            if key[:2] == known.get(url):
                moved = ("link", position, *key[2:])
                result[moved] = replace(setting, key=moved)
        key = ("link", position, "url")
        result[key] = Setting(key, url, layer, said_by)
    return result


def tree(settled: Settled) -> dict[str, Any]:
    """Build what the model takes: tables in tables, lists of tables."""
    root: dict[str | int, Any] = {}
    for key in sorted(settled, key=len):
        node = root
        for part in key[:-1]:
            node = node.setdefault(part, {})
        value = settled[key].value
        node[key[-1]] = dict(value) if isinstance(value, dict) else value
    links = root.get("link")
    if isinstance(links, dict):
        root["link"] = _as_list(links, settled)
    return {str(name): value for name, value in root.items()}


def _as_list(links: dict[str | int, Any], settled: Settled) -> list[Any]:
    for position, (number, _) in enumerate(sorted(links.items(), key=lambda item: str(item[0]))):
        if number not in range(len(links)):
            said_by = next(s.said_by for k, s in settled.items() if k[:2] == ("link", number))
            hint = f"number the hubs from 0, say {VARIABLES}LINK__{position}__URL"
            raise ConfigError(f"there is no link {number}", where=said_by, hint=hint)
    return [links[number] for number in range(len(links))]


def leaves(node: object, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Take nested tables apart into keys and values; lists other than of links are values."""
    if isinstance(node, dict) and (node or not path):
        for name, value in node.items():
            yield from leaves(value, (*path, name))
    elif path == ("link",) and isinstance(node, list) and node:
        for position, value in enumerate(node):
            yield from leaves(value, (*path, position))
    else:
        yield path, node


def _refined(setting: Setting, start: Path) -> Iterator[Setting]:
    name = str(setting.key[-1])
    if setting.key == ("listen",) and isinstance(setting.value, str):
        host, port = _address(setting)
        yield replace(setting, key=("listen", "port"), value=port)
        if host:
            yield replace(setting, key=("listen", "host"), value=host)
    elif name.endswith(("_file", "_dir")) and isinstance(setting.value, str) and setting.value:
        yield replace(setting, value=str(start / Path(setting.value).expanduser()))
    else:
        yield setting


def _address(setting: Setting) -> tuple[str, str]:
    host, _, port = setting.value.strip().rpartition(":")
    if port.isdigit() and host.startswith("[") == host.endswith("]"):
        return host.strip("[]"), port
    raise ConfigError(
        "`listen` is not an address",
        where=setting.said_by,
        hint="write HOST:PORT, say 127.0.0.1:5005 or [::1]:5005",
    )


def _refuse_secret(setting: Setting) -> None:
    if setting.key[-1:] == ("token",) and setting.key[:1] in (("link",), ("listen",), ("token",)):
        raise ConfigError(
            f"`{dotted(setting.key)}`: a token does not belong here, others can read it",
            where=setting.said_by,
            hint=f"put it into a file and name it in token_file, or set {TOKEN_VARIABLE}",
        )


def _overlap(known: KeyPath, setting: Setting) -> bool:
    shorter = min(len(known), len(setting.key))
    if known[:shorter] != setting.key[:shorter]:
        return False
    # An empty table says that it is there, and takes nothing away from what is in it.
    return known == setting.key or not (len(setting.key) < len(known) and setting.value == {})
