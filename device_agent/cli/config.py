"""`device-agent config`: show the settings, their origin, their schema; make a token."""

import json
import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError
from . import settings
from .exits import Exit, UsageError
from .output import Output, table

if TYPE_CHECKING:
    from ..config import Loaded


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    parser.add_argument(
        "what",
        choices=("show", "schema", "new-token"),
        help="show the settings, print their JSON Schema, or write a new token to FILE",
    )
    parser.add_argument(
        "file", metavar="FILE", nargs="?", help="for new-token: a file that is not there"
    )
    parser.add_argument("--origin", action="store_true", help="for show: who said each setting")
    settings.add_settings(parser, peers=True)


def run(args: Namespace, out: Output) -> int:
    """Do one of the three."""
    if args.what == "new-token":
        return _new_token(args.file, out)
    if args.file:
        raise UsageError(f"config {args.what} takes no {args.file!r}; name the file with --config")
    if args.what == "schema":
        from ..config import Config

        schema = Config.model_json_schema(by_alias=True)
        out.result(schema, json.dumps(schema, indent=2))
        return Exit.DONE
    return _show(settings.load(args), out, origin=args.origin)


def _show(loaded: "Loaded", out: Output, *, origin: bool) -> int:
    from ..links.urls import masked
    from ..toml.file import dotted

    rows: list[list[str]] = []
    shown: dict[str, Any] = {}
    for key, value in loaded.values():
        value = masked(value) if key[-1] == "url" else value
        name, said_by = dotted(key), loaded.origin(key)
        shown[name] = {"value": value, "origin": said_by} if origin else value
        rows.append([name, json.dumps(value, ensure_ascii=False), *([said_by] if origin else [])])
    out.result(shown, table(rows))
    return Exit.DONE


def _new_token(name: str | None, out: Output) -> int:
    from ..config.tokens import new_token

    if not name:
        raise UsageError("config new-token needs a FILE to write to; stdout would show the token")
    try:
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        hint = "choose another name, or remove it first"
        raise ConfigError("this file is there already", where=name, hint=hint) from None
    except OSError as error:
        message = error.strerror or "it cannot be written"
        raise ConfigError(message, where=name, hint="choose another place") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{new_token()}\n")
    out.result({"file": str(Path(name).absolute())}, f"wrote a new token to {name}, for you alone")
    return Exit.DONE
