"""Flags that are settings, and the Config and Policy that come of them."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ..errors import ConfigError
from .output import Output

if TYPE_CHECKING:
    from ..config import Config, Loaded, Setting
    from ..policy.rules import Policy
    from ..toml.file import TomlFile


class Flag(NamedTuple):
    """A flag for one setting; all others can be given with ``--set``."""

    name: str
    key: str
    metavar: str
    help: str


COMMON = (
    Flag("--state-dir", "state_dir", "DIR", "where the journal and the locks are"),
    Flag("--policy", "policy_file", "FILE", "the owner's policy file"),
    Flag("--allow", "allow", "TIER,...", "allow these tiers too, for this run"),
    Flag("--display", "worker.display", "NAME", "X display to drive, say :1"),
)
"""Flags of every command that looks at this machine."""

PEERS = (
    Flag("--listen", "listen", "HOST:PORT", "be dialled by constellations"),
    Flag("--token-file", "token_file", "FILE", "file with the token, one line"),
    Flag("--device-id", "device_id", "ID", "name of this device at its hubs"),
    Flag("--as-platform", "as_platform", "NAME", "register as linux, windows or mobile"),
    Flag("--log-level", "log.level", "LEVEL", "debug, info, warning or error"),
    Flag("--log-format", "log.format", "FORMAT", "text or json"),
)
"""Flags about peers and about running for long."""

SWITCHES = (
    Flag("--insecure", "insecure", "", "let tokens and screens travel unencrypted"),
    Flag("--service", "service", "", "started by the system, not by hand"),
)


def add_settings(parser: ArgumentParser, *, peers: bool = False) -> None:
    """Add the flags; *peers* adds those about hubs and long runs."""
    group = parser.add_argument_group("settings")
    group.add_argument("--config", metavar="FILE", help="the settings' file (TOML)")
    for flag in (*COMMON, *(PEERS if peers else ())):
        group.add_argument(flag.name, metavar=flag.metavar, dest=flag.name, help=flag.help)
    if peers:
        group.add_argument(
            "--hub", metavar="URL", action="append", default=[], help="hub to dial; repeatable"
        )
        for flag in SWITCHES:
            group.add_argument(flag.name, action="store_true", dest=flag.name, help=flag.help)
    group.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="any setting, say limits.queue=8; repeatable",
    )


def load(args: Namespace) -> "Loaded":
    """
    Read the settings as the command line wants them.

    Raises:
        ConfigError: With file, line, key and hint.

    """
    from pathlib import Path

    from .. import config

    file = Path(args.config) if args.config else None
    return config.load(_said(args), hubs=getattr(args, "hub", ()), config_file=file)


def policy_of(config: "Config", settings_file: "TomlFile | None" = None) -> "Policy":
    """
    Read what the owner allows; the settings' own file is then out of every file tool's reach.

    Raises:
        PolicyError: With file, line, key and hint.

    """
    from ..config.surroundings import Surroundings
    from ..policy.load import load as load_policy

    directory = Surroundings.here().config_dir(service=config.service)
    usual = str(directory / "policy.toml") if directory else ""
    policy = load_policy(
        config.policy_file, service=config.service, allow=config.allow, usual=usual
    )
    return replace(policy, closed=(str(settings_file.path),)) if settings_file else policy


def warn_that_policy_is_the_agents(args: Namespace, out: Output) -> None:
    """Say that a running agent goes by its own policy, where flags said another."""
    said = [name for name in ("--allow", "--policy") if getattr(args, name, None)]
    if said:
        out.note(f"{' and '.join(said)} ignored: the running agent goes by its own policy")


def _said(args: Namespace) -> "list[Setting]":
    from ..config import Setting
    from ..config.layers import Layer

    values = vars(args)
    said = [
        Setting(tuple(flag.key.split(".")), values[flag.name], Layer.FLAG, flag.name)
        for flag in (*COMMON, *PEERS)
        if values.get(flag.name) is not None
    ]
    said += [
        Setting((flag.key,), True, Layer.FLAG, flag.name)
        for flag in SWITCHES
        if values.get(flag.name)
    ]
    level = "debug" if args.verbose else "warning" if args.quiet else None
    if level and values.get("--log-level") is None:
        name = "--verbose" if args.verbose else "--quiet"
        said.insert(0, Setting(("log", "level"), level, Layer.FLAG, name))
    return said + [_assigned(text) for text in args.set]


def _assigned(text: str) -> "Setting":
    from ..config import Setting
    from ..config.layers import Layer

    name, equals, value = text.partition("=")
    if not equals or not name.strip("."):
        hint = "write KEY=VALUE, say limits.queue=8"
        raise ConfigError(f"{name!r} sets nothing", where="--set", hint=hint)
    key = tuple(int(part) if part.isdigit() else part for part in name.strip().split("."))
    return Setting(key, value, Layer.FLAG, f"--set {name}")
