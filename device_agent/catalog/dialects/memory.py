"""What a dialect remembers from one call of a peer to the next. Pure: the runtime keeps it."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from ..places import View

Rect: TypeAlias = tuple[int, int, int, int]
"""Left, upper, right, lower edge in screen pixels; the last two lie just outside."""


@dataclass(frozen=True, slots=True)
class Window:
    """
    A window as a peer knows it.

    Attributes:
        label: What the peer calls it, such as "1".
        window_id: What we call it.
        title: When it was listed.
        app: Its application's name.
        pid: Of the process that owns it, if it says.
        rect: Where it was when it was listed.

    """

    label: str
    window_id: int
    title: str
    app: str
    pid: int | None
    rect: Rect


@dataclass(frozen=True, slots=True)
class Control:
    """
    A part of a window as a peer knows it.

    Attributes:
        label: What the peer calls it, such as "1".
        element_id: What we call it; None for one that the peer itself saw in an image.
        name: In words.
        kind: What it is, in the peer's vocabulary, such as "Button".
        rect: Where it was when it was listed; None where it does not say.
        source: Where the knowledge comes from, in the peer's vocabulary.

    """

    label: str
    element_id: str | None
    name: str
    kind: str
    rect: Rect | None
    source: str


@dataclass(frozen=True, slots=True)
class Memory:
    """
    All that dialects remember of one peer's task.

    Attributes:
        shown: The image whose pixels the peer's coordinates are; None: they are screen pixels.
        asked_size: Width and height that the peer wants images to fit in.
        windows: Listed last.
        selected: The window that the peer has chosen to work in.
        viewed: The one that it was shown last: the same, or a dialogue of the same program.
        controls: Of that window, listed last.

    """

    shown: View | None = None
    asked_size: tuple[int, int] | None = None
    windows: tuple[Window, ...] = ()
    selected: Window | None = None
    viewed: Window | None = None
    controls: tuple[Control, ...] = ()


Json: TypeAlias = Any
"""What a tool gave, as JSON."""
