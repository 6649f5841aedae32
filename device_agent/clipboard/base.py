"""What a clipboard is to the agent: texts and pictures that programs hand each other."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

MAX_CLIP_BYTES = 32 * 1024 * 1024
"""More than this is not read: it could neither be answered nor kept."""


class Selection(Enum):
    """Which clipboard; only X11 has more than one."""

    CLIPBOARD = "clipboard"
    """What is copied and pasted."""
    PRIMARY = "primary"
    """What is marked with the pointer, and pasted with its middle button."""


class Wanted(Enum):
    """What to look for where a clip can be had in several formats."""

    AUTO = "auto"
    """Text if there is any, else a picture."""
    TEXT = "text"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Content:
    """
    What to put on a clipboard: either of the two.

    Attributes:
        text: Any.
        png: A picture as a PNG file.

    """

    text: str | None = None
    png: bytes | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """
    What was on a clipboard.

    Attributes:
        formats: What it can be had as, in the platform's names; none where it is empty.
        text: The text; None where there is none, or a picture was wanted.
        image: The picture as a file of any format that Pillow reads; None as above.

    """

    formats: tuple[str, ...] = ()
    text: str | None = None
    image: bytes | None = None


class Clipboard(ABC):
    """
    The clipboard of one desktop session. Any thread may call, also several at once.

    Every method but ``leave`` may raise :exc:`ToolError`: ``no_session`` (no desktop, or it has
    gone), ``unavailable`` (no clipboard to be had here) or ``failed``. The detail says what to try.
    """

    @abstractmethod
    def read(
        self, selection: Selection, wanted: Wanted, timeout_s: float, check: Callable[[], None]
    ) -> Clip:
        """
        What is there.

        Args:
            selection: Which clipboard.
            wanted: What of it.
            timeout_s: How long its owner, another program, may leave us waiting.
            check: Called now and then; raises where nobody waits any more.

        Raises:
            ToolError: Also ``timed_out`` where the owner does not answer, and
                ``result_too_large``.

        """

    @abstractmethod
    def write(self, selection: Selection, content: Content) -> None:
        """Put something there; it stays until another program does, or this process ends."""

    @abstractmethod
    def wait_until_taken(self, selection: Selection, timeout_s: float) -> bool:
        """Wait until a program has read what was written last; whether one has."""

    @abstractmethod
    def leave(self, within_s: float) -> None:
        """Hand what we own to a clipboard manager, if one runs: this process ends. Never raises."""
