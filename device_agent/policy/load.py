"""Read the owner's policy file."""

import stat
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ..catalog import TOOLS, Tier, nearest
from ..errors import PolicyError
from ..toml import file as toml_file
from ..toml.explain import explain
from ..toml.file import TomlFile
from .rules import DEFAULT_ROOTS, Policy, as_service, by_hand


def _rooted(path: str) -> str:
    if path == "~" or path.startswith("~/") or Path(path).is_absolute():
        return path
    raise ValueError("must be an absolute path, or begin with ~/")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ToolRules(_Section):
    """Rules about single tools; they go before the tiers."""

    allow: tuple[str, ...] = Field(default=(), description="Tools allowed whatever their tier.")
    deny: tuple[str, ...] = Field(default=(), description="Tools refused whatever their tier.")
    ask: tuple[str, ...] = Field(default=(), description="Tools to approve call by call.")


class FileRules(_Section):
    """What file tools may reach once their tier is allowed."""

    roots: tuple[Annotated[str, AfterValidator(_rooted)], ...] = Field(
        default=DEFAULT_ROOTS,
        description="Directories that they may work in, with all inside; the home by default.",
    )


class PolicyFile(_Section):
    """What a policy file can say."""

    tiers: tuple[Tier, ...] = Field(
        description="What tools may touch: observe, input, clipboard, files, shell."
    )
    share_inventory: bool = Field(
        default=False,
        description="Whether the list of installed applications may leave the machine.",
    )
    tools: ToolRules = Field(default=ToolRules(), description="Rules about single tools.")
    files: FileRules = Field(default=FileRules(), description="What file tools may reach.")


def load(
    path: Path | None, *, service: bool = False, allow: Iterable[Tier] = (), usual: str = ""
) -> Policy:
    """
    Say what is allowed in this run.

    Args:
        path: The owner's file; None: there is none, so the built-in default counts.
        service: Which built-in default: a service may only observe.
        allow: Tiers for this run alone, on top.
        usual: Where the owner's file would be looked for; told in refusals.

    Raises:
        PolicyError: With file, line, key and hint. A broken file never means "everything" and
            never "the default": the agent does not start.

    """
    run_tiers = frozenset(allow)
    if path is not None:
        return replace(read(path), run_tiers=run_tiers)
    return (as_service if service else by_hand)(run_tiers, usual)


def read(path: Path) -> Policy:
    """
    Read one policy file.

    Raises:
        PolicyError: With file, line, key and hint.

    """
    file = toml_file.read(path, PolicyError)
    _refuse_if_others_can_write(path)
    try:
        said = PolicyFile.model_validate(file.content)
    except ValidationError as problem:
        raise explain(problem, PolicyFile, file.where, PolicyError) from None
    _refuse_unknown_tools(file, said.tools)
    return Policy(
        tiers=frozenset(said.tiers),
        source=str(path),
        file=str(path),
        allow_tools=frozenset(said.tools.allow),
        deny_tools=frozenset(said.tools.deny),
        ask_tools=frozenset(said.tools.ask),
        share_inventory=said.share_inventory,
        roots=said.files.roots,
    )


def _refuse_unknown_tools(file: TomlFile, rules: ToolRules) -> None:
    for rule, names in (("allow", rules.allow), ("deny", rules.deny), ("ask", rules.ask)):
        for position, name in enumerate(names):
            if name not in TOOLS:
                close = nearest(name)
                raise PolicyError(
                    f"`tools.{rule}`: there is no tool {name!r}",
                    where=file.where(("tools", rule, position)),
                    hint=f"did you mean {', '.join(close)}?" if close else "see device-agent tools",
                )


def _refuse_if_others_can_write(path: Path) -> None:
    if sys.platform == "win32":
        return
    if path.stat().st_mode & stat.S_IWOTH:
        raise PolicyError(
            "every user of this machine can change this policy",
            where=str(path),
            hint=f"chmod o-w {path}",
        )
