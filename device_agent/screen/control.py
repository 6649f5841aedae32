"""What can be done to windows."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from .base import Display, Region, Window


@dataclass(frozen=True, slots=True)
class Under:
    """
    The window under a place; menus and tooltips are windows of their own.

    Attributes:
        id: Of the application's window, of the top-level one where it is none.
        title: What its title bar would say.
        pid: Process that owns it; None where the window does not say.

    """

    id: int
    title: str
    pid: int | None


class WindowControl(ABC):
    """
    Acts on the windows of one desktop session, and verifies it.

    Used by one thread at a time; connects when first asked, and again after its connection was
    lost. A method that acts returns when what it did can be read back, or fails: ``failed`` where
    it did not come to be within a few seconds or the window has closed, ``unavailable`` where this
    desktop has no way to do it, ``no_session`` where there is no desktop.
    """

    @abstractmethod
    def windows(self) -> tuple[Window, ...]:
        """Applications' windows from the topmost down, minimised ones included."""

    @abstractmethod
    def displays(self) -> tuple[Display, ...]:
        """All displays, the primary one first."""

    @abstractmethod
    def frame(self, window: int) -> Region:
        """Where a window is with the frame around it."""

    @abstractmethod
    def under(self, x: int, y: int) -> Under | None:
        """What a click on that place would reach; None for the bare desktop."""

    @abstractmethod
    def activate(self, window: int) -> None:
        """Bring it to the front and give it the keyboard; a minimised one is shown again."""

    @abstractmethod
    def move(self, window: int, x: int, y: int) -> None:
        """Put the upper left corner of its frame there; a maximised one is restored first."""

    @abstractmethod
    def resize(self, window: int, width: int, height: int) -> None:
        """
        Make it that large without its frame; a maximised one is restored first.

        A program that takes only some sizes, such as a terminal whole characters, gets the nearest
        smaller one.
        """

    @abstractmethod
    def minimise(self, window: int) -> None:
        """Hide it behind its icon."""

    @abstractmethod
    def maximise(self, window: int) -> None:
        """Let it fill its display."""

    @abstractmethod
    def restore(self, window: int) -> None:
        """Show it again if minimised, else give it back the size it had before maximise."""

    @abstractmethod
    def close_window(self, window: int) -> None:
        """Ask it to close, as its close button does, and wait until it has."""

    @abstractmethod
    def wait_for(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        """Look again whenever something about windows changes; whether *condition* came true."""

    @abstractmethod
    def close(self) -> None:
        """Give back what is held; safe to call twice. A later call opens it again."""
