"""Read the settings, once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError

from ..toml import file as toml_file
from ..toml.explain import explain, nearest
from ..toml.file import KeyPath, TomlFile
from .layers import (
    TOKEN_VARIABLE,
    VARIABLES,
    Layer,
    Setting,
    Settled,
    from_environment,
    from_file,
    from_flags,
    hubs_over,
    leaves,
    settle,
    tree,
)
from .model import Config
from .surroundings import Surroundings

__all__ = ["Loaded", "Setting", "load"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """
    Settings, and where they come from.

    Attributes:
        config: The settings.
        file: The file that was read; None when there was none.
        settled: Who said what.
        token: What the environment gives as token for peers that name no file.
        warnings: What the owner should know, in sentences.

    """

    config: Config
    file: TomlFile | None
    settled: Settled = field(repr=False)
    token: SecretStr | None = None
    warnings: tuple[str, ...] = ()

    def origin(self, key: KeyPath) -> str:
        """Who said *key*: "default", or "file F:3", "environment NAME", "flag --name"."""
        setting = self.settled.get(key)
        if setting is None or setting.layer is Layer.DEFAULT:
            return "default"
        said_by = setting.said_by
        if setting.layer is Layer.FILE and self.file is not None:
            said_by = self.file.where(setting.written)
        return f"{setting.layer.name.lower()} {said_by}"

    def values(self) -> Iterator[tuple[KeyPath, Any]]:
        """Every setting with its value as JSON has it; secrets are left out."""
        yield from leaves(self.config.model_dump(mode="json", by_alias=True))


def load(
    flags: Sequence[Setting] = (),
    *,
    hubs: Sequence[str] = (),
    config_file: Path | None = None,
    surroundings: Surroundings | None = None,
) -> Loaded:
    """
    Put defaults, file, environment and flags together; later ones win.

    Args:
        flags: What the command line said.
        hubs: Hubs that the command line said; they replace the file's links.
        config_file: The file; by default ``DEVICE_AGENT_CONFIG``, else the usual place, if there.
        surroundings: Of another process, for tests.

    Raises:
        ConfigError: With file, line, key and hint.

    """
    around = surroundings or Surroundings.here()
    found, strangers = _sorted_out(from_environment(around.environ))
    said = [*found, *from_flags(flags)]
    service = _says_service(said)
    path = config_file or _usual_file(around, service=service)
    file = toml_file.read(path) if path is not None else None
    below = settle([*_defaults(around, service=service), *(from_file(file) if file else ())])
    settled = _with_hubs(settle([*below.values(), *said]), around, hubs)
    settled = _with_state_dir(settled, around, service=service)
    token = around.environ.get(TOKEN_VARIABLE)
    config = _checked(settled, file)
    return Loaded(config, file, settled, SecretStr(token) if token else None, strangers)


def _sorted_out(said: Iterable[Setting]) -> tuple[list[Setting], tuple[str, ...]]:
    """
    Tell settings from variables that only look like some; those are named in warnings.

    Nobody chooses all variables of a process, so one that is meant for another program, or for
    another version of this one, must not keep the agent from starting. A file is chosen.
    """
    known = [str(field.validation_alias or name) for name, field in Config.model_fields.items()]
    settings = list(said)
    warnings = tuple(
        f"{setting.said_by}: ignored, no such setting; {nearest(str(setting.key[0]), known)}"
        for setting in settings
        if setting.key[0] not in known
    )
    return [setting for setting in settings if setting.key[0] in known], warnings


def _checked(settled: Settled, file: TomlFile | None) -> Config:
    def where(key: KeyPath) -> str:
        for length in range(len(key), 0, -1):
            inside = [s for k, s in settled.items() if k[:length] == key[:length]]
            if inside:
                highest = max(inside, key=lambda setting: setting.layer)
                if highest.layer is Layer.FILE and file is not None:
                    return file.where(highest.written[:length] + key[length:])
                return highest.said_by
        return ""

    try:
        return Config.model_validate(tree(settled))
    except ValidationError as problem:
        raise explain(problem, Config, where) from None


def _defaults(around: Surroundings, *, service: bool) -> Iterator[Setting]:
    yield Setting(("device_id",), around.device_id(), Layer.DEFAULT)
    directory = around.config_dir(service=service)
    if directory is not None and (directory / "policy.toml").is_file():
        yield Setting(("policy_file",), str(directory / "policy.toml"), Layer.DEFAULT)


def _with_hubs(settled: Settled, around: Surroundings, hubs: Sequence[str]) -> Settled:
    name = f"{VARIABLES}HUB"
    if words := around.environ.get(name, "").replace(",", " ").split():
        settled = hubs_over(settled, words, Layer.ENVIRONMENT, name)
    return hubs_over(settled, hubs, Layer.FLAG, "--hub") if hubs else settled


def _with_state_dir(settled: Settled, around: Surroundings, *, service: bool) -> Settled:
    # Asked last: a user without a home is an error only when nobody named a directory.
    if ("state_dir",) in settled:
        return settled
    directory = str(around.state_dir(service=service))
    return settled | {("state_dir",): Setting(("state_dir",), directory, Layer.DEFAULT)}


def _usual_file(around: Surroundings, *, service: bool) -> Path | None:
    if named := around.environ.get(f"{VARIABLES}CONFIG"):
        return Path(named).expanduser()
    directory = around.config_dir(service=service)
    if directory is None or not (directory / "config.toml").is_file():
        return None
    return directory / "config.toml"


def _says_service(said: Iterable[Setting]) -> bool:
    # The usual places depend on it, so it is needed before the file is found.
    values = [setting.value for setting in said if setting.key == ("service",)]
    return bool(values) and str(values[-1]).lower() in ("true", "1", "yes", "on", "y", "t")
