"""What a screen is to the rest of the agent: displays, pictures of them, and windows."""

from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle in desktop pixels; the desktop's origin is its top left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Display:
    """
    One monitor, or one virtual one.

    Attributes:
        name: The platform's name for it, such as ``HDMI-1`` or ``screen``; unique on a desktop.
        x: Left edge in desktop pixels; may be negative on Windows.
        y: Upper edge in desktop pixels.
        width: In physical pixels.
        height: In physical pixels.
        scale: How much larger than 1:1 the desktop draws, 1.5 for 150 %. 1.0 where the platform
            does not say.
        primary: Whether it carries the origin of the taskbar; exactly one does.

    """

    name: str
    x: int
    y: int
    width: int
    height: int
    scale: float
    primary: bool

    @property
    def region(self) -> Region:
        """Where it lies on the desktop."""
        return Region(self.x, self.y, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Frame:
    """
    What a region of the desktop looked like.

    Attributes:
        pixels: Four bytes a pixel, blue, green, red and one unused, rows from the top without gaps.
        region: Which part of the desktop it shows.
        cursor: Whether the pointer was drawn into it.

    """

    pixels: bytes | bytearray
    region: Region
    cursor: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """
    A top-level window of an application.

    Attributes:
        id: The platform's number for it, stable while the window lives.
        title: What its title bar says.
        app: The application's class (X11) or executable (Windows); "" where it has none.
        pid: Process that owns it; None where the window does not say.
        region: The window without the frame that a window manager draws around it.
        display: Name of the display that shows most of it; None where none does.
        active: Whether it has the keyboard's focus.
        minimised: Whether it is hidden behind an icon.
        maximised: Whether it fills its display.

    """

    id: int
    title: str
    app: str
    pid: int | None
    region: Region
    display: str | None
    active: bool
    minimised: bool
    maximised: bool = False


class Screen(ABC):
    """
    The screen of one desktop session.

    Every method is called from one thread, one call at a time, and may block for as long as a hung
    display server does: whoever calls keeps the deadline. A backend connects when it is first
    asked, and again after its connection was lost; the call that notices the loss fails.

    Every method but ``close`` may raise :exc:`ToolError`: ``no_session`` (no desktop, or it has
    gone), ``locked`` (it shows a lock screen that may not be captured), ``unavailable`` (this
    desktop cannot be captured) or ``failed``. The detail says what to try.
    """

    @abstractmethod
    def displays(self) -> tuple[Display, ...]:
        """All displays, the primary one first. Asked anew each time; never empty."""

    @abstractmethod
    def size(self) -> Region:
        """The whole desktop: the smallest rectangle with all displays in it."""

    @abstractmethod
    def grab(self, region: Region | None = None, *, cursor: bool = False) -> Frame:
        """
        Copy what *region* shows now, the whole desktop if None.

        Args:
            region: What to capture.
            cursor: Draw the pointer into it where the platform can; the frame says whether.

        Raises:
            ToolError: Also ``bad_arguments`` where the region is empty or not on the desktop.

        """

    @abstractmethod
    def windows(self) -> tuple[Window, ...]:
        """Applications' windows from the topmost down, minimised ones included."""

    def own_pixels(self, window: Window) -> Frame | None:  # noqa: ARG002
        """
        What *window* looks like by itself, also where others hide it or it sticks out.

        None where the platform keeps only what is visible. The pointer is not drawn.
        """
        return None

    @abstractmethod
    def close(self) -> None:
        """Give back what is held; safe to call twice. A later call opens it again."""
