"""The page that lists the settings, docs/configuration.md, written from the model."""

import types
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ByteSize, SecretStr
from pydantic.fields import FieldInfo

from .model import Config, LinkConfig, ListenConfig

BEFORE = """\
# Configuration

Written from the settings' model by `python scripts/write_configuration.py`; a test compares the
two.

`device-agent` needs no file. What it is told comes in four layers, each over the one before:

1. defaults;
2. one TOML file: `--config FILE`, else `DEVICE_AGENT_CONFIG`, else `config.toml` in the usual
   place;
3. environment: `DEVICE_AGENT_` and the key in capitals, `__` between tables
   (`DEVICE_AGENT_LOG__LEVEL=debug`, `DEVICE_AGENT_LINK__0__PLANNER=local`); lists with commas;
   empty variables count as absent;
4. flags: the common settings have one of their own (`device-agent run --help`), every setting can
   be given as `--set KEY=VALUE`, say `--set limits.queue=8`.

They are read once, when the agent starts. An unknown key is an error with file, line and the
nearest key. `device-agent config show --origin` says who set each, `device-agent config schema`
prints their JSON Schema. Relative paths in the file start at its directory.

| | usual place of `config.toml` and `policy.toml` | `state_dir` |
|---|---|---|
| Linux, by hand | `$XDG_CONFIG_HOME/device-agent`, else `~/.config/device-agent` | \
`$XDG_STATE_HOME/device-agent`, else `~/.local/state/device-agent` |
| Linux, service of root (`--service`) | `/etc/device-agent` | `/var/lib/device-agent` |
| Windows, by hand | `%APPDATA%\\device-agent` | `%LOCALAPPDATA%\\device-agent\\state` |
| Windows, service | `%PROGRAMDATA%\\device-agent` | `%PROGRAMDATA%\\device-agent\\state` |

## Example
```toml
device_id = "lab-3"
tags = ["lab", "x11"]

[[link]]
url = "wss://hub.example:8443/ws"
token_file = "hub.token"
ca_file = "lab-ca.pem"

[listen]
port = 5005
token_file = "galaxy.token"

[custom_metadata]
room = "2.14"
```

## Tokens
Every peer needs a token. It stands in a file of its own, one line, ASCII, readable for the agent
alone: `device-agent config new-token FILE` makes one. A token never stands in the settings' file,
in a URL or on the command line. `--token-file FILE` (the key `token_file`) or the variable
`DEVICE_AGENT_TOKEN` serve the peers that name no file of their own; said in a higher layer than a
peer's own, they replace it. All peers they serve must be on one host, because each would learn
what opens the others.

`--hub URL` (repeatable; `DEVICE_AGENT_HUB` for the environment) replaces the `[[link]]`s of the
file; one with the same URL keeps its other settings. `--listen HOST:PORT` and
`listen = "HOST:PORT"` are short for `[listen]` with `host` and `port`. `ws://` to other machines,
and listening for them without a certificate, is refused unless `insecure` says otherwise.

## Policy
What may be called is the owner's to say, in `policy.toml`; nothing a peer sends changes it.
[policy.md](policy.md) says plainly what each tier lets in, and how to allow single programs, close
windows to input and limit rates. In short:

```toml
tiers = ["observe", "input"]     # of observe, input, clipboard, files, shell
share_inventory = false          # whether the list of installed applications may leave

[tools]                          # single tools, before the tiers
allow = []
deny = ["mouse_drag"]
ask = []                         # needs an approval; refused as long as nobody can be asked

[files]                          # what file tools may reach, once tier files is allowed
roots = ["~"]                    # these directories with all inside, links resolved; [] is nothing
```

The agent's own files (state directory, settings, policy, tokens, keys) are out of reach of file
tools inside every root. The rest of a home is not harmless: whoever may write `~/.profile` or an
autostart entry runs programs at the next login. Where that is too much, name narrower roots.

Without the file an agent started by hand allows observe, input and clipboard; a service
(`--service`) allows observe alone. `--allow shell,files` adds tiers for one run. A refused call
names the rule and what would allow it. `device-agent policy check [FILE]` reads a file as the agent
would; an agent never starts with one that is broken, or that every user of the machine can change.
"""


def render() -> str:
    """Write the whole page."""
    parts = [BEFORE, "## Keys", ""]
    parts += _table("Top level", Config)
    for name, field in Config.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            parts += _table(f"`[{name}]`", inner)
    parts += _table("`[listen]`", ListenConfig)
    parts += _table("`[[link]]`", LinkConfig)
    parts += [
        "### `[custom_metadata]`",
        "",
        "Whatever else hubs should know of this device; any keys, any values.",
    ]
    return "\n".join(parts) + "\n"


def _table(heading: str, model: type[BaseModel]) -> list[str]:
    rows = [
        f"| `{name}` | {_type(field.annotation)} | {_default(name, field)} | {field.description} |"
        for name, field in model.model_fields.items()
        if not _is_table(field)
    ]
    return [f"### {heading}", "", "| key | type | default | |", "|---|---|---|---|", *rows, ""]


def _is_table(field: FieldInfo) -> bool:
    return any(name in str(field.annotation) for name in ("Config", "Limits")) or (
        get_origin(field.annotation) is dict
    )


def _type(annotation: object) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return " or ".join(_type(one) for one in inner if one is not type(None))
    if origin is Annotated:
        return _type(inner[0])
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in inner)
    if origin is tuple:
        return f"list of {_type(inner[0])}s"
    names: dict[Any, str] = {Path: "path", ByteSize: "size", bool: "`true`, `false`"}
    names |= {str: "text", int: "number", float: "number", SecretStr: "text"}
    return names.get(annotation, getattr(annotation, "__name__", "text").lower())


def _default(name: str, field: FieldInfo) -> str:
    if field.is_required():
        return {"state_dir": "see above", "device_id": "the host's name"}.get(name, "required")
    value = field.default
    if value is None or value == ():
        return "none"
    if isinstance(value, ByteSize):
        return f"`{value // (1024 * 1024)}MiB`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
