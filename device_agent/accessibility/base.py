"""What accessibility is to the rest of the agent: elements, questions about them, and actions."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

Watched: TypeAlias = Callable[[Callable[[], None]], AbstractContextManager[None]]
"""Something that calls what it is handed once a call is no longer wanted, while it is entered."""


class Box(NamedTuple):
    """A rectangle in screen pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        """The pixel in its middle."""
        return self.x + self.width // 2, self.y + self.height // 2


CutShort: TypeAlias = Literal["", "results", "nodes", "depth", "children", "time"]
"""The limit that ended a look; empty where none did."""


@dataclass(frozen=True, slots=True)
class ValueRange:
    """
    A number that an element stands for.

    Attributes:
        now: What it is.
        least: Smallest it can be.
        most: Largest it can be.
        step: Smallest change, 0.0 where the program does not say.

    """

    now: float
    least: float
    most: float
    step: float


@dataclass(frozen=True, slots=True)
class TextContent:
    """
    The text in an element.

    Attributes:
        text: As much of it as was asked for.
        length: Characters in all.

    """

    text: str
    length: int


@dataclass(frozen=True, slots=True)
class Element:
    """
    One element of a program's user interface.

    Attributes:
        id: Names it for as long as the program keeps it.
        parent: Id of the element around it; None for a window.
        depth: 0 for a window, 1 for what is in it, and so on.
        role: What it is, such as ``push button``; the same words for every toolkit.
        name: What a person would call it; may be empty.
        description: More about it, asked for where it has no name.
        states: Such as ``focused``, ``checked``; the words of the AT-SPI specification.
        box: Where it is; None where it is nowhere on the screen.
        actions: What it can be told to do, such as ``click``.
        text: Text in it, shortened; None where it has none or must not show it.
        value: The number it stands for; None where it stands for none.
        editable: Whether its text can be set.
        process: Process that it belongs to; None where that is not known.

    """

    id: str
    parent: str | None
    depth: int
    role: str
    name: str
    description: str
    states: frozenset[str]
    box: Box | None
    actions: tuple[str, ...]
    text: str | None
    value: ValueRange | None
    editable: bool
    process: int | None

    @property
    def visible(self) -> bool:
        """Whether it is shown, as far as its program knows."""
        return {"visible", "showing"} <= self.states and self.box is not None

    @property
    def enabled(self) -> bool:
        """Whether it takes input."""
        return "enabled" in self.states or "sensitive" in self.states

    @property
    def interactive(self) -> bool:
        """Whether a person would click on it or type into it."""
        return bool(self.states & {"focusable", "editable"}) or self.role in INTERACTIVE_ROLES


INTERACTIVE_ROLES = frozenset(
    {
        "check box",
        "check menu item",
        "combo box",
        "entry",
        "link",
        "list item",
        "menu",
        "menu item",
        "page tab",
        "password text",
        "push button",
        "push button menu",
        "radio button",
        "radio menu item",
        "slider",
        "spin button",
        "switch",
        "table cell",
        "toggle button",
        "tree item",
    }
)


@dataclass(frozen=True, slots=True)
class WindowHint:
    """
    A window as the desktop sees it, to find the program's own idea of it.

    Attributes:
        pid: Process that owns it; None where that is not known.
        title: What its title bar says.
        box: Where it is, without its frame.

    """

    pid: int | None
    title: str
    box: Box


@dataclass(frozen=True, slots=True)
class Query:
    """
    Which elements are wanted, and how much may be looked at.

    Attributes:
        window: Only those in this window; all windows if None.
        role: Only those of this role.
        name: Only those with this text in their name, description or text, in any case.
        visible_only: Only those that are shown; nothing inside what is not shown is looked at.
        interactive_only: Only those that a person would click on or type into.
        max_results: Give up after so many.
        max_nodes: Look at no more.
        max_depth: Look no deeper into a window.
        text_chars: Of each text no more than that.
        timeout_s: Give up after that long, with what was found.

    """

    window: WindowHint | None = None
    role: str | None = None
    name: str | None = None
    visible_only: bool = True
    interactive_only: bool = False
    max_results: int = 500
    max_nodes: int = 5000
    max_depth: int = 50
    text_chars: int = 200
    timeout_s: float = 5.0

    def wants(self, element: Element) -> bool:
        """Whether an element is one of those."""
        if self.role is not None and element.role != self.role:
            return False
        if self.interactive_only and not element.interactive:
            return False
        if self.visible_only and not element.visible:
            return False
        said = (element.name, element.description, element.text or "")
        return self.name is None or any(self.name.casefold() in word.casefold() for word in said)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    What was found.

    Attributes:
        elements: A window before what is in it, each with all that is in it before the next.
        windows: How many windows were looked into.
        looked_at: How many elements were looked at.
        cut_short: Which limit ended it: ``results``, ``nodes``, ``depth``, ``children``, ``time``;
            empty where none did.
        silent: Names of programs that did not answer in time; their elements may be missing.

    """

    elements: tuple[Element, ...]
    windows: int
    looked_at: int
    cut_short: CutShort
    silent: tuple[str, ...]


class Accessibility(ABC):
    """
    The accessibility tree of one desktop session. Any thread may use it.

    No method hangs: a program that does not answer within seconds is given up on. Every method but
    ``absence`` and ``close`` may raise ToolError: ``unavailable`` where this session has no
    accessibility, with the reason; ``failed`` where an element is gone or its program refuses;
    ``timed_out`` where the program does not answer; ``cancelled`` where *watched* said so.
    """

    @abstractmethod
    def absence(self) -> str:
        """Why there is none, and what to do about it; "" if there is. Looks, starts nothing."""

    @abstractmethod
    def find(self, query: Query, watched: Watched | None = None) -> Snapshot:
        """Look at the tree; *watched* is handed what ends that early."""

    @abstractmethod
    def look(self, element_id: str) -> Element:
        """One element as it is now; its parent and depth are not known then."""

    @abstractmethod
    def window_of(self, element_id: str) -> str:
        """Name of the window that it is in; "" where it is in none."""

    @abstractmethod
    def text(self, element_id: str, limit: int) -> TextContent | None:
        """The text in it, up to *limit* characters; None where it has none."""

    @abstractmethod
    def act(self, element_id: str, action: str) -> None:
        """Let it do one of its actions."""

    @abstractmethod
    def focus(self, element_id: str) -> bool:
        """Ask it to take the keyboard; whether it said it would."""

    @abstractmethod
    def set_text(self, element_id: str, text: str) -> bool:
        """Replace its text; whether it said it did. False where it cannot."""

    @abstractmethod
    def set_value(self, element_id: str, value: float) -> None:
        """Set its number."""

    @abstractmethod
    def close(self) -> None:
        """Give back what is held; a later call opens it again."""
