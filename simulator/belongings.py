"""What a machine that is not there keeps: files, a clipboard, recordings."""

from dataclasses import dataclass, field

from device_agent.errors import Failure, ToolError

DIRECTORIES = ("", "Desktop", "Documents", "Downloads")
NOTES = "Documents/notes.txt"


FIRST_PROMPT = "terminal-0"
"""A machine that is not there has a terminal open when it is first looked at."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A terminal with a shell in it."""

    pid: int
    rows: int = 24
    cols: int = 80
    unread: str = ""
    line: str = ""


@dataclass(slots=True)
class Belongings:
    """
    One machine's own things.

    Attributes:
        windows: Whether paths are written as on Windows.
        files: By their path inside the home, with slashes; None for a directory.
        clips: What the selections hold: a text, or a PNG file.
        ended: Processes that a call has ended.
        recordings: Their ids, the oldest first.
        recording: The id of the one that runs.
        made: How many were ever made.
        prompts: The terminals that are open.
        opened: How many were ever opened.

    """

    windows: bool = False
    files: dict[str, bytes | None] = field(default_factory=dict)
    clips: dict[str, str | bytes] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    recordings: list[str] = field(default_factory=list)
    recording: str | None = None
    made: int = 0
    prompts: dict[str, Prompt] = field(default_factory=lambda: {FIRST_PROMPT: Prompt(3999)})
    opened: int = 0

    def __post_init__(self) -> None:
        self.files |= dict.fromkeys(DIRECTORIES)
        self.files[NOTES] = b"Buy milk.\n"

    @property
    def home(self) -> str:
        """The user's home, the one root of all file tools."""
        return "C:/Users/user" if self.windows else "/home/user"

    def inside(self, path: str) -> str:
        """
        The key of a path as a caller wrote it.

        Raises:
            ToolError: ``denied``: it leads out of the home.

        """
        plain = path.replace("\\", "/") if self.windows else path
        if plain != self.home and not plain.startswith(f"{self.home}/"):
            if plain.startswith("/") or plain[1:2] == ":":
                raise self._refusal(path)
            plain = f"{self.home}/{plain.removeprefix('~/') if plain != '~' else ''}"
        parts: list[str] = []
        for part in plain.removeprefix(self.home).split("/"):
            if part == ".." and not parts:
                raise self._refusal(path)
            if part == "..":
                parts.pop()
            elif part not in {"", "."}:
                parts.append(part)
        return "/".join(parts)

    def shown(self, key: str) -> str:
        """A key as an absolute path."""
        path = f"{self.home}/{key}".rstrip("/")
        return path.replace("/", "\\") if self.windows else path

    def _refusal(self, path: str) -> ToolError:
        detail = f"{path} is not inside the directories open to file tools ({self.home})"
        return ToolError(Failure.DENIED, detail)
