"""What a policy file can say."""

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ..catalog import Tier
from .programs import ShellMode
from .rules import DEFAULT_ROOTS

# Variables by which a program loads or runs something else.
_LOADING = re.compile(
    r"LD_.*|DYLD_.*|PATH|IFS|ENV|BASH_.*|SHELLOPTS|PYTHON.*|PERL.*|RUBY.*|NODE_.*|JAVA_.*|_JAVA_.*|"
    r"GIT_.*|SSH_.*|.*PAGER|.*EDITOR|.*VISUAL|BROWSER|.*_COMMAND|.*_PROXY|LESS.*|MAN.*|TERMINFO.*|"
    r"HOME|XDG_.*|COMSPEC|PATHEXT|CLASSPATH|GCONV_PATH|LOCPATH|NLSPATH|TAR_OPTIONS|RSYNC_.*|CURL_.*",
    re.IGNORECASE,
)


def _rooted(path: str) -> str:
    if path == "~" or path.startswith("~/") or Path(path).is_absolute():
        return path
    raise ValueError("must be an absolute path, or begin with ~/")


def _program(path: str) -> str:
    if Path(path).is_absolute() and ".." not in Path(path).parts:
        return path
    raise ValueError("must be a program's absolute path without ..")


def _pattern(text: str) -> str:
    try:
        re.compile(text, re.ASCII)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    return text


def _variable(name: str) -> str:
    if _LOADING.fullmatch(name):
        raise ValueError(f"with {name} programs load or run something else")
    return name


def _mode(said: Any) -> Any:  # noqa: ANN401 -- whatever the file has
    return {"mode": said} if isinstance(said, str) else said


Pattern = Annotated[str, AfterValidator(_pattern)]
PerMinute = Annotated[int, Field(ge=1, le=1_000_000)]


class Section(BaseModel):
    """A table of the file: closed, so that a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ToolRules(Section):
    """Rules about single tools; they go before the tiers."""

    allow: tuple[str, ...] = Field(default=(), description="Tools allowed whatever their tier.")
    deny: tuple[str, ...] = Field(default=(), description="Tools refused whatever their tier.")
    ask: tuple[str, ...] = Field(default=(), description="Tools to approve call by call.")


class FileRules(Section):
    """What file tools may reach once their tier is allowed."""

    roots: tuple[Annotated[str, AfterValidator(_rooted)], ...] = Field(
        default=DEFAULT_ROOTS,
        description="Directories that they may work in, with all inside; the home by default.",
    )


class ProgramEntry(Section):
    """One program that may run when ``shell.mode`` is ``argv``."""

    program: Annotated[str, AfterValidator(_program)] = Field(description="Its absolute path.")
    args: tuple[Pattern, ...] = Field(
        default=(), description="One regular expression for each argument, to match all of it."
    )
    more: Pattern | None = Field(
        default=None, description="One for every argument after these; needs max_args."
    )
    min_args: int | None = Field(
        default=None, ge=0, description="Fewer arguments are refused; as many as args by default."
    )
    max_args: int | None = Field(
        default=None, ge=0, le=1000, description="More are refused; as many as args by default."
    )
    stdin: bool = Field(default=False, description="Whether callers may send it a text to read.")

    @model_validator(mode="after")
    def _counted(self) -> "ProgramEntry":
        if self.more is not None and self.max_args is None:
            raise ValueError("more needs max_args")
        if self.more is None and (self.max_args or 0) > len(self.args):
            raise ValueError("max_args is larger than the number of args, and there is no more")
        if (self.min_args or 0) > (len(self.args) if self.max_args is None else self.max_args):
            raise ValueError("min_args is larger than max_args")
        return self


class ShellSection(Section):
    """What tier ``shell`` means, once it is allowed."""

    mode: ShellMode = Field(
        default=ShellMode.ARGV,
        description="off: nothing; argv: the programs listed; full: any command.",
    )
    allow: tuple[ProgramEntry, ...] = Field(default=(), description="Programs for mode argv.")
    env: tuple[Annotated[str, AfterValidator(_variable)], ...] = Field(
        default=(), description="Variables that callers may set in mode argv."
    )


class WindowPattern(Section):
    """Windows by what they are called; a pattern may match anywhere in the name."""

    app: Pattern = Field(default="", description="Class (X11) or executable (Windows).")
    title: Pattern = Field(default="", description="What the title bar says.")

    @model_validator(mode="after")
    def _something(self) -> "WindowPattern":
        if not self.app and not self.title:
            raise ValueError("needs app or title")
        return self


class InputRules(Section):
    """Which windows take input, once tier ``input`` is allowed."""

    allow_windows: tuple[WindowPattern, ...] | None = Field(
        default=None, description="The only windows that take input; all if left out."
    )
    deny_windows: tuple[WindowPattern, ...] = Field(
        default=(), description="Windows that take none."
    )
    guard_secrets: bool = Field(
        default=True,
        description="Whether password stores, lock screens and dialogs for passwords take none.",
    )


class RateLimits(Section):
    """How much of it."""

    calls_per_minute: dict[Tier, PerMinute] = Field(
        default={}, description="Calls of a tier within any 60 seconds, from all peers together."
    )


class PolicyFile(Section):
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
    shell: Annotated[ShellSection | None, BeforeValidator(_mode)] = Field(
        default=None, description="What tier shell means; without it: any command."
    )
    input: InputRules = Field(default=InputRules(), description="Which windows take input.")
    limits: RateLimits = Field(default=RateLimits(), description="How much of it.")
